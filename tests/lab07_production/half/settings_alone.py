# Only the first exercise is done.
# not_attempted: app_factory, workers, graceful_shutdown
