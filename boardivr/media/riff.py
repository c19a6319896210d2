"""RIFF/WAVE: the header of a .wav file, read and written. No samples are touched here.

::

    "RIFF" size "WAVE"
        "fmt " size  format channels rate byte-rate block-align bits [extension]
        "fact" size  samples                    where the format isn't linear
        "data" size  samples …

Python's own ``wave`` module knows linear samples only.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from boardivr.hal.types import SAMPLE_RATE

PCM, FLOAT, ALAW, ULAW, EXTENSIBLE = 1, 3, 6, 7, 0xFFFE

# What follows the format number in a WAVE_FORMAT_EXTENSIBLE sub-format GUID.
_GUID_TAIL = bytes.fromhex("000000001000800000aa00389b71")


class RiffError(ValueError):
    """Not a WAVE file, or one that lacks a part; says what was found and expected."""


@dataclass(frozen=True, kw_only=True)
class Wave:
    """A WAVE file's samples as they lie, and how to read them.

    :param format: PCM, FLOAT, ALAW or ULAW (or any other number that was found)
    :param rate: samples a second
    :param bits: of one sample of one channel, as it is stored
    :param missing: bytes that the header promises and the file doesn't have
    """

    format: int
    channels: int
    rate: int
    bits: int
    data: bytes
    missing: int = 0


def parse_wave(content: bytes) -> Wave:
    """Read a file's bytes.

    :raises RiffError: no RIFF/WAVE header, no usable ``fmt`` chunk, no ``data`` chunk
    """
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise RiffError(f"expected a RIFF/WAVE header, found {content[:12]!r}")
    form: tuple[int, int, int, int] | None = None
    place = 12
    while place + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, place)
        body = content[place + 8 : place + 8 + size]
        if name == b"fmt ":
            form = _parse_format(body)
        elif name == b"data":
            if form is None:
                raise RiffError("expected a 'fmt ' chunk before the 'data' chunk, found none")
            kind, channels, rate, bits = form
            return Wave(
                format=kind,
                channels=channels,
                rate=rate,
                bits=bits,
                data=body,
                missing=size - len(body),
            )
        place += 8 + size + size % 2  # chunks begin at even places
    raise RiffError("expected a 'data' chunk, found none")


def _parse_format(body: bytes) -> tuple[int, int, int, int]:
    if len(body) < 16:
        raise RiffError(f"expected a 'fmt ' chunk of 16 bytes or more, found {len(body)}")
    kind, channels, rate, _, align, bits = struct.unpack_from("<HHIIHH", body)
    if kind == EXTENSIBLE:
        if len(body) < 40 or body[26:40] != _GUID_TAIL:
            raise RiffError("expected a 'fmt ' chunk with a wave sub-format, found another")
        (kind,) = struct.unpack_from("<H", body, 24)
    # A sample of 12 bits is kept in 16: the block's size tells, where it makes sense.
    if channels and align % channels == 0 and align // channels >= (bits + 7) // 8:
        bits = align // channels * 8
    return kind, channels, rate, bits


def open_header(tag: int, bits: int) -> bytes:
    """Return a RIFF header for 8 kHz mono whose two lengths are filled in while one records.

    G.711 has a fmt chunk of 18 bytes, as the WAVE format's registry asks of non-PCM.
    """
    width = bits // 8
    fmt = b"".join(
        value.to_bytes(size, "little")
        for value, size in (
            (tag, 2), (1, 2), (SAMPLE_RATE, 4), (SAMPLE_RATE * width, 4), (width, 2), (bits, 2),
        )
    )  # fmt: skip
    if tag != 1:
        fmt += bytes(2)
    return (
        b"RIFF" + bytes(4) + b"WAVEfmt " + len(fmt).to_bytes(4, "little") + fmt
        + b"data" + bytes(4)
    )  # fmt: skip


def build_wave(data: bytes, *, kind: int, bits: int, rate: int) -> bytes:
    """Return a mono WAVE file.

    :param kind: PCM, ALAW or ULAW
    """
    width = bits // 8
    form = struct.pack("<HHIIHH", kind, 1, rate, rate * width, width, bits)
    chunks = []
    if kind == PCM:
        chunks.append((b"fmt ", form))
    else:
        chunks.append((b"fmt ", form + b"\0\0"))  # an extension of no bytes
        chunks.append((b"fact", struct.pack("<I", len(data) // width)))
    chunks.append((b"data", data))
    body = b"".join(
        name + struct.pack("<I", len(part)) + part + b"\0" * (len(part) % 2)
        for name, part in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body
