"""The pieces that values are joined from, by language: what a studio would record.

Where a joint would be heard there is a piece without one: 三百 is one piece, since the
tone of 三 and its length depend on what follows; so is twenty-one. Whatever
:mod:`boardivr.prompts.say` says with these alone needs no speech engine.
"""

from __future__ import annotations

from collections.abc import Mapping

from boardivr.prompts.say import en, zh

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def vocabulary(language: str) -> Mapping[str, str]:
    """Return pieces by id; none for a language that we don't know.

    :param language: an ISO 639 code: ``zh``
    """
    return {"zh": mandarin, "en": english}.get(language, dict)()


def mandarin() -> dict[str, str]:
    """Return the pieces of Mandarin."""
    pieces = {f"digit_{n}": zh.DIGITS[n] for n in range(10)} | {"two_of": "两", "one_spelled": "幺"}
    pieces |= {f"number_{n}": zh.cardinal(n) for n in range(10, 100)}
    for name, unit in (("hundred", 100), ("thousand", 1000), ("wan", 10**4), ("yi", 10**8)):
        pieces |= {f"{name}_{n}": zh.cardinal(n * unit) for n in range(1, 10)}
    pieces |= {f"jiao_{n}": zh.count(n) + "角" for n in range(1, 10)}
    pieces |= {f"fen_{n}": zh.count(n) + "分" for n in range(1, 10)}
    pieces |= {f"month_{n}": f"{zh.cardinal(n)}月" for n in range(1, 13)}
    pieces |= {f"clock_{n}": f"{zh.count(n)}点" for n in range(13)}
    words = {
        "ten_thousand": "万", "hundred_million": "亿", "hundred_yi": "二亿", "minus": "负",
        "point": "点", "percent": "百分之", "ordinal": "第", "year": "年", "day_of_month": "日",
        "morning": "上午", "noon": "中午", "afternoon": "下午", "days": "天", "hours": "小时",
        "minutes": "分钟", "minute": "分", "seconds": "秒", "yuan": "元", "hk_dollar": "港元",
        "us_dollar": "美元", "us_cent": "美分", "gb_pound": "英镑", "gb_penny": "便士",
        "euro": "欧元", "euro_cent": "欧分",
    }  # fmt: skip
    return pieces | words | _signs(zh.SIGNS)


def english() -> dict[str, str]:
    """Return the pieces of English, American and British."""
    speaker = en.American()
    pieces = {f"number_{n}": speaker.cardinal(n) for n in range(100)}
    pieces |= {f"hundred_{n}": speaker.cardinal(100 * n) for n in range(1, 10)}
    pieces |= {word: word for _, word in en.UNITS} | {"hundred": "hundred"}
    pieces |= {f"ordinal_{n}": speaker.ordinal(n) for n in (*range(32), *range(40, 100, 10))}
    pieces |= {f"month_{n}": month for n, month in enumerate(en.MONTHS, 1)}
    pieces |= {f"letter_{letter.lower()}": letter for letter in LETTERS}
    money = {word for forms in en.CURRENCIES.values() for word in forms}
    counted = {word + end for word in ("day", "hour", "minute", "second") for end in ("", "s")}
    words = ("and", "of", "the", "point", "minus", "percent", "oh", "noon", "midnight", "pound")
    pieces |= {_id(word): word for word in sorted({*money, *counted, *words, "hash"})}
    return pieces | {"am": "a.m.", "pm": "p.m."} | _signs(en.SIGNS)


def _signs(signs: Mapping[str, str]) -> dict[str, str]:
    names = {"*": "star", "#": "hash", "+": "plus", ".": "dot", "@": "at", "_": "underscore"}
    return {f"sign_{names[sign]}": word for sign, word in signs.items()}


def _id(word: str) -> str:
    return word.lower().replace(" ", "_")
