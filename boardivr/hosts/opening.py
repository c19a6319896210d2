"""The hosts that the settings name, ready to be asked."""

from __future__ import annotations

from collections.abc import Mapping

from boardivr.errors import SettingsError
from boardivr.hosts.host import Host
from boardivr.hosts.python import PythonHost, load_function
from boardivr.hosts.registry import HostRegistry
from boardivr.hosts.sql import BANK, SqlHost
from boardivr.settings import HostSettings
from boardivr.store import Store


def open_hosts(settings: Mapping[str, HostSettings], store: Store) -> HostRegistry:
    """Return a registry of the hosts in the settings; close it.

    :raises SettingsError: a function that can't be had
    """
    return HostRegistry({name: _open(name, host, store) for name, host in settings.items()})


def _open(name: str, host: HostSettings, store: Store) -> Host:
    if host.sql is not None:
        return SqlHost(name, store, BANK)
    if host.python is None:
        raise SettingsError(f"host {name}: expected either sql or python")
    return PythonHost(name, load_function(host.python), store, frozenset(host.once))
