"""The audit trail: every change of a mark, when it was made and why, in words that a student may read."""
