# A semaphore alone: everybody may wait, however many they are.
# fails: capacity
# says: refuse the seventh

# %% capacity
import asyncio

places = asyncio.Semaphore(AT_ONCE)
inside = 0


async def continue_text(prompt):
    """Let the upstream go on with a text, if there is a place."""
    global inside
    inside += 1
    try:
        async with places:
            return (await call("POST", "/generate", json={"prompt": prompt})).json()
    except (httpx.HTTPError, ValueError):
        raise HTTPException(502, "The text generator has failed.")
    finally:
        inside -= 1
