"""The hosts that the settings name, ready to be asked."""

from __future__ import annotations

from collections.abc import Mapping

from boardivr.errors import SettingsError
from boardivr.hosts.fields import FieldType
from boardivr.hosts.host import Host
from boardivr.hosts.python import PythonHost, load_function
from boardivr.hosts.registry import HostRegistry
from boardivr.hosts.sample import SAMPLES
from boardivr.hosts.settings import HostSettings, TransactionSettings, with_environment
from boardivr.hosts.sql import Kind, SqlHost, SqlTransaction
from boardivr.store import Store

KINDS: Mapping[FieldType, Kind] = {
    "text": Kind.TEXT,
    "number": Kind.DECIMAL,
    "money": Kind.DECIMAL,
    "yes_no": Kind.YES_NO,
    "date": Kind.DATE,
    "time": Kind.TIME,
}


def open_hosts(settings: Mapping[str, HostSettings], store: Store) -> HostRegistry:
    """Return a registry of the hosts in the settings; close it.

    :raises SettingsError: a function, a driver or a secret of the environment that can't be had
    """
    return HostRegistry({name: _open(name, host, store) for name, host in settings.items()})


def _open(name: str, host: HostSettings, store: Store) -> Host:
    if host.sql is not None:
        own = {txn: _sql(f"{name} {txn}", one) for txn, one in host.transactions.items()}
        return SqlHost(name, store, SAMPLES.get(host.sql, own))
    if host.python is not None:
        return PythonHost(name, load_function(host.python), store, frozenset(host.once))
    if host.http is not None:
        return _http(name, host, host.http, store)
    if host.tcp is not None:
        return _tcp(name, host, host.tcp, store)
    if host.db is not None:
        return _db(name, host, host.db, store)
    raise SettingsError(f"host {name}: it is of no kind")


def _sql(where: str, one: TransactionSettings) -> SqlTransaction:
    if "cents" in one.fields.values():
        raise SettingsError(f"host {where}: cents aren't for the store: divide in the statement")
    kinds = {name: KINDS[kind] for name, kind in one.fields.items()}
    return SqlTransaction(sql=one.sql, kinds=kinds, once=one.once)


def _http(name: str, host: HostSettings, url: str, store: Store) -> Host:
    from boardivr.hosts.http import HttpHost  # httpx takes a quarter of a second to import

    where = f"host {name}"
    return HttpHost(
        name,
        with_environment(url, where),
        store,
        headers={key: with_environment(text, where) for key, text in host.headers.items()},
        transactions=host.transactions,
    )


def _tcp(name: str, host: HostSettings, address: str, store: Store) -> Host:
    from boardivr.hosts.tcp import CONNECTIONS, Framing, TcpHost

    address, _, port = with_environment(address, f"host {name}").rpartition(":")
    if not address or not port.isdigit() or int(port) > 65535:
        raise SettingsError(f"host {name}: tcp: expected address:port")
    usual = Framing()
    framing = Framing(
        encoding=host.encoding or usual.encoding,
        separator=host.separator or usual.separator,
        ok=usual.ok if host.ok is None else host.ok,
        echo=usual.echo if host.echo is None else host.echo,
    )
    return TcpHost(
        name,
        (address.strip("[]"), int(port)),
        store,
        host.transactions,
        framing=framing,
        connections=host.connections or CONNECTIONS,
    )


def _db(name: str, host: HostSettings, module: str, store: Store) -> Host:
    from boardivr.hosts.dbapi import CONNECTIONS, DbApiHost, load_driver

    where = f"host {name}"
    parameters = {
        key: with_environment(given.value, where) if isinstance(given.value, str) else given.value
        for key, given in host.parameters.items()
    }
    return DbApiHost(
        name,
        load_driver(module),
        store,
        host.transactions,
        url=None if host.url is None else with_environment(host.url, where),
        parameters=parameters,
        connections=host.connections or CONNECTIONS,
    )
