# Nothing was begun.
# not_attempted: health, readiness, request_id, timing, json_logs, metrics
# points: 0
