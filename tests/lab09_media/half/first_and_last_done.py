# What limits bodies and who lets somebody in is done: the stubs between them take nothing from what is given.
# not_attempted: image, audio, generate, socket
# points: 5
