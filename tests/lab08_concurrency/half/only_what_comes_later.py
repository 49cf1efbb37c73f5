# The client is the given one, and the exercises that need no upstream are done.
# not_attempted: client, gather, deadline, capacity
# points: 8
