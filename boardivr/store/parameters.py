"""Live parameters: times and switches that operators change while calls run."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from boardivr.clock import Clock
from boardivr.store.errors import NotFound, StoreError
from boardivr.store.store import Store
from boardivr.store.values import time_text, time_value

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds of real time until a change by another process is seen, at most."""

SWITCHES = {"on": True, "off": False}
SWITCH_NAMES = frozenset({"trace"})
TIMES = {
    "no_input": "silence until a caller is asked again or let go",
    "between_keys": "pause after a key that ends an input",
    "host": "until a host has failed",
    "ring": "that a call rings before it is answered",
}
"""The parameters that are seconds, and what they are."""

MAX_SECONDS = 86_400.0


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A value in force, and who set it when."""

    name: str
    value: str
    who: str
    changed: datetime


class LiveParameters:
    """All live parameters; implements :class:`boardivr.flows.services.Parameters`.

    Reads come from memory. A change by this process is in force at once, one
    by another within :data:`LOOK_EVERY`.

    :param clock: whose date and time changes are noted with
    :param timer: real seconds; the database is looked at by these
    """

    def __init__(
        self, store: Store, clock: Clock, *, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._clock = clock
        self._timer = timer
        self._lock = threading.Lock()
        self._values: Mapping[str, str] = {}
        self._looked: float | None = None

    def seconds(self, name: str, written: float) -> float:
        """Return the live value, or what the flow has written."""
        value = self._current().get(name)
        return written if value is None else float(value)

    def is_on(self, name: str, default: bool) -> bool:
        """Return whether a switch is on."""
        value = self._current().get(name)
        return default if value is None else SWITCHES[value]

    def of(self, flow: str) -> FlowParameters:
        """Return the parameters as they are for one flow."""
        return FlowParameters(self, flow)

    def all(self) -> list[Parameter]:
        """Return every parameter that is set, by name, as the database has it now."""
        return [
            Parameter(
                name=str(row["name"]),
                value=str(row["value"]),
                who=str(row["who"]),
                changed=time_value(str(row["changed_at"])),
            )
            for row in self._store.rows("select * from parameters order by name")
        ]

    def set(self, name: str, value: str, who: str) -> None:
        """Change a parameter; in force when this returns.

        :param name: ``no_input`` for all flows, ``bank.no_input`` for one, which counts more
        :param value: seconds such as ``8`` or ``8.5``, or ``on`` or ``off`` for a switch
        :raises StoreError: neither of them
        """
        _check(name, value)
        with self._store.transaction() as work:
            work.execute(
                "insert into parameters (name, value, who, changed_at) values (?, ?, ?, ?)"
                " on conflict (name) do update set value = excluded.value,"
                " who = excluded.who, changed_at = excluded.changed_at",
                (name, value, who, time_text(self._clock.wall())),
            )
        self._forget()

    def clear(self, name: str) -> None:
        """Go back to what is written in flow and settings.

        :raises NotFound: it isn't set
        """
        with self._store.transaction() as work:
            if not work.execute("delete from parameters where name = ?", (name,)):
                raise NotFound(f"no parameter {name!r} is set")
        self._forget()

    def _current(self) -> Mapping[str, str]:
        with self._lock:
            now = self._timer()
            if self._looked is None or now - self._looked >= LOOK_EVERY:
                self._looked = now
                self._look()
            return self._values

    def _look(self) -> None:
        try:
            rows = self._store.rows("select name, value from parameters")
        except StoreError:
            # A call goes on with what was known; the database is missed elsewhere too.
            log.exception("live parameters can't be read; the last known ones hold")
            return
        self._values = {str(row["name"]): str(row["value"]) for row in rows}

    def _forget(self) -> None:
        with self._lock:
            self._looked = None


class FlowParameters:
    """A flow's view of the live parameters: its own value, else the one for all flows."""

    def __init__(self, live: LiveParameters, flow: str) -> None:
        self._live = live
        self._flow = flow

    def seconds(self, name: str, written: float) -> float:
        """Return the live value, or what the flow has written."""
        return self._live.seconds(f"{self._flow}.{name}", self._live.seconds(name, written))

    def is_on(self, name: str, default: bool) -> bool:
        """Return whether a switch is on."""
        return self._live.is_on(f"{self._flow}.{name}", self._live.is_on(name, default))


def _check(name: str, value: str) -> None:
    own = name.rpartition(".")[2]
    if own not in TIMES and own not in SWITCH_NAMES:
        known = ", ".join(sorted((*TIMES, *SWITCH_NAMES)))
        raise StoreError(
            f"no parameter {name!r}; there are {known}, each for all flows or as FLOW.NAME"
        )
    _check_value(name, own in SWITCH_NAMES, value)


def _check_value(name: str, is_switch: bool, value: str) -> None:
    if value in SWITCHES:
        if not is_switch:
            raise StoreError(f"{name}: expected seconds, found {value!r}")
        return
    if is_switch:
        raise StoreError(f"{name}: expected on or off, found {value!r}")
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= MAX_SECONDS:
        raise StoreError(f"{name}: expected seconds from 0 to {MAX_SECONDS:g}, found {value!r}")
