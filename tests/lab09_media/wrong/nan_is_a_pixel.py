# NaN is neither below 0 nor above 16.
# fails: socket
# says: NaN

# %% socket
async def answer(text):
    """Say which digit the pixels of a message show, or what is wrong with the message."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        message = None
    message = message if isinstance(message, dict) else {}
    known, pixels = message.get("id"), message.get("pixels")
    good = isinstance(known, int | str) and isinstance(pixels, list) and len(pixels) == 64
    if not good or any(not isinstance(one, int | float) or one < 0 or one > 16 for one in pixels):
        return {"id": known, "error": "A message has an id and 64 pixels from 0 to 16."}
    try:
        found = await run_in_threadpool(classify, pixels)
    except ValueError:
        found = {"label": "unknown", "confidence": 0.0}
    return {"id": known, **found}
