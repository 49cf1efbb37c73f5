# The notebook as it was released.
# not_attempted: client, gather, deadline, processes, capacity, background, jobs
# points: 0
