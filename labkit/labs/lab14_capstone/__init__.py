"""What belongs to lab 14: what its checks hold a whole service to, alone, and two replicas of it under fire."""
