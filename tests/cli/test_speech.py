"""``boardivr speech``: models, and how well callers are understood."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytest.importorskip("pocketsphinx")


def test_models(run: Run, home: Path) -> None:
    """English is there; a folder that isn't a model is named, with what is missing."""
    (home / "speech" / "zh-CN").mkdir(parents=True)

    told = {row["language"]: row for row in json.loads(run("speech", "models", "--json").output)}

    assert told["en"]["rate"] == 16000
    assert "not a speech model, without mdef" in told["zh-CN"]["wrong"]
    assert "not a speech model" in run("speech", "models").output


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng isn't there")
def test_eval(run: Run, tmp_path: Path) -> None:
    """Recordings in folders by phrase are judged, and other speech beside them."""
    from boardivr.hal.types import Encoding
    from boardivr.media.audiofile import write_wav
    from boardivr.speech.samples import spoken

    for folder, text in (("transfer", "transfer"), ("goodbye", "goodbye"), ("_other", "banana")):
        clip = spoken("espeak", "en-us+f5", 140, text)
        assert clip is not None
        (tmp_path / folder).mkdir()
        write_wav(tmp_path / folder / "a.wav", clip.data, Encoding.ALAW)

    told = json.loads(run("speech", "eval", str(tmp_path), "--line", "quiet", "--json").output)

    assert told["utterances"] == 3
    assert told["lines"][0]["right"] == 1.0
    assert told["lines"][0]["human"] == 0.0
    assert "streams a core" in run("speech", "eval", str(tmp_path), "--line", "quiet").output


def test_what_eval_needs(run: Run, tmp_path: Path) -> None:
    """A folder or --synth, and a folder with recordings in it."""
    assert run("speech", "eval").exit_code == 2
    assert "a folder with recordings" in run("speech", "eval", str(tmp_path)).stderr


def test_unpronounceable_names(run: Run, tmp_path: Path) -> None:
    """A choice that can't be said as it is named is a warning of `flow check`."""
    flow = tmp_path / "f.yaml"
    flow.write_text(
        "boardivr: 1\nflow: f\nlanguage: {default: en}\nstart: [main]\n"
        "menus:\n  main:\n    say_or_press: yes\n    items:\n"
        "      a: {say: odd, go: end}\n      b: {say: even, go: end}\n"
        "steps:\n  end: [{hang_up: done}]\n"
        "prompts: {odd: {en: For xqzzv}, even: {en: For your balance}}\n"
    )

    found = run("flow", "check", str(flow))

    assert "no-pronunciation: 'a' can't be said: no pronunciation for 'xqzzv'" in found.output
    assert "'b'" not in found.output
