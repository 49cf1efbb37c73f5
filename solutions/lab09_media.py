"""Lab 09: Images, audio, streams, WebSockets."""

# %% setup
import io
import json
import math
import os
import random
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import joblib
import numpy as np
from fastapi import FastAPI, Header, HTTPException, Query, Request, Response, UploadFile, WebSocket
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from PIL import Image
from pydantic import BaseModel, Field, FiniteFloat

TRAINED = Path(__file__).resolve().parent.parent / "data" / "digits.joblib"
MODEL_PATH = Path(os.environ.get("MODEL_PATH", TRAINED))
NOTEBOOK = "http://localhost:8888,http://127.0.0.1:8888"
ALLOWED_ORIGINS = os.environ.get("ALLOWED_ORIGINS", NOTEBOOK).split(",")
TOKEN_SECONDS = float(os.environ.get("TOKEN_SECONDS", "0.1"))

MAX_BODY = 2_000_000  # bytes
MAX_PIXELS = 25_000_000
MAX_TEXT = 10_000  # characters
PNG = b"\x89PNG\r\n\x1a\n"  # what a PNG file begins with
JPEG = b"\xff\xd8\xff"  # and a JPEG file
NOTES = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
PIECES = ["the", " sea", " is", "\n", " blå", ' "', "data: ", "\r\n", " and", " – ", "\n\n", " 海", "id: 7", "."]


@asynccontextmanager
async def lifespan(app):
    """Load the model, as in lab 03."""
    app.state.saved = joblib.load(MODEL_PATH)
    yield


app = FastAPI(title="Media API", lifespan=lifespan)


@app.exception_handler(RequestValidationError)
def refuse(request: Request, problem: RequestValidationError):
    """Say what is wrong and where, without repeating what was sent."""
    errors = [{key: error[key] for key in ("type", "loc", "msg")} for error in problem.errors()]
    return Response(json.dumps({"detail": errors}), status_code=422, media_type="application/json")


def classify(pixels):
    """Ask the model what 64 numbers show. It computes until it has an answer: it blocks."""
    saved = app.state.saved
    (row,) = saved["model"].predict_proba([pixels])
    number = int(row.argmax())
    return {"label": saved["classes"][number], "confidence": float(row[number])}


# Images. The exercise limits defines open_image again, and the exercise image prepare.
def open_image(data):
    """Return the picture that these bytes are."""
    return Image.open(io.BytesIO(data))


def prepare(image):
    """Return the picture as the model wants it."""
    return image


def shrink(image):
    """Return the 64 numbers of an upright RGB picture, from 0 for black to 16 for white, line by line."""
    small = np.asarray(image.resize((8, 8), Image.Resampling.BOX), dtype=float)
    return (small.mean(axis=2) * 16 / 255).ravel().tolist()


@app.post("/classify-image")
def classify_image(file: UploadFile):
    """Say which digit a picture shows."""
    image = prepare(open_image(file.file.read()))
    return {**classify(shrink(image)), "width": image.width, "height": image.height}


# Sound.
def note_name(hertz):
    """Return the name of the note that is nearest to a tone: 440 Hz is A4."""
    number = round(69 + 12 * math.log2(hertz / 440))
    return f"{NOTES[number % 12]}{number // 12 - 1}"


# Text, token by token.
made = 0


def write(prompt, count, start=0):
    """Make the tokens number start + 1 to count of a text, as a language model does. It blocks for each of them."""
    global made
    for number in range(start + 1, count + 1):
        time.sleep(TOKEN_SECONDS)
        made += 1
        chosen = random.Random(f"{prompt} {number}")
        yield chosen.choice(PIECES) + chosen.choice(PIECES)


@app.get("/generator")
async def read_generator():
    """Say how many tokens have been made."""
    return {"made": made}


# A WebSocket. The exercise socket defines answer again, the exercise guard admit and next_text.
async def admit(ws):
    """Let a client in, or not; return which."""
    await ws.accept()
    return True


async def next_text(ws):
    """Return the next text that a client sends; None where there is no more."""
    return await ws.receive_text()


async def answer(text):
    """Return what is answered to a text."""
    return {"echo": text}


@app.websocket("/ws/predict")
async def talk(ws: WebSocket):
    """Answer one text after the other."""
    if await admit(ws):
        while (text := await next_text(ws)) is not None:
            await ws.send_json(await answer(text))


# %% limits
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

# a limit of MAX_BODY bytes for the body of every request
# open_image(data)    the picture, read to its end; 415, 413 or 422 where there is none
# BEGIN SOLUTION
app.add_middleware(RequestBodyLimitMiddleware, max_body_size=MAX_BODY)


def open_image(data):
    """Return the picture that these bytes are, with all of its pixels."""
    if not data.startswith((PNG, JPEG)):
        raise HTTPException(415, "Neither PNG nor JPEG.")
    try:
        image = Image.open(io.BytesIO(data), formats=["PNG", "JPEG"])
        too_large = image.width * image.height > MAX_PIXELS
        if not too_large:
            image.load()
    except Exception as problem:
        raise HTTPException(422, "The picture cannot be read.") from problem
    if too_large:
        raise HTTPException(413, f"More than {MAX_PIXELS} pixels.")
    return image


# END SOLUTION

# %% image
from PIL import ImageOps

# prepare(image)    the picture upright, and in RGB
# BEGIN SOLUTION


def prepare(image):
    """Return the picture upright, and in RGB."""
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith("I"):  # 16 bits: convert would clip what is above 255
        image = Image.fromarray((np.asarray(image) // 257).astype(np.uint8))
    return image.convert("RGB")


# END SOLUTION


# %% audio
import soundfile


# POST /classify-audio    takes a file
# BEGIN SOLUTION
@app.post("/classify-audio")
def classify_audio(file: UploadFile):
    """Say which note a recording is of."""
    data = file.file.read()
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise HTTPException(415, "Not a WAV file.")
    try:
        samples, rate = soundfile.read(io.BytesIO(data), always_2d=True)
    except soundfile.LibsndfileError as problem:
        raise HTTPException(422, "The recording cannot be read.") from problem
    if not len(samples):
        raise HTTPException(422, "The recording is empty.")
    swings = samples - samples.mean(axis=0)
    loudness = np.abs(np.fft.rfft(swings, axis=0)).max(axis=1)
    hertz = loudness.argmax() * rate / len(samples)
    return {
        "seconds": len(samples) / rate,
        "sample_rate": rate,
        "channels": samples.shape[1],
        "note": note_name(hertz),
    }


# END SOLUTION

# %% generate
from fastapi.sse import EventSourceResponse, ServerSentEvent


# GET /generate    an event for each token, then the event done
# BEGIN SOLUTION
@app.get("/generate", response_class=EventSourceResponse)
def generate(
    prompt: Annotated[str, Query(min_length=1, max_length=200)],
    count: Annotated[int, Query(ge=1, le=200)] = 20,
    last_event_id: Annotated[int, Header(ge=0)] = 0,
):
    """Send the tokens of a text, each when it is made."""
    tokens = write(prompt, count, start=last_event_id)
    for number, token in enumerate(tokens, start=last_event_id + 1):
        yield ServerSentEvent(id=str(number), data={"token": token})
    yield ServerSentEvent(event="done", data={"count": count})


# END SOLUTION

# %% socket
# Question    an id, and 64 pixels
# BEGIN SOLUTION
Pixel = Annotated[FiniteFloat, Field(ge=0, le=16)]


class Question(BaseModel):
    """A picture to be classified, and a name for the answer."""

    id: int | str
    pixels: Annotated[list[Pixel], Field(min_length=64, max_length=64)]


# END SOLUTION


async def answer(text):
    """Say which digit the pixels of a message show, or what is wrong with the message."""
    # BEGIN SOLUTION
    message = None
    try:
        message = json.loads(text)
        question = Question.model_validate(message)
    except (ValueError, RecursionError):
        known = message.get("id") if isinstance(message, dict) else None
        return {"id": known, "error": "A message has an id, and 64 pixels from 0 to 16."}
    found = await run_in_threadpool(classify, question.pixels)
    return {"id": question.id, **found}
    # END SOLUTION


# %% guard
# admit(ws)        accepts a client whose Origin is allowed, or that has none
# next_text(ws)    the next text; None where there is no more, or the connection is closed for a reason
# BEGIN SOLUTION
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
        await ws.close(1003)
    elif len(text) > MAX_TEXT:
        await ws.close(1009)
        return None
    return text


# END SOLUTION
