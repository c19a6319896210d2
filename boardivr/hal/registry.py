"""Boards by URL: ``loopback:?lines=8&kind=fxo&country=cn``.

The scheme chooses the driver (entry points of the group ``boardivr.boards``);
what follows is the driver's. ``spy+`` in front logs every verb.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from importlib.metadata import entry_points
from urllib.parse import urlsplit

from boardivr.hal.board import Board
from boardivr.hal.errors import BoardError, DriverUnavailable

GROUP = "boardivr.boards"


def drivers() -> list[str]:
    """Return the names of the drivers that are installed."""
    return sorted(point.name for point in entry_points(group=GROUP))


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
