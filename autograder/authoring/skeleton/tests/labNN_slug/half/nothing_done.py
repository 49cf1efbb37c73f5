# SKELETON: leave something undone in each file of this folder. Here nothing was written.
# not_attempted: double
# points: 0
