"""A telephone's log as people read it: when, what was heard, what was pressed.

::

      0.00  calls 95588
      5.12  answered
      5.20  hears  欢迎致电示例银行。按 1 …
      7.84  presses ••••
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from boardivr.hal.loopback.telephone import Heard

CUT = " …"  # behind words that weren't heard to their end
MASK = "•"
PAUSE = " / "  # a silence between two parts of an announcement
TOGETHER = 0.3  # seconds; clips that follow each other sooner are one utterance

WORDS = {
    "called": "calls",
    "pressed": "presses",
    "said": "says",
    "hung up": "hangs up",
    "flashed": "flashes the hook",
    "released": "the other side hangs up",
    "rang": "rings",
    "tone": "hears tone:",
}


def lines(log: Sequence[Heard], start: float = 0.0, *, show_keys: bool = False) -> list[str]:
    """Return a line for each thing that happened, clips in a row joined to one.

    :param start: the clock's second that is told as 0
    :param show_keys: whether secret keys are told; else each one is a dot
    """
    return [f"{group[0].at - start:8.2f}  {told(group, show_keys)}" for group in utterances(log)]


def utterances(log: Sequence[Heard]) -> Iterator[list[Heard]]:
    """Give the log in parts: clips heard in a row together, all else alone."""
    group: list[Heard] = []
    for entry in log:
        if group and not continues(group[-1], entry):
            yield group
            group = []
        group.append(entry)
    if group:
        yield group


def heard_text(group: Sequence[Heard]) -> str:
    """Return the words of clips in a row; where they were cut, a sign says so."""
    text = ""
    for entry in group:
        text += more_text(text, entry) + cut_mark(entry)
    return text


def cut_mark(entry: Heard) -> str:
    """Return the sign behind words that weren't heard to their end."""
    return "" if entry.is_whole or _is_pause(entry) else CUT


def more_text(text: str, entry: Heard) -> str:
    """Return what a clip adds to the words before it."""
    if _is_pause(entry):
        return PAUSE
    words = entry.text or f"[{entry.name or 'a sound'}]"
    return f" {words}" if _needs_space(text, words) else words


def keys_text(entry: Heard, show_keys: bool) -> str:
    """Return the keys that were pressed; a dot for each one that is secret."""
    return MASK * len(entry.text) if entry.is_secret and not show_keys else entry.text


def continues(last: Heard, entry: Heard) -> bool:
    """Return whether a clip follows another one without a rest."""
    if not (last.what == entry.what == "heard" and last.is_whole):
        return False
    return entry.at - (last.at + last.seconds) < TOGETHER


def told(group: Sequence[Heard], show_keys: bool) -> str:
    """Return one thing that happened, without its time."""
    first = group[0]
    if first.what == "heard":
        return f"hears   {heard_text(group)}"
    if first.what == "released":
        return f"{WORDS['released']} (cause {first.text})"
    text = keys_text(first, show_keys) if first.what == "pressed" else first.text
    return f"{WORDS.get(first.what, first.what)} {text}".rstrip()


def _is_pause(entry: Heard) -> bool:
    return entry.name.startswith("pause:")


def _needs_space(text: str, words: str) -> bool:
    """Chinese is written without spaces, other languages with them."""
    if not text or not words or words[0] in ",.;:!?" or text.endswith(PAUSE):
        return False
    return not (_is_wide(text[-1]) or _is_wide(words[0]))


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"
