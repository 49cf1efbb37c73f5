# Nothing is done yet.
# not_attempted: limits, image, audio, generate, socket, guard
# points: 0
