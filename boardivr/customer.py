"""A customer, as flows see him: who he is, what he has opened, how he likes his menu."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

Value = str | int | Decimal | bool | date | datetime | None
"""What a flow's variable, a host's field or a customer's fact can be."""


@dataclass(frozen=True, kw_only=True)
class Customer:
    """One customer; a value, read once per call or after a change.

    :param functions: the functions that he has opened; any other doesn't exist for him
    :param order: his own order of menu items by id; items not in it follow as written
    :param hide: items that he doesn't want to hear
    :param learned: by menu (``flow.menu``), the items in the order of the keys that he
        knows; only where keys are sticky
    :param group: what it belongs to; flows can be tailored to it
    :param facts: further fields of his record, for expressions (``customer.grade``)
    """

    id: str
    name: str = ""
    language: str | None = None
    group: str | None = None
    functions: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()
    hide: frozenset[str] = frozenset()
    learned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: Mapping[str, Value] = field(default_factory=dict)


class PinVerdict(enum.Enum):
    """What checking a PIN gave."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"  # too many wrong tries, on any channel
    UNKNOWN = "unknown"  # no such customer; told to the caller as WRONG
