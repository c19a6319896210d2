"""What a caller makes of what he has heard: clips, words, and menus with their keys.

Menus are read back from the announcement alone, as an ear would: which name was
said, and which key after it. So a test sees when voice and keys disagree.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from boardivr.flows.evaluate import Scope
from boardivr.flows.menu import MORE
from boardivr.flows.model import Always, Flow, Item, Menu
from boardivr.flows.parts import Say
from boardivr.flows.say import spoken
from boardivr.flows.services import Voice
from boardivr.flows.values import FlowFault
from boardivr.hal.loopback.telephone import Heard
from boardivr.prompts.pieces import Piece, Spelled, Text

KEYS = "1234567890*#"


def plain(text: str) -> str:
    """Return words without spaces, signs and capitals: as they sound."""
    return "".join(c for c in text.casefold() if c.isalnum())


def clips(log: Sequence[Heard], since: int = 0) -> list[tuple[int, Heard]]:
    """Return the clips that were heard, with their places in the log; pauses left out."""
    return [
        (place, entry)
        for place, entry in enumerate(log[since:], since)
        if entry.what == "heard" and not entry.name.startswith("pause:")
    ]


def find(log: Sequence[Heard], words: str, prompts: Iterable[str], since: int = 0) -> int | None:
    """Return the place in the log of a clip, or of the last clip with these words.

    :param words: a clip's name (``welcome@en``), a prompt's id, or words, which may run
        over several clips
    :param prompts: the ids of prompts
    """
    heard = clips(log, since)
    if "@" in words:
        return next((place for place, entry in heard if entry.name == words), None)
    if words in prompts:
        return next(
            (place for place, entry in heard if entry.name.partition("@")[0] == words), None
        )
    text, wanted = "", plain(words)
    for place, entry in heard:
        text += plain(entry.text)
        if wanted in text:
            return place
    return None


@dataclass(frozen=True)
class _Name:
    id: str
    say: Say


class MenuReader:
    """Reads announced menus back from what was heard.

    :param scope: the call's variables, for names that have some in them
    """

    def __init__(self, flow: Flow, voice: Voice, scope: Scope) -> None:
        self._flow = flow
        self._voice = voice
        self._scope = scope

    def read(self, log: Sequence[Heard], since: int) -> tuple[dict[str, str], int]:
        """Return the choices that were announced, id by key, and the place behind the last one."""
        found: dict[str, str] = {}
        end = since
        for place, language, text in _segments(log, since):
            choice = self._choice(plain(text), language)
            if choice is not None:
                found.setdefault(choice[0], choice[1])
                end = place + 1
        return found, end

    def _choice(self, text: str, language: str) -> tuple[str, str] | None:
        """Return key and id of a choice that ends a sentence."""
        for key in KEYS:
            before, after = self._frame(language, key)
            if text.endswith(after):
                rest = text.removesuffix(after)
                names = self._names(language)
                fitting = [name for name in names if rest.endswith(before + name)]
                if fitting:
                    return key, names[max(fitting, key=len)]
        return None

    @functools.cache  # noqa: B019 - a reader is gone after its test
    def _frame(self, language: str, key: str) -> tuple[str, str]:
        """Return what is said before a choice's name, and from behind it to the end."""
        pattern = self._flow.announce(language) or "{say}{key}"
        before, _, rest = pattern.partition("{say}")
        between, _, after = rest.partition("{key}")
        pieces: list[Piece] = [Text(between), Spelled(key), Text(after)]
        return plain(before), plain(self._words(pieces, language))

    @functools.cache  # noqa: B019
    def _names(self, language: str) -> Mapping[str, str]:
        """Return ids by their names as they sound."""
        return {
            text: name.id
            for name in reversed(list(self._items()))
            if (text := plain(self._said(name.say, language)))
        }

    def _items(self) -> Iterator[_Name]:
        defaults = self._flow.defaults
        if defaults.more is not None:
            yield _Name(MORE, defaults.more)
        for menu in self._flow.menus.values():
            for id, item in _choices(self._flow, menu):
                for say in (item.say, getattr(item, "short", None)):
                    if isinstance(say, Say):
                        yield _Name(str(id), say)

    def _said(self, say: Say, language: str) -> str:
        try:
            return self._words((piece for _, piece in spoken(say, self._scope, language)), language)
        except FlowFault:  # it says a variable that this call doesn't have
            return ""

    def _words(self, pieces: Iterable[Piece], language: str) -> str:
        return "".join(self._voice.words(piece, language) for piece in pieces)


def _choices(flow: Flow, menu: Menu) -> Iterator[tuple[str, Item | Always]]:
    yield from menu.items.items()
    yield from flow.always(menu).items()


def _segments(log: Sequence[Heard], since: int) -> Iterator[tuple[int, str, str]]:
    """Yield what was heard between pauses: place of its last clip, language, words."""
    text = language = ""
    place = since
    for number, entry in enumerate(log[since:], since):
        is_pause = entry.what != "heard" or entry.name.startswith("pause:")
        if is_pause and text:
            yield place, language, text
            text = ""
        if not is_pause:
            text += entry.text
            language = entry.name.rpartition("@")[2] or language
            place = number
    if text:
        yield place, language, text
