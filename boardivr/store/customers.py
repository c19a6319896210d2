"""The customer file: who calls, what he has opened, how he likes his menu, his PIN."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from boardivr.clock import Clock
from boardivr.customer import Customer, PinVerdict
from boardivr.store.errors import NotFound, StoreError
from boardivr.store.pins import COST, hash_pin, is_pin
from boardivr.store.store import Row, Store, Transaction
from boardivr.store.tries import Tries
from boardivr.store.values import from_json, time_text, to_json

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class CustomerEntry:
    """A customer as he is signed up: what :class:`Customer` has, and what finds him.

    :param card: his card number, unique
    :param ani: the number that he calls from
    """

    customer: Customer
    card: str | None = None
    ani: str | None = None
    grade: str | None = None
    pin: str | None = field(default=None, repr=False)


class CustomerFile:
    """All customers of a store; implements :class:`boardivr.flows.services.Customers`.

    :param clock: whose date and time locks go by
    :param pin_cost: of hashes that are made from now on (:mod:`boardivr.store.pins`)
    """

    def __init__(self, store: Store, clock: Clock, *, pin_cost: int = COST) -> None:
        self._store = store
        self._clock = clock
        self._pin_cost = pin_cost
        self._tries = Tries(store)

    def get(self, customer_id: str) -> Customer | None:
        """Return a customer by his id."""
        return self._one("id = ?", customer_id)

    def by_card(self, card: str) -> Customer | None:
        """Return the customer who has this card."""
        return self._one("card = ?", card)

    def by_ani(self, ani: str) -> Customer | None:
        """Return who calls from this number; None also when several share it."""
        return self._one("ani = ?", ani)

    def need(self, customer_id: str) -> Customer:
        """Return a customer.

        :raises NotFound: nobody has this id
        """
        customer = self.get(customer_id)
        if customer is None:
            raise NotFound(f"no customer {customer_id!r}")
        return customer

    def all(self) -> list[Customer]:
        """Return every customer, by id."""
        rows = self._store.rows("select * from customers order by id")
        return [self._customer(row) for row in rows]

    def add(self, entry: CustomerEntry) -> Customer:
        """Sign a customer up, or write all of him anew; a PIN that isn't given stays.

        :raises StoreError: another customer has this card
        """
        customer = entry.customer
        with self._store.transaction() as work:
            work.execute(
                'insert into customers (id, card, ani, name, language, "group", grade, facts)'
                " values (?, ?, ?, ?, ?, ?, ?, ?)"
                " on conflict (id) do update set card = excluded.card, ani = excluded.ani,"
                " name = excluded.name, language = excluded.language,"
                ' "group" = excluded."group",'
                " grade = excluded.grade, facts = excluded.facts",
                (
                    customer.id,
                    entry.card,
                    entry.ani,
                    customer.name,
                    customer.language,
                    customer.group,
                    entry.grade,
                    to_json(customer.facts),
                ),
            )
            self._write_functions(work, customer)
            _write_menu(work, customer.id, customer.order, customer.hide)
        if entry.pin is not None:
            self.set_pin(customer.id, entry.pin)
        return self.need(customer.id)

    def set_open(self, customer_id: str, function: str, is_open: bool) -> Customer:
        """Open or close a function for a customer; in force when it returns.

        :raises NotFound: nobody has this id
        """
        self.need(customer_id)
        with self._store.transaction() as work:
            if is_open:
                self._open(work, customer_id, function)
            else:
                work.execute(
                    "delete from customer_functions where customer = ? and function = ?",
                    (customer_id, function),
                )
        log.info("customer %s: %s %s", customer_id, "opened" if is_open else "closed", function)
        return self.need(customer_id)

    def set_group(self, customer_id: str, group: str | None) -> Customer:
        """Have a customer belong to a group, or to none.

        :raises NotFound: nobody has this id
        """
        self.need(customer_id)
        with self._store.transaction() as work:
            work.execute('update customers set "group" = ? where id = ?', (group, customer_id))
        log.info("customer %s: group %s", customer_id, group or "none")
        return self.need(customer_id)

    def set_menu(self, customer_id: str, order: Sequence[str], hide: frozenset[str]) -> Customer:
        """Keep a customer's own menu: the order of items, and those he doesn't want to hear.

        :raises NotFound: nobody has this id
        """
        self.need(customer_id)
        with self._store.transaction() as work:
            _write_menu(work, customer_id, order, hide)
        return self.need(customer_id)

    def set_learned(self, customer_id: str, menu: str, items: Sequence[str]) -> Customer:
        """Keep in which order a customer knows a menu's items; none forgets it.

        :param menu: flow and menu: ``bank.main``
        :raises NotFound: nobody has this id
        """
        self.need(customer_id)
        with self._store.transaction() as work:
            work.execute(
                "delete from customer_learned where customer = ? and menu = ?", (customer_id, menu)
            )
            work.execute_many(
                "insert into customer_learned (customer, menu, position, item) values (?, ?, ?, ?)",
                [(customer_id, menu, place, item) for place, item in enumerate(items)],
            )
        return self.need(customer_id)

    def set_pin(self, customer_id: str, pin: str) -> None:
        """Give a customer a PIN, and all tries.

        :raises NotFound: nobody has this id
        :raises StoreError: not a PIN that can be keyed: 4 to 12 digits
        """
        self.need(customer_id)
        if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 12):
            raise StoreError("expected a PIN of 4 to 12 digits")
        hashed = hash_pin(pin, self._pin_cost)
        with self._store.transaction() as work:
            work.execute("update customers set pin_hash = ? where id = ?", (hashed, customer_id))
            work.execute("delete from pin_tries where customer = ?", (customer_id,))
        log.info("customer %s: new PIN", customer_id)

    def unlock(self, customer_id: str) -> None:
        """Give a customer all his tries again.

        :raises NotFound: nobody has this id
        """
        self.need(customer_id)
        self._tries.forget(customer_id)
        log.info("customer %s: unlocked", customer_id)

    def locked_until(self, customer_id: str) -> datetime | None:
        """Return until when a customer's PIN is locked, or None."""
        return self._tries.locked_until(customer_id, self._clock.wall())

    def has_pin(self, customer_id: str) -> bool:
        """Return whether a customer has a PIN."""
        return self._pin_hash(customer_id) is not None

    def verify_pin(self, customer_id: str, pin: str) -> PinVerdict:
        """Check a PIN and count a wrong one, across all calls and channels.

        The third wrong one locks him, and says so. A right PIN gives all tries
        back. Somebody without a PIN is UNKNOWN; that takes as long to find out.
        """
        hashed = self._pin_hash(customer_id)
        if hashed is None:
            is_pin(pin, self._nobody)
            return PinVerdict.UNKNOWN
        left = self._tries.take(customer_id, self._clock.wall())
        if left is None:
            return PinVerdict.LOCKED
        if is_pin(pin, hashed):
            self._tries.forget(customer_id)
            return PinVerdict.RIGHT
        if left == 0:
            log.warning("customer %s: locked after wrong PINs", customer_id)
            return PinVerdict.LOCKED
        return PinVerdict.WRONG

    @cached_property
    def _nobody(self) -> str:
        """What an unknown customer's PIN is checked against: as slow as a known one's."""
        return hash_pin("", self._pin_cost)

    def _pin_hash(self, customer_id: str) -> str | None:
        row = self._store.row("select pin_hash from customers where id = ?", (customer_id,))
        return None if row is None else _text(row["pin_hash"])

    def _one(self, condition: str, value: str) -> Customer | None:
        rows = self._store.rows(f"select * from customers where {condition} limit 2", (value,))
        return self._customer(rows[0]) if len(rows) == 1 else None

    def _customer(self, row: Row) -> Customer:
        customer_id = str(row["id"])
        functions = self._store.rows(
            "select function from customer_functions where customer = ?", (customer_id,)
        )
        menu = self._store.rows(
            "select item, position, hidden from customer_menus where customer = ?"
            " order by position",
            (customer_id,),
        )
        learned: dict[str, tuple[str, ...]] = {}
        for found in self._store.rows(
            "select menu, item from customer_learned where customer = ? order by menu, position",
            (customer_id,),
        ):
            where = str(found["menu"])
            learned[where] = (*learned.get(where, ()), str(found["item"]))
        facts = from_json(str(row["facts"]))
        known = {name: _text(row[name]) for name in ("card", "ani", "grade")}
        return Customer(
            id=customer_id,
            name=str(row["name"]),
            language=_text(row["language"]),
            group=_text(row["group"]),
            functions=frozenset(str(found["function"]) for found in functions),
            order=tuple(str(found["item"]) for found in menu if found["position"] is not None),
            hide=frozenset(str(found["item"]) for found in menu if found["hidden"]),
            learned=learned,
            facts={**facts, **known},
        )

    def _write_functions(self, work: Transaction, customer: Customer) -> None:
        kept = json.dumps(sorted(customer.functions))
        work.execute(
            "delete from customer_functions where customer = ?"
            " and function not in (select value from json_each(?))",
            (customer.id, kept),
        )
        for function in sorted(customer.functions):
            self._open(work, customer.id, function)

    def _open(self, work: Transaction, customer_id: str, function: str) -> None:
        work.execute(
            "insert into customer_functions (customer, function, opened_at) values (?, ?, ?)"
            " on conflict do nothing",
            (customer_id, function, time_text(self._clock.wall())),
        )


def _write_menu(
    work: Transaction, customer_id: str, order: Sequence[str], hide: frozenset[str]
) -> None:
    places = {item: place for place, item in enumerate(order)}
    work.execute("delete from customer_menus where customer = ?", (customer_id,))
    work.execute_many(
        "insert into customer_menus (customer, item, position, hidden) values (?, ?, ?, ?)",
        [(customer_id, item, places.get(item), item in hide) for item in sorted({*places, *hide})],
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
