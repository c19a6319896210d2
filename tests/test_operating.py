"""What operators can do with an appliance that runs, by its socket."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from boardivr.app import Appliance
from boardivr.control import Refused, ask
from boardivr.hal.loopback import LoopbackBoard, open_board
from boardivr.operating import flow_files, serve
from boardivr.settings import Settings, load_settings
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
