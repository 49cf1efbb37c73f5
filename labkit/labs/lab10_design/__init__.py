"""lab10_design: a registry, its deployment and its predictions, for its checks; the two windows."""
