"""Whose menus a command shows, and in which language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from boardivr.cli.context import AppContext
    from boardivr.customer import Customer
    from boardivr.flows.model import Flow


def at_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--at``: menus may depend on the hour and the day."""
    return click.option(
        "--at",
        metavar="TIME",
        callback=_moment,
        help="At this time, such as 2026-02-17T20:30; now.",
    )(command)


def _moment(context: click.Context, option: click.Parameter, text: str | None) -> datetime:
    if text is None:
        return datetime.now().astimezone()
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise click.BadParameter(
            f"expected a time such as 2026-02-17T20:30, found {text!r}"
        ) from None


def customer_of(
    app: AppContext, customer_id: str | None, functions: tuple[str, ...], group: str | None = None
) -> Customer:
    """Return a customer of the appliance, or one made up, with functions opened besides.

    :param group: that he belongs to, instead of his own
    """
    import dataclasses

    from boardivr.customer import Customer

    who = Customer(id="")
    if customer_id is not None:
        with app.customers() as customers:
            who = customers.need(customer_id)
    who = dataclasses.replace(who, group=group or who.group)
    return dataclasses.replace(who, functions=who.functions | set(functions))


def known_flows(app: AppContext) -> list[Flow] | None:
    """Return the appliance's flows; None, and a note, where one of them can't be run."""
    from boardivr.flows.loader import load_folder
    from boardivr.flows.model import FlowError

    try:
        return list(load_folder(app.settings.flows).values())
    except FlowError:
        click.echo("note: the flows have mistakes; whether they know it isn't known", err=True)
        return None


def need_functions(flow: Flow, functions: Iterable[str]) -> None:
    """See that a flow has all these functions.

    :raises click.UsageError: it hasn't one of them
    """
    from boardivr.flows.overlaying import functions_of
    from boardivr.yamlread import near

    known = functions_of(flow)
    for function in functions:
        if function not in known:
            there = near(function, known) or "it has none"
            raise click.UsageError(f"{flow.name} has no function {function!r}; {there}")


def language_of(loaded: Flow, language: str | None, who: Customer | None) -> str:
    """Return the language asked for, or the customer's, or the flow's first."""
    known = [str(tag) for tag in loaded.language.all]
    if language is not None and language not in known:
        raise click.UsageError(f"{loaded.name} has no language {language!r}; there are {known}")
    if language is not None:
        return language
    return who.language if who and who.language in known else known[0]
