# What waits for the network is done, what computes or goes on later is not.
# not_attempted: processes, capacity, background, jobs
# points: 8
