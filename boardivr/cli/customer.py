"""``boardivr customer``: who they are, what they have opened, their PINs."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from boardivr.cli.context import AppContext, pass_app
from boardivr.cli.customer_menu import menu
from boardivr.cli.flow_customer import known_flows
from boardivr.cli.output import cell_text, json_option, print_json, print_table
from boardivr.customer import Customer


@click.group()
def customer() -> None:
    """Customers, the functions that they have opened, and their PINs."""


customer.add_command(menu)


@customer.command("list")
@json_option
@pass_app
def list_customers(app: AppContext, as_json: bool) -> None:
    """List all customers."""
    with app.customers() as customers:
        found = customers.all()
    if as_json:
        print_json([_facts(one) for one in found])
        return
    print_table(
        ("id", "name", "language", "group", "card", "number", "functions"),
        [
            (one.id, one.name, one.language, one.group, _card(one), one.facts["ani"], one.functions)
            for one in found
        ],
    )


@customer.command()
@click.argument("customer_id", metavar="ID")
@json_option
@pass_app
def show(app: AppContext, customer_id: str, as_json: bool) -> None:
    """Show one customer, with his own menu and the state of his PIN."""
    with app.customers() as customers:
        one = customers.need(customer_id)
        until = customers.locked_until(customer_id)
        facts = {**_facts(one), "has_pin": customers.has_pin(customer_id), "locked_until": until}
    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        click.echo(f"{name.replace('_', ' '):13} {cell_text(value)}")


@customer.command()
@click.argument("customer_id", metavar="ID")
@click.option("--name", default="", help="As he is greeted.")
@click.option("--card", help="His card's number.")
@click.option("--ani", help="The number that he calls from.")
@click.option("--language", help="Such as zh-CN or en.")
@click.option("--grade", help="Such as gold.")
@click.option("--group", help="Flows can be tailored to it, such as youth.")
@click.option("--open", "functions", multiple=True, metavar="FUNCTION", help="Opened for him.")
@pass_app
def add(
    app: AppContext,
    customer_id: str,
    name: str,
    card: str | None,
    ani: str | None,
    language: str | None,
    grade: str | None,
    group: str | None,
    functions: Sequence[str],
) -> None:
    """Sign a customer up. His PIN is set with `customer set-pin`."""
    from boardivr.store.customers import CustomerEntry

    one = Customer(
        id=customer_id,
        name=name,
        language=language,
        group=group,
        functions=frozenset(functions),
    )
    with app.customers() as customers:
        if customers.get(customer_id) is not None:
            raise click.UsageError(f"there is a customer {customer_id!r} already")
        customers.add(CustomerEntry(customer=one, card=card, ani=ani, grade=grade))
    click.echo(f"customer {customer_id} is signed up")
    _note_unknown(app, functions)


@customer.command("open")
@click.argument("customer_id", metavar="ID")
@click.argument("functions", metavar="FUNCTION...", nargs=-1, required=True)
@pass_app
def open_functions(app: AppContext, customer_id: str, functions: Sequence[str]) -> None:
    """Open functions for a customer; his next menu has them."""
    _set_open(app, customer_id, functions, True)
    _note_unknown(app, functions)


@customer.command("close")
@click.argument("customer_id", metavar="ID")
@click.argument("functions", metavar="FUNCTION...", nargs=-1, required=True)
@pass_app
def close_functions(app: AppContext, customer_id: str, functions: Sequence[str]) -> None:
    """Close functions for a customer; they don't exist for him any more."""
    _set_open(app, customer_id, functions, False)


@customer.command("set-group")
@click.argument("customer_id", metavar="ID")
@click.argument("group", required=False)
@pass_app
def set_group(app: AppContext, customer_id: str, group: str | None) -> None:
    """Have a customer belong to a group; to none where none is named."""
    with app.customers() as customers:
        customers.set_group(customer_id, group)
    click.echo(f"customer {customer_id} belongs to {group or 'no group'}")


@customer.command("set-pin")
@click.argument("customer_id", metavar="ID")
@pass_app
def set_pin(app: AppContext, customer_id: str) -> None:
    """Give a customer a new PIN, and unlock him.

    It is asked for without showing it, or read as the first line of stdin.
    """
    with app.customers() as customers:
        customers.need(customer_id)
        if sys.stdin.isatty():
            pin = click.prompt("PIN", hide_input=True, confirmation_prompt=True, err=True)
        else:
            pin = sys.stdin.readline().strip()
        customers.set_pin(customer_id, pin)
    click.echo(f"customer {customer_id} has a new PIN")


@customer.command()
@click.argument("customer_id", metavar="ID")
@pass_app
def unlock(app: AppContext, customer_id: str) -> None:
    """Give a customer who keyed too many wrong PINs his tries back."""
    with app.customers() as customers:
        customers.unlock(customer_id)
    click.echo(f"customer {customer_id} has all tries again")


def _set_open(app: AppContext, customer_id: str, functions: Sequence[str], is_open: bool) -> None:
    with app.customers() as customers:
        one = customers.need(customer_id)
        for function in functions:
            one = customers.set_open(customer_id, function, is_open)
    click.echo(f"customer {customer_id} has open: {cell_text(one.functions)}")


def _note_unknown(app: AppContext, functions: Sequence[str]) -> None:
    """Tell which functions no flow asks for: they are open, but nobody will hear of them."""
    from boardivr.flows.overlaying import functions_of
    from boardivr.yamlread import near

    flows = known_flows(app) if functions else None
    if flows is None:
        return
    known = {function for flow in flows for function in functions_of(flow)}
    for name in functions:
        if name not in known:
            click.echo(f"note: no flow has the function {name!r}; {near(name, known)}", err=True)


def _facts(one: Customer) -> dict[str, object]:
    facts = {name: value for name, value in one.facts.items() if name != "card"}
    return {
        "id": one.id,
        "name": one.name,
        "language": one.language,
        "group": one.group,
        "card": _card(one),
        **facts,
        "functions": sorted(one.functions),
        "order": list(one.order),
        "hide": sorted(one.hide),
    }


def _card(one: Customer) -> str | None:
    """Return what is shown of a card's number: its last four digits."""
    card = one.facts["card"]
    return None if card is None else f"*{str(card)[-4:]}"
