from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Sequence
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from boardivr.hal import registry
from boardivr.hal.loopback.channel import LoopbackChannel
from tests.cli.conftest import Run

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


@pytest.fixture(autouse=True)
def drivers(monkeypatch: pytest.MonkeyPatch) -> list[EntryPoint]:
    """The drivers that pyproject.toml names, whether the package is installed or not."""
    named = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]["entry-points"]
    points = [EntryPoint(name, place, group) for group, all_ in named.items()
              for name, place in all_.items()]  # fmt: skip
    monkeypatch.setattr(registry, "entry_points", lambda **by: EntryPoints(points).select(**by))
    return points


def case_names(output: str) -> Sequence[str]:
    return [line.split()[1] for line in output.splitlines() if line.startswith("ok")]


def test_list(run: Run) -> None:
    """Drivers are listed with what they say of themselves."""
    drivers = json.loads(run("board", "list", "--json").stdout)

    by_name = {driver["name"]: driver for driver in drivers}
    assert by_name["loopback"]["about"].startswith("A board of software")
    assert by_name["loopback"]["problem"] == ""
    assert "loopback" in run("board", "list").stdout


def test_list_says_what_is_missing(run: Run, drivers: list[EntryPoint]) -> None:
    """A driver whose library isn't there is listed, with what is wrong."""
    drivers.append(EntryPoint("acme", "acme_boards:open_board", registry.GROUP))

    result = run("board", "list")

    assert "can't be used: No module named 'acme_boards'" in result.stdout
    assert result.exit_code == 0


def test_show(run: Run) -> None:
    """A board's lines are listed with kind, number and what they can do."""
    lines = json.loads(run("board", "show", "loopback:?lines=2&kind=e1", "--json").stdout)

    assert lines[1]["name"] == "loopback-e1-1-2"
    assert (lines[1]["kind"], lines[1]["number"]) == ("e1", "9558802")
    assert {"voice", "dnis", "reject"} <= set(lines[1]["features"])
    assert "loopback-fxo-1  fxo   9558801" in run("board", "show", "loopback:").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", "nosuch:"), "boardivr: no driver 'nosuch'; there are dialogic, loopback, spy"),
        (("show", "loopbak:"), "boardivr: no driver 'loopbak'; did you mean 'loopback'?"),
        (("show", "loopback"), "boardivr: expected a board such as 'loopback:?lines=8'"),
        (("test", "loopback:?lines=1"), "the suite needs 2 lines, found 1"),
        (("test", "loopback:?linez=1"), "unknown option 'linez'; did you mean 'lines'?"),
        (("test", "acme:"), "no driver 'acme'"),
        (("test", "dialogic:"), "expected a board to be its far end"),
        (("test", "loopback:", "-k", "nothing_so_named"), "no_tests_collected"),
    ],
)
def test_mistakes(run: Run, arguments: tuple[str, ...], message: str) -> None:
    """A board that can't be meant or opened is one line on stderr, and exit code 1."""
    result = run("board", *arguments)

    assert result.exit_code == 1
    assert message in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_suite(run: Run) -> None:
    """Each case is told as it ends, skipped ones with the reason, and they are counted."""
    result = run("board", "test", "loopback:?kind=fxs", "-k", "answer or ani")

    assert result.exit_code == 0
    assert result.stdout.startswith("loopback:?kind=fxs&time=virtual, in virtual time\n")
    assert "answer" in case_names(result.stdout)
    assert "skip ani: loopback-fxs-1 has no ANI" in result.stdout
    passed = len(case_names(result.stdout))
    assert result.stdout.splitlines()[-1].startswith(f"{passed} passed, ")


def test_suite_finds_a_broken_driver(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A board that does one thing wrong fails that case, with the reason, and exit code 1."""
    monkeypatch.setattr(LoopbackChannel, "_clear_digits", lambda self: None)

    result = run("board", "test", "loopback:", "-k", "digits and not get and not hangs", "--json")

    cases = {case["name"]: case for case in json.loads(result.stdout)["cases"]}
    assert result.exit_code == 1
    assert cases["clear_digits"]["outcome"] == "failed"
    assert "END_OF_DATA" in cases["clear_digits"]["reason"]
    assert cases["send_digits"]["outcome"] == "passed"
    assert cases["clear_digits"]["about"] == "Forgotten keys don't cut the next prompt"


def test_time_as_the_url_says(run: Run) -> None:
    """A URL that asks for real time gets it."""
    result = run("board", "test", "loopback:?time=real", "-k", "needs_an_end or reject_unsupp")

    assert "in real time" in result.stdout
    assert result.exit_code == 0


def test_without_pytest(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pytest isn't installed, the message names what to install."""
    monkeypatch.setitem(sys.modules, "pytest", None)
    for name in ("boardivr.hal.conformance_run", "boardivr.hal.conformance"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.delattr("boardivr.hal.conformance_run", raising=False)

    result = run("board", "test", "loopback:")

    assert result.exit_code == 1
    assert "pip install pytest" in result.stderr
