"""``boardivr customer menu``: how a customer likes his menus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.output import json_option, print_json

if TYPE_CHECKING:
    from boardivr.customer import Customer


@click.group()
def menu() -> None:
    """How a customer likes his menus: which choices come first, which he doesn't hear."""


@menu.command()
@click.argument("customer_id", metavar="ID")
@json_option
@pass_app
def show(app: AppContext, customer_id: str, as_json: bool) -> None:
    """Show a customer's own order, what he has hidden, and the keys that he knows."""
    with app.customers() as customers:
        one = customers.need(customer_id)
    if as_json:
        learned = {place: list(items) for place, items in one.learned.items()}
        print_json({"order": list(one.order), "hide": sorted(one.hide), "learned": learned})
        return
    _tell(one)


@menu.command("set")
@click.argument("customer_id", metavar="ID")
@click.option("--order", help="His choices by id, in his order: forex,balance.")
@click.option("--hide", help="Those that he doesn't hear: rates; '' for none.")
@pass_app
def set_menu(app: AppContext, customer_id: str, order: str | None, hide: str | None) -> None:
    """Give a customer his own order, or hide choices; what isn't given stays.

    What no menu has is ignored, with a note; so is hiding what is pinned.
    """
    if order is None and hide is None:
        raise click.UsageError("expected --order or --hide")
    items = _items(app)
    with app.customers() as customers:
        one = customers.need(customer_id)
        own = _known(order, items) if order is not None else one.order
        hidden = one.hide
        if hide is not None:
            hidden = frozenset(name for name in _known(hide, items) if not _is_pinned(name, items))
        one = customers.set_menu(customer_id, own, hidden)
    _tell(one)


@menu.command()
@click.argument("customer_id", metavar="ID")
@pass_app
def reset(app: AppContext, customer_id: str) -> None:
    """Give a customer the original menus back: nothing hidden, all as written."""
    with app.customers() as customers:
        one = customers.set_menu(customer_id, (), frozenset())
        for place in one.learned:
            customers.set_learned(customer_id, place, ())
    click.echo(f"customer {customer_id} has the original menus")


def _items(app: AppContext) -> dict[str, bool]:
    """Return the items of all flows, and whether they can't be hidden in any menu."""
    from boardivr.flows.loader import load_folder

    pinned: dict[str, bool] = {}
    for flow in load_folder(app.settings.flows).values():
        for one in flow.menus.values():
            for name, item in one.items.items():
                pinned[str(name)] = item.pin and pinned.get(str(name), True)
    return pinned


def _known(text: str, items: dict[str, bool]) -> tuple[str, ...]:
    """Return the ids in a text that are items, each once."""
    from boardivr.yamlread import near

    ids = list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    for name in ids:
        if name not in items:
            hint = near(name, items, tell_all=False)
            click.echo(f"note: no menu has {name!r}{'; ' if hint else ''}{hint}", err=True)
    return tuple(name for name in ids if name in items)


def _is_pinned(name: str, items: dict[str, bool]) -> bool:
    if items[name]:
        click.echo(f"note: {name!r} is pinned, it can't be hidden", err=True)
    return items[name]


def _tell(one: Customer) -> None:
    click.echo(f"order    {_list(one.order)}")
    click.echo(f"hidden   {_list(sorted(one.hide))}")
    for place, items in one.learned.items():
        click.echo(f"knows    {place}: {_list(items)}")


def _list(ids: Sequence[str]) -> str:
    return ", ".join(ids) or "-"
