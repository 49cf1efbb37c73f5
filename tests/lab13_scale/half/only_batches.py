# The first exercise alone.
# points: 10
# not_attempted: upstream, aggregate, breaker
