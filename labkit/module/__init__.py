"""A student's module in this process: loaded from its file, explained where it raises, cleaned up after."""
