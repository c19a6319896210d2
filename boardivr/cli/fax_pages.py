"""Options that say how pages are made; shared by the commands that make faxes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from boardivr.fax.model import Cover, Options


def page_options(command: Any) -> Any:
    """Give a command the options that say how pages are made."""
    for option in (
        click.option(
            "--drop-blank", is_flag=True, help="Leave pages out on which there is nothing."
        ),
        click.option(
            "--dots", type=click.IntRange(4, 16), default=8, show_default=True,
            help="Columns of a photograph's dots; 12 is coarser and sent sooner.",
        ),
        click.option(
            "--tone", type=click.Choice(["auto", "text", "photo"]), default="auto",
            help="What becomes of grey: letters, dots, or found out by page.",
        ),
        click.option(
            "--paper", type=click.Choice(["a4", "letter", "b4", "a3"]), default="a4",
            show_default=True, help="The paper of the machine that is called.",
        ),
        click.option(
            "--resolution", type=click.Choice(["standard", "fine", "superfine"]), default="fine",
            show_default=True, help="98, 196 or 391 lines an inch.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def cover_options(command: Any) -> Any:
    """Give a command the options that put a cover page first."""
    for option in (
        click.option(
            "--cover-template", metavar="NAME", default="en", show_default=True,
            help="The cover's words: en, zh, or a YAML file.",
        ),
        click.option(
            "--cover", metavar="FIELD=VALUE", multiple=True, help="Put a cover page first."
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def options_of(page: dict[str, Any]) -> Options:
    """Return what :func:`page_options` were given."""
    from boardivr.fax.model import options_from

    return options_from(page)


def cover_of(pairs: Sequence[str], template: str) -> Cover | None:
    """Return what :func:`cover_options` were given; None: no cover."""
    from boardivr.fax import cover

    if not pairs:
        return None
    fields = {"date": date.today().isoformat()}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.BadParameter(f"expected FIELD=VALUE, found {pair!r}", param_hint="--cover")
        fields[name.strip().replace("-", "_")] = value
    return cover.cover(cover.template(template), fields)
