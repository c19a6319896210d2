"""A running appliance calls a speaker, who records prompts between other calls."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import CliRunner

from boardivr.app import Appliance
from boardivr.cli import cli
from boardivr.control import ControlError, Refused, ask
from boardivr.hal import CallEnded
from boardivr.hal.loopback import LoopbackBoard, open_board
from boardivr.operating import serve
from boardivr.prompts.booth import Task
from boardivr.prompts.pieces import PromptRef
from boardivr.prompts.studio import Order
from boardivr.settings import Settings, load_settings
from tests.prompts.test_booth import spoken, take

FLOW = """
boardivr: 1
flow: line
language: {default: en}
start: [greet]
steps:
  greet:
  - play: welcome
prompts:
  welcome: {en: Welcome to telephone banking.}
"""
T = TypeVar("T")
TASK = Task(prompt="welcome", language="en", text="Welcome to telephone banking.")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("BOARDIVR_HOME", str(tmp_path))
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "line.yaml").write_text(FLOW, encoding="utf-8")
    return dataclasses.replace(load_settings(), lines={"*": "line"}, hosts={})


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


@pytest.fixture
def speaker(board: LoopbackBoard, appliance: Appliance) -> Iterator[None]:
    """Who picks up at 200 after a while, and records one prompt."""
    telephone = board.telephone("200", "speaker")

    def work() -> None:
        with suppress(CallEnded):
            if not telephone.wait_for_ring(600.0):
                return
            telephone.listen(8.0)
            telephone.answer()
            telephone.say(spoken(1.0))
            take(telephone, spoken(2.0), "Welcome to telephone")
            telephone.hear("take")
            telephone.press("1")
            telephone.wait_for_end()

    thread = board.clock.spawn(work, "speaker")
    yield
    thread.join(10)


def beside(board: LoopbackBoard, do: Callable[[], T]) -> T:
    """Do something in another process's place, while the board's time goes on."""
    found: Future[T] = Future()

    def work() -> None:
        try:
            found.set_result(do())
        except Exception as error:
            found.set_exception(error)

    threading.Thread(target=work, daemon=True).start()
    for _ in range(3600):
        board.clock.sleep(1.0)
        with suppress(TimeoutError):
            return found.result(0.005)
    raise AssertionError("it didn't end within an hour of the board's time")


def test_a_session(
    settings: Settings, board: LoopbackBoard, appliance: Appliance, speaker: None
) -> None:
    """What he keeps is played to the next caller, without a reload."""
    voice = appliance.voices["line"]
    before = voice.clip(PromptRef("welcome"), "en")

    words = ["prompt", "record", "--who", "ann", "--call", "200", "--json"]
    result = beside(board, lambda: CliRunner().invoke(cli, words))

    assert result.exit_code == 0, result.output
    session = json.loads(result.stdout)
    assert (session["ending"], [one["prompt"] for one in session["kept"]]) == ("done", ["welcome"])
    after = voice.clip(PromptRef("welcome"), "en")
    assert after is not before
    assert after.seconds == pytest.approx(2.0, abs=0.25)
    assert (settings.home / "library" / "line" / "en" / "welcome.wav").exists()


def test_nobody_picks_up(settings: Settings, appliance: Appliance, board: LoopbackBoard) -> None:
    """A number that doesn't answer is told; the lines are free again."""
    order = Order(flow="line", number="999", who="ann", speak="en", tasks=[TASK], wait=20.0)

    with pytest.raises(Refused, match="999 didn't answer"):
        beside(board, lambda: ask(settings.control, "prompt_record", order=order.as_text()))

    assert all(not worker.attendant.is_busy for worker in appliance.workers)


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("", "expected an order"),
        ("[1]", "expected an order"),
        ('{"tasks": []}', "expected an order"),
        ('{"tasks": [{"prompt": "../x", "language": "en", "text": ""}], "flow": "line",'
         ' "number": "1", "who": "a", "speak": "en"}', "expected a prompt's id"),
    ],
)  # fmt: skip
def test_no_order(order: str, words: str) -> None:
    """What isn't an order is refused."""
    with pytest.raises(ControlError, match=words):
        Order.from_text(order)


def test_it_calls_and_is_not_called(appliance: Appliance) -> None:
    """While the appliance has the board, the speaker is called: it says so."""
    result = CliRunner().invoke(cli, ["prompt", "record", "--who", "ann"])

    assert result.exit_code == 2
    assert "the appliance is running: have it call the speaker with --call" in result.stderr
