"""Lab 04: the fault injector, and what its checks ask of errors."""
