# Every section is as it was given.
# not_attempted: door, one_voice, versions, cache, queue, hot_swap, books, under_fire
# points: 0
