"""What operators can do with an appliance that runs, by its socket."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from boardivr.app import Appliance
from boardivr.calls.record import Ending
from boardivr.clock import SystemClock
from boardivr.control import Refused, ask
from boardivr.hal.loopback import LoopbackBoard, open_board
from boardivr.operating import flow_files, serve
from boardivr.settings import Settings, load_settings
from boardivr.store import Store
from boardivr.store.parameters import LOOK_EVERY, LiveParameters
from tests.test_shelf import FLOW


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("BOARDIVR_HOME", str(tmp_path))
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "line.yaml").write_text(FLOW, encoding="utf-8")
    return dataclasses.replace(
        load_settings(), flows=folder, lines={"*": "line"}, hosts={}, watch=True
    )


@pytest.fixture
def board() -> LoopbackBoard:
    return open_board("loopback:?lines=2&number=100&time=virtual")


@pytest.fixture
def appliance(settings: Settings, board: LoopbackBoard) -> Iterator[Appliance]:
    with Appliance(settings, boards=[board]) as appliance, serve(appliance):
        appliance.warm()
        appliance.start()
        yield appliance
        appliance.stop(5.0)


def test_load(appliance: Appliance) -> None:
    """Flows are loaded by a command, and what changed comes back."""
    file = appliance.settings.flows / "line.yaml"
    file.write_text(FLOW.replace("BYE", "other"), encoding="utf-8")
    result: Any = ask(appliance.settings.control, "load")

    assert result["changes"] == [
        {"kind": "changed", "flow": "line", "what": "prompt", "name": "bye"}
    ]
    file.write_text("flow: [", encoding="utf-8")
    with pytest.raises(Refused, match=r"line\.yaml:2:1"):
        ask(appliance.settings.control, "load")


def test_status(appliance: Appliance, board: LoopbackBoard) -> None:
    """Channels tell their call, its flow and its seconds while it goes on, and not after."""
    phone = board.telephone("555", "caller")
    phone.call("100")
    phone.wait_for_answer()
    phone.hear("press@en")
    phone.listen(0.5)
    found: Any = ask(appliance.settings.control, "status")
    busy, idle = sorted(found["channels"], key=lambda one: one["call"] is None)

    assert (busy["state"], busy["flow"], busy["from"]) == ("connected", "line", "555")
    assert busy["seconds"] > 0
    assert (idle["state"], idle["call"], idle["works"]) == ("on-hook", None, True)
    assert found["flows"] == [
        {"flow": "line", "hash": appliance.flows["line"].hash, "is_current": True}
    ]
    assert found["hosts"] == {"working": 0, "idle": 0, "hanging": {}}
    assert found["writer"]["lost"] == 0
    phone.hang_up()
    appliance.stop(5.0)
    found = ask(appliance.settings.control, "status")
    assert [one["call"] for one in found["channels"]] == [None, None]
    assert sum(one["calls"] for one in found["channels"]) == 1


def test_files_that_are_watched(appliance: Appliance, tmp_path: Path) -> None:
    """The flows' files, their tests' folder and their recordings are looked at."""
    wav = appliance.settings.flows / "bye.wav"
    text = FLOW.replace("{en: BYE}", "{en: {text: BYE, file: bye.wav}}")
    (appliance.settings.flows / "line.yaml").write_text(text, encoding="utf-8")
    appliance.shelf.load("li")

    assert flow_files(appliance) == [wav, appliance.settings.flows / "line.yaml"]


def test_parameter_in_a_running_call(
    appliance: Appliance, board: LoopbackBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another process sets is in force at a call's next step, a second later."""
    two = FLOW.replace("- play: bye", "- input: more\n      say: bye\n      digits: 1")
    (appliance.settings.flows / "line.yaml").write_text(two, encoding="utf-8")
    appliance.shelf.load("li")
    seconds = [0.0]
    monkeypatch.setattr(appliance.parameters, "_timer", lambda: seconds[0])
    appliance.parameters.set("no_input", "60", "li")
    phone = board.telephone("555", "caller")
    phone.call("100")
    phone.wait_for_answer()
    phone.hear("press@en")
    with Store(appliance.settings.database) as store:
        LiveParameters(store, SystemClock()).set("line.no_input", "2", "li")
    seconds[0] += LOOK_EVERY
    phone.press("1")
    phone.wait_for_end()
    asked = [entry for entry in phone.log if entry.what == "heard"][-1]

    released = next(entry for entry in phone.log if entry.what == "released")
    assert released.at - (asked.at + asked.seconds) == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("gives_up", [False, True])
def test_ring_time(appliance: Appliance, board: LoopbackBoard, gives_up: bool) -> None:
    """A call rings for so long before it is answered; its caller may give up first."""
    appliance.parameters.set("line.ring", "8", "li")
    phone = board.telephone("555", "caller")
    phone.call("100")
    if gives_up:
        phone.clock.sleep(3.0)
    else:
        assert phone.wait_for_answer()
    phone.hang_up()
    appliance.stop(20.0)
    appliance.writer.flush()
    (record,) = appliance.archive.recent()

    if gives_up:
        assert record.ending is Ending.NOT_ANSWERED
    else:
        assert record.answered is not None
        assert (record.answered - record.started).total_seconds() == pytest.approx(8.0, abs=0.1)
