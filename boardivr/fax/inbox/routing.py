"""Which box a fax goes into: by what its sender asked for, by what he called, by who he is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from boardivr.fax.inbox.settings import GENERAL, Box


def route(
    boxes: Mapping[str, Box], *, sub_address: str = "", dnis: str = "", ident: str = ""
) -> str:
    """Return the name of the box.

    A sub-address counts most, for the sender chose it; then the number that was called,
    then the sender's own. Of several boxes that a number fits, the one with the most exact
    pattern has it. Spaces in numbers don't count.

    :return: a box's name; ``general`` where nothing fits
    """
    said = (("sub_addresses", sub_address), ("dnis", dnis), ("idents", ident))
    for kind, number in said:
        fits = [
            (_exactness(pattern), name)
            for name, box in boxes.items()
            for pattern in _of(box, kind)
            if number.strip() and fnmatchcase(_plain(number), _plain(pattern))
        ]
        if fits:
            return max(fits, key=lambda fit: fit[0])[1]
    return GENERAL


def _of(box: Box, kind: str) -> Iterable[str]:
    patterns: Iterable[str] = getattr(box, kind)
    return patterns


def _exactness(pattern: str) -> int:
    return sum(2 if c not in "*?" else 1 if c == "?" else 0 for c in pattern)


def _plain(number: str) -> str:
    return number.replace(" ", "")
