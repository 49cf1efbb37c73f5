"""What a student handed in: found, read, taken apart, put in order, and written into."""
