"""A group of commands that imports a command only when it is used."""

from __future__ import annotations

import errno
import importlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any

import click

from boardivr.cli.context import AppContext
from boardivr.errors import BoardIVRError


@dataclass(frozen=True)
class LazyCommand:
    """Where a command is, and what it is for.

    :param place: ``package.module:name``
    """

    place: str
    help: str


class OneLine(click.ClickException):
    """An error as the command line shows it: ``boardivr: what, where``; exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"boardivr: {self.format_message()}", err=True)


class LazyGroup(click.Group):
    """The top group. What a command raises becomes one line on stderr.

    :param lazy: the commands by name, in the order of the help
    """

    def __init__(self, *args: Any, lazy: Mapping[str, LazyCommand], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        lazy = self._lazy.get(cmd_name)
        return None if lazy is None else load(lazy.place)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, lazy.help) for name, lazy in self._lazy.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if (isinstance(ctx.obj, AppContext) and ctx.obj.debug) or is_broken_pipe(error):
                raise
            raise OneLine(one_line(error)) from error


def load(place: str) -> click.Command:
    """Return the command at a place.

    :raises OneLine: it can't be imported
    """
    module, _, name = place.partition(":")
    try:
        command = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise OneLine(f"this command can't be loaded: {error}") from error
    if not isinstance(command, click.Command):
        raise OneLine(f"this command can't be loaded: {place} is a {type(command).__name__}")
    return command


def is_broken_pipe(error: Exception) -> bool:
    """Return whether the reader of our output has gone (``boardivr ... | head``)."""
    return isinstance(error, OSError) and error.errno == errno.EPIPE


def one_line(error: Exception) -> str:
    """Return an error in its own words; one that we didn't foresee with its class."""
    if isinstance(error, BoardIVRError):
        return str(error)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return where + (error.strerror or str(error))
    sqlite = sys.modules.get("sqlite3")
    if sqlite is not None and isinstance(error, sqlite.Error):
        return f"database: {error}"
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text} (--debug shows where)"
