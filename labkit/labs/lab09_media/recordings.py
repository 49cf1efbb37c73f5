"""Recordings for the checks: tones in any width, rate and number of channels; and files that are none."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import soundfile

from labkit.checks.api import Api, Reply
from labkit.checks.compare import same
from labkit.labs.lab09_media.pictures import File, upload

PATH = "/classify-audio"
WIDTHS = {"8 bit": "PCM_U8", "16 bit": "PCM_16", "24 bit": "PCM_24", "32 bit": "PCM_32", "float": "FLOAT"}
NEAR = 0.01
"""How far the seconds may be from those that were recorded."""


def tone(hertz: float, rate: int = 44100, seconds: float = 1.0, loud: float = 0.5, offset: float = 0.0) -> Any:
    """Return a column of samples: a tone, a weaker one, and a little noise."""
    moments = np.arange(round(rate * seconds)) / rate
    noise = np.random.default_rng(7).normal(scale=0.002, size=len(moments))
    weaker = 0.15 * np.sin(2 * np.pi * 1.7 * hertz * moments)
    return loud * (np.sin(2 * np.pi * hertz * moments) + weaker) + noise + offset


def stereo(left: Any, right: Any) -> Any:
    """Return two columns of samples."""
    return np.stack([left, right], axis=1)


def encoded(samples: Any, rate: int, form: str, width: str | None = None) -> bytes:
    """Return samples in a format of libsndfile."""
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format=form, subtype=width)
    return file.getvalue()


def wav(samples: Any, rate: int = 44100, width: str = "16 bit", form: str = "WAV") -> File:
    """Return samples as a WAV file."""
    channels = "stereo" if np.ndim(samples) == 2 else "mono"
    what = f"a WAV, {width}, {rate} Hz, {channels}"
    return named(encoded(samples, rate, form, WIDTHS.get(width, width)), what)


def named(data: bytes, what: str) -> File:
    """Return bytes under a name that promises a recording."""
    return File(data, what, name="note.wav", kind="audio/wav")


def truncated(file: File) -> File:
    """Return the head of a WAV file: there is nothing about its samples."""
    return named(file.data[:16], "16 bytes of a WAV")


def note(hertz: float) -> str:
    """Return the name of the note that is nearest."""
    number = round(69 + 12 * math.log2(hertz / 440))
    return f"{('C', 'C#', 'D', 'D#', 'E', 'F', 'F#', 'G', 'G#', 'A', 'A#', 'B')[number % 12]}{number // 12 - 1}"


def expect(api: Api, file: File, samples: Any, rate: int, hertz: float, advice: str | None = None) -> Reply:
    """Send a recording, and expect its length, its rate, its channels and its note."""
    reply = upload(api, PATH, file)
    wanted: dict[str, Any] = {
        "seconds": len(samples) / rate,
        "sample_rate": rate,
        "channels": 1 if np.ndim(samples) == 1 else int(np.shape(samples)[1]),
        "note": note(hertz),
    }
    found = reply.json if isinstance(reply.json, dict) else {}
    said = found.get("seconds")
    near = isinstance(said, int | float) and math.isclose(said, wanted["seconds"], abs_tol=NEAR)
    if reply.status != 200 or not near or not same({**found, "seconds": 0}, {**wanted, "seconds": 0}):
        reply.fail(f"200 {json.dumps(wanted)}", _advice(found, wanted, hertz) or advice)
    return reply


def refused(api: Api, files: Sequence[File], status: int) -> None:
    """Expect each of these files to be refused with a status."""
    for file in files:
        reply = upload(api, PATH, file)
        if reply.status != status:
            reply.fail(str(status))


def _advice(found: dict[str, Any], wanted: dict[str, Any], hertz: float) -> str | None:
    """Say what to try where the answer shows what is wrong."""
    if found.get("note") == note(hertz / 2) and wanted["channels"] == 2:
        return "an octave too low: a row of a stereo recording has two samples of the same moment"
    return None
