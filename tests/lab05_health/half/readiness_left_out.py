# The hardest exercise is left out.
# not_attempted: readiness
# points: 12
