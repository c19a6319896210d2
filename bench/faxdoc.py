"""Fax documents: pages a second of processor, by what they are made from.

A business letter of A4 in fine resolution; the worker's start is a figure of its
own, as each document pays for it once.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from boardivr.fax import document, pdf, tiff
from boardivr.fax.export import to_pdf, to_png
from boardivr.fax.model import Limits, Options
from boardivr.fax.paper import Resolution
from boardivr.fax.render import render

PAGES = 20
LINE = "The quick brown fox jumps over the lazy dog, 您的余额是一万零一百元五分。"
OPTIONS = Options()


def main() -> dict[str, object]:
    """Measure, and return figures by name."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_sources(folder)
        return {
            "pages_a_second": {
                "pdf_text": rate(folder / "letter.pdf"),
                "pdf_text_standard": rate(
                    folder / "letter.pdf", Options(resolution=Resolution.STANDARD)
                ),
                "pdf_scanned": rate(folder / "scanned.pdf"),
                "text": rate(folder / "letter.txt"),
                "markdown": rate(folder / "letter.md"),
                "photo_jpeg": rate(folder / "photo.jpg"),
                "fax_to_pdf": speed(lambda: pages_to(folder, "pdf")),
                "fax_to_png": speed(lambda: pages_to(folder, "png")),
            },
            "through_the_worker_s": through_the_worker(folder),
        }


def rate(source: Path, options: Options = OPTIONS) -> float:
    """Return pages a second of processor, coding and all."""
    return speed(lambda: len(render([source], options, Limits()).pages))


def speed(work: Callable[[], int]) -> float:
    """Return pages a second of processor, after one run that isn't counted."""
    work()
    began, pages = time.process_time(), 0
    while (took := time.process_time() - began) < 1.5:
        pages += work()
    return pages / took


def pages_to(folder: Path, kind: str) -> int:
    """Write the fax as a PDF or PNGs; return its pages."""
    write = {"pdf": to_pdf, "png": to_png}[kind]
    write(folder / "fax.tif", folder / f"out.{kind}", Limits())
    return PAGES


def through_the_worker(folder: Path) -> dict[str, float]:
    """Seconds on the clock for one page and for all, with process, limits and fsync."""
    figures = {}
    for name, source in (("one_page", "page.txt"), (f"{PAGES}_pages", "letter.pdf")):
        began = time.perf_counter()
        for _ in range(3):
            document.convert([folder / source], folder / "out.tif")
        figures[name] = (time.perf_counter() - began) / 3
    return figures


def make_sources(folder: Path) -> None:
    """Write the documents that are measured."""
    from PIL import Image

    folder.joinpath("page.txt").write_text("\n".join([LINE] * 40), encoding="utf-8")
    letter = "\f".join("\n".join([LINE] * 40) for _ in range(PAGES))
    folder.joinpath("letter.txt").write_text(letter, encoding="utf-8")
    folder.joinpath("letter.md").write_text(letter.replace("\n", "\n\n"), encoding="utf-8")
    Image.radial_gradient("L").resize((1600, 2200)).save(folder / "photo.jpg", dpi=(200, 200))
    folder.joinpath("letter.pdf").write_bytes(text_pdf())
    coded = render([folder / "letter.txt"], OPTIONS, Limits()).coded
    with (folder / "fax.tif").open("wb") as file:
        tiff.write(file, coded)
    with (folder / "scanned.pdf").open("wb") as file:
        pdf.write(file, coded)


def text_pdf() -> bytes:
    """Return a PDF whose pages are forty lines of Helvetica each."""
    lines = b"".join(b"(%b) Tj T* " % LINE.encode("ascii", "ignore") for _ in range(40))
    content = b"BT /F 11 Tf 16 TL 60 780 Td " + lines + b"ET"
    kids = b" ".join(b"%d 0 R" % (5 + number) for number in range(PAGES))
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F 3 0 R>>>>>>"
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%b]>>" % (PAGES, kids),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>\nstream\n%b\nendstream" % (len(content), content),
        *[page] * PAGES,
    ]
    body = b"".join(
        b"%d 0 obj\n%b\nendobj\n" % (number, one) for number, one in enumerate(objects, 1)
    )
    return (
        b"%PDF-1.4\n" + body + b"trailer\n<</Size %d/Root 1 0 R>>\n%%%%EOF\n" % (len(objects) + 1)
    )


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
