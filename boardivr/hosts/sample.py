"""The sample hosts: a bank, and an order line, each a set of SQL transactions.

Amounts are kept as text with two decimals and reckoned in whole cents.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from boardivr.hosts.sql import Kind, SqlTransaction

MONEY: Final = Kind.DECIMAL


def _cents(amount: str) -> str:
    return f"cast(round({amount} * 100) as integer)"


def _text(cents: str) -> str:
    return (
        f"(select printf('%s%d.%02d', iif(c < 0, '-', ''), abs(c) / 100, abs(c) % 100)"
        f" from (select {cents} as c))"
    )


# A loan's amount is what is owed: paying in makes it less, and no more than it is.
_TRANSFER = (
    f"update accounts set amount = {_text(_cents('amount') + ' - ' + _cents(':amount'))}"
    " where id = :source and customer = :customer and kind in ('savings', 'card')"
    f" and {_cents(':amount')} between 1 and {_cents('amount')}"
    " and exists (select 1 from accounts as other where other.id = :target"
    " and other.id != :source and other.customer = :customer"
    " and other.currency = accounts.currency"
    f" and (other.kind != 'loan' or {_cents(':amount')} <= {_cents('other.amount')}))",
    # changes() is how many rows the statement before has changed: none if it was refused.
    "update accounts set amount = "
    + _text(f"{_cents('amount')} + iif(kind = 'loan', -1, 1) * {_cents(':amount')}")
    + " where id = :target and changes() = 1",
    "insert into account_entries (account, booked, text, amount)"
    f" select :source, :day, :text, {_text('-' + _cents(':amount'))} where changes() = 1",
    "insert into account_entries (account, booked, text, amount)"
    f" select :target, :day, :text, {_text(_cents(':amount'))} where changes() = 1",
    "select iif(changes() = 1, 'yes', 'no') as done, amount as balance, currency"
    " from accounts where id = :source and customer = :customer",
)

BANK: Final[Mapping[str, SqlTransaction]] = {
    "balance": SqlTransaction(
        sql=(
            "select id as account, kind, amount, currency, as_of from accounts"
            " where customer = :customer order by id",
        ),
        kinds={"amount": MONEY, "as_of": Kind.DATE},
    ),
    "detail": SqlTransaction(
        sql=(
            "select account, booked, text, account_entries.amount, currency"
            " from account_entries join accounts on accounts.id = account"
            " where customer = :customer and account = :account"
            " order by booked desc, account_entries.id desc limit 5",
        ),
        kinds={"amount": MONEY, "booked": Kind.DATE},
    ),
    "rates": SqlTransaction(
        sql=("select currency, buy, sell, as_of from rates order by currency",),
        kinds={"buy": MONEY, "sell": MONEY, "as_of": Kind.DATE},
    ),
    "transfer": SqlTransaction(
        sql=_TRANSFER, kinds={"done": Kind.YES_NO, "balance": MONEY}, once=True
    ),
    "report_loss": SqlTransaction(
        sql=(
            "insert into loss_reports (customer, reported) values (:customer, :day)"
            " on conflict (customer) do nothing",
            "select printf('%06d', number) as number, reported"
            " from loss_reports where customer = :customer",
        ),
        kinds={"reported": Kind.DATE},
        once=True,
    ),
}
"""A customer's balances and last entries, rates, transfers, and reports of a lost card."""


def _total(sheet: str) -> str:
    cents = _cents("price")
    return _text(
        f"(select coalesce(sum(quantity * {cents}), 0) from order_lines where sheet = {sheet})"
    )


_OWN_SHEET = "exists (select 1 from order_sheets where number = :order and customer = :customer"

ORDERS: Final[Mapping[str, SqlTransaction]] = {
    "item": SqlTransaction(
        sql=(
            "select code, case when :language = 'en' then name_en else name_zh end as name,"
            " price from order_items where code = :code",
        ),
        kinds={"price": MONEY},
    ),
    "offers": SqlTransaction(
        sql=(
            "select code, case when :language = 'en' then name_en else name_zh end as name,"
            " price from order_items where is_new order by code",
        ),
        kinds={"price": MONEY},
    ),
    "open_sheet": SqlTransaction(
        sql=(
            "insert into order_sheets (customer, opened) values (:customer, :day)",
            "select printf('%06d', last_insert_rowid()) as number",
        ),
        once=True,
    ),
    "add_line": SqlTransaction(
        sql=(
            "insert into order_lines (sheet, item, quantity, price)"
            " select :order, code, :quantity, price from order_items"
            f" where code = :item and {_OWN_SHEET} and state = 'open')"
            " on conflict (sheet, item) do update set quantity = quantity + excluded.quantity",
            f"select count(*) as lines, {_total(':order')} as total"
            " from order_lines where sheet = :order",
        ),
        kinds={"total": MONEY},
        once=True,
    ),
    "submit": SqlTransaction(
        sql=(
            "update order_sheets set state = 'ordered', opened = :day"
            " where number = :order and customer = :customer and state = 'open'",
            f"select number, state, {_total('order_sheets.number')} as total"
            " from order_sheets where number = :order and customer = :customer",
        ),
        kinds={"total": MONEY},
        once=True,
    ),
    "cancel": SqlTransaction(
        sql=(
            "update order_sheets set state = 'cancelled'"
            " where number = :order and customer = :customer and state = 'open'",
            "select number, state from order_sheets where number = :order and customer = :customer",
        ),
        once=True,
    ),
    "status": SqlTransaction(
        sql=(
            "select printf('%06d', number) as number, opened as day, state,"
            f" {_total('order_sheets.number')} as total from order_sheets"
            " where customer = :customer and state not in ('open', 'cancelled')"
            " order by number desc limit 3",
        ),
        kinds={"total": MONEY, "day": Kind.DATE},
    ),
}
"""Items and new items, an order sheet from its opening to its sending, and what became of it."""

SAMPLES: Final[Mapping[str, Mapping[str, SqlTransaction]]] = {"bank": BANK, "orders": ORDERS}
"""By the word that names them in the settings."""
