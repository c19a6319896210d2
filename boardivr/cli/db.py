"""``boardivr db``: the database's place, its schema, the sample bank's data."""

from __future__ import annotations

import click

from boardivr.cli.context import AppContext, pass_app


@click.group()
def db() -> None:
    """The database."""


@db.command()
@pass_app
def path(app: AppContext) -> None:
    """Print where the database is."""
    click.echo(str(app.settings.database))


@db.command()
@pass_app
def migrate(app: AppContext) -> None:
    """Bring the database's tables up to date; make it if it isn't there."""
    from boardivr.store import Store

    with Store(app.settings.database) as store:
        taken = store.migrate()
    for name in taken:
        click.echo(name)
    click.echo(f"{len(taken)} steps taken" if taken else "up to date", err=True)


@db.command()
@click.confirmation_option(prompt="Write the sample customers A and B into the database?")
@pass_app
def sample(app: AppContext) -> None:
    """Write the sample bank: two customers, their accounts, exchange rates.

    Their PINs are drawn by chance and printed this once.
    """
    import secrets

    from boardivr.clock import SystemClock
    from boardivr.store.customers import CustomerFile
    from boardivr.store.sample import EVERYBODY, seed

    pins = {entry.customer.id: f"{secrets.randbelow(1_000_000):06}" for entry in EVERYBODY}
    with app.store() as store:
        cost = app.settings.pin_cost
        seed(store, CustomerFile(store, SystemClock(), pin_cost=cost), pins)
    for entry in EVERYBODY:
        one = entry.customer
        click.echo(f"{one.id}  {one.name}  card {entry.card}  PIN {pins[one.id]}")
