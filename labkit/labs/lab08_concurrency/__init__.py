"""What belongs to lab 08: its heartbeat, its upstream, and what its checks hold an API under way to."""
