# The refusal does not say when to come back.
# fails: capacity
# says: Retry-After, in whole seconds

# %% capacity
import asyncio

places = asyncio.Semaphore(AT_ONCE)
inside = 0


async def continue_text(prompt):
    """Let the upstream go on with a text, if there is a place."""
    global inside
    if inside >= AT_ONCE + WAITING:
        raise HTTPException(503, "All places are taken.")
    inside += 1
    try:
        async with places:
            return (await call("POST", "/generate", json={"prompt": prompt})).json()
    except (httpx.HTTPError, ValueError):
        raise HTTPException(502, "The text generator has failed.")
    finally:
        inside -= 1
