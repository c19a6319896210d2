from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from importlib.metadata import EntryPoint, EntryPoints

import pytest

from boardivr.customer import Value
from boardivr.errors import SettingsError
from boardivr.flows.services import HostError
from boardivr.hosts import python
from boardivr.hosts.python import PythonHost, load_function
from boardivr.store import Store


class Bank:
    """A function that counts how often it was asked."""

    def __init__(self, answer: object = None) -> None:
        self.asked: list[tuple[str, Mapping[str, Value], str]] = []
        self.answer = [{"amount": Decimal("1.50")}] if answer is None else answer

    def __call__(self, txn: str, data: Mapping[str, Value], key: str) -> object:
        self.asked.append((txn, data, key))
        return self.answer


def answer_anything(txn: str, data: Mapping[str, Value], key: str) -> object:
    return [{"txn": txn}]


NOT_A_FUNCTION = 5


def test_asked_with_all_of_it(store: Store) -> None:
    """The function gets transaction, data and key, and its rows come back."""
    bank = Bank()

    assert PythonHost("core", bank, store).call("1001", {"card": "1"}, "k") == [
        {"amount": Decimal("1.50")}
    ]
    assert bank.asked == [("1001", {"card": "1"}, "k")]


def test_once(store: Store) -> None:
    """Only a transaction that is once keeps its first answer, whatever process asks again."""
    bank = Bank()
    for _ in range(2):
        host = PythonHost("core", bank, store, once=frozenset({"pay"}))
        assert host.call("pay", {}, "k") == [{"amount": Decimal("1.50")}]
        host.call("look", {}, "k")

    assert [txn for txn, _, _ in bank.asked] == ["pay", "look", "look"]
    assert host.is_once("pay")
    assert not host.is_once("look")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("text", "core 1001: expected a list of rows, found str"),
        ({"a": 1}, "expected a list of rows, found dict"),
        ([1], "expected a row of named values, found int"),
        ([{"amount": 1.5}], "amount: expected text, a whole number.* found float"),
        ([{"rows": []}], "rows: expected text.* found list"),
    ],
)
def test_unreadable_answer(store: Store, answer: object, message: str) -> None:
    """What isn't rows of values is refused, with what it was."""
    with pytest.raises(HostError, match=message):
        PythonHost("core", Bank(answer), store).call("1001", {}, "k")


def test_unreadable_answer_is_not_kept(store: Store) -> None:
    """A once transaction whose answer was refused can be asked again."""
    once = frozenset({"pay"})
    with pytest.raises(HostError):
        PythonHost("core", Bank([1]), store, once=once).call("pay", {}, "k")

    bank = Bank()
    PythonHost("core", bank, store, once=once).call("pay", {}, "k")
    assert len(bank.asked) == 1


class TestLoad:
    def test_by_place(self) -> None:
        """A function is found where it is."""
        assert load_function(f"{__name__}:answer_anything") is answer_anything

    def test_by_entry_point(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A function that a package offers is found by its name."""
        point = EntryPoint("core", f"{__name__}:answer_anything", python.GROUP)
        monkeypatch.setattr(python, "entry_points", lambda group: EntryPoints([point]))

        assert load_function("core") is answer_anything
        with pytest.raises(SettingsError, match=r"host cord: no entry point .*; there are core"):
            load_function("cord")

    @pytest.mark.parametrize(
        ("target", "message"),
        [
            ("no.such.module:f", "host no.such.module:f: No module named 'no'"),
            (f"{__name__}:missing", "has no attribute 'missing'"),
            (f"{__name__}:NOT_A_FUNCTION", "expected a function, found int"),
        ],
    )
    def test_not_there(self, target: str, message: str) -> None:
        """What can't be had is one line that names it."""
        with pytest.raises(SettingsError, match=message):
            load_function(target)
