# Only the first exercise is done: a stub that is to replace what is given takes nothing from it.
# not_attempted: gather, deadline, processes, capacity, background, jobs
# points: 2
