"""A host's answer as text for the trace, with the types that it had."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from boardivr.customer import Value

MOST_ROWS = 20
"""Rows of an answer that a trace keeps; of a longer one the first."""


def answer_text(rows: Sequence[Mapping[str, Value]]) -> str:
    """Return rows as JSON; exact numbers and dates are objects: ``{"number": "1.50"}``."""
    packed = [{name: _packed(value) for name, value in row.items()} for row in rows[:MOST_ROWS]]
    return json.dumps(packed, ensure_ascii=False, separators=(",", ":"))


def _packed(value: Value) -> object:
    if isinstance(value, Decimal):
        return {"number": str(value)}
    if isinstance(value, datetime):
        return {"time": value.isoformat()}
    return {"date": value.isoformat()} if isinstance(value, date) else value
