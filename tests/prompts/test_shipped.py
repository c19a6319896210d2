"""The speech that comes with us: each file is what its history says, and fit to be heard."""

from __future__ import annotations

import hashlib
import tomllib
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from boardivr.flows.announce import announcement
from boardivr.flows.loader import read_flow
from boardivr.flows.words import WORDS
from boardivr.hal.types import Encoding
from boardivr.media import g711
from boardivr.media.audiofile import read_clip
from boardivr.prompts import say
from boardivr.prompts.folder import RecordingFolder
from boardivr.prompts.joining import shipped
from boardivr.prompts.joining.joiner import Joiner
from boardivr.prompts.joining.vocabulary import vocabulary
from boardivr.prompts.level import Level, active_level
from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.pieces import Money, PromptRef, Text
from boardivr.prompts.tts.pooled import plausible

HERE = Path(__file__).parents[2]
FLOWS = HERE / "flows"
FOLDERS = [FLOWS / "prompts" / "bank", FLOWS / "prompts" / "orders",
           shipped.ROOT / "say", shipped.ROOT / "words"]  # fmt: skip


class NoEngine:
    """A speech engine that must not be asked."""

    identity = "none"

    def check(self):
        pass

    def synthesise(self, text, voice, *, timeout=10.0, is_marked=False):
        raise AssertionError(f"asked to speak {text!r}")


@pytest.mark.parametrize("path", FOLDERS, ids=lambda path: path.name)
def test_files_are_what_their_history_says(path):
    """Checksum, words, level and length of every file; it begins and ends quietly."""
    folder = RecordingFolder(path)
    files = list(folder.all())

    assert len(files) > 90
    for id, language, file in files:
        what = f"{path.name}/{language}/{id}"
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        version = folder.history.find(id, language, sha256)
        assert version is not None, what
        assert (version.prompt, version.language) == (id, language), what
        clip = read_clip(file)
        assert clip.encoding is Encoding.ALAW, what
        least, most = plausible(version.text)
        assert least < clip.seconds < most, what
        samples = g711.decode(clip.data, clip.encoding).astype(int)
        assert active_level(samples) == pytest.approx(Level().active_dbm0, abs=0.7), what
        edges = np.abs(np.concatenate([samples[:40], samples[-40:]])).max()
        assert edges < 1500, what


def test_size():
    """All of it together stays small enough for a repository and a wheel."""
    files = [file for path in FOLDERS for file in path.rglob("*.wav")]

    assert sum(file.stat().st_size for file in files) < 12 * 1024 * 1024


def test_all_is_packaged():
    """An installed wheel has every folder of the flows' prompts."""
    project = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))
    patterns = {
        one for many in project["tool"]["setuptools"]["data-files"].values() for one in many
    }

    for folder in FOLDERS[:2]:
        name = folder.relative_to(HERE)
        assert f"{name}/history.jsonl" in patterns
        for language in RecordingFolder(folder).languages():
            assert f"{name}/{language}/*.wav" in patterns


@pytest.mark.parametrize(("language", "code"), [("zh-CN", "zh"), ("en", "en")])
def test_every_piece_is_there(language, code):
    """What values are made of, in both languages."""
    there = shipped.pieces(language)

    assert [
        text for text in vocabulary(code).values() if shipped.bare(text, language) not in there
    ] == []


@pytest.mark.parametrize(
    ("language", "text", "seconds"),
    [
        ("zh-CN", "一万零一百元零五分", (2.5, 4.5)),
        ("en", "ten thousand one hundred yuan and five fen", (3.0, 5.0)),
    ],
)
def test_a_balance_needs_no_engine(tmp_path, language, text, seconds):
    """10,100.05 is said with our pieces: right words, one level, no hole in it."""
    library = PromptLibrary({}, NoEngine(), tmp_path, joiner=Joiner())
    balance = Money(Decimal("10100.05"))

    clip = library.clip(balance, language)

    assert clip.text == say.words(balance, language) == text
    assert seconds[0] < clip.seconds < seconds[1]
    samples = g711.decode(clip.data, clip.encoding).astype(int)
    assert active_level(samples) == pytest.approx(Level().active_dbm0, abs=1.0)
    loud = np.flatnonzero(np.abs(samples) > 400)
    assert np.diff(loud).max() / 8000 < 0.2
    assert library.clip(balance, language) is clip


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_menus_need_no_engine(tmp_path, language):
    """Announcing any key, for a choice of the flow or of a built-in dialogue."""
    flow = read_flow(FLOWS / "bank.yaml")
    library = PromptLibrary({}, NoEngine(), tmp_path, joiner=Joiner())
    own = Text(WORDS["go_back"][language.split("-")[0]])
    pieces = [
        piece
        for key in "1234567890*#"
        for piece in announcement(flow, language, [([own], key)])
        if not isinstance(piece, PromptRef)
    ]

    assert library.clips(pieces, language)
