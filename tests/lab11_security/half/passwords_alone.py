# The first half was written.
# not_attempted: tokens, scopes, transport
# points: 8
