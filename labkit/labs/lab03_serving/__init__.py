"""Lab 03: the decision surface."""
