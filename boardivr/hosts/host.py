"""What a host is to us: named transactions with values in and rows out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from boardivr.customer import Value
from boardivr.flows.services import HostError

Rows = list[dict[str, Value]]

WITHIN = 5.0
"""Seconds for an answer where nobody says; then the transaction has failed."""


class Host(Protocol):
    """One other system. It may block; it is asked in a thread that can be given up."""

    def is_once(self, txn: str) -> bool:
        """Return whether a transaction must not happen twice."""
        ...

    def call(self, txn: str, data: Mapping[str, Value], key: str, within: float = WITHIN) -> Rows:
        """Do a transaction; one that is once answers a repeated key with its first answer.

        :param within: seconds after which nobody waits for the answer any more; a host
            that can end its work by then does, so that its thread is free again
        :raises HostError: it can't be done, or what came can't be read
        """
        ...

    def close(self) -> None:
        """Close what is open, such as connections that are kept."""
        ...


def checked(answer: object, where: str) -> Rows:
    """Return what a host answered, if it is rows of named values.

    :raises HostError: it isn't
    """
    if not isinstance(answer, Sequence) or isinstance(answer, str | bytes):
        raise HostError(f"{where}: expected a list of rows, found {type(answer).__name__}")
    return [_checked_row(row, where) for row in answer]


def _checked_row(row: object, where: str) -> dict[str, Value]:
    if not isinstance(row, Mapping):
        raise HostError(f"{where}: expected a row of named values, found {type(row).__name__}")
    for name, value in row.items():
        if not isinstance(name, str) or not isinstance(value, str | int | Decimal | date | None):
            # No float: it can't hold money.
            raise HostError(
                f"{where}: {name}: expected text, a whole number, a Decimal or a date,"
                f" found {type(value).__name__}"
            )
    return dict(row)
