"""Pictures for the checks: 8 x 8 plain blocks in any mode, so that shrinking is exact; and files that are none."""

from __future__ import annotations

import io
import json
import math
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from labkit.checks.api import Api, Reply
from labkit.labs.lab09_media.models import Shades

WIDE, HIGH = 5, 3
"""How many pixels a block has: a picture that lies on its side has another size."""
NEAR = 0.02
"""How far a confidence may be from the model's own."""
ORIENTATION = 0x0112
"""The EXIF tag that says how a camera was held."""
_PNG = b"\x89PNG\r\n\x1a\n"
_UNDONE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a picture lies in a file, by its orientation."""


@dataclass(frozen=True)
class File:
    """A file to send.

    Attributes:
        data: its bytes.
        what: what it is, in words.
        row: the 64 numbers that it shows; none where it shows nothing.
        size: its width and its height, upright.
        name, kind: what the client calls it.
    """

    data: bytes
    what: str
    row: tuple[float, ...] = ()
    size: tuple[int, int] = (8 * WIDE, 8 * HIGH)
    name: str = "digit.png"
    kind: str = "image/png"

    def half(self) -> bytes:
        """The first half of its bytes."""
        return self.data[: len(self.data) // 2]


def blocks(row: list[int]) -> Any:
    """Return the RGB picture of 64 levels from 0 to 16."""
    levels = np.asarray(row, dtype=float).reshape(8, 8) * 255 / 16
    return Image.fromarray(np.kron(levels.round().astype(np.uint8), np.ones((HIGH, WIDE), np.uint8))).convert("RGB")


def coloured(image: Any) -> Any:
    """Return the same picture with colours whose mean is the grey that was there, as nearly as they go."""
    grey = np.asarray(image.convert("L"), dtype=int)
    swing = np.minimum(40, np.minimum(grey, 255 - grey))
    return Image.fromarray(np.stack([grey + swing, grey - swing, grey], axis=2).astype(np.uint8))


def png(image: Any, what: str, **options: Any) -> File:
    """Return a picture as PNG, with the numbers that an RGB copy of it shows."""
    return File(_saved(image, "PNG", **options), f"a PNG, {what}", _numbers(image))


def jpeg(image: Any, what: str, **options: Any) -> File:
    """Return a picture as JPEG, with the numbers that its very bytes show."""
    data = _saved(image, "JPEG", quality=95, **options)
    return File(data, f"a JPEG, {what}", _numbers(Image.open(io.BytesIO(data))), name="digit.jpg", kind="image/jpeg")


def sixteen_bits(image: Any, what: str = "16 bit grey") -> File:
    """Return a grey picture with 16 bits for each pixel, 65535 for white."""
    deep = np.asarray(image.convert("L")).astype(np.uint16) * 257
    return File(_saved(Image.fromarray(deep), "PNG"), f"a PNG, {what}", _numbers(image))


def palette(image: Any, seed: int = 0) -> File:
    """Return a grey picture as numbers of a palette whose colours stand in no order."""
    grey = np.asarray(image.convert("L"))
    places = np.random.default_rng(seed).permutation(256).astype(np.uint8)
    shuffled = Image.fromarray(places[grey])
    colours = np.zeros((256, 3), np.uint8)
    colours[places] = np.arange(256, dtype=np.uint8)[:, None]
    shuffled.putpalette(colours.ravel().tolist())
    return png(shuffled, "palette")


def on_its_side(image: Any, orientation: int, form: Callable[..., File] = jpeg) -> File:
    """Return a picture as a camera writes it that was held otherwise: turned, and with a note that says so."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    lying = image.transpose(_UNDONE[orientation]) if orientation in _UNDONE else image
    file = form(lying, f"EXIF orientation {orientation}", exif=exif)
    return File(file.data, file.what, _numbers(image), image.size, file.name, file.kind)


def padded(file: File, size: int) -> File:
    """Return a PNG with so many bytes more, in a chunk that nobody needs."""
    more = _chunk(b"piCt", bytes(size))
    return File(file.data[:-12] + more + file.data[-12:], f"{file.what}, {size / 1e6:.1f} MB", file.row, file.size)


def claimed(width: int, height: int) -> bytes:
    """Return a PNG of 57 bytes that claims so many pixels, and has none."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return _PNG + head + _chunk(b"IDAT", b"") + _chunk(b"IEND", b"")


def black(width: int, height: int) -> bytes:
    """Return a PNG that has so many black pixels, and little else."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    packed = zlib.compress(bytes(height * (1 + (width + 7) // 8)), 9)  # each line has a byte more, for its filter
    return _PNG + head + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def damaged(file: File) -> bytes:
    """Return a PNG whose pixels are packed in a way that nobody can unpack."""
    place = file.data.index(b"IDAT")
    (length,) = struct.unpack(">I", file.data[place - 4 : place])
    rest = file.data[place + 4 + length + 4 :]
    return file.data[: place - 4] + _chunk(b"IDAT", b"\x00" * length) + rest


def other(form: str) -> bytes:
    """Return a picture in another format, as GIF."""
    return _saved(Image.new("RGB", (8 * WIDE, 8 * HIGH), "white"), form)


def upload(api: Api, path: str, file: File, field: str = "file") -> Reply:
    """Send a file as a form does."""
    edge = "-----------------edge-of-the-part"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="{file.name}"\r\n'
    head += f"Content-Type: {file.kind}\r\n\r\n" if file.kind else "\r\n"
    content = head.encode() + file.data + f"\r\n--{edge}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={edge}"}
    return api.post(path, content=content, headers=headers, shown=f"with {file.what}")


@dataclass(frozen=True)
class Answers:
    """What a model that the check knows has to say of pictures."""

    model: Shades
    names: list[str]

    def expect(self, api: Api, file: File, advice: str | None = None, *, too_large: str | None = None) -> Reply:
        """Send a picture, and expect the label, the confidence and the size of what it shows.

        Args:
            api: the server.
            file: the picture.
            advice: what to try where the answer is another one, and nothing better is known.
            too_large: what to try where it is refused as too large.
        """
        reply = upload(api, "/classify-image", file)
        number, probabilities = self.model.answer(file.row)
        width, height = file.size
        shown = {"label": self.names[number], "confidence": round(max(probabilities), 3)}
        wanted = {**shown, "width": width, "height": height}
        found = reply.json if isinstance(reply.json, dict) else {}
        exact = {"label": self.names[number], "width": width, "height": height}
        if reply.status != 200 or not is_near(found, exact, max(probabilities)):
            known = self._advice(reply, found, number, file) or (too_large if reply.status == 413 else advice)
            reply.fail(f"200 {json.dumps(wanted)}", known)
        return reply

    def _advice(self, reply: Reply, found: dict[str, Any], number: int, file: File) -> str | None:
        if "AxisError" in str(reply.raised):
            return 'shrink wants three numbers for each pixel: .convert("RGB") makes them'
        size = (found.get("width"), found.get("height"))
        if size == file.size[::-1]:
            return "the picture lies on its side: ImageOps.exif_transpose puts it upright"
        if type(found.get("confidence")) in (int, float) and found.get("confidence") == number > 1:
            return "that is the number of the class, not how probable it is"
        return None


def is_near(found: dict[str, Any], exact: dict[str, Any], confidence: float) -> bool:
    """Whether an answer has exactly these values, and a confidence that is near."""
    said = found.get("confidence")
    if not isinstance(said, int | float) or isinstance(said, bool) or not math.isclose(said, confidence, abs_tol=NEAR):
        return False
    return all(type(found.get(key)) is type(value) and found[key] == value for key, value in exact.items())


def _saved(image: Any, form: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def _numbers(image: Any) -> tuple[float, ...]:
    small = np.asarray(image.convert("RGB").resize((8, 8), Image.Resampling.BOX), dtype=float)
    return tuple((small.mean(axis=2) * 16 / 255).ravel().tolist())


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
