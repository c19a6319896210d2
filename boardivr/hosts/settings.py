"""Hosts as the settings file has them, and what can't be meant in it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Self

from boardivr.errors import SettingsError
from boardivr.hosts.fields import FieldType
from boardivr.yamlread import Mark, Node, Reader

KINDS = ("sql", "python", "http", "tcp", "db")

FOR_HOST = {
    "once": ("python",),
    "headers": ("http",),
    "encoding": ("tcp",),
    "separator": ("tcp",),
    "ok": ("tcp",),
    "echo": ("tcp",),
    "connections": ("tcp", "db"),
    "url": ("db",),
    "parameters": ("db",),
    "transactions": ("sql", "http", "tcp", "db"),
}
"""Which kinds of host an option is for; the others refuse it."""

FOR_TRANSACTION = {
    "sql": ("sql", "db"),
    "path": ("http",),
    "method": ("http",),
    "rows": ("http",),
    "code": ("tcp",),
    "send": ("tcp",),
}


@dataclass(frozen=True)
class DriverValue:
    """What a database driver's ``connect`` gets: quoted is text, else a number or yes and no."""

    value: str | int | bool

    @classmethod
    def from_node(cls, reader: Reader, node: Node) -> Self:
        text = reader.text(node)
        if getattr(node, "quoted", False):
            return cls(text)
        if re.fullmatch(r"-?[0-9]{1,15}", text):
            return cls(int(text))
        return cls({"yes": True, "true": True, "no": False, "false": False}.get(text, text))


@dataclass(frozen=True, kw_only=True)
class TransactionSettings:
    """A named transaction of a host.

    :param fields: the fields of an answer's rows that are taken, and what they are
    :param once: it must not happen twice
    :param sql: statements with ``:name`` for what is bound; the last one gives the rows
    :param path: after the host's address; ``{name}`` is put in
    :param rows: where in a JSON answer the rows are, such as ``data.accounts``
    :param code: the first field of a TCP request; the transaction's name where not given
    :param send: what follows in a TCP request, in this order
    """

    fields: dict[str, FieldType] = field(default_factory=dict)
    once: bool = False
    sql: tuple[str, ...] = ()
    path: str | None = None
    method: Literal["get", "post"] | None = None
    rows: str | None = None
    code: str | None = None
    send: tuple[str, ...] = ()
    at: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class HostSettings:
    """A host: the embedded store, a Python function, HTTP, a line over TCP, or a database.

    :param sql: ``bank`` and ``orders`` are the samples' transactions, ``own`` those written here
    :param python: ``package.module:function``, or an entry point's name
    :param http: the address of a JSON service
    :param tcp: ``address:port`` of a front end that is asked in lines of text
    :param db: the module of a DB-API 2.0 driver
    :param once: the function's transactions that must not happen twice
    :param url: the first argument of the driver's ``connect``, where it takes one
    :param parameters: named arguments of ``connect``
    :param connections: how many at most
    """

    sql: Literal["bank", "orders", "own"] | None = None
    python: str | None = None
    http: str | None = field(default=None, repr=False)
    tcp: str | None = None
    db: str | None = None
    once: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    encoding: Literal["utf-8", "gb18030"] | None = None
    separator: str | None = None
    ok: str | None = None
    echo: bool | None = None
    connections: int | None = None
    url: str | None = field(default=None, repr=False)
    parameters: dict[str, DriverValue] = field(default_factory=dict, repr=False)
    transactions: dict[str, TransactionSettings] = field(default_factory=dict)
    at: Mark | None = field(default=None, compare=False)

    @property
    def kind(self) -> str | None:
        """Return which of :data:`KINDS` it is; None for none of them, or several."""
        found = [kind for kind in KINDS if getattr(self, kind) is not None]
        return found[0] if len(found) == 1 else None


def mistakes(hosts: Mapping[str, HostSettings]) -> list[str]:
    """Return what can't be meant in any host, each with its place."""
    found = []
    for name, host in hosts.items():
        for at, message in (*_host(host), *_transactions(host)):
            found.append(f"{at or host.at}: host {name}: {message}")
    return found


_Found = Iterator[tuple[Mark | None, str]]


def _host(host: HostSettings) -> _Found:
    kind = host.kind
    if kind is None:
        yield host.at, f"expected one of {', '.join(KINDS)}"
        return
    for option, kinds in FOR_HOST.items():
        if getattr(host, option) not in (None, (), {}) and kind not in kinds:
            yield host.at, f"{option} is for {' and '.join(kinds)}"
    if host.sql in ("bank", "orders") and host.transactions:
        yield host.at, f"transactions are for sql: own, {host.sql} brings its own"
    if kind == "http" and not re.match(r"https?://|\$\{", host.http or ""):
        yield host.at, "http: expected an address that begins with http:// or https://"
    if kind == "tcp" and not re.fullmatch(r".+:[0-9]{1,5}|\$\{.*", host.tcp or ""):
        yield host.at, f"tcp: expected address:port, found {host.tcp!r}"
    if host.separator is not None and (len(host.separator) != 1 or host.separator in "\r\n"):
        yield host.at, f"separator: expected one character, found {host.separator!r}"
    if host.connections is not None and not 1 <= host.connections <= 512:
        yield host.at, f"connections: expected 1 to 512, found {host.connections}"


def _transactions(host: HostSettings) -> _Found:
    kind = host.kind
    for name, one in host.transactions.items():
        for option, kinds in FOR_TRANSACTION.items():
            if getattr(one, option) not in (None, ()) and kind not in kinds:
                yield one.at, f"{name}: {option} is for {' and '.join(kinds)}"
        if kind in ("sql", "db") and not one.sql:
            yield one.at, f"{name}: sql is missing"


def with_environment(text: str, where: str) -> str:
    """Return a text with ``${NAME}`` filled in from the environment: how secrets come in.

    :raises SettingsError: a name isn't there
    """

    def value(found: re.Match[str]) -> str:
        known = os.environ.get(found[1])
        if known is None:
            raise SettingsError(f"{where}: {found[1]} isn't in the environment")
        return known

    return re.sub(r"\$\{(\w+)\}", value, text)
