# What needs no other exercise is done alone: none of them rests on another.
# not_attempted: limit, cache, shared_cache
# points: 8
