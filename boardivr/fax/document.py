"""Documents into faxes and back: what the rest of BoardIVR calls.

A file is read by a process of its own only; here nothing but its answer is seen.
What is written appears whole and is on the disk, or isn't there at all.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from boardivr.fax import sandbox
from boardivr.fax.errors import DocumentError
from boardivr.fax.estimate import call_seconds
from boardivr.fax.model import Cover, FaxDocument, Limits, Options, Page, plain

FORMATS = {".pdf": "pdf", ".png": "png"}


def convert(
    sources: Sequence[Path],
    out: Path,
    options: Options = Options(),  # noqa: B008  # frozen
    *,
    cover: Cover | None = None,
    limits: Limits = Limits(),  # noqa: B008  # frozen
) -> FaxDocument:
    """Make one fax of documents: PDF, PNG, JPEG, TIFF, text or Markdown, in this order.

    :param out: the TIFF to write: Group 4, min is white, one strip a page
    :raises DocumentError: a document that can't be faxed; nothing is written
    :raises OSError: a file that can't be opened or written
    """
    if not sources and cover is None:
        raise DocumentError("expected a document or a cover, found neither")
    request = {
        **_request("convert", sources),
        "options": plain(options),
        "cover": dataclasses.asdict(cover) if cover else None,
    }
    with sandbox.work(request, limits, out.parent) as (answer, files):
        facts = _facts(answer)
        _move(files[0], out)
    return FaxDocument(path=out, resolution=options.resolution, paper=options.paper, **facts)


def export(fax: Path, out: Path, *, limits: Limits = Limits()) -> tuple[Path, ...]:  # noqa: B008
    """Write a fax as a PDF, or as PNGs with square pixels; return the files.

    :param fax: a TIFF, ours or a received one
    :param out: ends in ``.pdf`` or ``.png``; several pages are ``out-1.png``, ``out-2.png`` ...
    :raises DocumentError: it can't be read
    """
    job = FORMATS.get(out.suffix.lower())
    if job is None:
        raise DocumentError(f"{out}: expected a name that ends in .pdf or .png")
    with sandbox.work(_request(job, [fax]), limits, out.parent) as (_, files):
        wanted = [_numbered(out, number, len(files)) for number in range(1, len(files) + 1)]
        for made, path in zip(files, wanted, strict=True):
            _move(made, path)
    return tuple(wanted)


def preview(fax: Path, out: Path, *, limits: Limits = Limits()) -> Path:  # noqa: B008
    """Write one PNG with a fax's pages side by side.

    :raises DocumentError: it can't be read
    """
    with sandbox.work(_request("sheet", [fax]), limits, out.parent) as (_, files):
        _move(files[0], out)
    return out


def seconds(fax: FaxDocument, rate: int = 14400) -> float:
    """Return how long a fax will be on the line, from answer to end.

    :param rate: bits a second
    """
    return call_seconds((page.size_bytes for page in fax.pages), rate)


def _request(job: str, sources: Sequence[Path]) -> dict[str, Any]:
    for source in sources:
        if not source.is_file():
            raise DocumentError(f"{source}: expected a file, found {_what(source)}")
        with source.open("rb"):
            pass  # what keeps it from being read is told as the system says it
    return {"job": job, "sources": [str(source.resolve()) for source in sources]}


def _what(path: Path) -> str:
    if path.is_dir():
        return "a folder"
    return "something else" if path.exists() else "nothing"


def _numbered(out: Path, number: int, total: int) -> Path:
    return out if total == 1 else out.with_name(f"{out.stem}-{number}{out.suffix}")


def _facts(answer: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return {
            "pages": tuple(Page(**page) for page in answer["pages"]),
            "blank": int(answer["blank"]),
            "warnings": tuple(str(warning) for warning in answer["warnings"]),
        }
    except (KeyError, TypeError, ValueError) as error:
        raise DocumentError(f"the converter's answer can't be understood: {error}") from error


def _move(made: Path, out: Path) -> None:
    """Put a file into its place, whole and on the disk."""
    with made.open("rb") as file:
        os.fsync(file.fileno())
    made.replace(out)
    folder = os.open(out.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
