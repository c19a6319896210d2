from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boardivr.flows.services import HostError, HostTimeout
from boardivr.hosts.http import MOST_BYTES, HttpHost
from boardivr.hosts.settings import TransactionSettings
from boardivr.store import Store
from tests.hosts.servers import Server, trickle

SHORT = 0.2
LONG = 30.0  # seconds; only a test that fails waits for it

TRANSACTIONS = {
    "balance": TransactionSettings(
        path="customers/{customer}/balance",
        method="get",
        rows="data.accounts",
        fields={"amount": "money", "as_of": "date", "is_open": "yes_no"},
    ),
    "pay": TransactionSettings(once=True),
}


class Web:
    """A service that keeps what it was sent, and answers what it is told."""

    def __init__(self) -> None:
        self.status = "200 OK"
        self.body = b"{}"
        self.whole: bytes | None = None
        self.asked: list[tuple[str, dict[str, str], bytes]] = []

    def serve(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as lines:
            while line := lines.readline():
                headers = {}
                while (header := lines.readline().strip()) != b"":
                    name, _, value = header.decode().partition(": ")
                    headers[name.lower()] = value
                body = lines.read(int(headers.get("content-length", 0)))
                self.asked.append((line.decode().strip(), headers, body))
                head = f"HTTP/1.1 {self.status}\r\nContent-Length: {len(self.body)}\r\n\r\n"
                connection.sendall(self.whole or head.encode() + self.body)
                if self.whole is not None:
                    return


@pytest.fixture
def web() -> Web:
    return Web()


Open = Callable[..., HttpHost]


@pytest.fixture
def open_host(store: Store) -> Iterator[Open]:
    """Open a host whose server serves so; both are closed at the end."""
    with ExitStack() as stack:

        def open_host(serve: Callable[[socket.socket], None], login: str = "") -> HttpHost:
            server = stack.enter_context(Server(serve))
            host = HttpHost(
                "web",
                f"http://{login}127.0.0.1:{server.port}/api/",
                store,
                headers={"X-Branch": "7"},
                transactions=TRANSACTIONS,
            )
            stack.callback(host.close)
            return host

        yield open_host


def test_get_with_typed_rows(web: Web, open_host: Open) -> None:
    """Data goes into path and query, and the rows come out as what they are, exactly."""
    web.body = b"""{"data": {"accounts": [
        {"amount": 10100.05, "as_of": "2026-09-21", "is_open": true, "more": [1]},
        {"amount": "0.10", "as_of": null, "is_open": 0}]}}"""

    rows = open_host(web.serve).call("balance", {"customer": "A/1", "kind": "活期"}, "c1:1")

    assert rows == [
        {"amount": Decimal("10100.05"), "as_of": date(2026, 9, 21), "is_open": True},
        {"amount": Decimal("0.10"), "as_of": None, "is_open": False},
    ]
    line, headers, _ = web.asked[0]
    kind = "%E6%B4%BB%E6%9C%9F"
    assert line == f"GET /api/customers/A%2F1/balance?kind={kind} HTTP/1.1"
    assert (headers["idempotency-key"], headers["x-branch"]) == ("c1:1", "7")


def test_post(web: Web, open_host: Open) -> None:
    """A transaction that isn't written down is posted to its own name; money stays exact."""
    web.body = b'{"state": "done"}'

    rows = open_host(web.serve).call("move", {"amount": Decimal("1.10"), "to": "x"}, "k")

    assert rows == [{"state": "done"}]
    line, _, body = web.asked[0]
    assert line == "POST /api/move HTTP/1.1"
    assert json.loads(body) == {"amount": "1.10", "to": "x"}


def test_once(web: Web, open_host: Open) -> None:
    """A payment's retry is answered from what was kept; the service isn't asked again."""
    web.body = b'{"state": "done"}'
    host = open_host(web.serve)
    for _ in range(2):
        assert host.call("pay", {}, "k") == [{"state": "done"}]

    assert len(web.asked) == 1
    assert host.is_once("pay")
    assert not host.is_once("balance")


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        ("500 Oops", b"{}", "web look: answered with status 500"),
        ("302 Found", b"{}", "web look: answered with status 302"),
        ("200 OK", b"<html>", "web look: expected JSON"),
        ("200 OK", b"\xff\xfe", "web look: expected JSON"),
        ("200 OK", b"[" * 100_000, "web look: expected JSON"),
        ("200 OK", b'{"a": NaN}', "web look: expected JSON"),
        ("200 OK", b'{"a": 1' + b"0" * 5000 + b"}", "web look: expected JSON"),
        ("200 OK", b"7", "expected an object or a list of objects"),
        ("200 OK", b"[1, 2]", "expected an object or a list of objects"),
        ("200 OK", b"[" + b"{}," * 10_000 + b"{}]", "more than 10000 rows"),
        ("200 OK", b" " * (MOST_BYTES + 1), "an answer longer than"),
    ],
)
def test_answer_that_can_not_be_read(
    web: Web, open_host: Open, status: str, body: bytes, message: str
) -> None:
    """Whatever isn't an answer is a host error that says what it was."""
    web.status, web.body = status, body

    with pytest.raises(HostError, match=message):
        open_host(web.serve).call("look", {}, "k", LONG)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{}", "the answer has no 'data.accounts'"),
        (b'{"data": {"accounts": [{"amount": "many"}]}}', "amount: expected money"),
        (b'{"data": {"accounts": [{"amount": true}]}}', "amount: expected money"),
        (b'{"data": {"accounts": [{"amount": 1e999999}]}}', "amount: expected money"),
        (b'{"data": {"accounts": [{"as_of": "yesterday"}]}}', "as_of: expected date"),
        (b'{"data": {"accounts": [{"is_open": [1]}]}}', "is_open: expected yes_no"),
    ],
)
def test_field_of_another_type(web: Web, open_host: Open, body: bytes, message: str) -> None:
    """A field that isn't what it should be is refused by name, without its value."""
    web.body = body

    with pytest.raises(HostError, match=message):
        open_host(web.serve).call("balance", {"customer": "A"}, "k", LONG)


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\nX-A: ",  # a header that never ends
        b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n ",  # a body that never ends
        b"HTTP/1.1 100 Continue\r\n\r\n",
    ],
)
def test_endless_answer(open_host: Open, data: bytes) -> None:
    """An answer that trickles for ever has failed when the time is over."""
    stop = threading.Event()

    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(data)
        trickle(connection, data[-1:] if b"Continue" not in data else data, stop)

    try:
        with pytest.raises(HostTimeout, match=r"web look: no answer within 0\.2 s"):
            open_host(serve).call("look", {}, "k", SHORT)
    finally:
        stop.set()


def test_silent_server(open_host: Open) -> None:
    """A server that takes the request and says nothing has failed in time."""
    done = threading.Event()

    with pytest.raises(HostTimeout):
        open_host(lambda connection: done.wait(LONG) and None).call("look", {}, "k", SHORT)
    done.set()


def test_nobody_there(store: Store) -> None:
    """A service that doesn't listen is a host error at once."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    host = HttpHost("web", f"http://127.0.0.1:{port}", store)

    with pytest.raises(HostError, match="web look: ConnectError"):
        host.call("look", {}, "k", LONG)


def test_answer_twice(web: Web, store: Store) -> None:
    """A second answer that nobody asked for isn't taken for the next request's."""
    web.whole = b"".join(
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" + body
        for body in (b'{"a": 1} ', b'{"a": 2} ')
    )
    with Server(web.serve) as server:
        host = HttpHost("web", f"http://127.0.0.1:{server.port}", store)
        answers = [host.call("look", {}, str(number), LONG) for number in range(2)]
        host.close()

    assert answers == [[{"a": 1}], [{"a": 1}]]


def test_password_is_not_told(web: Web, open_host: Open, caplog: pytest.LogCaptureFixture) -> None:
    """Name and password of the address are sent, and are in no log and no error."""
    caplog.set_level(logging.DEBUG)
    host = open_host(web.serve, "ivr:s3cret%21@")
    host.call("look", {"card": "6222000011112222"}, "k")
    web.status = "401 Unauthorized"
    with pytest.raises(HostError) as caught:
        host.call("look", {}, "k")

    assert web.asked[0][1]["authorization"] == "Basic aXZyOnMzY3JldCE="
    for secret in ("s3cret", "6222000011112222", "aXZyOnMzY3JldCE="):
        assert secret not in caplog.text + str(caught.value) + repr(caught.value)


@pytest.fixture
def answering(open_host: Open) -> tuple[list[bytes], HttpHost]:
    """A host, and the answer that it gets."""
    answers: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(answers[0])

    return answers, open_host(serve)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    answer=st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=100).map(lambda body: b"HTTP/1.1 200 OK\r\n\r\n" + body),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["data", "accounts", "amount"]), inner, max_size=3
                )
            ),
        ).map(lambda value: b"HTTP/1.1 200 OK\r\n\r\n" + json.dumps(value).encode()),
    )
)
def test_any_answer(answering: tuple[list[bytes], HttpHost], answer: bytes) -> None:
    """Whatever bytes come, the request ends with typed rows or a host error."""
    answers, host = answering
    answers[:] = [answer]
    try:
        rows = host.call("balance", {"customer": "A"}, "k", 2.0)
    except HostError:
        return
    for row in rows:
        assert set(row) == {"amount", "as_of", "is_open"}
        assert row["amount"] is None or isinstance(row["amount"], Decimal)
