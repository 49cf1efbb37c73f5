# An ASGI middleware counts, a dependency reads the recording, events have CRLF, and the guard raises WebSocketException.

# %% limits
from fastapi import Depends


class Counted:
    """Hands a body on, and raises when it is too long; the answer is made where nothing has been answered yet."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        seen, begun = 0, False

        async def counted():
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > MAX_BODY:
                raise HTTPException(413)
            return message

        length = Request(scope).headers.get("content-length", "")
        if length.isdigit() and int(length) > MAX_BODY:
            await Response(status_code=413)(scope, receive, send)
            return
        await self.app(scope, counted, send)


app.add_middleware(Counted)


def open_image(data):
    """Return the picture that these bytes are."""
    kinds = {PNG: "PNG", JPEG: "JPEG"}
    kind = next((name for begin, name in kinds.items() if data[: len(begin)] == begin), None)
    if kind is None:
        raise HTTPException(415)
    try:
        image = Image.open(io.BytesIO(data), formats=(kind,))
        if np.prod(image.size, dtype=np.int64) > MAX_PIXELS:
            raise ValueError("too large")
        image.load()
    except Exception:
        raise HTTPException(422)
    return image


# %% image
from PIL import ImageOps


def prepare(image):
    """Return an upright RGB picture."""
    upright = ImageOps.exif_transpose(image)
    grey = np.asarray(upright)
    if grey.dtype.itemsize > 1:
        return Image.fromarray(np.stack([(grey / 65535 * 255).astype(np.uint8)] * 3, axis=-1))
    return upright.convert("RGBA").convert("RGB")


# %% audio
import soundfile as sf


def read_samples(file: UploadFile):
    """Return what a WAV file has, for whoever depends on it."""
    head = file.file.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WAVE":
        raise HTTPException(415)
    file.file.seek(0)
    try:
        with sf.SoundFile(file.file) as sound:
            return sound.read(dtype="float32", always_2d=True), sound.samplerate
    except Exception:
        raise HTTPException(422)


@app.post("/classify-audio")
def classify_audio(sound: Annotated[tuple, Depends(read_samples)]):
    """Say which note it is."""
    samples, rate = sound
    if len(samples) < 2:
        raise HTTPException(422)
    spectrum = np.abs(np.fft.rfft(samples.T))[:, 1:]
    place = np.unravel_index(spectrum.argmax(), spectrum.shape)[1] + 1
    return dict(
        seconds=len(samples) / rate,
        sample_rate=rate,
        channels=samples.shape[1],
        note=note_name(place * rate / len(samples)),
    )


# %% generate
from fastapi.responses import StreamingResponse
from fastapi.concurrency import iterate_in_threadpool


class Asked(BaseModel):
    """The query."""

    prompt: str = Field(min_length=1, max_length=200)
    count: int = Field(20, ge=1, le=200)


@app.get("/generate")
async def generate(asked: Annotated[Asked, Query()], request: Request):
    """Send the tokens."""
    try:
        start = max(0, int(request.headers["Last-Event-ID"]))
    except (KeyError, ValueError):
        start = 0

    async def events():
        yield ": here they come\r\nretry: 2000\r\n\r\n"
        number = start
        async for token in iterate_in_threadpool(write(asked.prompt, asked.count, start)):
            number += 1
            data = json.dumps({"token": token}, ensure_ascii=False, indent=1).replace("\n", "\r\ndata: ")
            yield f"id: {number}\r\ndata: {data}\r\n\r\n"
        yield "event: done\r\ndata: 0\r\n\r\n"

    return StreamingResponse(events(), headers={"Content-Type": "text/event-stream; charset=utf-8"})


# %% socket
class Message(BaseModel):
    """A message."""

    id: Annotated[int, Field(strict=True)] | Annotated[str, Field(strict=True)]
    pixels: list[float]

    def ok(self):
        """Whether the pixels are pixels."""
        return len(self.pixels) == 64 and all(0 <= pixel <= 16 for pixel in self.pixels)


async def answer(text):
    """Return a prediction, or an error."""
    try:
        message = Message.model_validate_json(text)
        if message.ok():
            return {"id": message.id} | await run_in_threadpool(classify, message.pixels)
    except ValueError:
        pass
    try:
        name = json.loads(text)["id"]
    except Exception:
        name = None
    return {"id": name, "error": "I do not understand."}


# %% guard
from fastapi import WebSocketException


async def admit(ws):
    """Let own pages in, and whoever is no page."""
    if ws.headers.get("origin", ALLOWED_ORIGINS[0]) not in ALLOWED_ORIGINS:
        raise WebSocketException(1008)
    await ws.accept()
    return True


async def next_text(ws):
    """Return the next text."""
    message = await ws.receive()
    if message["type"] == "websocket.disconnect":
        return None
    if message.get("bytes") is not None:
        raise WebSocketException(1003)
    if len(message["text"]) > MAX_TEXT:
        raise WebSocketException(1009)
    return message["text"]
