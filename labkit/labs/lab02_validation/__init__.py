"""Lab 02: what its checks ask of bodies."""
