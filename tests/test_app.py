"""The appliance as a whole: what it opens, what it leaves behind, how it stops."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from boardivr.app import Appliance
from boardivr.calls.record import CallRecord, Ending
from boardivr.demo import demo_settings
from boardivr.errors import SettingsError
from boardivr.fax.queue.job import Failure, JobState
from boardivr.fax.queue.order import FaxOrder
from boardivr.flows.model import FlowError
from boardivr.hal import State
from boardivr.hal.loopback import LoopbackBoard, Telephone, open_board
from boardivr.hal.loopback.faxmachine import FaxMachine
from boardivr.settings import Settings, load_settings
from boardivr.store.errors import Busy

FLOW = """\
boardivr: 1
flow: {name}
language: {{default: en}}
start: [greet]
steps:
  greet:
    - play: long
      interrupt: no
prompts:
  long:
    en: {words}
"""
WORDS = "This is a long announcement, which goes on for quite a while, and nothing can cut it"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    flows = tmp_path / "flows"
    flows.mkdir()
    (flows / "bank.yaml").write_text(FLOW.format(name="bank", words=WORDS), encoding="utf-8")
    return dataclasses.replace(demo_settings(load_settings(), tmp_path), flows=flows)


@pytest.fixture
def board() -> Iterator[LoopbackBoard]:
    with open_board("loopback:?lines=2&kind=e1&time=virtual") as board:
        yield board


@contextmanager
def running(settings: Settings, board: LoopbackBoard) -> Iterator[Appliance]:
    with Appliance(settings, boards=[board]) as appliance:
        appliance.start()
        yield appliance


def calling(board: LoopbackBoard, act: Callable[[Telephone], None]) -> threading.Thread:
    """Have somebody call the bank, and then do what he does."""
    phone = board.telephone("7001")

    def run() -> None:
        phone.call("95588")
        if phone.wait_for_answer():
            act(phone)
        phone.hang_up()

    return board.clock.spawn(run, "caller")


def to_the_end(phone: Telephone) -> None:
    phone.wait_for_end()


def records(appliance: Appliance) -> list[CallRecord]:
    assert appliance.writer.flush()
    return appliance.archive.recent()


def test_a_call(settings: Settings, board: LoopbackBoard) -> None:
    """A call is answered by the flow of its line, and its record says how it went."""
    with running(settings, board) as appliance:
        board.clock.join(calling(board, to_the_end))
        [record] = records(appliance)

    told = (record.flow, record.ending, record.why, record.dnis)
    assert told == ("bank", Ending.WE_HUNG_UP, "end", "95588")
    assert record.seconds is not None
    assert record.seconds > 2


def test_missing_flow(settings: Settings, board: LoopbackBoard) -> None:
    """A line whose flow isn't there keeps the appliance from starting; nothing stays open."""
    wrong = dataclasses.replace(settings, lines={"*": "bnak"})

    with pytest.raises(SettingsError, match=r"no flow 'bnak' in .*; found bank"):
        Appliance(wrong, boards=[board])

    assert all(channel.state is State.CLOSED for channel in board.channels)
    with open_board("loopback:?lines=1&time=virtual") as other, running(settings, other):
        pass  # the database and the node are free


def test_broken_flow(settings: Settings, board: LoopbackBoard) -> None:
    """A flow that can't be run keeps the appliance from starting, with all its problems."""
    text = (settings.flows / "bank.yaml").read_text(encoding="utf-8")
    broken = text.replace("play: long", "play: lung").replace("interrupt: no", "interrupt: perhaps")
    (settings.flows / "bank.yaml").write_text(broken, encoding="utf-8")

    with pytest.raises(FlowError, match=r"bank.yaml:8:18: .*perhaps"):
        Appliance(settings, boards=[board])


def test_one_process_a_node(settings: Settings, board: LoopbackBoard) -> None:
    """A second appliance on the same node is refused, and the first goes on."""
    with running(settings, board) as appliance:
        with (
            open_board("loopback:?lines=1&time=virtual") as other,
            pytest.raises(Busy, match="node 'main' runs already"),
        ):
            Appliance(settings, boards=[other])
        board.clock.join(calling(board, lambda phone: phone.listen(0.5)))

        assert len(records(appliance)) == 1


def test_stop_lets_a_call_end(settings: Settings, board: LoopbackBoard) -> None:
    """Stopping with patience, a call that goes on is heard to its end, and no other is taken."""
    with running(settings, board) as appliance:
        caller = calling(board, to_the_end)
        board.clock.sleep(1.0)

        began = board.clock.now()
        assert appliance.stop(patience=60.0)
        assert board.clock.now() - began < 15.0
        board.clock.join(caller)
        [record] = records(appliance)

    assert (record.ending, record.why) == (Ending.WE_HUNG_UP, "end")


def test_close_cuts_a_call(settings: Settings, board: LoopbackBoard) -> None:
    """Closing without patience ends the call that goes on; its record says so."""
    with running(settings, board) as appliance:
        calling(board, lambda phone: phone.listen(60.0))
        board.clock.sleep(1.0)
        store = settings.database

    with (
        open_board("loopback:?lines=1&time=virtual") as other,
        running(dataclasses.replace(settings, database=store), other) as appliance,
    ):
        [record] = records(appliance)

    assert record.ending is Ending.APPLIANCE_STOPPED
    assert all(channel.state is State.CLOSED for channel in board.channels)


def test_flow_that_fails(
    settings: Settings, board: LoopbackBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours ends one call, and its record says so; the line takes the next."""

    def fail(self: object) -> None:
        raise ZeroDivisionError("no such luck")

    with running(settings, board) as appliance:
        with monkeypatch.context() as patch:
            patch.setattr("boardivr.flows.interpreter.Interpreter.run", fail)
            board.clock.join(calling(board, to_the_end))
        board.clock.sleep(0.1)
        assert all(channel.state is State.ON_HOOK for channel in board.channels)
        again = board.telephone("7002")
        again.call("95588")
        assert again.wait_for_answer()
        again.hang_up()
        board.clock.sleep(0.5)
        good, bad = records(appliance)

    assert (bad.ending, bad.why) == (Ending.FAILED, "ZeroDivisionError: no such luck")
    assert good.ending is Ending.CALLER_HUNG_UP


def test_number_without_a_flow(settings: Settings, board: LoopbackBoard) -> None:
    """A number that no flow answers is refused with a cause, and the line stays usable."""
    with running(dataclasses.replace(settings, lines={"95588": "bank"}), board):
        phone = board.telephone("7001")
        phone.call(board.channels[0].station.numbers[0])
        assert not phone.wait_for_answer()
        assert phone.cause == 1
        phone.hang_up()
        phone.call("95588")

        assert phone.wait_for_answer()


def test_a_fax_between_calls(settings: Settings, board: LoopbackBoard, tmp_path: Path) -> None:
    """A queued fax goes out on an idle channel while a caller is served on the other."""
    machine = FaxMachine(board.telephone("7002"), tmp_path)
    machine.attend()
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear customer\n")
    with running(settings, board) as appliance:
        caller = calling(board, to_the_end)
        (job,) = appliance.faxes.submit(FaxOrder(files=(letter,), numbers=("7002",)))
        board.clock.join(caller)
        while not appliance.faxes.job(job.id).state.is_final:
            board.clock.sleep(1.0)
        [record] = records(appliance)
        assert record.ending is Ending.WE_HUNG_UP
        assert appliance.faxes.job(job.id).state is JobState.SENT
        [result] = machine.results
        assert result.pages_received == 1


def test_stopped_while_a_fax_is_sent(
    settings: Settings, board: LoopbackBoard, tmp_path: Path
) -> None:
    """An appliance that ends cuts its faxes off; their pages are kept, the line is free."""
    FaxMachine(board.telephone("7002"), tmp_path).attend()
    letter = tmp_path / "letter.txt"
    letter.write_text("\f".join("page\n" * 30 for _ in range(9)))
    with running(settings, board) as appliance:
        (job,) = appliance.faxes.submit(FaxOrder(files=(letter,), numbers=("7002",)))
        while appliance.faxes.job(job.id).confirmed == 0:
            board.clock.sleep(1.0)
        assert not appliance.stop(patience=2.0)
    with Appliance(settings, boards=[open_board("loopback:?lines=1&time=virtual")]) as appliance:
        left = appliance.faxes.job(job.id)
        assert (left.state, left.failure) == (JobState.WAITING, Failure.STOPPED)
        assert 0 < left.confirmed < 9
