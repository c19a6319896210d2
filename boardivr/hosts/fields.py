"""Typed fields of what hosts answer in text, numbers or whatever they have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Literal

from boardivr.customer import Value
from boardivr.flows.services import HostError

FieldType = Literal["text", "number", "money", "cents", "yes_no", "date", "time"]
"""``cents`` is money as a whole number of hundredths, as old hosts count it."""

YES_NO = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}

LONGEST = 4000  # characters of one field


def typed_row(
    row: Mapping[str, object], fields: Mapping[str, FieldType], where: str
) -> dict[str, Value]:
    """Return the fields of a row, as what they are.

    One that is missing is nothing; ``receive`` refuses it if it needs it.

    :raises HostError: a value is something else
    """
    return {name: typed(row.get(name), kind, f"{where}: {name}") for name, kind in fields.items()}


def typed(value: object, kind: FieldType, where: str) -> Value:
    """Return a value as what it is; empty text is no number and no date, but nothing.

    :raises HostError: it is something else; the value itself isn't told, it may be secret
    """
    if value is None or (value == "" and kind != "text"):
        return None
    try:
        return _typed(value, kind)
    except (ValueError, InvalidOperation, TypeError, OverflowError):
        found = type(value).__name__
        raise HostError(f"{where}: expected {kind}, found another {found}") from None


def plain(value: Value) -> str:
    """Return a value as text for a host: exact decimals, ISO dates, 1 and 0, empty for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _typed(value: object, kind: FieldType) -> Value:
    if isinstance(value, datetime | date):
        return _when(value, kind)
    if not isinstance(value, str | int | float | Decimal):  # a bool is an int
        raise TypeError
    text = plain(value) if not isinstance(value, float) else str(value)
    if len(text) > LONGEST:
        raise ValueError
    if kind == "text":
        return text
    if kind == "yes_no":
        if text.lower() not in YES_NO:
            raise ValueError
        return YES_NO[text.lower()]
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "time":
        return datetime.fromisoformat(text)
    return _number(value, text, kind)


def _when(value: datetime | date, kind: FieldType) -> Value:
    if kind == "text":
        return value.isoformat()
    if kind == "time" and isinstance(value, datetime):
        return value
    if kind == "date":
        return value.date() if isinstance(value, datetime) else value
    raise TypeError


def _number(value: object, text: str, kind: FieldType) -> Decimal:
    if isinstance(value, bool):
        raise TypeError
    number = Decimal(text.strip())
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise ValueError
    if kind == "cents":
        if number != number.to_integral_value():
            raise ValueError
        return number.scaleb(-2)
    return number
