"""Keeping secrets out of traces, should one get this far.

Steps are asked not to hand in secrets; this is the second door.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from boardivr.customer import Value

SECRET_NAMES = frozenset({"pin", "password", "secret", "cvv"})
ANSWER = "answer"
"""The detail that has a host's rows as JSON; each of their fields is masked by its name."""

KEY_NAMES = frozenset({"key", "keys", "digits"})

# Card numbers have 14 to 19 digits; telephone numbers with country code up to 13 in our plans.
CARD = re.compile(r"(?<!\d)\d{10,15}(?=\d{4}(?!\d))")


def masked(detail: Mapping[str, Value]) -> dict[str, Value]:
    """Return a step's detail without PINs, collected keys and card numbers.

    One key is a choice and stays; more are counted. Of a card number the last
    four digits stay.
    """
    return {name: _masked(name, value) for name, value in detail.items()}


def _masked(name: str, value: Value) -> Value:
    if name == ANSWER and isinstance(value, str):
        return _masked_rows(value)
    words = set(re.split(r"[^a-z]+", name.lower()))
    if words & SECRET_NAMES:
        return "***"
    if not isinstance(value, str | int) or isinstance(value, bool):
        return value
    text = str(value)
    if words & KEY_NAMES and len(text) > 1:
        return f"<{len(text)} keys>"
    hidden = CARD.sub(lambda match: "*" * len(match.group()), text)
    return value if hidden == text else hidden


def _masked_rows(text: str) -> str:
    try:
        rows = json.loads(text)
    except ValueError:
        return "***"  # cut or not ours: what is in it can't be told by name
    packed = [{name: _masked_cell(name, cell) for name, cell in row.items()} for row in rows]
    return json.dumps(packed, ensure_ascii=False, separators=(",", ":"))


def _masked_cell(name: str, cell: object) -> object:
    if isinstance(cell, dict):
        return {kind: _masked(name, str(inner)) for kind, inner in cell.items()}
    return _masked(name, cell) if isinstance(cell, str | int) else cell
