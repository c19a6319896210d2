"""Whose menus a command shows, and in which language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from boardivr.cli.context import AppContext
    from boardivr.customer import Customer
    from boardivr.flows.model import Flow


def customer_of(app: AppContext, customer_id: str | None, functions: tuple[str, ...]) -> Customer:
    """Return a customer of the appliance, or one made up, with functions opened besides."""
    import dataclasses

    from boardivr.customer import Customer

    who = Customer(id="")
    if customer_id is not None:
        with app.customers() as customers:
            who = customers.need(customer_id)
    return dataclasses.replace(who, functions=who.functions | set(functions))


def language_of(loaded: Flow, language: str | None, who: Customer | None) -> str:
    """Return the language asked for, or the customer's, or the flow's first."""
    known = [str(tag) for tag in loaded.language.all]
    if language is not None and language not in known:
        raise click.UsageError(f"{loaded.name} has no language {language!r}; there are {known}")
    if language is not None:
        return language
    return who.language if who and who.language in known else known[0]
