"""What hosts have in common whose transactions are written down in the settings."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping

from boardivr.closing import Closing
from boardivr.customer import Value
from boardivr.flows.services import HostError
from boardivr.hosts.host import WITHIN, Rows
from boardivr.hosts.once import asked_once
from boardivr.hosts.settings import TransactionSettings
from boardivr.store import Store
from boardivr.store.once import OnceKey


class WrittenHost(Closing):
    """A :class:`boardivr.hosts.host.Host` with its transactions by name. Close it.

    :param store: keeps the answers of those that must not happen twice
    """

    def __init__(
        self, name: str, store: Store, transactions: Mapping[str, TransactionSettings]
    ) -> None:
        self._name = name
        self._store = store
        self._transactions = transactions

    def is_once(self, txn: str) -> bool:
        """Return whether a transaction must not happen twice."""
        return self._transaction(txn).once

    def call(self, txn: str, data: Mapping[str, Value], key: str, within: float = WITHIN) -> Rows:
        """Ask the host; what must not happen twice gives its first answer to a retry.

        :raises HostError: no such transaction, refused, unreachable, or an answer that can't
            be read
        :raises HostTimeout: it took longer than ``within``
        """
        one = self._transaction(txn)
        if not one.once:
            return self._ask(txn, one, data, key, within)
        once = OnceKey(host=self._name, txn=txn, key=key)
        return asked_once(self._store, once, lambda: self._ask(txn, one, data, key, within))

    def _transaction(self, txn: str) -> TransactionSettings:
        found = self._transactions.get(txn)
        if found is None:
            known = ", ".join(sorted(self._transactions)) or "none"
            raise HostError(f"{self._name}: no transaction {txn!r}; there are {known}")
        return found

    @abstractmethod
    def _ask(
        self,
        txn: str,
        one: TransactionSettings,
        data: Mapping[str, Value],
        key: str,
        within: float,
    ) -> Rows:
        """Ask the host once; see :meth:`call`."""
