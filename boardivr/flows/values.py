"""Values in a running flow: what variables hold, and secrets that can't be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from boardivr.customer import Value
from boardivr.errors import BoardIVRError

MASK: Final = "******"


class FlowFault(BoardIVRError):
    """A step that can't be done with what the call has; goes to the flow's ``on_error``."""


class FaxCalls(BoardIVRError):
    """A fax machine is calling; goes to the flow's ``on_fax``."""


class Stopped(BoardIVRError):
    """Somebody stopped the channel, as when the appliance shuts down."""


class Secret:
    """A value that a caller gave in confidence, such as a PIN.

    It can be compared, verified and sent to a host; whatever shows it shows a mask.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value; only to be sent or verified."""
        return self._value

    def __eq__(self, other: object) -> bool:
        return self._value == (other._value if isinstance(other, Secret) else other)

    def __hash__(self) -> int:
        return hash(type(self))  # not of the value: a hash of six digits gives them away

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return MASK

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        raise TypeError("a secret can't be pickled")


Record = Mapping[str, Value]
Held = Value | Secret | Record | Sequence[Record] | Sequence[Value]
"""What a variable holds: a value, a secret, a row of a host's answer, or rows of it."""


def is_rows(value: object) -> bool:
    """Return whether a value is a list (text isn't one)."""
    return isinstance(value, Sequence) and not isinstance(value, str)


def kind_of(value: object) -> str:
    """Return what a value is, in the words of a flow's author."""
    if value is None:
        return "nothing"
    for types, kind in _KINDS:
        if isinstance(value, types):
            return kind
    return "a list" if is_rows(value) else type(value).__name__


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "yes or no"),
    ((int, Decimal), "a number"),
    (str, "text"),
    (Secret, "a secret"),
    (datetime, "a time"),
    (date, "a date"),
    (Mapping, "a record"),
)


def shown(value: object) -> Value:
    """Return a value as a trace may show it: secrets masked, records and lists counted."""
    if isinstance(value, Secret):
        return MASK
    if value is None or isinstance(value, str | int | Decimal | date):
        return value
    if isinstance(value, Mapping):
        return ", ".join(f"{k}={shown(v)}" for k, v in value.items())
    return f"{len(value)} rows" if isinstance(value, Sequence) else str(value)
