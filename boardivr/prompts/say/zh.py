"""Values in Mandarin, in simplified characters.

Numbers go in groups of four digits (万, 亿, 万亿). Within them:

- zeros in the middle are one 零, also across a group: 10100 一万零一百,
  200447714 二亿零四十四万七千七百一十四; zeros at a group's end aren't said
- ten is 十 at the beginning of a number and 一十 inside: 12 十二, 110 一百一十
- two is 两 before 千 and 万, before a round 亿, and before anything that is counted
  (两元, 两点); 二 elsewhere: 二百, 二十, 第二, 二亿零四十四万
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from boardivr.prompts.say.speaker import (
    Manner,
    SayError,
    Speaker,
    check_count,
    groups,
    stretches,
    take_apart,
    take_money_apart,
)

DIGITS = "零一二三四五六七八九"
SIGNS = {"*": "星号", "#": "井号", "+": "加", ".": "点", "@": "艾特", "_": "下划线"}

# Mobile numbers are said 3-4-4, city numbers 4-4, with an area code of three or four before.
PHONE_GROUPS = {5: (5,), 6: (3, 3), 7: (3, 4), 10: (3, 3, 4), 11: (3, 4, 4), 12: (4, 4, 4)}

TENTHS = {"CNY": "元", "HKD": "港元"}  # with 角 and 分
HUNDREDTHS = {"USD": ("美元", "美分"), "GBP": ("英镑", "便士"), "EUR": ("欧元", "欧分")}


def speaker(tag: str) -> Speaker:
    """Return the same for all of Chinese."""
    return Mandarin()


class Mandarin(Speaker):
    joint: ClassVar[str] = ""

    def number(self, value: Decimal) -> str:
        return _decimal(value, "number")

    def ordinal(self, value: int) -> str:
        return "第" + cardinal(check_count(value, "ordinal"))

    def spelled(self, text: str) -> str:
        return "，".join(_one_by_one(part, "一") for part in stretches(text))

    def phone(self, text: str, manner: Manner) -> str:
        one = "幺" if manner.yao else "一"
        return "，".join(_one_by_one(part, one) for part in groups(text, PHONE_GROUPS))

    def money(self, amount: Decimal, currency: str) -> str:
        parts, hundredths = take_money_apart(amount)
        minus = "负" if parts.is_negative else ""
        if currency in TENTHS:
            return minus + _yuan(parts.whole, hundredths, TENTHS[currency])
        if currency in HUNDREDTHS:
            return minus + _dollars(parts.whole, hundredths, *HUNDREDTHS[currency])
        known = ", ".join([*TENTHS, *HUNDREDTHS])
        raise SayError(f"money: expected a currency of {known}, found {currency!r}")

    def percent(self, value: Decimal) -> str:
        minus = "负" if value < 0 else ""
        return minus + "百分之" + _decimal(value.copy_abs(), "percent")

    def date(self, value: dt.date) -> str:
        year = _one_by_one(str(value.year), "一")
        return f"{year}年{cardinal(value.month)}月{cardinal(value.day)}日"

    def time(self, value: dt.time) -> str:
        # Noon hour: 下午十二点 would be taken for midnight.
        part = "上午" if value.hour < 12 else "中午" if value.hour == 12 else "下午"
        hour = count(value.hour - 12 if value.hour > 12 else value.hour)
        if not value.minute:
            return f"{part}{hour}点"
        zero = "零" if value.minute < 10 else ""
        return f"{part}{hour}点{zero}{cardinal(value.minute)}分"

    def duration(self, seconds: int) -> str:
        check_count(seconds, "duration")
        minutes, second = divmod(seconds, 60)
        hours, minute = divmod(minutes, 60)
        day, hour = divmod(hours, 24)
        minute_word = "分" if second else "分钟"
        said, skipped = "", False
        for number, word in ((day, "天"), (hour, "小时"), (minute, minute_word), (second, "秒")):
            if number:
                said += ("零" if said and skipped else "") + count(number) + word
            skipped = not number
        return said or "零秒"


def cardinal(value: int) -> str:
    """Say a whole number, 0 to 10^12."""
    said = _cardinal(value)
    return said.removeprefix("一") if said.startswith("一十") else said


def count(value: int) -> str:
    """Say a number before what is counted: 两元, but 十二元 and 二百元."""
    return "两" if value == 2 else cardinal(value)


def _cardinal(value: int) -> str:
    for unit, word in ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十")):
        if value >= unit:
            many, rest = divmod(value, unit)
            return _many(many, unit, rest) + word + _rest(rest, unit)
    return DIGITS[value]


def _many(many: int, unit: int, rest: int) -> str:
    is_liang = unit in (1000, 10**4) or (unit == 10**8 and not rest)
    return "两" if many == 2 and is_liang else _cardinal(many)


def _rest(rest: int, unit: int) -> str:
    if not rest:
        return ""
    return ("零" if rest < unit // 10 else "") + _cardinal(rest)


def _decimal(value: Decimal, kind: str) -> str:
    parts = take_apart(value, kind)
    said = ("负" if parts.is_negative else "") + cardinal(parts.whole)
    return said + ("点" + _one_by_one(parts.decimals, "一") if parts.decimals else "")


def _yuan(whole: int, hundredths: int, unit: str) -> str:
    jiao, fen = divmod(hundredths, 10)
    said = count(whole) + unit if whole or not hundredths else ""
    if jiao:
        said += count(jiao) + "角"
    elif said and fen:
        said += "零"
    return said + (count(fen) + "分" if fen else "")


def _dollars(whole: int, hundredths: int, unit: str, part: str) -> str:
    said = count(whole) + unit if whole or not hundredths else ""
    if not hundredths:
        return said
    zero = "零" if said and hundredths < 10 else ""
    return said + zero + count(hundredths) + part


def _one_by_one(text: str, one: str) -> str:
    return "".join(_sign(character, one) for character in text)


def _sign(character: str, one: str) -> str:
    if character == "1":
        return one
    if character in "0123456789":
        return DIGITS[int(character)]
    # A letter stands apart, or it would be read as a word.
    return SIGNS.get(character) or f" {character.upper()} "
