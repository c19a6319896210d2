"""A host that is a Python function: ``function(txn, data, key) -> rows``.

It is named by its place, ``package.module:function``, or by an entry point of
the group ``boardivr.hosts`` that a package installed.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points

from boardivr.customer import Value
from boardivr.errors import SettingsError
from boardivr.hosts.host import WITHIN, Rows, checked
from boardivr.hosts.once import asked_once
from boardivr.store import Store
from boardivr.store.once import OnceKey

GROUP = "boardivr.hosts"

Function = Callable[[str, Mapping[str, Value], str], object]


class PythonHost:
    """A function as a host; a :class:`boardivr.hosts.host.Host`.

    :param once: transactions that must not happen twice. Their first answer is
        kept; a process that dies between the function's end and the keeping
        asks it again, with the same key, which the function should heed
    """

    def __init__(
        self, name: str, function: Function, store: Store, once: frozenset[str] = frozenset()
    ) -> None:
        self._name = name
        self._function = function
        self._store = store
        self._once = once

    def is_once(self, txn: str) -> bool:
        """Return whether a transaction must not happen twice."""
        return txn in self._once

    def call(self, txn: str, data: Mapping[str, Value], key: str, within: float = WITHIN) -> Rows:
        """Ask the function.

        :raises HostError: what it returned isn't rows of values
        """
        if txn not in self._once:
            return self._ask(txn, data, key)
        once = OnceKey(host=self._name, txn=txn, key=key)
        return asked_once(self._store, once, lambda: self._ask(txn, data, key))

    def close(self) -> None:
        """Nothing is kept open."""

    def _ask(self, txn: str, data: Mapping[str, Value], key: str) -> Rows:
        return checked(self._function(txn, data, key), f"{self._name} {txn}")


def load_function(target: str) -> Function:
    """Return the function that a setting names.

    :param target: ``package.module:function``, or an entry point's name
    :raises SettingsError: there is none, or it can't be imported
    """
    try:
        found = _by_place(target) if ":" in target else _by_entry_point(target)
    except (ImportError, AttributeError) as error:
        raise SettingsError(f"host {target}: {error}") from error
    if not callable(found):
        raise SettingsError(f"host {target}: expected a function, found {type(found).__name__}")
    function: Function = found
    return function


def _by_place(target: str) -> object:
    module, _, name = target.partition(":")
    found: object = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _by_entry_point(name: str) -> object:
    known = entry_points(group=GROUP)
    for point in known.select(name=name):
        found: object = point.load()
        return found
    names = ", ".join(sorted(known.names)) or "none"
    raise SettingsError(f"host {name}: no entry point of that name in {GROUP}; there are {names}")
