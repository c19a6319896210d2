"""What commands share: the settings and the store, opened when they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

import click

if TYPE_CHECKING:
    from boardivr.settings import Settings
    from boardivr.store import Store
    from boardivr.store.customers import CustomerFile

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class AppContext:
    """One run of the command line.

    :param settings_file: as ``--settings`` names it
    :param debug: errors show where they came from
    """

    settings_file: Path | None = None
    debug: bool = False

    @cached_property
    def settings(self) -> Settings:
        """The appliance's settings."""
        from boardivr.settings import load_settings

        return load_settings(self.settings_file)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Open the appliance's database; a new one gets its tables."""
        from boardivr.store.opening import open_store

        with open_store(self.settings.database) as store:
            yield store

    @contextmanager
    def customers(self) -> Iterator[CustomerFile]:
        """Open the customer file."""
        from boardivr.clock import SystemClock
        from boardivr.store.customers import CustomerFile

        with self.store() as store:
            yield CustomerFile(store, SystemClock(), pin_cost=self.settings.pin_cost)


def pass_app(command: Callable[Concatenate[AppContext, P], R]) -> Callable[P, R]:
    """Give a command the :class:`AppContext` as its first argument."""
    return click.make_pass_decorator(AppContext, ensure=True)(command)
