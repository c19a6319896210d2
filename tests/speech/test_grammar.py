"""What may be said, and the keys that it stands for."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.speech.grammar import DAYS, DIGITS, MONTHS, Grammar, Phrase, yes_no
from boardivr.speech.phrases import phrases

TODAY = dt.date(2026, 9, 21)
NAMES = {digit: name for name, digit in DIGITS["en"].items() if name != "oh"}


def test_phrases_become_keys() -> None:
    """A phrase stands for its key; what is only a part of one stands for nothing."""
    grammar = Grammar(
        language="en", phrases=(Phrase("1", ("account", "balance")), Phrase("2", ("transfer",)))
    )

    assert grammar.keys(["account", "balance"]) == "1"
    assert grammar.keys(["account"]) is None
    assert grammar.words == {"account", "balance", "transfer"}
    assert grammar.jsgf() == "( account balance | transfer )"
    assert grammar.without(["transfer"]).words == {"account", "balance"}


@given(st.text("0123456789", min_size=1, max_size=19))
def test_digits_become_themselves(number: str) -> None:
    """Digits said one by one are the digits; too few or too many are none."""
    said = [NAMES[digit] for digit in number]

    assert Grammar(language="en", kind="digits", least=1, most=19).keys(said) == number
    assert Grammar(language="en", kind="digits", least=20, most=20).keys(said) is None


@given(st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)))
def test_dates_become_keys(day: dt.date) -> None:
    """Each day of a year can be said, with and without 'the', and is keyed as MMDD."""
    said = [MONTHS[day.month - 1], *DAYS[day.day - 1]]
    grammar = Grammar(language="en", kind="date", most=8)

    assert grammar.keys(said, TODAY) == day.strftime("%Y%m%d")
    assert grammar.keys([said[0], "the", *said[1:]], TODAY) == day.strftime("%Y%m%d")
    assert set(said) <= grammar.words


def test_a_day_that_is_not() -> None:
    """The thirtieth of February is none."""
    assert Grammar(language="en", kind="date", most=4).keys(["february", "thirtieth"]) is None


@pytest.mark.parametrize(("language", "yes"), [("en-GB", "yes"), ("zh-CN", "是的")])
def test_yes(language: str, yes: str) -> None:
    """Yes stands for the key that it is given."""
    grammar = yes_no(language, "1", "2")

    assert grammar is not None
    assert grammar.keys([yes]) == "1"
    assert yes_no("fi", "1", "2") is None


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("For your balance", "en", ["your balance", "balance", "my balance"]),
        ("To report a lost card", "en", ["report a lost card", "report lost card"]),
        ("Press 2, please!", "en", ["press two please"]),
        ("For today's exchange rates", "en", ["today's exchange rates", "exchange rates"]),
        ("余额查询", "zh-CN", ["余额查询", "余额"]),
        ("…", "en", []),
    ],
)
def test_names_become_phrases(text: str, language: str, said: list[str]) -> None:
    """What is announced is written to be heard; what is said is the gist of it."""
    assert [" ".join(words) for words in phrases(text, language)] == said


@given(st.text(max_size=200), st.sampled_from(["en", "zh-CN", "yue"]))
def test_any_text_has_phrases(text: str, language: str) -> None:
    """No text breaks it; words hold nothing that JSGF would read as its own."""
    for words in phrases(text, language):
        assert all(word and not set(word) & set('()|[]<>;=*+/{}\\" \t\n') for word in words)
