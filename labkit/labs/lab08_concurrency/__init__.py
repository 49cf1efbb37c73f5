"""lab08_concurrency: its picture."""
