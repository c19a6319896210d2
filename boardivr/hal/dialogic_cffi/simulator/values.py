"""The vendor's values by name."""

from __future__ import annotations

from boardivr.hal.dialogic_cffi.facts import constants, enumerations

_VALUES = {name: one.value for name, one in constants().items()} | {
    name: number for members in enumerations().values() for name, number in members.items()
}


def value(name: str) -> int:
    """Return one of the vendor's values.

    :raises KeyError: no such name
    """
    return _VALUES[name]
