"""Judges a submission: serves it in a sandbox, and runs the checks from outside."""
