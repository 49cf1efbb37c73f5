# Both probes work, nothing else was begun.
# not_attempted: request_id, timing, json_logs, metrics
# points: 6
