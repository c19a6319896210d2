"""The vendor's names: constants by name, and back from a number to a name."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from boardivr.hal.dialogic_cffi import facts


class _Names:
    """``C.TDX_PLAY`` is the number of that name.

    :raises AttributeError: the facts have no such name
    """

    def __getattr__(self, name: str) -> int:
        found = facts.constants().get(name)
        if found is None:
            raise AttributeError(f"no constant {name} in the facts")
        return found.value


C = _Names()


@functools.cache
def in_group(group: str, prefix: str = "") -> Mapping[int, str]:
    """Return the names of a group's values; where two share one, the first.

    :param prefix: with which the names begin
    """
    found: dict[int, str] = {}
    for one in facts.constants().values():
        if one.group == group and one.name.startswith(prefix):
            found.setdefault(one.value, one.name)
    return found


EVENT_GROUPS = (
    ("voice_event_codes_TDX", "TDX_"),
    ("gc_events_GCEV", "GCEV_"),
    ("fax_events_TFX", "TFX_"),
    ("dti_events_DTEV", "DTEV_"),
)


def event(number: int) -> str:
    """Return an event's name, or its number where it has none."""
    for group, prefix in EVENT_GROUPS:
        if number in (names := in_group(group, prefix)):
            return names[number]
    return f"event 0x{number:X}"


def cst_event(number: int) -> str:
    """Return the name of a condition that a TDX_CST event tells."""
    return in_group("cst_events_DE", "DE_").get(number, f"condition {number}")
