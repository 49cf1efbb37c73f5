# Tokens were left out; scopes read them as the first section does.
# not_attempted: api_key, register, login, tokens
# points: 5
