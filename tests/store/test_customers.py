from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boardivr.customer import Customer
from boardivr.flows.services import Customers
from boardivr.store import NotFound, Store, StoreError
from boardivr.store.customers import CustomerEntry, CustomerFile
from boardivr.store.sample import SMITH, WANG, seed
from tests.store.conftest import PINS


def test_is_what_flows_need(customers: CustomerFile) -> None:
    """The customer file has the flows' protocol, and finds by card, number and id."""
    file: Customers = customers

    by_card = file.by_card("6222020000000001")
    assert by_card is not None
    assert by_card.name == "王芳"
    assert by_card.language == "zh-CN"
    assert by_card.functions == {"balance", "forex", "rates", "services"}
    assert by_card.facts["grade"] == "gold"
    assert by_card == file.by_ani("13800000001") == file.get("A")


def test_not_found(customers: CustomerFile) -> None:
    """Nobody is None."""
    assert customers.by_card("1") is None
    assert customers.by_ani("1") is None
    assert customers.get("1") is None


def test_shared_number_is_nobody(customers: CustomerFile) -> None:
    """Two who call from one telephone can't be told apart by it."""
    customers.add(CustomerEntry(customer=Customer(id="C"), ani=WANG.ani))

    assert WANG.ani is not None
    assert customers.by_ani(WANG.ani) is None


def test_open_and_close(customers: CustomerFile) -> None:
    """A function is open, or closed, when the call returns; doing it twice is fine."""
    for _ in range(2):
        assert "forex" in customers.set_open("B", "forex", True).functions
    assert "forex" in customers.need("B").functions
    for _ in range(2):
        assert "forex" not in customers.set_open("B", "forex", False).functions
    assert customers.need("B").functions == SMITH.customer.functions


def test_nobody_to_open_for(customers: CustomerFile) -> None:
    """An unknown customer is an error, not a new one."""
    with pytest.raises(NotFound, match="no customer 'nobody'"):
        customers.set_open("nobody", "forex", True)
    assert customers.get("nobody") is None


def test_card_is_unique(customers: CustomerFile) -> None:
    """A card can't have two owners; the file stays as it was."""
    with pytest.raises(StoreError, match="UNIQUE"):
        customers.add(CustomerEntry(customer=Customer(id="C"), card=WANG.card))
    assert customers.get("C") is None


ITEMS = st.lists(st.sampled_from("abcdefgh"), unique=True)


@settings(max_examples=25)
@given(ITEMS, st.frozensets(st.sampled_from("abcdefgh")))
def test_own_menu_comes_back(order: list[str], hide: frozenset[str]) -> None:
    """The order and the hidden items of a customer's own menu are kept exactly."""
    import tempfile
    from pathlib import Path

    from tests.manual_clock import ManualClock

    with tempfile.TemporaryDirectory() as folder, Store(Path(folder, "b.db")) as store:
        store.migrate()
        file = CustomerFile(store, ManualClock())
        file.add(CustomerEntry(customer=Customer(id="C")))

        customer = file.set_menu("C", order, hide)

    assert customer.order == tuple(order)
    assert customer.hide == hide


def test_rewriting_a_customer(customers: CustomerFile) -> None:
    """Signing up again writes all of him anew, but keeps his PIN."""
    customers.add(
        CustomerEntry(
            customer=Customer(
                id="A", name="王芳", functions=frozenset({"fax"}), facts={"limit": Decimal("1.50")}
            ),
            card="6222020000000009",
        )
    )

    customer = customers.need("A")
    assert customer.functions == {"fax"}
    assert customer.facts["limit"] == Decimal("1.50")
    assert customer.language is None
    assert customers.by_card("6222020000000001") is None
    assert customers.has_pin("A")


def test_all(customers: CustomerFile) -> None:
    """Every customer, by id."""
    assert [customer.id for customer in customers.all()] == ["A", "B"]


def test_seed_puts_everything_back(store: Store, customers: CustomerFile) -> None:
    """Seeding again undoes what happened meanwhile and doubles nothing."""
    customers.set_open("B", "forex", True)
    with store.transaction() as work:
        work.execute("update accounts set amount = '0.00'")
    seed(store, customers, PINS)

    assert customers.need("B").functions == SMITH.customer.functions
    assert store.rows("select customer, amount, currency from accounts order by customer") == [
        {"customer": "A", "amount": "10100.05", "currency": "CNY"},
        {"customer": "B", "amount": "2200.50", "currency": "USD"},
    ]
    assert store.row("select count(*) as n from account_entries") == {"n": 4}


def test_what_he_learned_is_kept_by_menu(customers: CustomerFile) -> None:
    """Each menu's order is kept exactly, for itself; none forgets it."""
    customers.add(CustomerEntry(customer=Customer(id="C")))
    customers.set_learned("C", "bank.main", ["b", "a"])
    customers.set_learned("C", "bank.more", ["x"])

    assert customers.need("C").learned == {"bank.main": ("b", "a"), "bank.more": ("x",)}
    customers.set_learned("C", "bank.main", ["b", "a", "c"])
    assert customers.set_learned("C", "bank.more", []).learned == {"bank.main": ("b", "a", "c")}
    with pytest.raises(NotFound):
        customers.set_learned("Z", "bank.main", [])
