"""The visible checks of lab09_media: a student sees each sentence, and what a failing check saw.

They put a model of their own at MODEL_PATH, which takes 64 numbers and whose answers nobody can guess.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from labkit.checks.api import Api, exercise, weightless
from labkit.checks.models import served
from labkit.checks.running import Running, Start
from labkit.labs.lab09_media import bodies, pictures, recordings, talk, tokens
from labkit.labs.lab09_media.models import Meeting, Shades
from labkit.labs.lab09_media.recordings import stereo, tone, wav
from labkit.labs.lab09_media.tokens import Text
from labkit.sandbox.setup import Setup

MODEL = Shades(seed=909)
NAMES = ["oak", "elm", "ash", "yew", "fir", "fig", "bay", "box", "may", "tea"]
ORIGINS = {"ALLOWED_ORIGINS": "https://app.example,http://lab.example:8080"}


def started(model: Shades, seconds: float = 0.005) -> Setup:
    """How the module is started with a model, and with tokens that take so long."""
    setup = served(model, NAMES, output=True)
    return replace(setup, environment={**setup.environment, **ORIGINS, "TOKEN_SECONDS": str(seconds)})


SERVER = started(MODEL)
SLOW = started(MODEL, 0.3)
STEADY = started(MODEL, 0.05)
MEETING = started(Meeting(seed=910))
IMAGES = pictures.Answers(MODEL, NAMES)
MESSAGES = talk.Answers(MODEL, NAMES)

ROW = MODEL.row(1)
PICTURE = pictures.blocks(ROW)
STARK = pictures.blocks(MODEL.row(2, (0, 16)))
RGB = pictures.png(pictures.coloured(PICTURE), "RGB")


@pytest.fixture
def server(start: Start) -> Running:
    """The server that `api` asks, with what it has told and printed."""
    return start(SERVER)


@exercise("limits")
def test_neither_png_nor_jpeg(api: Api) -> None:
    """A file that is neither PNG nor JPEG is refused with 415, whatever the client calls it."""
    bodies.unsupported(api, b"A picture of a seven.", "a text called digit.png")
    bodies.unsupported(api, pictures.other("GIF"), "a GIF called digit.png")


@exercise("limits")
def test_by_its_bytes(api: Api) -> None:
    """A PNG is taken for one by its bytes, whatever the client calls it."""
    for name, kind in (("notes.txt", "text/plain"), ("digit", "")):
        file = replace(RGB, name=name, kind=kind, what=f"a PNG called {name}, {kind or 'without a type'}")
        IMAGES.expect(api, file)


@exercise("limits")
def test_half_a_picture(api: Api) -> None:
    """Half a picture is refused with 422."""
    bodies.unreadable(api, RGB.half(), "half a PNG")
    bodies.unreadable(api, pictures.jpeg(PICTURE, "RGB").half(), "half a JPEG")
    bodies.unreadable(api, b"\x89PNG\r\n\x1a\n", "the first 8 bytes of a PNG")


@exercise("limits")
def test_claimed_pixels(api: Api) -> None:
    """A file of 57 bytes that claims 40,000 x 40,000 pixels is refused with 413 or 422."""
    bodies.too_many_pixels(api, pictures.claimed(40_000, 40_000), "57 bytes that claim 40,000 x 40,000 pixels")


@exercise("limits")
def test_many_pixels(api: Api) -> None:
    """A small file with 6000 x 5000 pixels is refused with 413 or 422."""
    bodies.too_many_pixels(api, pictures.black(6000, 5000), "a PNG of 4 KB with 6000 x 5000 pixels")


@exercise("limits")
def test_no_file(api: Api) -> None:
    """A form without `file` is refused with 422."""
    pictures.upload(api, "/classify-image", RGB, field="picture").refuse("file")


@exercise("limits")
def test_long_body(api: Api) -> None:
    """A body that says it has 5 MB is refused with 413 before it has come to its end."""
    bodies.declared(api, "POST", "/classify-image")


@exercise("limits")
def test_chunks_without_end(api: Api) -> None:
    """A body in chunks is refused with 413 before it has come to its end."""
    bodies.chunked(api, "POST", "/classify-image")


@exercise("limits")
def test_large_file(api: Api) -> None:
    """A file of 1.9 MB is taken."""
    limit = "MAX_BODY is for the whole body, and stands in the first section"
    IMAGES.expect(api, pictures.padded(RGB, 1_890_000), too_large=limit)


@weightless
@exercise("image")
def test_rgb(api: Api) -> None:
    """An RGB picture is answered as before."""
    IMAGES.expect(api, RGB)


@exercise("image")
def test_grey(api: Api) -> None:
    """A grey picture gets the answer of the RGB picture that it shows."""
    IMAGES.expect(api, pictures.png(PICTURE.convert("L"), "mode L"))


@exercise("image")
def test_palette(api: Api) -> None:
    """So does a picture with a palette: its pixels are numbers of colours."""
    IMAGES.expect(api, pictures.palette(PICTURE))


@exercise("image")
def test_one_bit(api: Api) -> None:
    """So does a picture of black and white, one bit each."""
    IMAGES.expect(api, pictures.png(STARK.convert("1"), "mode 1"))


@exercise("image")
def test_alpha(api: Api) -> None:
    """So does a picture with an opaque alpha channel, in grey and in colours."""
    for mode in ("LA", "RGBA"):
        IMAGES.expect(api, pictures.png(PICTURE.convert(mode), f"mode {mode}"))


@exercise("image")
def test_sixteen_bits(api: Api) -> None:
    """So does a picture of 16 bit grey, where 65535 is white."""
    IMAGES.expect(api, pictures.sixteen_bits(PICTURE), "of 16 bits, convert makes white of all above 255: divide first")


@exercise("image")
def test_jpeg(api: Api) -> None:
    """So does a JPEG."""
    IMAGES.expect(api, pictures.jpeg(pictures.coloured(PICTURE), "RGB"))
    IMAGES.expect(api, pictures.jpeg(PICTURE.convert("L"), "mode L"))


@exercise("image")
def test_orientation(api: Api) -> None:
    """A picture of a camera that was held upright is put upright; width and height are those of the upright one."""
    IMAGES.expect(api, pictures.on_its_side(PICTURE, 6))


@exercise("audio")
def test_note(api: Api) -> None:
    """A WAV of 16 bit mono gets its seconds, sample rate, channels and note."""
    samples = tone(440)
    recordings.expect(api, wav(samples), samples, 44100, 440)


@exercise("audio")
def test_widths(api: Api) -> None:
    """So does one with samples of 8, 24 and 32 bit, and one with floats."""
    samples = tone(330, 16000)
    for width in ("8 bit", "24 bit", "32 bit", "float"):
        recordings.expect(api, wav(samples, 16000, width), samples, 16000, 330)


@exercise("audio")
def test_stereo(api: Api) -> None:
    """So does a stereo recording, with the tone on both sides."""
    samples = stereo(tone(440), tone(440))
    recordings.expect(api, wav(samples), samples, 44100, 440)


@exercise("audio")
def test_one_side(api: Api) -> None:
    """So does one with the tone on one side alone."""
    silent = tone(440, loud=0)
    for samples in (stereo(tone(262), silent), stereo(silent, tone(262))):
        recordings.expect(api, wav(samples), samples, 44100, 262)


@exercise("audio")
def test_offset(api: Api) -> None:
    """A constant offset is no tone."""
    samples = tone(220, loud=0.2, offset=0.6)
    recordings.expect(api, wav(samples), samples, 44100, 220, "take the mean off first: an offset is a tone of 0 Hz")


@exercise("audio")
def test_no_wav(api: Api) -> None:
    """A file that is no WAV by its first bytes is refused with 415, another format of sound as well."""
    flac = recordings.encoded(tone(440), 44100, "FLAC")
    files = [
        recordings.named(b"la la la la la la", "a text called note.wav"),
        recordings.named(flac, "a FLAC called note.wav"),
    ]
    recordings.refused(api, files, 415)


@exercise("audio")
def test_broken_wav(api: Api) -> None:
    """A WAV that cannot be read, or without a sample, is refused with 422."""
    whole = wav(tone(440))
    files = [recordings.truncated(whole), replace(wav(tone(440, seconds=0)), what="a WAV without a sample")]
    recordings.refused(api, files, 422)


@exercise("generate")
def test_events(api: Api, given: dict[str, object]) -> None:
    """Each token is an event without a name, with its number as id and {"token": ...} as data."""
    text = Text(given, "the sea")
    with text.ask(api, 12) as stream:
        text.expect(stream, 12, whole=False)


@exercise("generate")
def test_done(api: Api, given: dict[str, object]) -> None:
    """Behind the last token comes an event done, with some data, and then the end."""
    text = Text(given, "an end")
    with text.ask(api, 3) as stream:
        text.expect(stream, 3)


@exercise("generate")
def test_twenty(api: Api, given: dict[str, object]) -> None:
    """Without count there are 20 tokens."""
    text = Text(given, "how many")
    with text.ask(api) as stream:
        text.expect(stream, 20)


@exercise("generate")
def test_bounds(api: Api) -> None:
    """A prompt that is missing, empty or too long is refused with 422, and so is a count out of 1 to 200."""
    tokens.refuses(api, "prompt", {}, {"prompt": ""}, {"prompt": "x" * 201})
    tokens.refuses(api, "count", *({"prompt": "x", "count": value} for value in (0, 201, -1, "NaN", "Infinity", "two")))


@exercise("generate")
def test_as_made(start: Start, given: dict[str, object]) -> None:
    """Each token arrives when it is made, and other requests are answered meanwhile."""
    tokens.as_made(start(SLOW).api, Text(given, "slowly"))


@exercise("generate")
def test_resumed(api: Api, given: dict[str, object]) -> None:
    """With Last-Event-ID: 4 come the tokens from 5 on, and only those are made."""
    tokens.resumed(api, Text(given, "where were we"), 9, 4)


@exercise("generate")
def test_nobody_listens(start: Start, given: dict[str, object]) -> None:
    """When the client has gone, no more tokens are made."""
    tokens.abandoned(start(STEADY).api, Text(given, "to nobody"))


@exercise("socket")
def test_message(api: Api) -> None:
    """A message with an id and 64 pixels is answered with its id, the label and the confidence."""
    with api.websocket(talk.PATH) as ws:
        MESSAGES.expect(ws, 7, ROW)
        MESSAGES.expect(ws, "seven", MODEL.row(3))


@exercise("socket")
def test_no_json(api: Api) -> None:
    """What is no JSON object is answered with an error, and the connection goes on."""
    with api.websocket(talk.PATH) as ws:
        for text in ("seven", "", "{", "[1, 2, 3]", "null", "7"):
            talk.refused(ws, text, None)
        MESSAGES.expect(ws, 1, ROW)


@exercise("socket")
def test_bad_pixels(api: Api) -> None:
    """Pixels that are not 64 numbers from 0 to 16 are answered with an error that has the message's id."""
    with api.websocket(talk.PATH) as ws:
        for number, pixels in enumerate(([], ROW[:63], [*ROW, 1], "dark", None, [*ROW[1:], 17], [*ROW[1:], -0.5])):
            talk.refused(ws, {"id": number, "pixels": pixels}, number)
        talk.refused(ws, {"id": "no pixels"}, "no pixels")
        MESSAGES.expect(ws, 2, ROW)


@exercise("socket")
def test_not_finite(api: Api) -> None:
    """NaN, Infinity and -Infinity are no pixels."""
    with api.websocket(talk.PATH) as ws:
        for value in ("NaN", "Infinity", "-Infinity"):
            talk.refused(ws, talk.raw(5, value), 5)


@exercise("socket")
def test_no_id(api: Api) -> None:
    """A message without an id is answered with an error, and null in its place."""
    with api.websocket(talk.PATH) as ws:
        talk.refused(ws, {"pixels": ROW}, None)


@exercise("socket")
def test_two_clients(start: Start) -> None:
    """While the model works for one client, it begins to work for another."""
    talk.together(start(MEETING), ROW)


@exercise("socket")
def test_meanwhile(start: Start) -> None:
    """While the model works for a client, other requests are answered."""
    talk.meanwhile(start(MEETING), ROW)


@exercise("guard")
def test_no_browser(api: Api) -> None:
    """A client without an Origin, which is no browser, is let in."""
    talk.let_in(api, None)


@exercise("guard")
def test_own_page(api: Api) -> None:
    """A page of one of the ALLOWED_ORIGINS is let in."""
    talk.let_in(api, "https://app.example")


@exercise("guard")
def test_other_page(api: Api) -> None:
    """A page of another origin is refused: 403 for the handshake, or closed with 1008 before any answer."""
    talk.kept_out(api, "https://evil.example")
    talk.kept_out(api, "https://app.example.evil.example")


@exercise("guard")
def test_binary(api: Api) -> None:
    """A binary message closes the connection with 1003."""
    with api.websocket(talk.PATH) as ws:
        talk.closed(ws.ask(b"\x00\x01"), talk.UNSUPPORTED)


@exercise("guard")
def test_long_text(api: Api) -> None:
    """A text of 10,001 characters closes the connection with 1009; one of 10,000 is answered."""
    with api.websocket(talk.PATH) as ws:
        talk.answered(ws, talk.filled(10_000))
        talk.closed(ws.ask(talk.filled(10_001)), talk.TOO_BIG)


@exercise("guard")
def test_leaves(server: Running) -> None:
    """A client that goes, with or without a word, leaves no traceback in the log."""
    talk.quiet(server, lambda ws: None, "and the client says goodbye")
    talk.quiet(server, lambda ws: ws.vanish(), "and the client vanishes")
