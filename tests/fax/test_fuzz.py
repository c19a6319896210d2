"""Broken documents: whatever a file holds, there's a fax or a reason, and nothing else."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest

from boardivr.fax.document import convert
from boardivr.fax.errors import DocumentError
from boardivr.fax.model import Limits, Options
from boardivr.fax.paper import Resolution

from .samples import drawing, photo, received, text_pdf

LIMITS = Limits(seconds=20, cpu_seconds=15)
OPTIONS = Options(resolution=Resolution.STANDARD)
IN_TESTS, IN_GRID = 8, 250


def sample(kind: str, folder: Path) -> bytes:
    if kind == "pdf":
        return text_pdf(((595, 842), (842, 595)))
    if kind == "tif":
        return received(folder / "sample.tif", [drawing(1728, 200)] * 2).read_bytes()
    file = io.BytesIO()
    photo((200, 300)).convert("RGB").save(file, {"png": "PNG", "jpg": "JPEG"}[kind])
    return file.getvalue()


def broken(data: bytes, chance: random.Random) -> bytes:
    """Change some bytes, cut something out, or put something in twice."""
    found = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(found))
        how = chance.random()
        if how < 0.6:
            found[at] = chance.choice([0, 255, chance.randrange(256)])
        elif how < 0.8:
            del found[at : at + chance.randint(1, 40)]
        else:
            found[at:at] = found[max(0, at - 30) : at]
    return bytes(found)


def try_all(kind: str, folder: Path, seeds: range) -> tuple[int, int]:
    """Convert broken documents; return how many were faxed, and refused."""
    whole, faxed, refused = sample(kind, folder), 0, 0
    source, out = folder / f"broken.{kind}", folder / "out.tif"
    before = {*folder.iterdir(), source, out}
    for seed in seeds:
        source.write_bytes(broken(whole, random.Random(f"{kind} {seed}")))
        try:
            fax = convert([source], out, OPTIONS, limits=LIMITS)
        except DocumentError as error:
            refused += f"broken.{kind}: " in str(error)
        else:
            faxed += len(fax.pages) >= 1
        assert set(folder.iterdir()) <= before, seed
    return faxed, refused


@pytest.mark.parametrize("kind", ["pdf", "tif", "png", "jpg"])
def test_a_broken_document_is_faxed_or_refused(kind: str, tmp_path: Path) -> None:
    """Mutated documents end in a fax or in a reason that names them; no files are left."""
    assert sum(try_all(kind, tmp_path, range(IN_TESTS))) == IN_TESTS


@pytest.mark.grid
@pytest.mark.parametrize("kind", ["pdf", "tif", "png", "jpg"])
def test_many_broken_documents(kind: str, tmp_path: Path) -> None:
    """The same, many times; both ends are seen."""
    faxed, refused = try_all(kind, tmp_path, range(IN_TESTS, IN_GRID))

    assert refused > 0
    assert faxed + refused == IN_GRID - IN_TESTS
