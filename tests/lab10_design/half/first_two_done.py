# The registry is done, and nothing behind it.
# points: 6
# not_attempted: etag, idempotency, versions, cors, documentation
