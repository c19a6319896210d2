"""``boardivr voice``: engines, voices, and a sample to hear."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from boardivr.media.audiofile import read_clip
from boardivr.prompts.level import Level, active_level
from boardivr.prompts.tts.audition import audition


def test_list(run):
    """Every engine has a line, those too that can't be used, and says why not."""
    engines = {
        engine["name"]: engine for engine in json.loads(run("voice", "list", "--json").output)
    }

    assert {"pyttsx3", "espeak", "flite", "pico", "piper", "kokoro"} <= set(engines)
    assert ["en-us", "en"] in engines["pyttsx3"]["voices"]
    for engine in engines.values():
        assert bool(engine["version"]) != bool(engine["problem"])
    assert "pyttsx3" in run("voice", "list").output


def test_show(run):
    """An engine's voices and its licence; one that isn't there has a neighbour."""
    shown = run("voice", "show", "espeak").output

    assert "licence: GPL-3" in shown
    assert "en-us" in shown
    assert "did you mean 'espeak'" in run("voice", "show", "espeek").output


def test_try(run, tmp_path):
    """A text is spoken into a file as callers hear it; its pause is heard."""
    out = tmp_path / "sample.wav"
    text = 'Please wait.<break time="900ms"/>Thank you.'

    said = run("voice", "try", text, "--language", "en", "--voice", "espeak", "--out", str(out))

    assert "by espeak en-us" in said.output
    clip = read_clip(out)
    assert 1.8 < clip.seconds < 4
    from boardivr.media import g711

    level = active_level(g711.decode(clip.data, clip.encoding))
    assert level == pytest.approx(Level().active_dbm0, abs=1.0)


def test_try_without_the_engine(run, tmp_path):
    """An engine that isn't there is named."""
    out = str(tmp_path / "sample.wav")

    said = run("voice", "try", "--voice", "espeek:en", "--out", out).output

    assert "did you mean 'espeak'" in said
    assert not Path(out).exists()


def test_audition():
    """The built-in Mandarin is told to be poor, and its English is told to be there."""
    heard = {one.language: one for one in audition({"en": "espeak"}, ("zh-CN", "en"))}

    assert (heard["en"].is_good, heard["en"].found) == (True, "espeak en-us")
    assert heard["zh-CN"].is_there
    assert not heard["zh-CN"].is_good
    assert "voices: {zh-CN: kokoro}" in heard["zh-CN"].hint


def test_audition_of_a_voice_that_is_not_there():
    """A chosen voice that can't speak is told with who stands in."""
    (heard,) = audition({"fr": "flite"}, ())

    assert not heard.is_there
    assert heard.found.endswith("pyttsx3 fr stands in") or "pico fr-FR stands in" in heard.found
