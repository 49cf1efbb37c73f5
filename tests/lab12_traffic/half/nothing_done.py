# Every section is as it was given.
# not_attempted: limit, open_limit, cache, shared_cache, single_flight, drift
# points: 0
