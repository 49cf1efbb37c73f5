"""APIs that students do not write but test."""
