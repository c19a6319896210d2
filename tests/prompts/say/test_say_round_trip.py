"""Words are read back as the value that they came from.

The readers here know the languages, not the writers: they accept any usual
form, so a wrong word can't cancel itself out.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from boardivr.prompts import pieces
from boardivr.prompts.say import words

TAGS = ["zh-CN", "en-US", "en-GB"]
ZH_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "幺": 1}
EN_NUMBERS = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen
"""
EN_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
EN_SMALL = {word: number for number, word in enumerate(EN_NUMBERS.split())}
EN_SMALL |= {word: 10 * number for number, word in enumerate(EN_TENS.split(), 2)}
EN_UNITS = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
MONTHS = [dt.date(2000, month, 1).strftime("%B") for month in range(1, 13)]

# All sizes alike, not only long ones; and those full of zeros.
AMOUNTS = st.one_of(
    *(st.integers(0, 10**digits) for digits in range(1, 13)),
    st.lists(st.sampled_from("0001259"), min_size=1, max_size=12).map(lambda d: int("".join(d))),
)


def read_zh(text: str) -> int:
    """Read a Chinese number; refuse words in an order that no number has."""
    total, section, digit, last_unit = 0, 0, None, 10**4
    zero_due = False
    for character in text:
        if character in ZH_DIGITS and character != "零":
            assert digit is None, text
            digit = ZH_DIGITS[character]
        elif character == "零":
            assert digit is None, text
            zero_due = True
        elif character in "十百千":
            unit = {"十": 10, "百": 100, "千": 1000}[character]
            assert unit < last_unit, text
            # A unit that leaves out the one above needs 零 between.
            if section and unit < last_unit // 10:
                assert zero_due, text
            if digit is None:
                assert (unit, section, total) == (10, 0, 0), text
            section += (1 if digit is None else digit) * unit
            digit, last_unit, zero_due = None, unit, False
        else:
            value = {"万": 10**4, "亿": 10**8}[character]
            section, digit = section + (digit or 0), None
            total = (total + section) * value if value == 10**8 else total + section * value
            section, last_unit, zero_due = 0, 10**4, False
    if digit is not None and last_unit > 10 and (section or total):
        assert zero_due, text
    return total + section + (digit or 0)


def read_en(text: str) -> int:
    """Read an English number."""
    total, section = 0, 0
    for word in text.replace("-", " ").split():
        if word == "and":
            continue
        if word == "hundred":
            section *= 100
        elif word in EN_UNITS:
            total += section * EN_UNITS[word]
            section = 0
        else:
            section += EN_SMALL[word]
    return total + section


def read(text: str, tag: str) -> int:
    return read_zh(text) if tag == "zh-CN" else read_en(text)


def read_digits(text: str, tag: str) -> str:
    if tag == "zh-CN":
        return "".join(str(ZH_DIGITS[character]) for character in text if character != " ")
    return "".join(str(EN_SMALL[word]) for word in text.split())


def read_decimal(text: str, tag: str) -> Decimal:
    minus, point = ("负", "点") if tag == "zh-CN" else ("minus ", " point ")
    whole, _, decimals = text.removeprefix(minus).partition(point)
    digits = (
        [ZH_DIGITS[c] for c in decimals] if tag == "zh-CN" else map(EN_SMALL.get, decimals.split())
    )
    value = Decimal(f"{read(whole, tag)}.{''.join(map(str, digits))}")
    return -value if text.startswith(minus) else value


@pytest.mark.parametrize("tag", TAGS)
def test_every_small_number(tag):
    """Each number below 20,000 is read back, and no two are said alike."""
    said = [words(pieces.Number(Decimal(n)), tag) for n in range(20_000)]

    assert [read(text, tag) for text in said] == list(range(20_000))


@pytest.mark.parametrize("tag", TAGS)
@settings(max_examples=1000)
@given(number=AMOUNTS)
@example(number=10**12)
@example(number=10**8 + 10**7)
@example(number=1001000100)
def test_numbers(tag, number):
    """Any number to 10^12 is read back."""
    assert read(words(pieces.Number(Decimal(number)), tag), tag) == number


@pytest.mark.parametrize("tag", TAGS)
@given(value=st.decimals(-(10**11), 10**11, places=4) | st.decimals(-2, 2, places=1))
def test_decimals(tag, value):
    """Sign and decimals are read back; percent says the same number."""
    said = words(pieces.Number(value), tag)
    percent = words(pieces.Percent(value), tag)

    assert read_decimal(said, tag) == value
    assert read_decimal(percent.replace("百分之", "").removesuffix(" percent"), tag) == value


@given(number=AMOUNTS)
def test_chinese_style(number):
    """零 never stands twice or last, 十 alone only in front, 二 never before 千 or 万."""
    said = words(pieces.Number(Decimal(number)), "zh-CN")

    assert "零零" not in said
    assert said == "零" or not said.endswith("零")
    assert not re.search(r"(?<=.)(?<![一二三四五六七八九])十", said)
    assert not re.search("二千|(?<![十零])二万|两[百十]", said)


@settings(max_examples=500)
@given(whole=AMOUNTS.filter(lambda n: n < 10**12), hundredths=st.integers(0, 99))
def test_yuan(whole, hundredths):
    """元, 角 and 分 add up to the amount; a skipped 角 is heard as 零."""
    said = words(pieces.Money(Decimal(whole) + Decimal(hundredths) / 100), "zh-CN")

    match = re.fullmatch("(?:(.+)元)?(零)?(?:(.)角)?(?:(.)分)?", said)
    assert match, said
    yuan, zero, jiao, fen = match.groups()
    total = 100 * read_zh(yuan or "零") + 10 * ZH_DIGITS[jiao or "零"] + ZH_DIGITS[fen or "零"]
    assert total == 100 * whole + hundredths
    assert bool(zero) == bool(yuan and fen and not jiao)


@pytest.mark.parametrize("tag", TAGS)
@given(whole=AMOUNTS.filter(lambda n: n < 10**12), hundredths=st.integers(0, 99))
def test_dollars(tag, whole, hundredths):
    """Dollars and cents add up to the amount, each in its own number."""
    amount = Decimal(whole) + Decimal(hundredths) / 100

    said = words(pieces.Money(amount, "USD"), tag)

    one = "美元|美分" if tag == "zh-CN" else "(?: dollars?| cents?)"
    parts = re.findall(f"(.+?)({one})(?: and |零)?", said)
    cents = sum(
        read(n, tag) * (100 if unit.strip()[0] in "美d" and "分" not in unit else 1)
        for n, unit in parts
    )
    assert cents == 100 * whole + hundredths
    if tag != "zh-CN":
        assert ("dollars" in said) == (whole != 1 and (whole > 0 or not hundredths))
        assert ("cents" in said) == (hundredths > 1)


@given(st.dates())
def test_chinese_dates(date):
    """Year digit by digit, month and day as numbers."""
    year, month, day = re.fullmatch(
        "(.+)年(.+)月(.+)日", words(pieces.Date(date), "zh-CN")
    ).groups()

    assert "".join(str(ZH_DIGITS[c]) for c in year) == str(date.year)
    assert (read_zh(month), read_zh(day)) == (date.month, date.day)


@pytest.mark.parametrize("tag", ["en-US", "en-GB"])
@given(date=st.dates())
def test_english_dates(tag, date):
    """Month by name, day in order; the two halves of the year."""
    said = words(pieces.Date(date), tag)

    first, year = said.split(", ")
    if tag == "en-US":
        month, day = first.split(" ", 1)
    else:
        day, month = re.fullmatch("the (.+) of (.+)", first).groups()
    assert month == MONTHS[date.month - 1]
    assert day == words(pieces.Ordinal(date.day), tag)
    assert read_year(year) == date.year


def read_year(text: str) -> int:
    if "thousand" in text or len(text.split()) == 1:
        return read_en(text)
    if "hundred" in text:
        before, after = re.fullmatch("(.+) hundred ?(?:and )?(.*)", text).groups()
        return 100 * read_en(before) + read_en(after)
    century, rest = text.split(" ", 1)
    return 100 * read_en(century) + read_en(rest.removeprefix("oh "))


@pytest.mark.parametrize("tag", TAGS)
def test_every_minute_of_the_day(tag):
    """No two minutes of a day are said alike."""
    times = [dt.time(hour, minute) for hour in range(24) for minute in range(60)]

    assert len({words(pieces.Time(time), tag) for time in times}) == 24 * 60


@pytest.mark.parametrize("tag", TAGS)
@given(seconds=st.integers(0, 10**7) | st.integers(0, 4000))
def test_durations(tag, seconds):
    """Days, hours, minutes and seconds add up."""
    said = words(pieces.Duration(seconds), tag)

    if tag == "zh-CN":
        units = {"天": 86400, "小时": 3600, "分钟": 60, "分": 60, "秒": 1}
    else:
        units = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}
    found = re.findall(f"(.+?) ?({'|'.join(units)})s?(?:, | and )?", said)
    assert sum(read(number, tag) * units[unit] for number, unit in found) == seconds


@pytest.mark.parametrize("tag", TAGS)
@given(digits=st.text("0123456789", min_size=1, max_size=19))
def test_digits_one_by_one(tag, digits):
    """Every digit of a card or telephone number is said once, in order."""
    for piece in (pieces.Spelled(digits), pieces.Phone(digits)):
        said = re.sub("[,，]", " ", words(piece, tag))
        assert read_digits(said, tag) == digits


SAMPLE = 300  # numbers of each decade; the grid takes a hundred times as many


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("count", [SAMPLE, pytest.param(100 * SAMPLE, marks=pytest.mark.grid)])
def test_no_number_is_wrong_in_any_decade(tag, count):
    """Random numbers of each length to 10^12 are read back: none is wrong."""
    random = Random(f"{tag} {count}")
    for digits in range(1, 13):
        wrong = [
            number
            for number in (random.randrange(10 ** (digits - 1), 10**digits) for _ in range(count))
            if read(words(pieces.Number(Decimal(number)), tag), tag) != number
        ]
        assert wrong == [], f"{digits} digits"
