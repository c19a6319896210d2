"""The section ``fax: inbox:`` of the settings, and what can't be meant in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, Self

from boardivr.yamlread import Name, Node, Reader, Seconds

GENERAL = "general"
"""The box of what fits no other; it is always there."""

SECONDS_OF_A_COMMAND = Seconds(60.0)
SECONDS_OF_A_MAIL = Seconds(30.0)
KEEP = Seconds(90 * 24 * 3600.0)
MOST_POLLS = 16


class _Formed(str):
    """Text of a form, complained about where it is written."""

    form = ""
    what = ""

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Self:
        text = reader.text(node, cls.what)
        if not re.fullmatch(cls.form, text):
            raise reader.invalid(node, f"expected {cls.what}, found {text!r}")
        return cls(text)


class Pattern(_Formed):
    """A number, or the beginning of numbers."""

    form, what = r"[0-9+#* ?]{1,40}", "a number, with * and ? for what may be any"


class Address(_Formed):
    """Of electronic mail."""

    form, what = r"[^@\s<>,;]+@[^@\s<>,;]+", "an e-mail address"


class PollAddress(_Formed):
    """What names a document that is polled, or opens it (SEP, PWD)."""

    form, what = r"[0-9*#]{0,20}", "at most 20 keys of 0-9*#"


NONE = PollAddress("")


@dataclass(frozen=True, kw_only=True)
class Box:
    """A fax mailbox: what goes into it, and where that is delivered.

    :param dnis: numbers that were called
    :param sub_addresses: as senders give them (SUB)
    :param idents: of senders' machines
    :param folder: PDFs are put there
    :param mail: PDFs are sent to these
    :param command: a program and its words, in which ``{file}``, ``{id}``, ``{box}``,
        ``{pages}``, ``{sender}`` and ``{state}`` stand for the fax's; no shell
    :param command_time: seconds that it may take
    :param keep: what was received is kept so long
    """

    dnis: tuple[Pattern, ...] = ()
    sub_addresses: tuple[Pattern, ...] = ()
    idents: tuple[Pattern, ...] = ()
    folder: str | None = None
    mail: tuple[Address, ...] = ()
    command: tuple[str, ...] = ()
    command_time: Seconds = SECONDS_OF_A_COMMAND
    keep: Seconds = KEEP


@dataclass(frozen=True, kw_only=True)
class Poll:
    """A document for those who poll; without an address it is for those who name none."""

    file: str
    address: PollAddress = NONE
    password: PollAddress = field(default=NONE, repr=False)


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where mail goes out (SMTP).

    :param password: for ``user``
    """

    host: str = "localhost"
    port: int = 25
    security: Literal["none", "starttls", "tls"] = "none"
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = "boardivr@localhost"
    time: Seconds = SECONDS_OF_A_MAIL


@dataclass(frozen=True, kw_only=True)
class InboxSection:
    """How faxes are received.

    :param boxes: by name; what fits none goes into ``general``
    :param polls: documents for those who poll
    """

    boxes: dict[Name, Box] = field(default_factory=dict)
    polls: tuple[Poll, ...] = ()
    mail: MailServer = field(default_factory=MailServer)

    def box(self, name: str) -> Box:
        """Return a box; ``general`` is there also where the settings don't have it."""
        return {str(one): box for one, box in self.boxes.items()}.get(name, Box())

    @property
    def names(self) -> list[str]:
        """The names of all boxes."""
        return list(dict.fromkeys([*map(str, self.boxes), GENERAL]))


COMMAND_WORDS = ("file", "id", "box", "pages", "sender", "state")


def mistakes(section: InboxSection) -> Iterator[str]:
    """Yield what can't be meant together."""
    for name, box in section.boxes.items():
        for word in box.command:
            for field_name in re.findall(r"\{(.*?)\}", word):
                if field_name not in COMMAND_WORDS:
                    known = ", ".join(COMMAND_WORDS)
                    yield f"fax: inbox: {name}: no {{{field_name}}} in a command; there are {known}"
    taken: dict[tuple[str, str], str] = {}
    for name, box in section.boxes.items():
        for kind in ("dnis", "sub_addresses", "idents"):
            for pattern in getattr(box, kind):
                other = taken.setdefault((kind, pattern), name)
                if other != name:
                    yield f"fax: inbox: {kind} {pattern!r} is of {other} and of {name}"
    addresses = [poll.address for poll in section.polls]
    for address in sorted({one for one in addresses if addresses.count(one) > 1}):
        yield f"fax: inbox: polls: more than one document has the address {str(address)!r}"
    if len(addresses) > MOST_POLLS:
        yield f"fax: inbox: polls: expected at most {MOST_POLLS}, found {len(addresses)}"
