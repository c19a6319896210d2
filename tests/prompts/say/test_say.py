"""Each language's table of cases, and what can't be said."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from boardivr.errors import BoardIVRError
from boardivr.prompts import pieces
from boardivr.prompts.say import Manner, SayError, languages, speaker, words

TABLES = {path.stem: path for path in (Path(__file__).parent / "cases").glob("*.yaml")}

MAKE = {
    "number": lambda text: pieces.Number(Decimal(text)),
    "ordinal": lambda text: pieces.Ordinal(int(text)),
    "spelled": pieces.Spelled,
    "phone": pieces.Phone,
    "money": lambda text: pieces.Money(Decimal(text.split()[0]), text.split()[1]),
    "percent": lambda text: pieces.Percent(Decimal(text)),
    "date": lambda text: pieces.Date(dt.date.fromisoformat(text)),
    "time": lambda text: pieces.Time(dt.time.fromisoformat(text)),
    "duration": lambda text: pieces.Duration(int(text)),
}


def cases():
    for path in TABLES.values():
        table = yaml.safe_load(path.read_text(encoding="utf-8"))
        tags = table.pop("tags")
        for name, part in table.items():
            kinds = part if name in tags else {name: part}
            for kind, rows in kinds.items():
                for tag in [name] if name in tags else tags:
                    for value, said in rows.items():
                        yield tag, kind, value, said


@pytest.mark.parametrize(("tag", "kind", "value", "said"), list(cases()))
def test_table(tag, kind, value, said):
    """A value is said as the table of its language has it."""
    assert words(MAKE[kind](value), tag) == said


@pytest.mark.parametrize("language", languages())
def test_every_language_has_a_table(language):
    """A language comes with cases for every kind of value, dates too."""
    covered = {kind for tag, kind, _, _ in cases() if tag.split("-")[0] == language}

    assert covered == set(MAKE)


def test_languages():
    """Chinese and English are there; helpers in the package aren't languages."""
    assert languages() == ("en", "zh")


@pytest.mark.parametrize(
    ("tag", "said"),
    [("zh-TW", "一百零一"), ("ZH-cn", "一百零一"), ("en-AU", "one hundred and one")],
)
def test_regions(tag, said):
    """A region without its own rules is said as its language."""
    assert words(pieces.Number(Decimal(101)), tag) == said


def test_one_in_phone_numbers():
    """1 is 幺 in a telephone number unless the manner says 一; elsewhere it's 一."""
    number = pieces.Phone("110")

    assert words(number, "zh-CN") == "幺幺零"
    assert words(number, "zh-CN", Manner(yao=False)) == "一一零"
    assert words(pieces.Spelled("110"), "zh-CN") == "一一零"


def test_text_and_pauses():
    """Text is said as it stands, a pause has no words."""
    assert words(pieces.Text("Ünïcode 你好"), "zh-CN") == "Ünïcode 你好"
    assert words(pieces.Pause(0.5), "en") == ""


def test_seconds_of_a_time_are_left_out():
    """A time of day is said to the minute."""
    assert words(pieces.Time(dt.time(14, 5, 59)), "zh-CN") == "下午两点零五分"


@pytest.mark.parametrize("tag", ["zh-CN", "en"])
@pytest.mark.parametrize(
    ("piece", "message"),
    [
        (pieces.Number(Decimal("1000000000001")), "number: expected at most 10^12 either way"),
        (pieces.Number(Decimal("-1E+30")), "number: expected at most 10^12 either way"),
        (pieces.Number(Decimal("NaN")), "number: expected a number, found one that isn't finite"),
        (pieces.Percent(Decimal("Infinity")), "percent: expected a number"),
        (pieces.Money(Decimal("1.234")), "money: expected at most two decimals, found 3"),
        (pieces.Money(Decimal(1), "XAU"), "money: expected a currency of .*found 'XAU'"),
        (pieces.Ordinal(-1), "ordinal: expected 0 to 10^12, found less"),
        (pieces.Duration(-5), "duration: expected 0 to 10^12, found less"),
        (pieces.PromptRef("welcome"), "prompt 'welcome': expected a value to say"),
    ],
)
def test_what_cannot_be_said(tag, piece, message):
    """The error tells kind, limit and what was found, and not the value itself."""
    with pytest.raises(SayError, match=message.replace("^", r"\^")) as caught:
        words(piece, tag)

    assert isinstance(caught.value, BoardIVRError)
    assert "1.234" not in str(caught.value)


@pytest.mark.parametrize("tag", ["fr", "", "../zh", "speaker"])
def test_unknown_language(tag):
    """A language that isn't there is named with those that are."""
    with pytest.raises(SayError, match=r"values can be said in \(en, zh\), found"):
        speaker(tag)


def test_money_with_zeros_behind():
    """More decimals than two are fine where they are zeros."""
    assert words(pieces.Money(Decimal("10.0500")), "zh-CN") == "十元零五分"


@pytest.mark.parametrize(
    ("piece", "said"),
    [
        # 一 before 十 inside a number, where a file for ten alone makes 一百十.
        (pieces.Number(Decimal(110)), "一百一十"),
        (pieces.Number(Decimal(1010)), "一千零一十"),
        # 零 across the groups of four digits: lost, 9 to 19 % of all numbers are wrong.
        (pieces.Number(Decimal(10100)), "一万零一百"),
        (pieces.Number(Decimal(200447714)), "二亿零四十四万七千七百一十四"),
        # From ten digits on: refused.
        (pieces.Number(Decimal(1000000001)), "十亿零一"),
        # The seconds of a duration, where the hours were said again.
        (pieces.Duration(2 * 3600 + 5 * 60 + 7), "两小时五分七秒"),
        # Money by its units: neither digit by digit, nor dollars whatever the language.
        (pieces.Money(Decimal("10100.05")), "一万零一百元零五分"),
        (pieces.Money(Decimal("10.50")), "十元五角"),
    ],
)
def test_what_others_read_wrong(piece, said):
    """What two widely used systems say wrongly, as it was measured: each of their faults."""
    assert words(piece, "zh-CN") == said


def test_yao_of_one_number():
    """One telephone number can be said with 一 where the others aren't."""
    assert words(pieces.Phone("110", yao=False), "zh-CN") == "一一零"
