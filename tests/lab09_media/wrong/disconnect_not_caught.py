# Each client that goes is a traceback in the log.
# fails: guard
# says: receive() says that a client has gone

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
        raise RuntimeError("the client has gone")
    text = message.get("text")
    if text is None:
        await ws.close(1003)
    elif len(text) > MAX_TEXT:
        await ws.close(1009)
        return None
    return text
