"""Everything that speaks to nbgrader: its gradebook, its commands, its course directory."""
