"""What a test's caller does: the steps under ``call:`` in a ``*.test.yaml``, as data.

How each is done is in :mod:`boardivr.testing.caller`; this is what can be written.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from boardivr import yamlread
from boardivr.yamlread import Keys, Mark, Name, Node, Reader, Seconds, near
from boardivr.yamlwords import read_keys, worded

PATIENCE = Seconds(60.0)
"""Seconds that a caller waits for what he should hear."""


class Words(yamlread.Placed):
    """What is heard: a prompt's id, one clip (``welcome@en``), or words."""

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Words:
        text = reader.text(node, "a prompt or words")
        if not any(c.isalnum() for c in text):
            raise reader.invalid(node, f"expected a prompt or words, found {text!r}")
        return cls(text, node.at)


@dataclass(frozen=True)
class Heard:
    """One thing that is heard, or several after each other."""

    words: tuple[Words, ...]

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Heard:
        if isinstance(node, yamlread.Sequence):
            return cls(reader.read(node, tuple[Words, ...]))
        return cls((Words.from_node(reader, node),))


class Pressed(yamlread.Placed):
    """Keys, in which ``$card``, ``$pin`` and ``$ani`` stand for the customer's."""

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Pressed:
        text = reader.text(node, "keys")
        if not re.fullmatch(r"([0-9*#A-D]|\$(card|pin|ani))+", text):
            hint = "$card, $pin and $ani stand for the customer's"
            raise reader.invalid(node, f"expected keys of 0-9*#A-D, found {text!r}", hint)
        return cls(text, node.at)


Row = Mapping[str, str]


@dataclass(frozen=True)
class Reply:
    """A host's rows; each field is text, as a host would send it."""

    rows: tuple[Row, ...]

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Reply:
        if isinstance(node, yamlread.Sequence):
            return cls(reader.read(node, tuple[dict[Name, str], ...]))
        return cls((reader.read(node, dict[Name, str]),))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a host does with a transaction.

    :param reply: the rows it answers
    :param delay: seconds until then; more than the flow gives it is no answer in time
    :param error: it refuses, with these words
    """

    reply: Reply | None = None
    delay: Seconds | None = None
    error: str | None = None
    at: Mark | None = field(default=None, compare=False)

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Answer:
        known = {"reply", "delay", "error"}
        if isinstance(node, yamlread.Mapping) and {k.text for k, _ in node.pairs} <= known:
            return reader.record(node, cls)
        return cls(reply=Reply.from_node(reader, node), at=node.at)


@dataclass(frozen=True, kw_only=True)
class Act:
    """One step of a caller. A kind is a subclass.

    :cvar kind: its word
    :cvar main: the key that the word's own value is for
    :cvar takes_mapping: a mapping after the word is ``main``'s value
    """

    kind: ClassVar[str] = ""
    main: ClassVar[str] = ""
    takes_mapping: ClassVar[bool] = False

    at: Mark | None = field(default=None, compare=False)

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Act:
        """Read a step: its word first, then its keys, beside the word or under it."""
        word, value, rest = worded(reader, node, 'press: "1"')
        kind = kinds().get(word.text)
        if kind is None:
            hint = near(word.text, kinds())
            raise reader.invalid(word, f"unknown step {word.text!r}", hint, "unknown-step")
        act: Act = read_keys(reader, kind, word, value, rest)
        return act


@dataclass(frozen=True, kw_only=True)
class Hear(Act):
    """``- hear: welcome``: waits until it is heard; what comes before it is passed over.

    :param whole: to its end
    """

    kind: ClassVar[str] = "hear"
    main: ClassVar[str] = "what"

    what: Heard
    within: Seconds = PATIENCE
    whole: bool = False


@dataclass(frozen=True, kw_only=True)
class HearMenu(Act):
    """``- hear_menu: {1: balance, 0: agent}``: all choices announced, with their keys."""

    kind: ClassVar[str] = "hear_menu"
    main: ClassVar[str] = "choices"
    takes_mapping: ClassVar[bool] = True

    choices: dict[Keys, Name]
    within: Seconds = PATIENCE


@dataclass(frozen=True, kw_only=True)
class NotHeard(Act):
    """``- not_heard: forex``: since the last key, and until all has been said."""

    kind: ClassVar[str] = "not_heard"
    main: ClassVar[str] = "what"

    what: Heard


@dataclass(frozen=True, kw_only=True)
class Press(Act):
    """``- press: "$card#"``"""

    kind: ClassVar[str] = "press"
    main: ClassVar[str] = "keys"

    keys: Pressed


@dataclass(frozen=True, kw_only=True)
class Wait(Act):
    """``- wait: 5s``"""

    kind: ClassVar[str] = "wait"
    main: ClassVar[str] = "time"

    time: Seconds


@dataclass(frozen=True, kw_only=True)
class Talk(Act):
    """``- say: transfer``: the caller speaks, with a voice where the test has audio.

    :param language: of the words; the call's where it isn't written
    """

    kind: ClassVar[str] = "say"
    main: ClassVar[str] = "words"

    words: str
    language: Name | None = None


@dataclass(frozen=True, kw_only=True)
class HostStep(Act):
    """``- host: {txn: balance, reply: {amount: 10}}``: waits until it has been asked.

    :param data: fields that were sent, each with what it must be; others may be there
    """

    kind: ClassVar[str] = "host"

    txn: str
    host: Name | None = None
    data: dict[Name, str] = field(default_factory=dict)
    reply: Reply | None = None
    delay: Seconds | None = None
    error: str | None = None

    @property
    def answer(self) -> Answer | None:
        """What the host answers here; None where what ``hosts`` says holds."""
        if self.reply is None and self.delay is None and self.error is None:
            return None
        return Answer(reply=self.reply, delay=self.delay, error=self.error, at=self.at)


class Pages(int):
    """How many pages a fax has."""

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Pages:
        text = reader.text(node, "how many pages")
        if not re.fullmatch(r"[1-9][0-9]?", text):
            raise reader.invalid(node, f"expected 1 to 99 pages, found {text!r}")
        return cls(text)


@dataclass(frozen=True, kw_only=True)
class SendFax(Act):
    """``- send_fax: 2``: the caller's machine sends so many pages; they must be taken.

    :param breaks_after: it falls silent after so many of them, which then must have been taken
    """

    kind: ClassVar[str] = "send_fax"
    main: ClassVar[str] = "pages"

    pages: Pages
    breaks_after: Pages | None = None


@dataclass(frozen=True, kw_only=True)
class TakeFax(Act):
    """``- take_fax: 1``: the caller presses his machine's button; so many pages must come."""

    kind: ClassVar[str] = "take_fax"
    main: ClassVar[str] = "pages"

    pages: Pages


@dataclass(frozen=True, kw_only=True)
class HangUp(Act):
    """``- hang_up``"""

    kind: ClassVar[str] = "hang_up"


@dataclass(frozen=True, kw_only=True)
class Do(Act):
    """``- do: signs_in``: the steps of this name under ``shared``."""

    kind: ClassVar[str] = "do"
    main: ClassVar[str] = "name"

    name: Name


@functools.cache
def kinds() -> Mapping[str, type[Act]]:
    """Return the kinds of steps by their words."""
    return {kind.kind: kind for kind in Act.__subclasses__()}
