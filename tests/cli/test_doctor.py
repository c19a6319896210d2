from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from boardivr import doctor
from boardivr.doctor import Finding, State
from boardivr.settings import Settings
from tests.cli.conftest import Run

FINE = Finding(part="python", state=State.OK, found="3.11.7")
SMALL = Finding(part="disk", state=State.WARN, found="1.0 GB free", hint="make room")
BAD = Finding(part="engine", state=State.FAIL, found="no module", hint="run `make setup`")


def only(*findings: Finding) -> dict[str, Callable[[Settings], Iterator[Finding]]]:
    return {finding.part: lambda settings, one=finding: iter([one]) for finding in findings}


@pytest.mark.parametrize(
    ("findings", "code"), [((FINE,), 0), ((FINE, SMALL), 0), ((FINE, BAD, SMALL), 1)]
)
def test_exit_code(
    run: Run, monkeypatch: pytest.MonkeyPatch, findings: tuple[Finding, ...], code: int
) -> None:
    """A failure is exit code 1, a warning isn't; every finding is a line."""
    monkeypatch.setattr(doctor, "PARTS", only(*findings))
    answer = run("doctor")

    assert answer.exit_code == code
    assert len(answer.stdout.splitlines()) == len(findings)


def test_lines(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """State, part, finding, and what to do."""
    monkeypatch.setattr(doctor, "PARTS", only(FINE, BAD))

    assert run("doctor").stdout == (
        "ok    python: 3.11.7\nfail  engine: no module (run `make setup`)\n"
    )


def test_json(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for programs, with the same exit code."""
    monkeypatch.setattr(doctor, "PARTS", only(FINE, BAD))
    answer = run("doctor", "--json")

    assert answer.exit_code == 1
    assert json.loads(answer.stdout)[1] == {
        "part": "engine",
        "state": "fail",
        "found": "no module",
        "hint": "run `make setup`",
    }
