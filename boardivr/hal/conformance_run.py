"""The conformance suite on one board: for ``pytest --pyargs``, and for ``boardivr board test``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

import pytest

from boardivr.hal.conformance import ChannelConformance, Rig
from boardivr.hal.errors import BoardError
from boardivr.hal.registry import beside

PLUGIN = "boardivr.hal.conformance_plugin"
LOOPBACK = "loopback"


class TestBoard(ChannelConformance):
    @pytest.fixture
    def rig(self, request: pytest.FixtureRequest) -> Iterator[Rig]:
        """The board that ``--board`` names, opened anew for each case."""
        option = request.config.getoption
        if not option("--board"):
            pytest.fail("expected --board URL", pytrace=False)
        with rig_of(option("--board"), option("--far-end"), option("--number")) as rig:
            yield rig


def rig_of(url: str, far_end: str | None, numbers: Sequence[str]) -> AbstractContextManager[Rig]:
    """Return a board with far ends that fit it.

    :param far_end: URL of the board that it is wired to; a loopback board needs none
    :raises BoardError: there is nobody at its other end
    """
    if far_end is not None:
        from boardivr.hal.backtoback import open_back_to_back

        return open_back_to_back(url, far_end, numbers)
    own = None if "+" in urlsplit(url).scheme else beside(url, "conformance_rig")
    if own is None:
        raise BoardError(f"{url}: expected a board to be its far end; it brings none of its own")
    rig: AbstractContextManager[Rig] = own(url)
    return rig


def with_time(url: str) -> str:
    """Return a loopback board's URL with ``time=virtual``, unless it says another time."""
    parts = urlsplit(url)
    if parts.scheme != LOOPBACK or "time" in dict(parse_qsl(parts.query)):
        return url
    return f"{url}{'&' if parts.query else '?'}time=virtual"


def is_virtual(url: str) -> bool:
    """Return whether a board's URL asks for virtual time."""
    return dict(parse_qsl(urlsplit(url).query)).get("time") == "virtual"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case of the suite, and what came of it.

    :param about: what the board should do
    :param reason: why it was skipped, or how it failed
    """

    name: str
    about: str
    outcome: Literal["passed", "skipped", "failed"]
    reason: str = ""


def run_suite(
    url: str,
    report: Callable[[Case], None],
    *,
    far_end: str | None = None,
    numbers: Sequence[str] = (),
    only: str = "",
) -> None:
    """Run the suite on a board, and report each case as it ends.

    :param only: cases by their names, in the words of pytest's ``-k``; all, if it is empty
    :raises BoardError: pytest can't run them, or finds none
    """
    arguments = ["-p", "no:terminal", "-p", "no:cacheprovider", "-p", PLUGIN, "-c", os.devnull]
    arguments += ["--board", url, "--pyargs", __name__]
    if far_end is not None:
        arguments += ["--far-end", far_end]
    for number in numbers:
        arguments += ["--number", number]
    if only:
        arguments += ["-k", only]
    code = pytest.main(arguments, plugins=[_Reporter(report)])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise BoardError(f"{url}: the suite ended early: {pytest.ExitCode(code).name.lower()}")


class _Reporter:
    """What pytest tells, as cases."""

    def __init__(self, report: Callable[[Case], None]) -> None:
        self._report = report
        self._about: dict[str, str] = {}
        self._problem: tuple[Literal["skipped", "failed"], str] | None = None

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            text = getattr(getattr(item, "obj", None), "__doc__", None) or ""
            self._about[item.nodeid] = text.strip().partition("\n")[0].rstrip(".")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._problem = "failed", _message(report)
        elif report.skipped and self._problem is None:
            self._problem = "skipped", _message(report)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        outcome, reason = self._problem or ("passed", "")
        self._problem = None
        name = nodeid.rpartition("::")[2].removeprefix("test_")
        self._report(
            Case(name=name, about=self._about.get(nodeid, ""), outcome=outcome, reason=reason)
        )


def _message(report: pytest.TestReport) -> str:
    """Return why a case was skipped or failed, as one line."""
    why = report.longrepr
    if isinstance(why, tuple):
        return str(why[2]).removeprefix("Skipped: ")
    crash = getattr(why, "reprcrash", None)
    text = str(crash.message if crash is not None else why)
    if text == "AssertionError":  # it says no more: show the line
        lines = str(why).splitlines()
        text = next((line[1:].strip() for line in lines if line.startswith(">")), text)
    return " ".join(text.split("\n", 1)[0].split())
