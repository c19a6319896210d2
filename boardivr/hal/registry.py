"""Boards by URL: ``loopback:?lines=8&kind=fxo&country=cn``.

The scheme chooses the driver (entry points of the group ``boardivr.boards``);
what follows is the driver's. ``spy+`` in front logs every verb.
"""

from __future__ import annotations

import difflib
import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any
from urllib.parse import urlsplit

from boardivr.hal.board import Board
from boardivr.hal.errors import BoardError, DriverUnavailable

GROUP = "boardivr.boards"


def drivers() -> list[str]:
    """Return the names of the drivers that are installed."""
    return sorted(point.name for point in entry_points(group=GROUP))


@dataclass(frozen=True, kw_only=True)
class Driver:
    """A driver that is installed.

    :param place: ``package.module:function`` that opens its boards
    :param about: what it says of itself
    :param problem: why it can't be used; empty where it can
    """

    name: str
    place: str
    about: str = ""
    problem: str = ""


def describe() -> list[Driver]:
    """Return the drivers that are installed, and what they say; none is an error."""
    points = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    return [_described(point) for point in points]


def _described(point: EntryPoint) -> Driver:
    try:
        point.load()
    except Exception as error:  # a driver may fail in any way when its library is missing
        return Driver(name=point.name, place=point.value, problem=f"{error}")
    words = (inspect.getdoc(sys.modules[point.module]) or "").partition("\n")[0]
    return Driver(name=point.name, place=point.value, about=words)


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a driver says of something that its boards need.

    :param hint: what to do about it
    """

    part: str
    is_ok: bool
    found: str
    hint: str = ""


def beside(url: str, name: str) -> Callable[[str], Any] | None:
    """Return a function of the driver's module, beside the one that opens its boards.

    ``examine(url)`` gives :class:`Look`s, ``conformance_rig(url)`` far ends for the suite.

    :return: None where the driver hasn't got it
    :raises DriverUnavailable: no such driver
    """
    opens = _driver(urlsplit(url).scheme.rpartition("+")[2])
    found: Callable[[str], Any] | None = getattr(sys.modules[opens.__module__], name, None)
    return found


def examine(url: str) -> Iterator[Look]:
    """Have a board's driver look whether all is in place; not every driver does.

    Nothing is opened, nothing is started.

    :raises DriverUnavailable: no such driver
    """
    look = beside(url, "examine")
    if look is not None:
        yield from look(url)


def open_board(url: str) -> Board:
    """Open a board.

    :param url: ``DRIVER:...``, or ``spy+DRIVER:...`` to log its verbs
    :raises DriverUnavailable: no such driver, or its library isn't there
    :raises BoardError: the board can't be opened, or the URL can't be meant
    """
    scheme = urlsplit(url).scheme
    if not scheme:
        raise BoardError(f"expected a board such as 'loopback:?lines=8', found {url!r}")
    wrapper, plus, inner = scheme.partition("+")
    if plus:
        return _driver(wrapper)(url[len(wrapper) + 1 :] if inner else url)
    return _driver(scheme)(url)


def _driver(name: str) -> Callable[[str], Board]:
    points = entry_points(group=GROUP, name=name)
    if not points:
        near = difflib.get_close_matches(name, drivers(), 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(drivers())}"
        raise DriverUnavailable(f"no driver {name!r}; {hint}")
    loaded: Callable[[str], Board] = next(iter(points)).load()
    return loaded
