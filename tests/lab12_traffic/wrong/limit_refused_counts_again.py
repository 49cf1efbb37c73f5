# What has dropped in is added at each refusal, and the time is remembered where somebody passes alone.
# fails: limit
# says: remember the time whenever it is added

# %% limit
import math
import time


class Bucket:
    """Tokens for one client: BURST at first, RATE more a second, never more than BURST."""

    def __init__(self):
        self.tokens = float(BURST)
        self.filled = time.monotonic()

    def take(self):
        """Take one token, if there is a whole one; say whether there was."""
        now = time.monotonic()
        self.tokens = min(BURST, self.tokens + (now - self.filled) * RATE)
        if self.tokens < 1:
            return False
        self.filled = now
        self.tokens -= 1
        return True


buckets = {}


def admit(client):
    """Let a client in that has a token: return the headers of the answer, or raise the 429."""
    bucket = buckets.setdefault(client, Bucket())
    admitted = bucket.take()
    headers = {"X-RateLimit-Limit": str(BURST), "X-RateLimit-Remaining": str(int(bucket.tokens))}
    if not admitted:
        wait = max(1, math.ceil((1 - bucket.tokens) / RATE))
        raise HTTPException(429, "You ask too often.", headers=headers | {"Retry-After": str(wait)})
    return headers
