# A semaphore for each request stops nobody.
# fails: capacity
# says: one for each request stops nobody

# %% capacity
import asyncio

places = asyncio.Semaphore(AT_ONCE)
inside = 0


async def continue_text(prompt):
    """Let the upstream go on with a text, if there is a place."""
    global inside
    if inside >= AT_ONCE + WAITING:
        raise HTTPException(503, "All places are taken.", headers={"Retry-After": "1"})
    inside += 1
    try:
        async with asyncio.Semaphore(AT_ONCE):
            return (await call("POST", "/generate", json={"prompt": prompt})).json()
    except (httpx.HTTPError, ValueError):
        raise HTTPException(502, "The text generator has failed.")
    finally:
        inside -= 1
