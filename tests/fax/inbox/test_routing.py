"""Which box a fax goes into."""

from __future__ import annotations

import pytest

from boardivr.fax.inbox.routing import route
from boardivr.fax.inbox.settings import Box, InboxSection, Pattern, Poll, PollAddress, mistakes


def patterns(*texts: str) -> tuple[Pattern, ...]:
    return tuple(map(Pattern, texts))


BOXES = {
    "sales": Box(dnis=patterns("9550*"), sub_addresses=patterns("4*")),
    "law": Box(dnis=patterns("95501"), idents=patterns("+86 10 *")),
    "paris": Box(idents=patterns("+33*"), sub_addresses=patterns("42")),
}


@pytest.mark.parametrize(
    ("sub_address", "dnis", "ident", "box"),
    [
        ("", "95502", "", "sales"),
        ("", "95501", "", "law"),  # the more exact one
        ("41", "95501", "+331", "sales"),  # what the sender asked for counts most
        ("42", "95501", "", "paris"),
        ("99", "95501", "", "law"),  # nobody has this sub-address: then by number
        ("", "1", "+86106601", "law"),  # spaces don't count
        ("", "1", "+44", "general"),
        ("", "", "", "general"),
    ],
)
def test_route(sub_address: str, dnis: str, ident: str, box: str) -> None:
    """Sub-address, then number called, then sender; the most exact pattern of them."""
    assert route(BOXES, sub_address=sub_address, dnis=dnis, ident=ident) == box


def test_mistakes() -> None:
    """What can't be meant is told with its place."""
    section = InboxSection(
        boxes={
            "a": Box(dnis=patterns("1")),  # type: ignore[dict-item]
            "b": Box(dnis=patterns("1"), command=("/bin/x", "{pages}{what}")),  # type: ignore[dict-item]
        },
        polls=(Poll(file="x", address=PollAddress("1")), Poll(file="y", address=PollAddress("1"))),
    )

    assert list(mistakes(section)) == [
        "fax: inbox: b: no {what} in a command; there are file, id, box, pages, sender, state",
        "fax: inbox: dnis '1' is of a and of b",
        "fax: inbox: polls: more than one document has the address '1'",
    ]
