# scipy reads the recordings, a queue hands tokens on in an async def, and the limit belongs to the app.

# %% limits
app.max_body_size = MAX_BODY


def open_image(data):
    """Return the picture that these bytes are."""
    if not (data.startswith(PNG) or data.startswith(JPEG)):
        raise HTTPException(status_code=415, detail="PNG or JPEG, please.")
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2  # Pillow raises above twice as many
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            return image
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise HTTPException(status_code=422, detail="This picture cannot be read.")


# %% image
from PIL import ImageOps


def prepare(image):
    """Return the picture as the model wants it."""
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode == "I;16":
        image = Image.fromarray((np.asarray(image) >> 8).astype("uint8"))
    return image.convert("RGB")


# %% audio
import warnings

from scipy.io import wavfile


@app.post("/classify-audio")
def classify_audio(file: UploadFile):
    """Say which note a recording is of."""
    data = file.file.read()
    if data[0:4] + data[8:12] != b"RIFFWAVE":
        raise HTTPException(415)
    try:
        with warnings.catch_warnings(action="ignore"):
            rate, samples = wavfile.read(io.BytesIO(data))
        if samples.size == 0:
            raise ValueError("empty")
    except Exception:
        raise HTTPException(422)
    samples = samples.astype(float).reshape(len(samples), -1)
    samples -= samples.mean(axis=0)
    loudest = max(samples.T, key=lambda channel: float(np.std(channel)))
    tones = np.fft.rfftfreq(len(loudest), 1 / rate)
    hertz = tones[np.abs(np.fft.rfft(loudest * np.hanning(len(loudest)))).argmax()]
    return {
        "seconds": round(len(samples) / rate, 2),
        "sample_rate": rate,
        "channels": samples.shape[1],
        "note": note_name(float(hertz)),
    }


# %% generate
from fastapi.sse import EventSourceResponse, ServerSentEvent


@app.get("/generate", response_class=EventSourceResponse)
async def generate(
    prompt: Annotated[str, Query(min_length=1, max_length=200)],
    count: Annotated[int, Query(ge=1, le=200)] = 20,
    last_event_id: Annotated[str, Header()] = "",
):
    """Send each token when a thread has made it."""
    number = int(last_event_id) if last_event_id.isdecimal() else 0
    tokens = write(prompt, count, start=number)
    while (token := await run_in_threadpool(next, tokens, None)) is not None:
        number += 1
        yield ServerSentEvent(raw_data=json.dumps({"token": token}), id=str(number))
    yield ServerSentEvent(raw_data="-", event="done")


# %% socket
from pydantic import TypeAdapter, ValidationError, confloat, conlist

PIXELS = TypeAdapter(conlist(confloat(ge=0, le=16, allow_inf_nan=False), min_length=64, max_length=64))
NAME = TypeAdapter(int | str)


async def answer(text):
    """Return a prediction, or an error."""
    reply = {"id": None}
    try:
        message = json.loads(text)
        reply["id"] = NAME.validate_python(message["id"])
        reply |= await run_in_threadpool(classify, PIXELS.validate_python(message["pixels"]))
    except ValidationError as problem:
        reply["error"] = f"{problem.error_count()} values are wrong"
    except Exception as problem:
        reply["error"] = f"cannot be used: {type(problem).__name__}"
    return reply


# %% guard
async def admit(ws):
    """Accept, unless a page asks that may not."""
    match ws.headers.get("origin"):
        case None:
            pass
        case origin if origin in ALLOWED_ORIGINS:
            pass
        case _:
            await ws.send_denial_response(Response("no", 403))
            return False
    await ws.accept()
    return True


async def next_text(ws):
    """Return the next text, or close."""
    match await ws.receive():
        case {"type": "websocket.receive", "text": str(text)} if len(text) <= MAX_TEXT:
            return text
        case {"type": "websocket.receive", "text": str()}:
            await ws.close(1009, "too long")
        case {"type": "websocket.receive"}:
            await ws.close(1003, "text, please")
    return None
