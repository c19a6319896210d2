"""What a file is, by what it begins with; a name is believed only between texts."""

from __future__ import annotations

import codecs
import enum
from pathlib import Path

from boardivr.fax.errors import DocumentError

HEAD = 1024  # octets in which a PDF's mark must be
WANTED = "expected a PDF, PNG, JPEG, TIFF, plain text or Markdown"

OTHERS = {
    b"PK\x03\x04": "an archive or an Office document (print it to a PDF first)",
    b"\xd0\xcf\x11\xe0": "an old Office document (print it to a PDF first)",
    b"GIF8": "a GIF picture",
    b"BM": "a BMP picture",
    b"%!PS": "PostScript (print it to a PDF first)",
    b"\x1f\x8b": "a gzip archive",
    b"\x7fELF": "a program",
    b"{\\rtf": "an RTF document (print it to a PDF first)",
}
"""What people send most often that isn't a document for us."""


class Kind(enum.Enum):
    """The kinds of documents."""

    PDF = "pdf"
    PICTURE = "picture"
    TEXT = "text"
    MARKDOWN = "markdown"


def kind_of(data: bytes, name: str) -> Kind:
    """Return what a file is.

    :raises DocumentError: nothing that can be faxed
    """
    if not data.strip(b"\0 \t\r\n\f"):
        raise DocumentError(f"{name}: the file is empty; {WANTED}")
    if b"%PDF-" in data[:HEAD]:
        return Kind.PDF
    if data.startswith((b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*")):
        return Kind.PICTURE
    for mark, what in OTHERS.items():
        if data.startswith(mark) and (len(mark) > 2 or b"\0" in data[:HEAD]):
            raise DocumentError(f"{name}: {WANTED}, found {what}")
    markdown = Path(name).suffix.lower() in (".md", ".markdown")
    return Kind.MARKDOWN if markdown else Kind.TEXT


def text_of(data: bytes, name: str) -> str:
    """Return a text in UTF-8, UTF-16 with its mark, or GB 18030 (ASCII is in all of them).

    :raises DocumentError: it's no text
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif b"\0" in data:
        raise DocumentError(f"{name}: {WANTED}, found a file of another kind")
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DocumentError(f"{name}: expected text in UTF-8, UTF-16 or GB 18030, found neither")
