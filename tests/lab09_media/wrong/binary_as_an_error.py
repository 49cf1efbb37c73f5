# A binary message is answered as if it were a text.
# fails: guard
# says: closed with 1003

# %% guard
# admit(ws)        accepts a client whose Origin is allowed, or that has none
# next_text(ws)    the next text; None where there is no more, or the connection is closed for a reason
async def admit(ws):
    """Let a client in, unless it is a page of somebody else."""
    origin = ws.headers.get("origin")
    if origin is not None and origin not in ALLOWED_ORIGINS:
        await ws.close(1008)
        return False
    await ws.accept()
    return True


async def next_text(ws):
    """Return the next text; close the connection where something else, or too much, has come."""
    message = await ws.receive()
    if message["type"] == "websocket.disconnect":
        return None
    text = message.get("text")
    if text is None:
        return "{}"
    elif len(text) > MAX_TEXT:
        await ws.close(1009)
        return None
    return text
