"""Grey into black and white: clean letters, and dots for photographs.

A photograph's dots decide how long it takes to send, not how it looks: scattered
dots (Floyd-Steinberg, Bayer) make a page of ten minutes, dots that grow in
clusters on a lattice at 45 degrees one of two or three.
"""

from __future__ import annotations

import functools
import math

from PIL import Image, ImageChops, ImageFilter

from boardivr.fax.model import Tone
from boardivr.fax.paper import Resolution

WHITE_FROM = 170  # of 255: two thirds white is paper, not ink
MID_GREYS = range(64, 193)
ANY_GREYS = range(8, 248)  # what may belong to a photograph beside its mid-greys
PHOTO_SHARE = 0.08  # of a page's area in mid-grey makes it one with a photograph
REACH = 3  # dots: letters' smoothed edges are thinner than this
BLOCK = 16


def bilevel(grey: Image.Image, tone: Tone, resolution: Resolution, dots: int = 8) -> Image.Image:
    """Return a page in black and white.

    :param grey: mode L
    :param dots: columns of the halftone's cell
    """
    if tone is Tone.TEXT or (tone is Tone.AUTO and not has_photo(grey)):
        return threshold(grey)
    halftoned = halftone(grey, dots, resolution)
    if tone is Tone.PHOTO:
        return halftoned
    return Image.composite(halftoned, threshold(grey), photo_area(grey))


def threshold(grey: Image.Image) -> Image.Image:
    """Return black or white, whichever is nearer to what a reader sees."""
    return grey.point(_above(WHITE_FROM), "1")


def has_photo(grey: Image.Image) -> bool:
    """Return whether so much of a page is mid-grey that a threshold would spoil it."""
    flat = _flat(grey, MID_GREYS)
    return flat.histogram()[255] > PHOTO_SHARE * grey.width * grey.height


def photo_area(grey: Image.Image) -> Image.Image:
    """Return a mask (mode 1) of where a page has photographs: in blocks, grown over their greys."""
    core = _blocks(_flat(grey, MID_GREYS), 64)
    whole = _blocks(_flat(grey, ANY_GREYS), 96)
    for _ in range(max(core.size)):
        grown = ImageChops.lighter(core, ImageChops.darker(_dilated(core), whole))
        if grown.tobytes() == core.tobytes():
            break
        core = grown
    mask = _dilated(core)
    size = (mask.width * BLOCK, mask.height * BLOCK)
    return mask.resize(size, Image.Resampling.NEAREST).crop((0, 0, *grey.size)).convert("1")


def halftone(grey: Image.Image, dots: int, resolution: Resolution) -> Image.Image:
    """Return a page as clustered dots; black stays black, white stays white."""
    rows = max(2, round(dots * resolution.lines_per_inch / Resolution.FINE.lines_per_inch))
    return ImageChops.subtract(grey, _tiled(dots, rows, grey.size)).point(_above(1), "1")


@functools.cache
def cell(columns: int, rows: int) -> bytes:
    """Return the thresholds of a cell with two dots, on a lattice at 45 degrees.

    They rise from the dots' middles; all levels of grey are used evenly.
    """

    def spot(place: tuple[int, int]) -> tuple[float, int]:
        x, y = place
        across = math.cos(2 * math.pi * (x + 0.5) / columns)
        down = math.cos(2 * math.pi * (y + 0.5) / rows)
        return -round(across * down, 9), (x + 2 * y) % columns

    places = sorted(((x, y) for y in range(rows) for x in range(columns)), key=spot)
    levels = bytearray(columns * rows)
    for rank, (x, y) in enumerate(places):
        # The first to darken, in the middle of a dot, has the highest threshold.
        levels[y * columns + x] = 254 - round((rank + 0.5) * 253 / len(places))
    return bytes(levels)


def _tiled(columns: int, rows: int, size: tuple[int, int]) -> Image.Image:
    """Return a cell repeated over an area."""
    width, height = size
    line = cell(columns, rows)
    across = b"".join(
        (line[y * columns : (y + 1) * columns] * (width // columns + 1))[:width]
        for y in range(rows)
    )
    return Image.frombytes("L", size, (across * (height // rows + 1))[: width * height])


def _flat(grey: Image.Image, greys: range) -> Image.Image:
    """Return 255 where a pixel and those REACH away have these greys, else 0."""
    width, height = grey.size
    if min(width, height) <= REACH:
        return Image.new("L", grey.size, 0)
    found = grey.point([255 if level in greys else 0 for level in range(256)])
    right = found.crop((REACH, 0, width + REACH, height))
    below = found.crop((0, REACH, width, height + REACH))
    return ImageChops.darker(ImageChops.darker(found, right), below)


def _blocks(mask: Image.Image, least: int) -> Image.Image:
    return mask.reduce(BLOCK).point(_above(least))


def _dilated(mask: Image.Image) -> Image.Image:
    return mask.filter(ImageFilter.MaxFilter(3))


@functools.cache
def _above(level: int) -> list[int]:
    return [255 if value >= level else 0 for value in range(256)]
