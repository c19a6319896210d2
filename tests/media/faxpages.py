"""Pages for faxes: TIFF files made with Pillow, and the comparison of what came."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

WIDTH = 1728


def page(number: int, *, rows: int = 600, width: int = WIDTH) -> Image.Image:
    """Return a page that looks a little like a letter, another one for each number."""
    image = Image.new("1", (width, rows), 1)
    draw = ImageDraw.Draw(image)
    for line in range(40, rows - 40, 34):
        for word in range(12):
            x = 120 + word * 125 + (number * 37 + line * 7 + word * 11) % 40
            draw.rectangle((x, line, x + 60 + (line + word * 13) % 45, line + 14), fill=0)
            draw.line((x, line + 20, x + 90, line + 3), fill=0)
    draw.ellipse((600, rows // 3, 900, rows // 3 + 200), outline=0, width=9)
    draw.rectangle((20, 20, 20 + 30 * number, 36), fill=0)
    return image


def tiff(
    path: Path, count: int = 1, *, rows: int = 600, width: int = WIDTH, lines: int = 196
) -> Path:
    """Write a fax TIFF of so many pages, and return its path."""
    pages = [page(n + 1, rows=rows, width=width) for n in range(count)]
    pages[0].save(
        path, format="TIFF", save_all=True, append_images=pages[1:], compression="group4",
        dpi=(204, lines), strip_size=1 << 24,
    )  # fmt: skip
    return path


def pages_of(path: Path) -> list[bytes]:
    """Return the pixels of each page, with its size in front."""
    found = []
    with Image.open(path) as image:
        for index in range(getattr(image, "n_frames", 1)):
            image.seek(index)
            black = image.convert("1")
            found.append(f"{black.size} ".encode() + black.tobytes())
    return found
