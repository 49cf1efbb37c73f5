"""What belongs to lab 12: its traffic desk, its store, and what its checks hold a module under traffic to."""
