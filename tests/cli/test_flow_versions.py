from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from boardivr.app import Appliance
from boardivr.hal.loopback import open_board
from boardivr.operating import serve
from boardivr.settings import load_settings
from tests.cli.conftest import Run
from tests.test_shelf import FLOW

SETTINGS = 'pin_cost: 10\nflows: flows\nlines: {"*": line}\nhosts: {}\n'


@pytest.fixture
def file(home: Path) -> Path:
    (home / "boardivr.yaml").write_text(SETTINGS, encoding="utf-8")
    (home / "flows").mkdir()
    file = home / "flows" / "line.yaml"
    file.write_text(FLOW.replace("BYE", "first"), encoding="utf-8")
    return file


@pytest.fixture
def appliance(file: Path) -> Iterator[Appliance]:
    """The appliance runs, with its socket."""
    board = open_board("loopback:?lines=1&number=100&time=virtual")
    with Appliance(load_settings(), boards=[board]) as appliance, serve(appliance):
        appliance.start()
        yield appliance


def test_load_and_rollback(appliance: Appliance, file: Path, run: Run) -> None:
    """A changed flow is loaded, its versions are listed and told apart, and taken back."""
    first = appliance.flows["line"].hash
    file.write_text(FLOW.replace("BYE", "second"), encoding="utf-8")
    loaded = run("flow", "load")
    assert loaded.exit_code == 0, loaded.stderr
    assert loaded.stdout.startswith("changed prompt line.bye\n1 changes in ")

    found = json.loads(run("flow", "versions", "--json").stdout)
    assert [(one["hash"] == first, one["runs"]) for one in found] == [(False, "yes"), (True, None)]
    second = found[0]["hash"]
    told = run("flow", "diff", first[:10], second[:10]).stdout
    assert "-  bye: {en: first}" in told
    assert "+  bye: {en: second}" in told

    back = run("flow", "rollback", first[:10])
    assert back.exit_code == 0, back.stderr
    assert appliance.flows["line"].hash == first
    assert "first" in file.read_text(encoding="utf-8")
    assert "second" in file.with_name("line.yaml.before-rollback").read_text(encoding="utf-8")
    assert run("flow", "diff", first).stdout == ""
    overlay = file.with_name("line.vip.overlay.yaml")
    overlay.write_text("boardivr: 1\noverlay: vip\nflow: line\ngroups: [vip]\n", encoding="utf-8")
    assert "+overlay: vip" in run("flow", "diff", first).stdout
    assert "added overlay line.vip" in run("flow", "load").stdout
    overlay.unlink()
    assert "removed overlay line.vip" in run("flow", "load").stdout
    assert first[:12] in run("flow", "versions", "line").stdout


def test_bad_set(appliance: Appliance, file: Path, run: Run) -> None:
    """A set with a mistake is told with its place; exit code 1, nothing changes."""
    before = appliance.flows
    file.write_text(FLOW.replace("digits: 1", "digits: many"), encoding="utf-8")
    answer = run("flow", "load")

    assert answer.exit_code == 1
    assert "line.yaml:13:15" in answer.stderr
    nowhere = run("flow", "load", str(file.parent / "nowhere"))
    assert nowhere.exit_code == 2
    assert "does not exist" in nowhere.stderr
    assert appliance.flows is before


def test_status(appliance: Appliance, run: Run) -> None:
    """The status is a table of channels and lines about the rest."""
    told = run("status").stdout

    assert "loopback-fxo-1" in told
    assert f"flow line {appliance.flows['line'].hash[:12]}: runs" in told
    assert json.loads(run("status", "--json").stdout)["node"] == "main"


def test_without_an_appliance(file: Path, run: Run) -> None:
    """Nothing runs: load and status say so; a rollback writes the file all the same."""
    for command in (("flow", "load"), ("status",)):
        answer = run(*command)
        assert answer.exit_code == 1
        assert "no appliance runs here" in answer.stderr
    board = open_board("loopback:?lines=1&number=100&time=virtual")
    with Appliance(load_settings(), boards=[board]) as appliance:
        hash = appliance.flows["line"].hash
    file.write_text("broken: [", encoding="utf-8")

    answer = run("flow", "rollback", hash)
    assert answer.exit_code == 0
    assert "it will have this version when it starts" in answer.stderr
    assert "first" in file.read_text(encoding="utf-8")


def test_rollback_without_its_recording(appliance: Appliance, file: Path, run: Run) -> None:
    """A version whose recording is another one now isn't put back; the file stays."""
    hash = appliance.flows["line"].hash
    with appliance.store.transaction() as work:
        work.execute("update flow_versions set text = text || '# edited'")
    before = file.read_bytes()
    answer = run("flow", "rollback", hash)

    assert answer.exit_code == 1
    assert "the recordings of this version aren't there any more" in answer.stderr
    assert file.read_bytes() == before


def test_replay(appliance: Appliance, run: Run) -> None:
    """A call runs again from its trace; a trace that was changed differs, with exit code 1."""
    phone = appliance.boards[0].telephone("555", "caller")
    phone.call("100")
    assert phone.wait_for_answer()
    phone.hear("press@en")
    phone.press("1")
    phone.wait_for_end()
    appliance.stop(5.0)
    appliance.writer.flush()
    (record,) = appliance.archive.recent()

    same = run("flow", "replay", record.id)
    assert same.exit_code == 0, same.stderr
    assert same.stdout.splitlines()[-1].endswith(" steps, all as then")
    fast = run("flow", "replay", record.id, "--fast")
    assert (fast.exit_code, fast.stdout) == (0, same.stdout)
    with appliance.store.transaction() as work:
        work.execute("update steps set detail = replace(detail, 'bye', 'bee')")
    other = run("flow", "replay", record.id, "--json")
    assert other.exit_code == 1
    difference = json.loads(other.stdout)["difference"]
    assert (difference["what"], difference["then"], difference["now"]) == ("said", "bee", "bye")
    told = run("flow", "replay", record.id).stdout.splitlines()
    assert any(" hears " in line for line in told)
    with appliance.store.transaction() as work:
        work.execute("delete from steps")
    assert "has no trace" in run("flow", "replay", record.id).stderr
