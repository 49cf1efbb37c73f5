# Errors have their form, but nobody raises one.
# not_attempted: not_found, conflict, model_not_loaded
# points: 8
