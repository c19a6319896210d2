"""A recording as a picture: its wave above, its level over time below."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boardivr.hal.types import SAMPLE_RATE
from boardivr.media.audiofile import AudioFileError, read_samples, resample
from boardivr.prompts.level import CLIPPED, Level, active_level, power_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

WIDTH, WAVE, LEVELS, MARGIN, HEAD = 1200, 200, 130, 56, 30
QUIETEST, LOUDEST = -60, 4  # dBm0, of the level's scale
SMALLEST = 4000  # a sample as high as the picture, at least: noise shall look like noise
WINDOW = 0.02  # seconds of a level

PAPER, INK, FAINT = "white", "#1b4965", "#d5dde3"
MARK, BAD = "#e08e45", "#c1121f"


def draw(recordings: Mapping[str, Path], png: Path) -> None:
    """Draw recordings below each other into a PNG file.

    :param recordings: files by the title that each gets
    :raises AudioFileError: one can't be read, or the picture can't be written
    """
    from PIL import Image, ImageDraw

    height = HEAD + WAVE + LEVELS + HEAD
    image = Image.new("RGB", (WIDTH, height * len(recordings)), PAPER)
    pen = ImageDraw.Draw(image)
    for place, (title, path) in enumerate(recordings.items()):
        _draw_one(pen, title, resample(*read_samples(path)), place * height)
    try:
        image.save(png, "PNG")
    except (OSError, ValueError) as error:
        raise AudioFileError(f"{png}: can't be written: {error}") from error


def _draw_one(pen: Any, title: str, samples: npt.NDArray[np.int16], top: int) -> None:
    seconds = len(samples) / SAMPLE_RATE
    level = active_level(samples)
    about = "silence" if level is None else f"{level:.1f} dBm0"
    pen.text((MARGIN, top + 8), f"{title}   {seconds:.2f} s   {about}", fill=INK, font=_font(15))
    _wave(pen, samples, top + HEAD)
    _levels(pen, samples, level, top + HEAD + WAVE)
    _seconds(pen, seconds, top + HEAD + WAVE + LEVELS)


def _wave(pen: Any, samples: npt.NDArray[np.int16], top: int) -> None:
    import numpy as np

    middle, half = top + WAVE // 2, WAVE // 2 - 4
    scale = half / max(int(np.abs(samples.astype(np.int32)).max(initial=0)), SMALLEST)
    pen.line((MARGIN, middle, WIDTH - MARGIN, middle), fill=FAINT)
    for x, part in _columns(samples):
        low, high = int(part.min()), int(part.max())
        is_flat = int(np.abs(part.astype(np.int32)).max()) >= CLIPPED
        y = (middle - round(high * scale), middle - round(low * scale))
        pen.line((x, y[0], x, y[1]), fill=BAD if is_flat else INK)


def _levels(pen: Any, samples: npt.NDArray[np.int16], level: float | None, top: int) -> None:
    import numpy as np

    for mark in range(QUIETEST, LOUDEST, 20):
        y = _height(mark, top)
        pen.line((MARGIN, y, WIDTH - MARGIN, y), fill=FAINT)
        pen.text((8, y - 7), f"{mark}", fill=INK, font=_font(12))
    pen.text((WIDTH - MARGIN + 8, _height(0, top) - 7), "dBm0", fill=INK, font=_font(12))
    points = []
    width = int(WINDOW * SAMPLE_RATE)
    for x, part in _columns(samples, width):
        power = float(np.mean(part.astype(np.float64) ** 2))
        points.append((x, _height(10 * np.log10(max(power, 0.01) / power_of(0.0)), top)))
    if len(points) > 1:
        pen.line(points, fill=INK, width=2)
    for value, colour in ((Level().active_dbm0, MARK), (level, INK)):
        if value is not None:
            y = _height(value, top)
            for x in range(MARGIN, WIDTH - MARGIN, 12):
                pen.line((x, y, x + 6, y), fill=colour)


def _seconds(pen: Any, seconds: float, top: int) -> None:
    step = next((s for s in (0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60) if seconds / s <= 20), 300)
    for number in range(int(seconds / step) + 1):
        x = MARGIN + int((WIDTH - 2 * MARGIN) * number * step / seconds)
        pen.line((x, top, x, top + 4), fill=INK)
        pen.text((x - 8, top + 6), f"{number * step:g} s", fill=INK, font=_font(12))


def _columns(samples: npt.NDArray[np.int16], least: int = 1) -> list[tuple[int, Any]]:
    """For each column of the picture its place, and the samples that it shows."""
    columns = WIDTH - 2 * MARGIN
    found = []
    for column in range(columns):
        start = column * len(samples) // columns
        part = samples[start : max((column + 1) * len(samples) // columns, start + least)]
        if part.size:
            found.append((MARGIN + column, part))
    return found


def _height(dbm0: float, top: int) -> int:
    share = (min(max(dbm0, QUIETEST), LOUDEST) - QUIETEST) / (LOUDEST - QUIETEST)
    return top + LEVELS - 6 - int(share * (LEVELS - 12))


def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.load_default(size)
