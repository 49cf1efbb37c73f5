"""The hidden checks of lab09_media: the contract of the visible ones, with other inputs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labkit.checks.api import Api, exercise
from labkit.checks.models import served
from labkit.checks.running import Running, Start
from labkit.labs.lab09_media import bodies, pictures, recordings, talk, tokens
from labkit.labs.lab09_media.models import Shades
from labkit.labs.lab09_media.recordings import stereo, tone, wav
from labkit.labs.lab09_media.tokens import Text
from labkit.sandbox.setup import Setup

MODEL = Shades(seed=919)
NAMES = ["do", "re", "mi", "fa", "so", "la", "ti", "ut", "sol", "si"]


def started(model: Shades, seconds: float = 0.002) -> Setup:
    """How the module is started with another model, for other pages."""
    setup = served(model, NAMES, output=True)
    more = {"ALLOWED_ORIGINS": "http://127.0.0.1:9999,https://quiz.example", "TOKEN_SECONDS": str(seconds)}
    return replace(setup, environment={**setup.environment, **more})


OTHER = started(MODEL)
IMAGES = pictures.Answers(MODEL, NAMES)
MESSAGES = talk.Answers(MODEL, NAMES)
ROW = MODEL.row(4)
PICTURE = pictures.blocks(ROW)
STARK = pictures.blocks(MODEL.row(5, (0, 16)))
DARK = pictures.blocks(MODEL.row(6, (0, 1, 2, 3, 4, 5), margin=0.15))
RGB = pictures.png(pictures.coloured(PICTURE), "RGB")


@pytest.fixture
def other(start: Start) -> Running:
    """A server with another model, for other pages."""
    return start(OTHER)


@exercise("limits")
def test_other_files(api: Api) -> None:
    """Other files are no pictures either."""
    for form in ("BMP", "WEBP", "TIFF", "PPM"):
        bodies.unsupported(api, pictures.other(form), f"a {form} called digit.png")
    bodies.unsupported(api, b"%PDF-1.7\n1 0 obj", "a PDF called digit.png")
    bodies.unsupported(api, b"\x00" + RGB.data, "a PNG behind another byte")


@exercise("limits")
def test_broken_elsewhere(api: Api) -> None:
    """Pictures may be broken anywhere."""
    jpeg = pictures.jpeg(PICTURE, "RGB").data
    for data, what in (
        (RGB.data[:20], "20 bytes of a PNG"),
        (RGB.data[:45], "45 bytes of a PNG"),
        (pictures.damaged(RGB), "a PNG with damaged pixels"),
        (jpeg[:4], "4 bytes of a JPEG"),
        (jpeg[: len(jpeg) - 40], "a JPEG without its last 40 bytes"),
    ):
        bodies.unreadable(api, data, what)


@exercise("limits")
def test_other_bombs(api: Api) -> None:
    """Other bombs are wide, or as large as can still be read."""
    bodies.too_many_pixels(api, pictures.claimed(100_000, 300), "57 bytes that claim 100,000 x 300 pixels")
    bodies.too_many_pixels(api, pictures.claimed(2**31 - 1, 2**31 - 1), "57 bytes that claim more than can be counted")
    bodies.too_many_pixels(api, pictures.black(13_000, 8_000), "a PNG with 13,000 x 8,000 pixels")


@exercise("limits")
def test_long_bodies_elsewhere(api: Api) -> None:
    """A long body is refused on other routes, also where nothing reads it."""
    bodies.declared(api, "GET", "/generator")
    bodies.declared(api, "POST", "/nowhere")


@exercise("image")
def test_other_modes(other: Running) -> None:
    """Other pictures in other modes get their answers."""
    for image, mode in ((PICTURE, "L"), (STARK, "1")):
        IMAGES.expect(other.api, pictures.png(image.convert(mode), f"mode {mode}"))
    IMAGES.expect(other.api, pictures.palette(PICTURE, 3))
    IMAGES.expect(other.api, pictures.png(pictures.coloured(PICTURE).quantize(200), "palette of 200 colours"))


@exercise("image")
def test_other_alpha(other: Running) -> None:
    """So do others with an opaque alpha channel."""
    for image, mode in ((pictures.coloured(PICTURE), "RGBA"), (DARK, "LA")):
        IMAGES.expect(other.api, pictures.png(image.convert(mode), f"mode {mode}"))


@exercise("image")
def test_dark_sixteen_bits(other: Running) -> None:
    """So do others of 16 bits, the dark ones as well."""
    IMAGES.expect(other.api, pictures.sixteen_bits(DARK))
    IMAGES.expect(other.api, pictures.sixteen_bits(PICTURE))


@exercise("image")
def test_other_orientations(other: Running) -> None:
    """There are eight ways to hold a camera, and a PNG may tell them as well."""
    for orientation in (1, 2, 3, 4, 5, 7, 8):
        IMAGES.expect(other.api, pictures.on_its_side(PICTURE, orientation))
    IMAGES.expect(other.api, pictures.on_its_side(PICTURE, 8, pictures.png))


@exercise("audio")
@pytest.mark.parametrize(
    ("hertz", "rate", "seconds"), [(104, 8000, 1.0), (2960, 11025, 1.0), (587.3, 48000, 2.5), (185, 96000, 1.0)]
)
def test_other_notes(api: Api, hertz: float, rate: int, seconds: float) -> None:
    """Other notes at other rates are heard."""
    samples = tone(hertz, rate, seconds)
    recordings.expect(api, wav(samples, rate), samples, rate, hertz)


@exercise("audio")
def test_other_widths(api: Api) -> None:
    """Other widths are read, and other heads."""
    samples = stereo(tone(1047, 22050), tone(1047, 22050))
    for width, form in (("DOUBLE", "WAV"), ("24 bit", "WAVEX"), ("float", "WAV"), ("8 bit", "WAV")):
        recordings.expect(api, wav(samples, 22050, width, form), samples, 22050, 1047)


@exercise("audio")
def test_other_offsets(api: Api) -> None:
    """Offsets are no tones in other recordings either."""
    left, right = tone(294, 16000, loud=0.1, offset=-0.7), tone(294, 16000, loud=0.3, offset=0.4)
    samples = stereo(left, right)
    recordings.expect(api, wav(samples, 16000), samples, 16000, 294)
    recordings.expect(api, wav(left, 16000, "8 bit"), left, 16000, 294)


@exercise("audio")
def test_other_sounds(api: Api) -> None:
    """Other formats are no WAV, also where they begin like one."""
    files = [
        recordings.named(b"RIFF\x24\x00\x00\x00AVI LIST" + bytes(40), "an AVI called note.wav"),
        recordings.named(recordings.encoded(tone(440), 44100, "AIFF"), "an AIFF called note.wav"),
        recordings.named(recordings.encoded(tone(440), 44100, "OGG"), "an Ogg called note.wav"),
        recordings.named(RGB.data, "a PNG called note.wav"),
    ]
    recordings.refused(api, files, 415)


@exercise("audio")
def test_other_broken_wavs(api: Api) -> None:
    """A WAV may be broken elsewhere."""
    whole = wav(tone(440))
    files = [
        recordings.named(b"RIFF\x24\x00\x00\x00WAVE" + b"\xff" * 60, "a WAV of nonsense"),
        recordings.named(whole.data[:36], "a WAV without its samples"),
        replace(wav(stereo(tone(440, seconds=0), tone(440, seconds=0)), width="float"), what="an empty stereo WAV"),
    ]
    recordings.refused(api, files, 422)


@exercise("generate")
@pytest.mark.parametrize(("prompt", "count"), [('"data: "\n\né', 60), ("x" * 200, 1), ("?", 200)])
def test_other_prompts(other: Running, prompt: str, count: int) -> None:
    """Other prompts and counts have their tokens, each exact, and their end."""
    text = Text(other.given, prompt)
    with text.ask(other.api, count) as stream:
        text.expect(stream, count)


@exercise("generate")
def test_resumed_elsewhere(other: Running) -> None:
    """A stream goes on from anywhere, also from its end."""
    text = Text(other.given, "on and on, from anywhere")
    for count, last in ((9, 1), (200, 199), (7, 7), (5, 0)):
        tokens.resumed(other.api, text, count, last)


@exercise("generate")
def test_no_number(other: Running) -> None:
    """A Last-Event-ID that is no number breaks nothing."""
    for last in ("abc", "1.5", ""):
        with Text(other.given, "no number").ask(other.api, 2, last) as stream:
            if stream.status >= 500:
                stream.fail("any status below 500", str(stream.status))
            stream.read()


@exercise("generate")
def test_two_streams(other: Running) -> None:
    """Two clients have each their own text."""
    one, two = Text(other.given, "the first"), Text(other.given, "the second")
    with one.ask(other.api, 60) as first, two.ask(other.api, 80) as second:
        one.expect(first, 60)
        two.expect(second, 80)


@exercise("socket")
def test_other_messages(other: Running) -> None:
    """Other messages are answered, many over one connection."""
    with other.api.websocket(talk.PATH) as ws:
        names: list[int | str] = [0, -5, "", "é – 海", 2**40, "0"]
        for number, name in enumerate(names):
            MESSAGES.expect(ws, name, MODEL.row(20 + number))


@exercise("socket")
def test_other_nonsense(other: Running) -> None:
    """Other nonsense is answered with an error."""
    with other.api.websocket(talk.PATH) as ws:
        talk.refused(ws, "[" * 9_000, None)
        talk.refused(ws, '"id"', None)
        talk.refused(ws, "\ufeff{}", None)
        talk.refused(ws, {"id": "a", "pixels": {"0": 1}}, "a")
        talk.refused(ws, {"id": "b", "pixels": [ROW]}, "b")
        talk.refused(ws, {"id": 3, "pixels": [*ROW[:63], None]}, 3)
        talk.refused(ws, talk.raw(4, "1e999"), 4)
        MESSAGES.expect(ws, 9, ROW)


@exercise("guard")
def test_other_pages(other: Running) -> None:
    """Other origins only look alike."""
    talk.let_in(other.api, "http://127.0.0.1:9999")
    talk.let_in(other.api, None)
    for origin in (
        "https://app.example",
        "http://quiz.example",
        "https://quiz.example:444",
        "https://quiz.exampl",
        "https://my-quiz.example",
        "http://127.0.0.1:99990",
        "null",
    ):
        talk.kept_out(other.api, origin)


@exercise("guard")
def test_other_lengths(other: Running) -> None:
    """Characters are counted, not bytes."""
    with other.api.websocket(talk.PATH) as ws:
        talk.answered(ws, talk.filled(10_000, "海"))
        talk.closed(ws.ask(talk.filled(60_000)), talk.TOO_BIG)


@exercise("guard")
def test_leaves_later(other: Running) -> None:
    """A client may go at any other moment."""
    talk.quiet(other, lambda ws: ws.ask(b"1"), "and the client goes after a binary message")
    with other.api.websocket(talk.PATH) as ws:
        ws.vanish()
    talk.quiet(other, lambda ws: ws.vanish(), "and the client vanishes")
