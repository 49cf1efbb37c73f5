# No given function is used where another will do: the image route reads in an async def and hands all work to a thread.

# %% limits
@app.middleware("http")
async def limit(request: Request, call_next):
    """Read the body in this place, and no more of it than may come."""
    length = request.headers.get("content-length")
    if length and length.isdecimal() and int(length) > MAX_BODY:
        return Response(status_code=413)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            return Response(status_code=413)
    request._body = body
    return await call_next(request)


KINDS = [("PNG", PNG), ("JPEG", JPEG)]


def open_image(data):
    """Return the picture that these bytes are."""
    if not any(data.startswith(first) for _, first in KINDS):
        raise HTTPException(415, {"taken": [name for name, _ in KINDS]})
    problem = None
    try:
        image = Image.open(io.BytesIO(data))
    except Image.DecompressionBombError:
        raise HTTPException(413)
    except Exception as found:
        problem = found
    if problem:
        raise HTTPException(422, type(problem).__name__)
    if image.size[0] * image.size[1] > MAX_PIXELS:
        raise HTTPException(413)
    try:
        image.getdata()[0]
        image.load()
    except Exception:
        raise HTTPException(422)
    return image


# %% image
import PIL.ImageOps


def prepare(image):
    """Return the picture in RGB, upright."""
    converted = {
        "I;16": lambda: Image.fromarray(np.clip(np.asarray(image, dtype=float) / 257, 0, 255).astype(np.uint8)),
        "RGB": lambda: image,
    }.get(image.mode, lambda: image.convert("RGB"))()
    converted.info.update(image.info)
    turned = PIL.ImageOps.exif_transpose(image)
    if turned.size == image.size and not image.getexif().get(274, 1) > 1:
        return converted.convert("RGB")
    if image.mode == "I;16":
        return prepare(turned)
    return turned.convert("RGB")


# %% audio
import soundfile


def analysed(data):
    """Return what is said of a recording."""
    with soundfile.SoundFile(io.BytesIO(data)) as sound:
        columns = sound.read(always_2d=True)
        rate = sound.samplerate
    if columns.shape[0] == 0:
        raise ValueError("there is nothing in it")
    strongest = (0.0, 0.0)
    for number in range(columns.shape[1]):
        column = columns[:, number] - np.mean(columns[:, number])
        power = np.abs(np.fft.rfft(column, 2 * len(column)))
        peak = int(power.argmax())
        strongest = max(strongest, (float(power[peak]), peak * rate / (2 * len(column))))
    return {
        "seconds": columns.shape[0] / rate,
        "sample_rate": int(rate),
        "channels": int(columns.shape[1]),
        "note": note_name(strongest[1]),
    }


@app.post("/classify-audio")
async def classify_audio(file: UploadFile):
    """Say which note a recording is of."""
    data = await file.read()
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise HTTPException(415)
    try:
        return await run_in_threadpool(analysed, data)
    except Exception:
        raise HTTPException(422)


# %% generate
import asyncio

from fastapi.responses import StreamingResponse


@app.get("/generate")
async def generate(
    request: Request,
    prompt: Annotated[str, Query(min_length=1, max_length=200)],
    count: Annotated[int, Query(ge=1, le=200)] = 20,
):
    """Ask for one token after the other, as long as somebody listens."""
    said = request.headers.get("last-event-id", "")
    start = int(said) if said.isdecimal() else 0

    async def events():
        for number in range(start + 1, count + 1):
            if await request.is_disconnected():
                return
            (token,) = await asyncio.to_thread(list, write(prompt, number, number - 1))
            yield b"data:" + json.dumps({"token": token}).encode() + b"\nid:" + str(number).encode() + b"\n\n"
        yield b'event:done\ndata:{"made": true}\n\n'

    return StreamingResponse(events(), media_type="text/event-stream")


# %% socket
import math


async def answer(text):
    """Return a prediction, or an error that says why there is none."""
    name = None
    try:
        match json.loads(text):
            case {"id": int() | str() as name, "pixels": [*pixels]} if len(pixels) == 64:
                if not all(math.isfinite(pixel) and 0 <= pixel <= 16 for pixel in pixels):
                    return {"id": name, "error": "pixels go from 0 to 16"}
                loop = asyncio.get_running_loop()
                return {"id": name, **await loop.run_in_executor(None, classify, pixels)}
            case {"id": name}:
                return {"id": name, "error": "there are no 64 pixels"}
        return {"id": None, "error": "there is no id"}
    except (ValueError, TypeError, RecursionError):
        return {"id": name, "error": "this is no message"}


# %% guard
ALLOWED = frozenset(origin.strip() for origin in ALLOWED_ORIGINS)


async def admit(ws):
    """Let a client in."""
    origins = ws.headers.getlist("origin")
    allowed = all(origin in ALLOWED for origin in origins)
    await (ws.accept() if allowed else ws.close(1008, "another page"))
    return allowed


async def next_text(ws):
    """Return the next text."""
    async for message in messages(ws):
        return message


async def messages(ws):
    """Give what comes, as long as it is as it should be."""
    while (message := await ws.receive())["type"] == "websocket.receive":
        text, reason = message.get("text"), None
        if text is None:
            reason = 1003
        elif len(text) > MAX_TEXT:
            reason = 1009
        if reason:
            await ws.close(reason)
            return
        yield text
