from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from boardivr import doctor
from boardivr.doctor import Finding, State, examine
from boardivr.flows.loader import flow_files
from boardivr.settings import load_settings
from boardivr.store import Store
from boardivr.store.lock import NodeLock
from boardivr.store.migrations import APPLIED

Look = Callable[[str], list[Finding]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BOARDIVR_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def look(home: Path) -> Look:
    """Look at one part, with the settings as they are now."""

    def look(part: str) -> list[Finding]:
        return list(doctor.PARTS[part](load_settings()))

    return look


def test_every_part_is_looked_at(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part that can't even be looked at is a finding, and the others are looked at."""

    def fails(settings: object) -> object:
        raise PermissionError(13, "Permission denied", "/x")
        yield

    monkeypatch.setitem(doctor.PARTS, "disk", fails)  # type: ignore[arg-type]
    found = {finding.part: finding for finding in examine(load_settings())}

    assert found["disk"].state is State.FAIL
    assert "Permission denied" in found["disk"].found
    assert found["python"].state is State.OK
    assert found["host core"].state is State.OK


def test_database(look: Look, home: Path) -> None:
    """Not there, old, ready, newer: each with what to do."""
    (blank,) = look("database")
    store = Store(home / "boardivr.db")
    store.migrate(until="m001_customers")
    (old,) = look("database")
    store.migrate()
    (ready,) = look("database")
    store.close()

    assert (blank.state, "boardivr db migrate" in blank.hint) == (State.WARN, True)
    assert (old.state, "m002_sample_bank" in old.found) == (State.FAIL, True)
    assert ready.state is State.OK


def test_running_appliance(look: Look, home: Path) -> None:
    """Whether the appliance runs, and as which process."""
    (still,) = look("node")
    with NodeLock(home / "boardivr.db", "main"):
        (running,) = look("node")

    assert still.found == "doesn't run"
    assert running.found == f"runs as process {os.getpid()}"


def test_newer_database(home: Path) -> None:
    """A newer version's database can't be used."""
    with Store(home / "boardivr.db") as store:
        store.migrate()
        with store.transaction() as work:
            work.execute(f"insert into {APPLIED} values ('m999_future', '')")

    found = {finding.part: finding for finding in examine(load_settings())}
    assert found["database"].state is State.FAIL
    assert "newer version" in found["database"].found


def test_broken_database(home: Path) -> None:
    """A file that isn't a database is found."""
    (home / "boardivr.db").write_text("a shopping list, longer than a header\n" * 40)
    found = {finding.part: finding for finding in examine(load_settings())}

    assert found["database"].state is State.FAIL
    assert "file is not a database" in found["database"].found


@pytest.mark.parametrize(
    ("free", "state"),
    [(100_000_000, State.FAIL), (1_000_000_000, State.WARN), (50_000_000_000, State.OK)],
)
def test_disk(look: Look, monkeypatch: pytest.MonkeyPatch, free: int, state: State) -> None:
    """Little room is a warning, next to none a failure."""
    monkeypatch.setattr(shutil, "disk_usage", lambda place: SimpleNamespace(free=free))
    (finding,) = look("disk")

    assert finding.state is state
    assert bool(finding.hint) is (state is not State.OK)


def test_no_espeak(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing speech engine is named with its package."""
    monkeypatch.setattr(shutil, "which", lambda program: None)
    (finding,) = look("espeak-ng")

    assert finding.state is State.FAIL
    assert finding.hint == "apt-get install espeak-ng"


def test_espeak_that_hangs(look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A speech engine that doesn't answer is a failure, not a wait."""

    def hang(command: list[str], timeout: float, **more: object) -> None:
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(shutil, "which", lambda program: "/usr/bin/espeak-ng")
    monkeypatch.setattr(subprocess, "run", hang)
    (finding,) = look("espeak-ng")

    assert finding.state is State.FAIL
    assert "timed out" in finding.found


def test_no_spandsp(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing library is named with its package."""
    monkeypatch.setattr(doctor, "SPANDSP", "libnosuchthing.so.9")
    (finding,) = look("libspandsp")

    assert finding.state is State.FAIL
    assert "libspandsp2" in finding.hint


def test_no_engine(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that wasn't compiled says how to."""

    def missing(name: str) -> None:
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr("importlib.import_module", missing)
    (finding,) = look("engine")

    assert (finding.state, finding.hint) == (State.FAIL, "run `make setup`")


def test_host_that_cannot_be_had(home: Path) -> None:
    """A host's function that can't be imported is found before a caller does."""
    (home / "boardivr.yaml").write_text("hosts: {core: {python: 'no.such:thing'}}\n")
    found = {finding.part: finding for finding in examine(load_settings())}

    assert found["hosts"].state is State.FAIL
    assert "no.such:thing" in found["hosts"].found


FLOW = """\
boardivr: 1
flow: hello
language: {default: en}
start: [greet]
steps:
  greet:
    - play: welcome
    - hang_up: done
prompts:
  welcome: {en: {text: "Welcome.", file: welcome.wav}}
"""


class TestFlows:
    def test_shipped_ones(self, look: Look) -> None:
        """The flows that ship have nothing to complain about, nor have their prompts."""
        found = look("flows")

        assert {"flow bank", "prompts bank"} <= {finding.part for finding in found}
        assert [finding for finding in found if finding.state is not State.OK] == []

    def test_none(self, look: Look, home: Path) -> None:
        """An empty folder is a failure: nobody would answer."""
        (home / "flows").mkdir()
        (finding,) = look("flows")

        assert finding.state is State.FAIL
        assert f"none in {home / 'flows'}" in finding.found

    def test_broken_flow(self, look: Look, home: Path) -> None:
        """Every problem of a flow is a finding with its place; its prompts aren't looked at."""
        (home / "flows").mkdir()
        (home / "flows" / "hello.yaml").write_text(FLOW.replace("play: welcome", "play: welcom"))
        found = look("flows")

        assert found[0].state is State.FAIL
        assert "hello.yaml:7:" in found[0].found
        assert "did you mean 'welcome'?" in found[0].found
        assert not any(finding.part.startswith("prompts") for finding in found)

    def test_broken_recording(self, look: Look, home: Path) -> None:
        """A recording that can't be played is a warning that names it."""
        (home / "flows").mkdir()
        (home / "flows" / "hello.yaml").write_text(FLOW)
        (home / "flows" / "welcome.wav").write_bytes(b"not a sound")
        found = [finding for finding in look("flows") if finding.part == "prompts hello"]

        assert [finding.state for finding in found] == [State.WARN]
        assert "welcome@en: " in found[0].found
        assert "welcome.wav" in found[0].found

    def test_tests_beside_flows_are_not_flows(self, home: Path) -> None:
        """A flow's tests aren't read as a flow."""
        for name in ("hello.yaml", "hello.test.yaml"):
            (home / name).write_text(FLOW)

        assert flow_files(home) == [home / "hello.yaml"]


def test_json(home: Path) -> None:
    """Findings are plain values."""
    for finding in examine(load_settings()):
        json.dumps([finding.part, finding.state.value, finding.found, finding.hint])
