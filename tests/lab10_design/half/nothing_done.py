# Nothing is done yet.
# points: 0
# not_attempted: resources, replace, etag, idempotency, versions, cors, documentation
