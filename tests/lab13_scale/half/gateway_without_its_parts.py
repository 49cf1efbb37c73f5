# All models are asked by the given call, with its new client; nothing else is done.
# points: 9
# not_attempted: microbatch, upstream, breaker
