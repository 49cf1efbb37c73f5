# The first three exercises are done, the others as they were given.
# not_attempted: problem_details, unexpected
# points: 7
