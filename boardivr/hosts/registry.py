"""All hosts by their names: what flows are given to ask."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence

from boardivr.customer import Value
from boardivr.flows.services import HostError, HostTimeout
from boardivr.hosts.host import Host, Rows
from boardivr.hosts.pool import HostPool, Task

log = logging.getLogger(__name__)


class HostRegistry:
    """The hosts of an appliance; implements :class:`boardivr.flows.services.Hosts`."""

    def __init__(self, hosts: Mapping[str, Host], pool: HostPool | None = None) -> None:
        self._hosts = hosts
        self.pool = pool or HostPool()
        self._lock = threading.Lock()
        # Transactions of once that are on their way: a retry waits for the same one.
        self._running: dict[tuple[str, str, str], Task] = {}

    def call(
        self, host: str, txn: str, data: Mapping[str, Value], within: float, key: str
    ) -> Sequence[Mapping[str, Value]]:
        """Send a transaction and return the rows that it answers.

        :param within: seconds of the computer's time until it has failed
        :param key: the same for a retry; a transaction that is once isn't done again for it
        :raises HostTimeout: no answer in time
        :raises HostError: no such host, or any other failure
        """
        asked = self._hosts.get(host)
        if asked is None:
            raise HostError(f"no host {host!r}; there are {', '.join(sorted(self._hosts))}")
        began = time.monotonic()
        try:
            if asked.is_once(txn):
                return self._once(host, asked, txn, data, within, key)
            return self.pool.run(host, lambda: asked.call(txn, data, key, within), within)
        except HostTimeout:
            raise HostTimeout(f"{host} {txn}: no answer within {within:g} s") from None
        except HostError:
            raise
        except (Exception, SystemExit) as error:
            log.exception("host %s: %s failed", host, txn)
            raise HostError(f"{host} {txn}: {type(error).__name__}: {error}") from error
        finally:
            log.debug("host %s: %s took %.3f s", host, txn, time.monotonic() - began)

    def close(self) -> None:
        """Let the pool's threads end, and the hosts close what they keep open."""
        self.pool.close()
        for host in self._hosts.values():
            host.close()

    def _once(
        self,
        name: str,
        host: Host,
        txn: str,
        data: Mapping[str, Value],
        within: float,
        key: str,
    ) -> Rows:
        place = (name, txn, key)
        deadline = time.monotonic() + within

        def job() -> Rows:
            try:
                return host.call(txn, data, key, within)
            finally:
                with self._lock:
                    self._running.pop(place, None)

        with self._lock:
            task = self._running.get(place)
            if task is None:
                task = self.pool.start(name, job, 0.0)
                self._running[place] = task
        return self.pool.wait(task, deadline - time.monotonic())
