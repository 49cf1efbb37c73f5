# What limits bodies is done: the stub behind it takes nothing from what is given.
# not_attempted: image, audio, generate, socket, guard
# points: 3
