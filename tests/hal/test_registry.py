from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint, EntryPoints

import pytest

from boardivr.hal import BoardError, DriverUnavailable, registry
from boardivr.hal.loopback import LoopbackBoard
from boardivr.hal.registry import describe, drivers, open_board
from boardivr.hal.spy import SpyBoard

INSTALLED = {
    "loopback": "boardivr.hal.loopback:open_board",
    "spy": "boardivr.hal.spy:open_board",
    "gone": "no_such_vendor.boards:open_board",
}


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    points = EntryPoints(EntryPoint(n, place, registry.GROUP) for n, place in INSTALLED.items())
    find: Callable[..., EntryPoints] = lambda **by: points.select(**by)  # noqa: E731
    monkeypatch.setattr(registry, "entry_points", find)


def test_the_scheme_chooses_the_driver() -> None:
    """A URL is opened by the driver of its name, which gets all of it."""
    with open_board("loopback:?lines=3&time=virtual") as board:
        assert isinstance(board, LoopbackBoard)
        assert len(board.channels) == 3


def test_spy_wraps_any_board() -> None:
    """`spy+` in front gives the same board behind a spy."""
    with open_board("spy+loopback:?lines=3&time=virtual") as board:
        assert isinstance(board, SpyBoard)
        assert isinstance(board.board, LoopbackBoard)
        assert board.clock is board.board.clock


@pytest.mark.parametrize(
    ("url", "error", "message"),
    [
        ("loopbck:", DriverUnavailable, "no driver 'loopbck'; did you mean 'loopback'?"),
        ("zzz:", DriverUnavailable, "no driver 'zzz'; there are gone, loopback, spy"),
        ("spi+loopback:", DriverUnavailable, "no driver 'spi'; did you mean 'spy'?"),
        ("spy+zzz:", DriverUnavailable, "no driver 'zzz'"),
        ("loopback", BoardError, "expected a board such as 'loopback:.lines=8', found 'loopback'"),
        ("", BoardError, "expected a board"),
    ],
)
def test_mistakes(url: str, error: type[BoardError], message: str) -> None:
    """A URL without a driver, or with one that isn't there, says what there is."""
    with pytest.raises(error, match=message):
        open_board(url)


def test_describe() -> None:
    """Drivers are listed by name; one that can't be loaded says why, and is no error."""
    described = {driver.name: driver for driver in describe()}

    assert list(described) == drivers() == ["gone", "loopback", "spy"]
    assert described["loopback"].about.startswith("A board of software")
    assert "no_such_vendor" in described["gone"].problem
