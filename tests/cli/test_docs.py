from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from boardivr.cli import COMMANDS, cli
from boardivr.cli.lazy import load

DOCS = Path(__file__).parents[2] / "docs" / "cli.md"


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that there is, with its words: `customer set-pin`."""
    for name, lazy in COMMANDS.items():
        if importlib.util.find_spec(lazy.place.partition(":")[0]) is not None:
            yield from below(name, load(lazy.place))


def below(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield words, command
        return
    for name, sub in command.commands.items():
        yield from below(f"{words} {name}", sub)


def section(words: str) -> str:
    """What docs/cli.md has under the heading of a command."""
    text = DOCS.read_text(encoding="utf-8")
    parts = re.split(rf"\n### `boardivr {words}(?=[ `])", text)
    assert len(parts) > 1, f"docs/cli.md has no heading for `boardivr {words}`"
    return parts[1].split("\n##")[0]


def options(command: click.Command) -> list[str]:
    return [
        max(parameter.opts, key=len)
        for parameter in command.params
        if isinstance(parameter, click.Option)
    ]


@pytest.mark.parametrize(("words", "command"), list(commands()), ids=lambda value: str(value))
def test_every_command_and_option_is_documented(words: str, command: click.Command) -> None:
    """docs/cli.md has a heading for every command, and names all of its options."""
    text = section(words)

    assert [option for option in options(command) if option not in text] == []
    assert command.help, f"`boardivr {words}` has no help"


def test_options_of_all_commands_are_documented() -> None:
    """The options before the command are told as well."""
    text = DOCS.read_text(encoding="utf-8").split("\n## ")[0]

    assert [option for option in options(cli) if option not in text] == []
