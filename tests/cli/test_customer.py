from __future__ import annotations

import json
from pathlib import Path

import pytest

from boardivr.clock import SystemClock
from boardivr.customer import PinVerdict
from boardivr.store import Store
from boardivr.store.customers import CustomerFile
from tests.cli.conftest import PINS, Run

LIST = """\
id  name        language  group  card   number       functions
A   王芳        zh-CN     -      *0001  13800000001  balance, forex, rates, services
B   John Smith  en        -      *0002  13800000002  balance, rates, services
"""

SHOW = """\
id            A
name          王芳
language      zh-CN
group         -
card          *0001
ani           13800000001
grade         gold
functions     balance, forex, rates, services
order         -
hide          -
has pin       True
locked until  -
"""


def test_list(run: Run, bank: Store) -> None:
    """Customers as a table; Chinese names keep the columns straight."""
    assert run("customer", "list").stdout == LIST


def test_list_json(run: Run, bank: Store) -> None:
    """The same for programs, and nothing else on stdout."""
    found = json.loads(run("customer", "list", "--json").stdout)

    assert [one["id"] for one in found] == ["A", "B"]
    assert found[1] == {
        "id": "B",
        "name": "John Smith",
        "language": "en",
        "group": None,
        "card": "*0002",
        "ani": "13800000002",
        "grade": "standard",
        "functions": ["balance", "rates", "services"],
        "order": [],
        "hide": [],
    }


def test_show(run: Run, bank: Store) -> None:
    """One customer, without PIN and without his card's whole number."""
    assert run("customer", "show", "A").stdout == SHOW
    shown = json.loads(run("customer", "show", "A", "--json").stdout)
    assert shown["has_pin"] is True
    assert shown["locked_until"] is None


def test_open_and_close(run: Run, bank: Store) -> None:
    """Several functions at once; what is open now is told."""
    opened = run("customer", "open", "B", "forex", "fax")
    assert opened.stdout == "customer B has open: balance, fax, forex, rates, services\n"
    closed = run("customer", "close", "B", "forex", "balance")
    assert closed.stdout == "customer B has open: fax, rates, services\n"


def test_open_what_no_flow_asks_for(run: Run, bank: Store) -> None:
    """A function is opened whatever flows there are; a mistyped one is told."""
    mistyped = run("customer", "open", "B", "forx")
    meant = run("customer", "open", "B", "forex")

    assert mistyped.exit_code == 0
    assert mistyped.stderr == "note: no flow has the function 'forx'; did you mean 'forex'?\n"
    assert meant.stderr == ""


def test_open_beside_broken_flows(run: Run, bank: Store, home: Path) -> None:
    """A flow that can't be read keeps nobody from opening a function."""
    (home / "flows").mkdir()
    (home / "flows/broken.yaml").write_text("boardivr: 1\nflow: [")

    opened = run("customer", "open", "B", "forex")

    assert opened.stdout == "customer B has open: balance, forex, rates, services\n"
    assert "note: the flows have mistakes" in opened.stderr


@pytest.mark.parametrize(
    "arguments",
    [("show", "C"), ("open", "C", "fax"), ("close", "C", "fax"), ("set-pin", "C"), ("unlock", "C")],
)
def test_nobody(run: Run, bank: Store, arguments: tuple[str, ...]) -> None:
    """An unknown customer is one line and exit code 1."""
    answer = run("customer", *arguments, keyed="1234\n")

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr == "boardivr: no customer 'C'\n"


def test_add(run: Run, bank: Store) -> None:
    """A customer is signed up once."""
    arguments = ("customer", "add", "C", "--name", "李雷", "--card", "6222020000000003")
    added = run(*arguments, "--language", "zh-CN", "--open", "balance", "--open", "fax")
    again = run(*arguments)

    assert added.stdout == "customer C is signed up\n"
    assert "C   李雷        zh-CN     -      *0003  -            balance, fax" in (
        run("customer", "list").stdout
    )
    assert again.exit_code == 2
    assert "there is a customer 'C' already" in again.stderr


def test_a_group(run: Run, bank: Store) -> None:
    """A customer belongs to a group, or to none; flows may be tailored to it."""
    run("customer", "add", "C", "--group", "youth")
    assert json.loads(run("customer", "show", "C", "--json").stdout)["group"] == "youth"

    moved = run("customer", "set-group", "C", "staff")
    assert moved.stdout == "customer C belongs to staff\n"
    assert json.loads(run("customer", "show", "C", "--json").stdout)["group"] == "staff"

    run("customer", "set-group", "C")
    assert json.loads(run("customer", "show", "C", "--json").stdout)["group"] is None
    assert run("customer", "set-group", "X", "staff").stderr == "boardivr: no customer 'X'\n"


def test_set_pin(run: Run, bank: Store) -> None:
    """A PIN comes by stdin, takes effect, and isn't repeated."""
    answer = run("customer", "set-pin", "A", keyed="987654\n")
    customers = CustomerFile(bank, SystemClock())

    assert answer.stdout == "customer A has a new PIN\n"
    assert "987654" not in answer.output
    assert customers.verify_pin("A", "987654") is PinVerdict.RIGHT
    assert customers.verify_pin("A", PINS["A"]) is PinVerdict.WRONG


def test_pin_is_not_an_argument(run: Run, bank: Store) -> None:
    """A PIN on the command line, where others can see it, isn't taken."""
    assert run("customer", "set-pin", "A", "987654").exit_code == 2


def test_bad_pin(run: Run, bank: Store) -> None:
    """What isn't a PIN is refused and not repeated."""
    answer = run("customer", "set-pin", "A", keyed="12ab\n")

    assert answer.exit_code == 1
    assert answer.stderr == "boardivr: expected a PIN of 4 to 12 digits\n"
    assert CustomerFile(bank, SystemClock()).verify_pin("A", PINS["A"]) is PinVerdict.RIGHT


def test_unlock(run: Run, bank: Store) -> None:
    """A locked customer is shown as locked, and unlocked."""
    customers = CustomerFile(bank, SystemClock())
    for _ in range(3):
        customers.verify_pin("A", "0000")

    assert json.loads(run("customer", "show", "A", "--json").stdout)["locked_until"] is not None
    assert run("customer", "unlock", "A").stdout == "customer A has all tries again\n"
    assert customers.verify_pin("A", PINS["A"]) is PinVerdict.RIGHT
