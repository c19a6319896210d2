"""Transactions of other systems that must not happen twice: their first answer is kept.

A process that dies between the host's answer and the keeping asks again, with
the same key, which a host that moves money should heed.
"""

from __future__ import annotations

from collections.abc import Callable

from boardivr.hosts.host import Rows
from boardivr.store import Store
from boardivr.store.once import OnceKey, first_answer, keep_answer


def asked_once(store: Store, once: OnceKey, ask: Callable[[], Rows]) -> Rows:
    """Return the first answer of a transaction; asked if it hasn't happened yet."""
    before = first_answer(store, once)
    if before is not None:
        return before
    answer = ask()
    with store.transaction(durable=True) as work:
        keep_answer(work, once, answer)
    return answer
