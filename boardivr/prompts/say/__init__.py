"""Values as they are said: a number, an amount or a date in the words of a language.

Each language is one module here, named by its ISO 639 code (``zh.py``, ``en.py``),
with a function ``speaker(tag)`` that returns its :class:`~.speaker.Speaker`.
Adding a language is adding that file, and its table of cases to the tests.

No library does this: num2words has no Chinese at all, and those that read
Chinese numbers know neither money nor the rules of 零 and 两 together.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re

from boardivr.prompts.pieces import (
    Date,
    Duration,
    Money,
    Number,
    Ordinal,
    Pause,
    Percent,
    Phone,
    Piece,
    PromptRef,
    Spelled,
    Text,
    Time,
)
from boardivr.prompts.say.speaker import PLAIN, Manner, SayError, Speaker

__all__ = ["PLAIN", "Manner", "SayError", "Speaker", "languages", "speaker", "words"]


def words(piece: Piece, language: str, manner: Manner = PLAIN) -> str:
    """Return a piece as it is said; nothing for a pause.

    :param language: a tag such as ``zh-CN``, ``en`` or ``en-GB``
    :param manner: what may be said in more than one way
    :raises SayError: a language that isn't there, a value that can't be said, or a
        :class:`PromptRef`, whose words only the prompt library knows
    """
    match piece:
        case Text(text):
            return text
        case Pause():
            return ""
        case PromptRef(id):
            raise SayError(f"prompt {id!r}: expected a value to say, found a prompt")
    voice = speaker(language)
    match piece:
        case Number(value):
            return voice.number(value)
        case Ordinal(value):
            return voice.ordinal(value)
        case Spelled(text):
            return voice.spelled(text)
        case Phone(text, yao):
            return voice.phone(text, Manner(yao=yao and manner.yao))
        case Money(amount, currency):
            return voice.money(amount, currency)
        case Percent(value):
            return voice.percent(value)
        case Date(value):
            return voice.date(value)
        case Time(value):
            return voice.time(value)
        case Duration(seconds):
            return voice.duration(seconds)


@functools.cache
def speaker(language: str) -> Speaker:
    """Return who says values in a language.

    :raises SayError: there is none
    """
    tag = language.lower()
    code = tag.split("-")[0]
    if code not in languages():
        known = ", ".join(languages())
        raise SayError(f"expected a language that values can be said in ({known}), found {tag!r}")
    module = importlib.import_module(f"{__name__}.{code}")
    found: Speaker = module.speaker(tag)
    return found


@functools.cache
def languages() -> tuple[str, ...]:
    """Return the ISO 639 codes of the languages there are."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name for name in names if re.fullmatch("[a-z]{2,3}", name)))
