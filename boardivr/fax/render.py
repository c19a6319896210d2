"""Documents into coded fax pages. Runs in the worker: nothing here trusts a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from boardivr.fax import cover, halftone, layout, markdown, pdfpages, pictures, plaintext, tiff
from boardivr.fax.errors import DocumentError
from boardivr.fax.kinds import Kind, kind_of, text_of
from boardivr.fax.model import Cover, Limits, Options, Page, Tone

INK = 25_000  # a page with less than one black dot in so many is blank


@dataclass
class Rendered:
    """What became of documents so far."""

    pages: list[Page] = field(default_factory=list)
    coded: list[tiff.Coded] = field(default_factory=list)
    blank: int = 0
    warnings: list[str] = field(default_factory=list)


def render(
    sources: Sequence[Path], options: Options, limits: Limits, front: Cover | None = None
) -> Rendered:
    """Return all documents as one fax, its cover first.

    :raises DocumentError: a document that can't be faxed, or nothing left to fax
    """
    done = Rendered()
    for source in sources:
        _render_file(done, source, options, limits)
    if front is not None:
        _put_cover(done, front, options)
    if not done.pages:
        blank = f", all {done.blank} pages are blank" if done.blank else ""
        raise DocumentError(f"expected at least one page to fax, found none{blank}")
    return done


def _render_file(done: Rendered, source: Path, options: Options, limits: Limits) -> None:
    name = source.name
    size = source.stat().st_size
    if size > limits.input_bytes:
        raise DocumentError(
            f"{name}: expected at most {limits.input_bytes:,} bytes, found {size:,}"
        )
    for number, image in enumerate(_pages(done, source.read_bytes(), name, options, limits), 1):
        if len(done.pages) + done.blank >= limits.pages:
            raise DocumentError(f"{name}: expected at most {limits.pages} pages, found more")
        page, tone = _in_black(image, options)
        if options.drop_blank and is_blank(page):
            done.blank += 1
            continue
        _keep(done, len(done.pages), page, options, (name, number, tone))


def _pages(
    done: Rendered, data: bytes, name: str, options: Options, limits: Limits
) -> Iterator[Image.Image]:
    kind = kind_of(data, name)
    if kind is Kind.PDF:
        return pdfpages.pages(data, name, options, limits)
    if kind is Kind.PICTURE:
        return pictures.pages(data, name, options, limits)
    text = plaintext.cleaned(text_of(data, name), name)
    done.warnings += plaintext.check_letters(text, name)
    blocks = markdown.blocks(text) if kind is Kind.MARKDOWN else plaintext.blocks(text)
    return layout.pages(list(blocks), options)


def _put_cover(done: Rendered, front: Cover, options: Options) -> None:
    total = len(done.pages)
    texts = "".join([*front.template.labels.values(), *front.fields.values()])
    done.warnings += plaintext.check_letters(texts + front.template.title, "cover")
    images = _cover_pages(front, total + 1, options)
    if len(images) > 1:  # its own pages count as well
        images = _cover_pages(front, total + len(images), options)
    for number, image in enumerate(images):
        page = halftone.threshold(image)
        _keep(done, number, page, options, ("cover", number + 1, Tone.TEXT.value))


def _cover_pages(front: Cover, pages: int, options: Options) -> list[Image.Image]:
    return list(layout.pages(list(cover.blocks(front, pages)), options))


def _keep(
    done: Rendered, at: int, page: Image.Image, options: Options, origin: tuple[str, int, str]
) -> None:
    """Code a page and put it at its place."""
    data = tiff.code(page)
    lines = options.resolution.lines_per_inch
    coded = tiff.Coded(columns=page.width, rows=page.height, lines_per_inch=lines, data=data)
    source, number, tone = origin
    done.coded.insert(at, coded)
    done.pages.insert(
        at,
        Page(
            source=source, source_page=number, columns=page.width, rows=page.height,
            size_bytes=len(data), tone=tone,
        ),
    )  # fmt: skip


def _in_black(image: Image.Image, options: Options) -> tuple[Image.Image, str]:
    if image.mode == "1":
        return image, "exact"
    tone = options.tone
    if tone is Tone.AUTO and not halftone.has_photo(image):
        tone = Tone.TEXT
    page = halftone.bilevel(image, tone, options.resolution, options.dots)
    return page, Tone.TEXT.value if tone is Tone.TEXT else Tone.PHOTO.value


def is_blank(page: Image.Image) -> bool:
    """Return whether a page (mode 1) has nothing on it but dust."""
    return page.histogram()[0] * INK <= page.width * page.height
