"""What can be told of a prompt's words without hearing them."""

from __future__ import annotations

import re
from typing import Final

_PRESS: Final = (
    re.compile(r"\bpress(?:ing)?\s+(?:the\s+|key\s+|number\s+)*(?:[0-9]|(?:zero|one|two|three|four"
               r"|five|six|seven|eight|nine)\b)", re.IGNORECASE),
    re.compile(r"按(?:下|键)?\s*(?:数字)?键?\s*(?:[0-9]|[零〇一二三四五六七八九幺](?!下|次|遍))"),
)  # fmt: skip

# Control characters but for white space, halves of a pair, private use.
_UNSPEAKABLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]"
)
_IDEOGRAPH: Final = re.compile(r"[\u3400-\u9fff]")
_WORD: Final = re.compile(r"[^\W\d_\u3400-\u9fff]+(?:['’][^\W\d_]+)*")
_DIGIT: Final = re.compile(r"\d")
_STOP: Final = re.compile(r"[.!?;。！？；]+")
_COMMA: Final = re.compile(r"[,:，：、]")


def named_key(text: str) -> str | None:
    """Return where words name a key, such as ``press 1``; keys are computed by menus."""
    for pattern in _PRESS:
        if found := pattern.search(text):
            return found[0]
    return None


def unspeakable(text: str) -> str | None:
    """Return the first character that no voice can say, as ``U+0007``; spaces are fine."""
    found = _UNSPEAKABLE.search(text)
    return None if found is None else f"U+{ord(found[0]):04X}"


def speaking_time(text: str) -> float:
    """Return about how many seconds words take: 4.5 characters or 2.8 words a second."""
    return (
        len(_IDEOGRAPH.findall(text)) / 4.5
        + len(_WORD.findall(text)) / 2.8
        + len(_DIGIT.findall(text)) / 3.0
        + 0.4 * len(_STOP.findall(text))
        + 0.2 * len(_COMMA.findall(text))
    )
