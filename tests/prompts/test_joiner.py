"""Values joined from pieces: which pieces, and how the joints sound."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.media import g711
from boardivr.prompts import say
from boardivr.prompts.joining import joiner as joining
from boardivr.prompts.joining.joiner import COMMA, JOINT, Joiner, cover, join
from boardivr.prompts.joining.shipped import bare
from boardivr.prompts.joining.vocabulary import vocabulary
from boardivr.prompts.level import Level
from boardivr.prompts.pieces import Money, Number, Ordinal, Percent, Phone, Spelled

PIECES = {
    language: {bare(text, language): Path(id) for id, text in vocabulary(code).items()}
    for language, code in (("zh-CN", "zh"), ("en", "en"))
}


def covered(text: str, language: str, whole=()) -> list[list[str]] | None:
    found = cover(text, language, PIECES[language], {said: Path(said) for said in whole})
    return None if found is None else [[path.name for path in files] for files, _ in found]


@pytest.mark.parametrize(
    ("text", "language", "pieces"),
    [
        ("一万零一百元零五分", "zh-CN",
         [["wan_1", "digit_0", "hundred_1", "yuan", "digit_0", "fen_5"]]),
        ("幺三八，幺二三四", "zh-CN",
         [["one_spelled", "digit_3", "digit_8"], ["one_spelled", "digit_2", "digit_3", "digit_4"]]),
        ("下午两点零五分", "zh-CN", [["afternoon", "clock_2", "digit_0", "fen_5"]]),
        ("ten thousand one hundred yuan and five fen", "en",
         [["number_10", "thousand", "hundred_1", "yuan", "and", "number_5", "fen"]]),
        ("September twenty-first, twenty twenty-six", "en",
         [["month_9", "ordinal_21"], ["number_20", "number_26"]]),
        ("two oh five p.m.", "en", [["number_2", "oh", "number_5", "pm"]]),
        ("您的余额", "zh-CN", None),
        ("one crore", "en", None),
        ("，。", "zh-CN", None),
    ],
)  # fmt: skip
def test_pieces(text, language, pieces):
    """The fewest pieces; none where a word isn't there."""
    assert covered(text, language) == pieces


def test_whole_clauses():
    """A clause that is there as one is taken so, alone or before a value."""
    assert covered("，请按一", "zh-CN", ["请按一"]) == [["请按一"]]
    assert covered("Press one", "en", ["press one"]) == [["press one"]]
    assert covered("to go back press one", "en", ["to go back", "press one"]) == [
        ["to go back", "press one"]
    ]


amounts = st.decimals(-(10**9), 10**9, places=2)
VALUES = st.one_of(
    st.builds(Number, st.integers(0, 10**12).map(Decimal)),
    st.builds(Money, amounts, st.sampled_from(["CNY", "USD", "GBP", "EUR", "HKD"])),
    st.builds(Percent, st.decimals(0, 100, places=2)),
    st.builds(Ordinal, st.integers(0, 31)),
    st.builds(Spelled, st.text("0123456789*#", min_size=1, max_size=19)),
    st.builds(Phone, st.text("0123456789", min_size=3, max_size=13)),
)


@given(VALUES, st.sampled_from(["zh-CN", "en"]))
def test_every_value_has_its_pieces(value, language):
    """Whatever is said of values in a shipped language can be joined."""
    assert covered(say.words(value, language), language) is not None


def voiced(seconds: float, frequency: float = 300.0) -> np.ndarray:
    """A piece as it is kept: with edges of silence."""
    edge = np.zeros(int(Level().edge * 8000), dtype=np.int16)
    wave = 8000 * np.sin(2 * np.pi * frequency * np.arange(int(seconds * 8000)) / 8000)
    return np.concatenate([edge, wave.astype(np.int16), edge])


def test_joints():
    """Between pieces there is as much silence as a joint has; outside, their own edges."""
    made = join([voiced(0.3), voiced(0.2, 500), voiced(0.1)])

    loud = np.flatnonzero(np.abs(made.astype(int)) > 500)
    gaps = np.diff(loud)
    assert sorted(gaps)[-2] / 8000 == pytest.approx(JOINT, abs=0.003)
    assert loud[0] / 8000 == pytest.approx(Level().edge, abs=0.002)
    assert len(made) / 8000 == pytest.approx(0.6 + 2 * JOINT + 2 * Level().edge, abs=0.004)
    assert (
        np.abs(np.diff(made.astype(int))).max() < 3500
    )  # no click louder than the tones' own steps


def test_a_broken_piece(tmp_path, monkeypatch, caplog):
    """A piece that can't be read is named, and the engine says it all."""
    monkeypatch.setattr(joining.shipped, "pieces", lambda tag: {"one": tmp_path / "one.wav"})
    monkeypatch.setattr(joining.shipped, "whole", lambda tag: {})

    assert Joiner().alaw("one", "en") is None
    assert f"{tmp_path / 'one.wav'}: can't be read" in caplog.text


def test_a_language_with_a_chosen_voice(monkeypatch):
    """Where settings name another voice, that voice says everything."""
    assert joining.joiner_beside({"en": "pico:en-GB"}).alaw("one", "en-US") is None
    assert joining.joiner_beside({"en": "pico"})._but_not == {"en"}
    assert joining.joiner_beside({"zh-CN": "kokoro:zf_xiaoxiao"})._but_not == set()


def test_gap_after_a_comma(tmp_path, monkeypatch):
    """Groups of a number are told apart by a pause."""
    from boardivr.hal.types import Encoding
    from boardivr.media.audiofile import write_wav

    write_wav(tmp_path / "one.wav", g711.linear_to_alaw(voiced(0.2)), Encoding.ALAW)
    monkeypatch.setattr(joining.shipped, "pieces", lambda tag: {"one": tmp_path / "one.wav"})
    monkeypatch.setattr(joining.shipped, "whole", lambda tag: {})

    together, apart = Joiner().alaw("one one", "en"), Joiner().alaw("one, one", "en")

    assert together is not None
    assert apart is not None
    longer = (len(apart) - len(together)) / 8000
    assert longer == pytest.approx(COMMA + 2 * Level().edge - JOINT, abs=0.01)
