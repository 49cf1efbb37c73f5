"""Lab 11: keys, passwords, tokens, scopes, TLS."""
