from __future__ import annotations

import json

from boardivr.clock import SystemClock
from boardivr.customer import Customer
from boardivr.store import Store
from boardivr.store.customers import CustomerFile
from tests.cli.conftest import Run


def wang(store: Store) -> Customer:
    return CustomerFile(store, SystemClock()).need("A")


def test_set_and_show(run: Run, bank: Store) -> None:
    """His order and what he hides are kept, each by itself, and shown."""
    run("customer", "menu", "set", "A", "--order", "forex, balance,forex")
    result = run("customer", "menu", "set", "A", "--hide", "balance")

    assert (wang(bank).order, wang(bank).hide) == (("forex", "balance"), {"balance"})
    assert result.stdout == "order    forex, balance\nhidden   balance\n"
    shown = json.loads(run("customer", "menu", "show", "A", "--json").stdout)
    assert shown == {"order": ["forex", "balance"], "hide": ["balance"], "learned": {}}


def test_unknown_ids_are_ignored_with_a_note(run: Run, bank: Store) -> None:
    """What no flow has is told and left out; what is pinned isn't hidden."""
    result = run("customer", "menu", "set", "A", "--order", "forx,forex", "--hide", "goodbye,forex")

    assert result.exit_code == 0
    assert result.stderr == (
        "note: no menu has 'forx'; did you mean 'forex'?\n"
        "note: 'goodbye' is pinned, it can't be hidden\n"
    )
    assert (wang(bank).order, wang(bank).hide) == (("forex",), {"forex"})


def test_reset(run: Run, bank: Store) -> None:
    """The original menus are back, and what he has learned is forgotten."""
    file = CustomerFile(bank, SystemClock())
    file.set_menu("A", ["forex"], frozenset({"balance"}))
    file.set_learned("A", "bank.main", ["forex"])
    assert "knows    bank.main: forex" in run("customer", "menu", "show", "A").stdout

    assert run("customer", "menu", "reset", "A").stdout == "customer A has the original menus\n"
    assert (wang(bank).order, wang(bank).hide, wang(bank).learned) == ((), frozenset(), {})


def test_what_cannot_be_meant(run: Run, bank: Store) -> None:
    """Nobody of that id; nothing to set."""
    assert "no customer 'Z'" in run("customer", "menu", "show", "Z").stderr
    assert "expected --order or --hide" in run("customer", "menu", "set", "A").stderr
