# Nothing is written yet.
# not_attempted: lifespan, predict, confidence, batch, def_or_async
# points: 0
