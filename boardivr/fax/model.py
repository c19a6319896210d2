"""Values: how a document is to be converted, within which limits, and what came of it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from boardivr.fax.paper import Paper, Resolution


class Tone(enum.Enum):
    """What becomes of grey."""

    AUTO = "auto"  # per page: dots where there is a photograph, else as text
    TEXT = "text"  # black or white, no dots: clean letters
    PHOTO = "photo"  # dots over the whole page


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a document becomes a fax.

    :param dots: columns of a cell of the halftone; larger is coarser and sent sooner
    :param drop_blank: pages with nothing on them are left out
    """

    resolution: Resolution = Resolution.FINE
    paper: Paper = Paper.A4
    tone: Tone = Tone.AUTO
    dots: int = 8
    drop_blank: bool = False


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a conversion may use before it's ended.

    :param seconds: of wall clock
    :param cpu_seconds: of processor
    :param memory_bytes: of address space
    :param pages: of all documents together
    :param pixels: of one picture, before it's unpacked
    :param input_bytes: of one file
    :param output_bytes: of what is written
    """

    seconds: float = 120.0
    cpu_seconds: int = 90
    memory_bytes: int = 1 << 30
    pages: int = 500
    pixels: int = 80_000_000
    input_bytes: int = 100 << 20
    output_bytes: int = 500 << 20


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of a fax.

    :param source: the file that it came from
    :param source_page: from 1
    :param columns: dots across
    :param rows: lines down
    :param size_bytes: as T.6 (MMR) sends it
    :param tone: ``text``, ``photo``, or ``exact`` for a fax page taken as it was
    """

    source: str
    source_page: int
    columns: int
    rows: int
    size_bytes: int
    tone: str


@dataclass(frozen=True, kw_only=True)
class FaxDocument:
    """A fax that is ready to be sent: a TIFF of Group 4 pages.

    :param blank: how many blank pages were left out
    :param warnings: what isn't as its author meant it, in words
    """

    path: Path
    resolution: Resolution
    paper: Paper
    pages: tuple[Page, ...]
    blank: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CoverTemplate:
    """A cover page's words in one language (read from YAML).

    :param title: in large letters
    :param labels: by field, in the order in which they are shown
    :param comments: what stands above the comments
    :param notice: small print at the end
    """

    title: str
    labels: dict[str, str]
    comments: str = ""
    notice: str = ""


@dataclass(frozen=True, kw_only=True)
class Cover:
    """A cover page to be made: its words, and the job's fields."""

    template: CoverTemplate
    fields: Mapping[str, str] = field(default_factory=dict)


def options_from(values: Mapping[str, Any]) -> Options:
    """Return options from plain values, as :func:`plain` made them."""
    return Options(
        resolution=Resolution(values["resolution"]),
        paper=Paper.named(values["paper"]),
        tone=Tone(values["tone"]),
        dots=int(values["dots"]),
        drop_blank=bool(values["drop_blank"]),
    )


def plain(options: Options) -> dict[str, Any]:
    """Return options as values that JSON has."""
    return {
        "resolution": options.resolution.value,
        "paper": options.paper.label,
        "tone": options.tone.value,
        "dots": options.dots,
        "drop_blank": options.drop_blank,
    }
