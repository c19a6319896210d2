"""A host that is the embedded store: each transaction is an SQL statement.

What a call brings is only ever bound (``:customer``), never put into the text.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from boardivr.customer import Value
from boardivr.flows.services import HostError
from boardivr.hosts.fields import YES_NO
from boardivr.hosts.host import WITHIN, Rows
from boardivr.store import Store, StoreError
from boardivr.store.once import OnceKey, first_answer, keep_answer
from boardivr.store.store import Cell, Row


class Kind(enum.Enum):
    """What a column's text stands for, where it isn't text or a whole number."""

    DECIMAL = "decimal"
    DATE = "date"
    TIME = "time"
    TEXT = "text"
    YES_NO = "yes_no"


@dataclass(frozen=True, kw_only=True)
class SqlTransaction:
    """A transaction as SQL.

    :param sql: statements; they come into force together, the last one gives the rows
    :param kinds: by column name
    :param once: it must not happen twice: a repeated key gets the first answer
    """

    sql: tuple[str, ...]
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    once: bool = False


class SqlHost:
    """Transactions over a store; a :class:`boardivr.hosts.host.Host`.

    One that is once is done, and its answer kept, in the same commit.
    """

    def __init__(self, name: str, store: Store, transactions: Mapping[str, SqlTransaction]) -> None:
        self._name = name
        self._store = store
        self._transactions = transactions

    def is_once(self, txn: str) -> bool:
        """Return whether a transaction must not happen twice."""
        return self._transaction(txn).once

    def call(self, txn: str, data: Mapping[str, Value], key: str, within: float = WITHIN) -> Rows:
        """Run a transaction's statements.

        :raises HostError: no such transaction, a value is missing, or the database fails
        """
        transaction = self._transaction(txn)
        bound = {name: _cell(value) for name, value in data.items()}
        try:
            if transaction.once:
                return self._once(txn, transaction, bound, key)
            return self._run(txn, transaction, bound)
        except StoreError as error:
            raise HostError(f"{self._name} {txn}: {error}") from error

    def close(self) -> None:
        """Nothing is kept open: the store is the appliance's."""

    def _run(self, txn: str, transaction: SqlTransaction, bound: Mapping[str, Cell]) -> Rows:
        if len(transaction.sql) == 1:
            return self._typed(txn, transaction, self._store.rows(transaction.sql[0], bound))
        with self._store.transaction() as work:
            rows = [work.rows(statement, bound) for statement in transaction.sql]
        return self._typed(txn, transaction, rows[-1])

    def _once(
        self, txn: str, transaction: SqlTransaction, bound: Mapping[str, Cell], key: str
    ) -> Rows:
        once = OnceKey(host=self._name, txn=txn, key=key)
        with self._store.transaction(durable=True) as work:
            before = first_answer(work, once)
            if before is not None:
                return before
            rows = [work.rows(statement, bound) for statement in transaction.sql]
            answer = self._typed(txn, transaction, rows[-1])
            keep_answer(work, once, answer)
        return answer

    def _transaction(self, txn: str) -> SqlTransaction:
        found = self._transactions.get(txn)
        if found is None:
            known = ", ".join(sorted(self._transactions))
            raise HostError(f"{self._name}: no transaction {txn!r}; there are {known}")
        return found

    def _typed(self, txn: str, transaction: SqlTransaction, rows: list[Row]) -> Rows:
        where = f"{self._name} {txn}"
        return [
            {name: _value(where, name, cell, transaction.kinds) for name, cell in row.items()}
            for row in rows
        ]


def _cell(value: Value) -> Cell:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def _value(where: str, name: str, cell: Cell, kinds: Mapping[str, Kind]) -> Value:
    kind = kinds.get(name)
    try:
        if cell is None:
            return None
        if kind is Kind.DECIMAL:
            return Decimal(str(cell))
        if kind is Kind.DATE:
            return date.fromisoformat(str(cell))
        if kind is Kind.TIME:
            return datetime.fromisoformat(str(cell))
        if kind is Kind.TEXT:
            return str(cell)
        if kind is Kind.YES_NO:
            return YES_NO[str(cell).lower()]
    except (ValueError, KeyError, InvalidOperation):
        expected = kind.value if kind else ""
        raise HostError(f"{where}: {name}: expected a {expected}, found {cell!r}") from None
    if isinstance(cell, float):
        raise HostError(f"{where}: {name}: found a binary fraction; give the column a kind")
    return cell
