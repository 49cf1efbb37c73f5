"""Submissions that are more alike than chance explains: fingerprints by winnowing, and pairs that share rare ones."""
