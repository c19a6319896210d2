"""The demo's speaker: prompts recorded by telephone are what callers hear."""

from __future__ import annotations

from pathlib import Path

import pytest

from boardivr.demo import demo_settings
from boardivr.demo_prompts import PROMPTS, RecordingDemo, record_prompts
from boardivr.media.audiofile import read_clip
from boardivr.prompts.folder import RecordingFolder
from boardivr.settings import load_settings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def made(folder: Path) -> RecordingDemo:
    return record_prompts(demo_settings(load_settings(), folder))


def test_what_is_kept(made: RecordingDemo, folder: Path) -> None:
    """Both prompts are kept by her name, at the level of all others."""
    assert made.session.ending == "done"
    assert [version.prompt for version in made.session.kept] == list(PROMPTS)
    own = RecordingFolder(folder / "library" / "bank")
    for version in made.session.kept:
        assert (version.who, version.source) == ("Anna", "phone")
        assert version.level_dbm0 == pytest.approx(-16, abs=0.2)
        path = own.find(version.prompt, "en")
        assert path is not None
        assert read_clip(path).seconds == pytest.approx(version.seconds, abs=0.01)


def test_wrong_words_are_said_again(made: RecordingDemo) -> None:
    """She took the wrong words back: nothing of them is kept."""
    assert [entry.what for entry in made.log].count("said") == 3
    seconds = {version.prompt: version.seconds for version in made.session.kept}
    assert seconds["how_can_we_help"] < seconds["welcome"]


def test_all_prompts_are_checked(made: RecordingDemo) -> None:
    """Nothing is wrong with any prompt that we ship, nor with what she recorded."""
    assert made.problems == []
    assert made.checked > 100
