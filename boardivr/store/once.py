"""First answers of transactions that must not happen twice, such as a payment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from boardivr.customer import Value
from boardivr.store.store import Store, Transaction
from boardivr.store.values import rows_from_json, rows_to_json, time_text

Rows = list[dict[str, Value]]


@dataclass(frozen=True, kw_only=True)
class OnceKey:
    """What names a transaction: a retry has the same."""

    host: str
    txn: str
    key: str


def first_answer(work: Store | Transaction, once: OnceKey) -> Rows | None:
    """Return what a transaction answered the first time, or None if it hasn't happened."""
    row = work.row(
        "select answer from host_answers where host = ? and txn = ? and key = ?",
        (once.host, once.txn, once.key),
    )
    return None if row is None else rows_from_json(str(row["answer"]))


def keep_answer(work: Transaction, once: OnceKey, answer: Rows) -> None:
    """Keep a first answer, in the transaction in which it happens where that can be."""
    work.execute(
        "insert into host_answers (host, txn, key, answer, at) values (?, ?, ?, ?, ?)",
        (once.host, once.txn, once.key, rows_to_json(answer), time_text(datetime.now(UTC))),
    )
