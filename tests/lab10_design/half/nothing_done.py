# Nothing was written. SKELETON: leave something undone in each file of this folder
# not_attempted: double
# points: 0
