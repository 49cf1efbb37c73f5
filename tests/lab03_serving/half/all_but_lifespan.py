# The lifespan is a stub, so the model is read for each request. All else is right.
# not_attempted: lifespan
# points: 11
