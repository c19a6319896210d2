"""Pictures and faxes (PNG, JPEG, TIFF) as grey pages on the paper."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from PIL import Image, ImageOps

from boardivr.fax.errors import DocumentError
from boardivr.fax.model import Limits, Options
from boardivr.fax.paper import DOTS_PER_INCH, Paper, Resolution, fit, true_dpi

FORMATS = ("PNG", "JPEG", "TIFF")
SENSIBLE_DPI = range(30, 2500)
USUAL_DPI = 96.0  # of pictures that don't say: screens'
ORIENTATION = 0x0112  # of Exif; from 5 on, width and height change places
FAX_WIDTHS = frozenset(paper.columns for paper in Paper)


def pages(data: bytes, name: str, options: Options, limits: Limits) -> Iterator[Image.Image]:
    """Yield a file's pages, mode L for the paper, or mode 1 where it's our kind of fax already.

    :raises DocumentError: too many pixels
    :raises OSError, SyntaxError, ValueError: it can't be decoded, as Pillow says it
    """
    for frame in frames(data, name, limits):
        if is_fax_page(frame, options):
            yield frame.copy()
        else:
            yield _on_paper(frame, options)


def frames(data: bytes, name: str, limits: Limits) -> Iterator[Image.Image]:
    """Yield the pictures of a file, each checked before it's unpacked."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit stands for it
    if _directories(data, limits.pages + 1) > limits.pages:
        raise DocumentError(f"{name}: expected at most {limits.pages} pages, found more")
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        # Not by n_frames: it walks directories that may go round in circles.
        for number in range(limits.pages + 1):
            try:
                image.seek(number)
            except EOFError:
                return
            if image.width * image.height > limits.pixels:
                raise DocumentError(
                    f"{name}: page {number + 1} has {image.width} x {image.height} pixels, "
                    f"expected at most {limits.pixels:,}"
                )
            yield image
            if image.format != "TIFF":
                return


def _directories(data: bytes, most: int) -> int:
    """Return how many pages a TIFF has, without looking at them (TIFF 6.0, section 2).

    :param most: it is counted no further; directories that go round in circles count once
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None:
        return 0
    seen: set[int] = set()
    place = 4
    while len(seen) < most and place + 4 <= len(data):
        (at,) = struct.unpack_from(f"{order}I", data, place)
        if at == 0 or at in seen or at + 2 > len(data):
            break
        seen.add(at)
        (entries,) = struct.unpack_from(f"{order}H", data, at)
        place = at + 2 + 12 * entries
    return len(seen)


def dpi_of(image: Image.Image) -> tuple[float, float]:
    """Return dots an inch across and down; a fax that doesn't say so is a fine one."""
    found = image.info.get("dpi")
    if found is not None:
        across, down = (float(value) for value in found)
        if int(across) in SENSIBLE_DPI and int(down) in SENSIBLE_DPI:
            return true_dpi(across, down)
    if image.mode == "1" and image.width in FAX_WIDTHS:
        return true_dpi(DOTS_PER_INCH, Resolution.FINE.lines_per_inch)
    return USUAL_DPI, USUAL_DPI


def is_fax_page(image: Image.Image, options: Options) -> bool:
    """Return whether a page can go out dot by dot, as it is."""
    across, down = dpi_of(image)
    lines = options.resolution.lines_per_inch
    return (
        image.mode == "1"
        and image.width == options.paper.columns
        and abs(across / DOTS_PER_INCH - 1) < 0.04
        and abs(down / lines - 1) < 0.04  # 100, 200 and 400 are the same by another name
    )


def grey(image: Image.Image) -> Image.Image:
    """Return a picture in greys on white."""
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        colours = image.convert("RGBA")
        ground = Image.new("RGBA", colours.size, "white")
        return Image.alpha_composite(ground, colours).convert("L")
    if image.mode.startswith("I"):  # 16 bits
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image.convert("L")


def _on_paper(frame: Image.Image, options: Options) -> Image.Image:
    """Lay a picture on a white page: in its own size or smaller, upright."""
    across, down = dpi_of(frame)
    width, height = frame.width / across * 25.4, frame.height / down * 25.4
    turned = frame.getexif().get(ORIENTATION, 1) >= 5
    if frame.format == "JPEG":
        # A large photograph is decoded in a half, a quarter or an eighth of its size.
        side = options.paper.rows(options.resolution)
        frame.draft("L", (side, side))
    picture = grey(ImageOps.exif_transpose(frame))
    if turned and frame.format == "JPEG":
        width, height = height, width
    if width > height:
        picture = picture.transpose(Image.Transpose.ROTATE_90)
        width, height = height, width
    place = fit(width, height, options.paper, options.resolution)
    page = Image.new("L", (options.paper.columns, options.paper.rows(options.resolution)), 255)
    scaled = picture.resize((place.columns, place.rows), Image.Resampling.LANCZOS, reducing_gap=3)
    page.paste(scaled, (place.left, 0))
    return page
