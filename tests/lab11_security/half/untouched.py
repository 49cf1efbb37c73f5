# Nothing was written.
# not_attempted: api_key, register, login, tokens, scopes, transport
# points: 0
