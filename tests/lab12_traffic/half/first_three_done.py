# The first three exercises are done, the others as they were given.
# not_attempted: shared_cache, single_flight, drift
# points: 10
