"""A host that is a JSON service over HTTP.

A transaction is a request; its answer a JSON object (a row) or a list of them.
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import httpcore
import httpx

from boardivr.customer import Value
from boardivr.flows.services import HostError, HostTimeout
from boardivr.hosts.deadline import Deadline, DeadlineBackend
from boardivr.hosts.fields import plain, typed_row
from boardivr.hosts.host import Rows
from boardivr.hosts.settings import TransactionSettings
from boardivr.hosts.written import WrittenHost
from boardivr.store import Store

log = logging.getLogger(__name__)

MOST_BYTES = 1024 * 1024  # of an answer
MOST_ROWS = 10_000


class HttpHost(WrittenHost):
    """A JSON service; a :class:`WrittenHost`. Close it.

    :param url: its address; a name and password in it are sent as basic authentication
    :param headers: sent with each request, such as ``Authorization``
    :param transactions: those that are written down; any other name is posted to its own path
    """

    def __init__(
        self,
        name: str,
        url: str,
        store: Store,
        *,
        headers: Mapping[str, str] | None = None,
        transactions: Mapping[str, TransactionSettings] | None = None,
    ) -> None:
        # Their INFO lines have whole addresses: a customer's card, a password.
        for noisy in ("httpx", "httpcore"):
            logging.getLogger(noisy).setLevel(logging.WARNING)
        super().__init__(name, store, transactions or {})
        self._deadline = Deadline()
        base, login = _without_login(url)
        self._base = base.rstrip("/")
        transport = httpx.HTTPTransport()
        transport._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=512,
            # One request to a connection: an answer that comes twice would be the next one's.
            max_keepalive_connections=0,
            network_backend=DeadlineBackend(self._deadline),
        )
        self._client = httpx.Client(
            transport=transport,
            headers={"Accept": "application/json", "Accept-Encoding": "identity", **login}
            | dict(headers or {}),
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def _transaction(self, txn: str) -> TransactionSettings:
        return self._transactions.get(txn) or TransactionSettings()

    def _ask(
        self,
        txn: str,
        one: TransactionSettings,
        data: Mapping[str, Value],
        key: str,
        within: float,
    ) -> Rows:
        where = f"{self._name} {txn}"
        try:
            with self._deadline.within(within):
                request = self._request(txn, one, data, key)
                status, body = self._exchange(request, where)
        except httpx.TimeoutException:
            raise HostTimeout(f"{where}: no answer within {within:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # Not its words: they may have the address.
            raise HostError(f"{where}: {type(error).__name__}") from None
        if not 200 <= status < 300:
            raise HostError(f"{where}: answered with status {status}")
        rows = _rows(_parsed(body, where), one, where)
        log.debug("%s: status %d, %d rows", where, status, len(rows))
        return rows

    def _request(
        self, txn: str, one: TransactionSettings, data: Mapping[str, Value], key: str
    ) -> httpx.Request:
        path = (one.path if one.path is not None else quote(txn, safe="")).lstrip("/")
        rest = dict(data)
        for name, value in data.items():
            if f"{{{name}}}" in path:
                path = path.replace(f"{{{name}}}", quote(plain(value), safe=""))
                del rest[name]
        headers = {"Idempotency-Key": key}
        url = f"{self._base}/{path}"
        if one.method == "get":
            params = {name: plain(value) for name, value in rest.items()}
            return self._client.build_request("GET", url, params=params or None, headers=headers)
        body = json.dumps({name: _json(value) for name, value in rest.items()})
        headers["Content-Type"] = "application/json"
        return self._client.build_request("POST", url, content=body.encode(), headers=headers)

    def _exchange(self, request: httpx.Request, where: str) -> tuple[int, bytes]:
        response = self._client.send(request, stream=True)
        try:
            body = bytearray()
            for part in response.iter_raw():
                body += part
                if len(body) > MOST_BYTES:
                    raise HostError(f"{where}: an answer longer than {MOST_BYTES} bytes")
            return response.status_code, bytes(body)
        finally:
            response.close()


def _without_login(url: str) -> tuple[str, dict[str, str]]:
    """Take name and password out of an address, so that nobody prints them with it."""
    parts = urlsplit(url)
    login, at, place = parts.netloc.rpartition("@")
    if not at:
        return url, {}
    name, _, password = login.partition(":")
    encoded = base64.b64encode(f"{unquote(name)}:{unquote(password)}".encode())
    clean = urlunsplit((parts.scheme, place, parts.path, parts.query, ""))
    return clean, {"Authorization": f"Basic {encoded.decode()}"}


def _json(value: Value) -> object:
    """Return a value as JSON has it; exact numbers and dates as text."""
    return value if value is None or isinstance(value, bool | int) else plain(value)


def _parsed(body: bytes, where: str) -> object:
    if not body.strip():
        return []

    def refuse(constant: str) -> object:
        raise ValueError(constant)

    try:
        found: object = json.loads(body, parse_float=Decimal, parse_constant=refuse)
    except (ValueError, RecursionError, ArithmeticError):
        raise HostError(f"{where}: expected JSON, found something else") from None
    return found


def _rows(found: object, one: TransactionSettings, where: str) -> Rows:
    for part in one.rows.split(".") if one.rows else ():
        if not isinstance(found, dict) or part not in found:
            raise HostError(f"{where}: the answer has no {one.rows!r}")
        found = found[part]
    rows = [found] if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise HostError(f"{where}: expected an object or a list of objects")
    if len(rows) > MOST_ROWS:
        raise HostError(f"{where}: more than {MOST_ROWS} rows")
    if one.fields:
        return [typed_row(row, one.fields, where) for row in rows]
    return [{k: v for k, v in row.items() if not isinstance(v, dict | list)} for row in rows]
