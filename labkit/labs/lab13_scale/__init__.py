"""lab13_scale: batches, models behind a gateway and replicas behind nginx, for its checks; the hall and the race."""
