"""What becomes of the labs in the end, to be tried before the first line is written; see `whole`."""
