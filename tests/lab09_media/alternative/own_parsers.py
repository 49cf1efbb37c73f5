# Everything by hand: bytes counted in middleware, a WAV parser, events as text, messages looked at key by key.

# %% limits
class Limit:
    """Count what comes of a body, and answer when it is too much."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        said = dict(scope["headers"]).get(b"content-length", b"0")
        if said.isdigit() and int(said) > MAX_BODY:
            return await Response("Too large.", 413, {"Connection": "close"})(scope, receive, send)
        parts, size = [], 0
        while True:
            message = await receive()
            parts.append(message)
            size += len(message.get("body", b""))
            if size > MAX_BODY:
                return await Response("Too large.", 413, {"Connection": "close"})(scope, receive, send)
            if not message.get("more_body"):
                break
        coming = iter(parts)

        async def again():
            return next(coming, None) or await receive()

        await self.app(scope, again, send)


app.add_middleware(Limit)


def open_image(data):
    """Return the picture, with its pixels."""
    if data[:8] == PNG:
        kind = "PNG"
    elif data[:3] == JPEG:
        kind = "JPEG"
    else:
        raise HTTPException(415)
    try:
        image = Image.open(io.BytesIO(data), formats=[kind])
    except Exception:
        raise HTTPException(422)
    wide, high = image.size
    if wide * high > MAX_PIXELS:
        raise HTTPException(422)
    try:
        return image.copy()
    except Exception:
        raise HTTPException(422)


# %% image
TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}


def prepare(image):
    """Return the picture upright, and in RGB."""
    turn = TURNS.get(image.getexif().get(274))
    if turn is not None:
        image = image.transpose(Image.Transpose(turn))
    if image.mode in ("I;16", "I;16B", "I"):
        deep = np.array(image, dtype=np.float64)
        image = Image.fromarray(np.uint8(np.round(deep * 255 / 65535)), "L")
    if image.mode != "RGB":
        image = image.convert("RGB")
    return image


# %% audio
def chunks(data):
    """Return what a WAV file has, by the names of its parts."""
    found, place = {}, 12
    while place + 8 <= len(data):
        size = int.from_bytes(data[place + 4 : place + 8], "little")
        found.setdefault(data[place : place + 4], data[place + 8 : place + 8 + size])
        place += 8 + size + size % 2
    return found


def samples_of(head, body):
    """Return the samples as an array, and how many there are in a second."""
    kind, channels, rate = (int.from_bytes(head[a:b], "little") for a, b in ((0, 2), (2, 4), (4, 8)))
    bits = int.from_bytes(head[14:16], "little")
    if kind == 0xFFFE:
        kind = int.from_bytes(head[24:26], "little")
    wide = bits // 8
    body = body[: len(body) // (wide * channels) * wide * channels]
    if kind == 3:
        flat = np.frombuffer(body, dtype=f"<f{wide}").astype(float)
    elif bits == 8:
        flat = np.frombuffer(body, dtype=np.uint8) / 128 - 1
    elif kind == 1:
        raw = np.frombuffer(body, dtype=np.uint8).reshape(-1, wide)
        padded = np.zeros((len(raw), 4), np.uint8)
        padded[:, 4 - wide :] = raw
        flat = padded.view("<i4")[:, 0] / 2**31
    return flat.reshape(-1, channels), rate


@app.post("/classify-audio")
async def audio(file: UploadFile):
    """Say which note it is."""
    data = await file.read()
    if not (data.startswith(b"RIFF") and data[8:12] == b"WAVE"):
        raise HTTPException(415, "no WAV")
    parts = chunks(data)
    try:
        samples, rate = samples_of(parts[b"fmt "], parts[b"data"])
        best = [0, 0]
        for channel in samples.T:
            power = np.abs(np.fft.rfft(channel)) ** 2
            power[0] = 0
            k = int(np.argmax(power))
            best = max(best, [power[k], k * rate / len(channel)])
        note = note_name(best[1])
    except Exception:
        raise HTTPException(422, "cannot be read")
    return {"seconds": samples.shape[0] / rate, "sample_rate": rate, "channels": samples.shape[1], "note": note}


# %% generate
from fastapi.responses import StreamingResponse


@app.get("/generate")
def stream(request: Request, prompt: str = Query(min_length=1, max_length=200), count: int = Query(20, ge=1, le=200)):
    """Send a text as it is made."""
    last = request.headers.get("last-event-id", "0")
    last = int(last) if last.isdigit() else 0

    def lines():
        number = last
        for token in write(prompt, count, last):
            number += 1
            yield f"id: {number}\ndata: {json.dumps({'token': token})}\n\n"
        yield "event: done\ndata: [DONE]\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream", headers={"Cache-Control": "no-cache"})


# %% socket
def wrong_with(message):
    """Say what is wrong with a message; nothing if it is good."""
    if not isinstance(message, dict):
        return "This is no JSON object."
    if type(message.get("id")) not in (int, str):
        return "There is no id."
    pixels = message.get("pixels")
    if not isinstance(pixels, list) or len(pixels) != 64:
        return "There are no 64 pixels."
    if not all(type(pixel) in (int, float) and 0 <= pixel <= 16 for pixel in pixels):
        return "A pixel is a number from 0 to 16."
    return ""


async def answer(text):
    """Return a prediction, or an error."""
    try:
        message = json.loads(text)
    except Exception:
        message = None
    problem = wrong_with(message)
    if problem:
        name = message.get("id") if isinstance(message, dict) else None
        return {"id": name, "error": problem}
    import asyncio

    found = await asyncio.to_thread(classify, message["pixels"])
    found["id"] = message["id"]
    return found


# %% guard
from fastapi import WebSocketDisconnect


async def admit(ws):
    """Accept the client; then close it where its page is not allowed."""
    await ws.accept()
    page = ws.headers.get("Origin")
    if page is None or page in set(ALLOWED_ORIGINS):
        return True
    await ws.close(code=1008, reason="not from here")
    return False


async def next_text(ws):
    """Return the next text."""
    try:
        text = await ws.receive_text()
    except WebSocketDisconnect:
        return None
    except KeyError:
        await ws.close(code=1003)
        return None
    if len(text) <= MAX_TEXT:
        return text
    await ws.close(code=1009)
    return None
