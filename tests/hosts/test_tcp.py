from __future__ import annotations

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
from boardivr.hosts.settings import TransactionSettings
from boardivr.hosts.tcp import Framing, TcpHost
from boardivr.store import Store
from tests.hosts.servers import Server, trickle

SHORT = 0.2
LONG = 30.0  # seconds; only a test that fails waits for it

TRANSACTIONS = {
    "balance": TransactionSettings(
        code="1001",
        send=("customer", "kind"),
        fields={"account": "text", "amount": "cents", "as_of": "date"},
    ),
    "pay": TransactionSettings(once=True),
    "look": TransactionSettings(),
}
DATA = {"customer": "A", "kind": "活期"}


class Front:
    """A front end: keeps the lines that it was sent, and answers what ``act`` makes of one."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self.encoding = encoding
        self.lines: list[str] = []
        self.act: Callable[[list[str]], str] = lambda fields: f"0|{fields[1]}\n"

    def serve(self, connection: socket.socket) -> None:
        with connection.makefile("r", encoding=self.encoding, newline="\n") as lines:
            for line in lines:
                self.lines.append(line)
                answer = self.act(line.rstrip("\n").split("|"))
                connection.sendall(answer.encode(self.encoding))


Open = Callable[..., TcpHost]


@pytest.fixture
def open_host(store: Store) -> Iterator[Open]:
    """Open a host whose server serves so; both are closed at the end."""
    with ExitStack() as stack:

        def open_host(
            serve: Callable[[socket.socket], None], connections: int = 8, **framing: object
        ) -> TcpHost:
            server = stack.enter_context(Server(serve))
            host = TcpHost(
                "front",
                ("127.0.0.1", server.port),
                store,
                TRANSACTIONS,
                framing=Framing(**framing),  # type: ignore[arg-type]
                connections=connections,
            )
            host.server = server  # type: ignore[attr-defined]
            stack.callback(host.close)
            return host

        yield open_host


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_line(open_host: Open, encoding: str) -> None:
    """A transaction is one line, its answer another: rows one after the other, typed."""
    front = Front(encoding)
    front.act = lambda fields: f"0|{fields[1]}|储蓄|1010005|20260921|card|7|\n"

    rows = open_host(front.serve, encoding=encoding).call("balance", DATA, "c1:1")

    assert rows == [
        {"account": "储蓄", "amount": Decimal("10100.05"), "as_of": date(2026, 9, 21)},
        {"account": "card", "amount": Decimal("0.07"), "as_of": None},
    ]
    assert front.lines == ["1001|c1:1|A|活期\n"]


def test_connection_is_kept_and_made_again(open_host: Open) -> None:
    """Requests share a connection; after the front end hung up, the next one makes another."""
    hang_up = threading.Event()
    front = Front()

    def serve(connection: socket.socket) -> None:
        if not hang_up.is_set():
            with connection.makefile("r", newline="\n") as lines:
                for _ in range(3):
                    key = lines.readline().split("|")[1].strip()
                    connection.sendall(f"0|{key}\n".encode())
            hang_up.set()
            return
        front.serve(connection)

    host = open_host(serve)
    for number in range(3):
        host.call("look", {}, str(number), LONG)
    assert host.server.connections == 1  # type: ignore[attr-defined]
    hang_up.wait(LONG)
    while host._idle[0].is_quiet():  # until its end has come
        pass

    assert host.call("look", {}, "4", LONG) == []
    assert host.server.connections == 2  # type: ignore[attr-defined]


def test_late_answer_is_not_the_next_ones(open_host: Open) -> None:
    """What comes after the time is over is never taken for another transaction's answer."""
    front, late = Front(), threading.Event()

    def act(fields: list[str]) -> str:
        if fields[1] == "slow":
            late.wait(LONG)
        return f"0|{fields[1]}|{fields[1]}|100|20260921\n"

    front.act = act
    host = open_host(front.serve)
    with pytest.raises(HostTimeout, match=r"front balance: no answer within 0\.2 s"):
        host.call("balance", DATA, "slow", SHORT)
    late.set()

    assert host.call("balance", DATA, "next", LONG)[0]["account"] == "next"


def test_answer_twice(open_host: Open) -> None:
    """The second copy of an answer is dropped, wherever it arrives."""
    front = Front()
    front.act = lambda fields: f"0|{fields[1]}|{fields[1]}|100|20260921\n" * 2
    host = open_host(front.serve)

    answers = [host.call("balance", DATA, f"k{n}", LONG)[0]["account"] for n in range(5)]

    assert answers == ["k0", "k1", "k2", "k3", "k4"]


def test_front_end_without_keys(open_host: Open) -> None:
    """Where keys aren't sent back, each request has a connection of its own."""
    front = Front()
    front.act = lambda fields: f"00|{fields[1]}|100|20260921\n"
    host = open_host(front.serve, echo=False, ok="00")

    for customer in ("A", "B"):
        data = {"customer": customer, "kind": ""}
        assert host.call("balance", data, "k", LONG)[0]["account"] == customer
    assert front.lines == ["1001|A|\n", "1001|B|\n"]
    assert host.server.connections == 2  # type: ignore[attr-defined]


def test_once(open_host: Open) -> None:
    """A payment's retry is answered from what was kept."""
    front = Front()
    host = open_host(front.serve)
    for _ in range(2):
        host.call("pay", {"amount": Decimal("1.50")}, "k")

    assert front.lines == ["pay|k|1.50\n"]


def test_room_for_so_many(open_host: Open) -> None:
    """No more connections than allowed; a request that finds no room in time has failed."""
    front, go = Front(), threading.Event()
    asked = threading.Event()

    def act(fields: list[str]) -> str:
        asked.set()
        go.wait(LONG)
        return f"0|{fields[1]}\n"

    front.act = act
    host = open_host(front.serve, connections=1)
    first = threading.Thread(target=lambda: host.call("look", {}, "1", LONG))
    first.start()
    assert asked.wait(LONG)

    with pytest.raises(HostTimeout):
        host.call("look", {}, "2", SHORT)
    go.set()
    first.join()
    assert host.call("look", {}, "3", LONG) == []
    assert len(front.lines) == 2


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("51|{key}\n", "front balance: refused with status '51'"),
        ("0\n", "an answer without its key"),
        ("0|{key}|a|1\n", "expected rows of 3 fields, found 2 fields"),
        ("0|{key}|a|1.5|20260921\n", "amount: expected cents"),
        ("0|{key}|a|1|yesterday\n", "as_of: expected date"),
        ("0|other\n" * 9, "only answers to other requests"),
        ("x" * 200_000, "a line longer than 65536 bytes"),
    ],
)
def test_answer_that_can_not_be_read(open_host: Open, answer: str, message: str) -> None:
    """Whatever isn't an answer is a host error that says what it was."""
    front = Front()
    front.act = lambda fields: answer.replace("{key}", fields[1])

    with pytest.raises(HostError, match=message):
        open_host(front.serve).call("balance", DATA, "k", LONG)


def test_answer_in_another_encoding(open_host: Open) -> None:
    """Bytes that the encoding doesn't have are refused."""

    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"0|k|\xff\xff\n")

    with pytest.raises(HostError, match="an answer that isn't utf-8"):
        open_host(serve).call("balance", DATA, "k", LONG)


@pytest.mark.parametrize("value", ["a|b", "a\nb", "a\rb"])
def test_value_that_ends_a_field(open_host: Open, value: str) -> None:
    """A value can't smuggle in another field or line; nothing is sent."""
    front = Front()
    with pytest.raises(HostError, match="customer: has a character that ends a field"):
        open_host(front.serve).call("balance", {**DATA, "customer": value}, "k", LONG)

    assert front.lines == []


def test_what_is_missing(open_host: Open) -> None:
    """A field that the transaction sends, and a transaction itself, must be there."""
    host = open_host(Front().serve)
    with pytest.raises(HostError, match="front balance: kind is missing"):
        host.call("balance", {"customer": "A"}, "k")
    with pytest.raises(HostError, match="front: no transaction 'ghost'; there are balance, look"):
        host.call("ghost", {}, "k")


def test_endless_answer(open_host: Open) -> None:
    """A line that trickles for ever has failed when the time is over."""
    stop = threading.Event()
    host = open_host(lambda connection: trickle(connection, b"0", stop))
    try:
        with pytest.raises(HostTimeout):
            host.call("look", {}, "k", SHORT)
    finally:
        stop.set()


def test_nobody_there(store: Store) -> None:
    """A front end that doesn't listen, or hangs up, is a host error."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = taken.getsockname()
    host = TcpHost("front", address, store, TRANSACTIONS)
    with pytest.raises(HostError, match="front look: Connection refused"):
        host.call("look", {}, "k", LONG)
    with Server(lambda connection: None) as server:
        host = TcpHost("front", ("127.0.0.1", server.port), store, TRANSACTIONS)
        with pytest.raises(HostError):
            host.call("look", {}, "k", LONG)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(answer=st.binary(max_size=300) | st.text("0k|a1\n", max_size=60).map(str.encode))
def test_any_answer(open_host: Open, answer: bytes) -> None:
    """Whatever bytes come, the request ends with typed rows or a host error."""

    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(answer)

    try:
        rows = open_host(serve).call("balance", DATA, "k", 2.0)
    except HostError:
        return
    for row in rows:
        assert list(row) == ["account", "amount", "as_of"]
        assert row["amount"] is None or isinstance(row["amount"], Decimal)
