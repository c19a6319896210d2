"""Faults on request: bad lines, glare, far ends that go, a board that is pulled out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from boardivr.hal import BoardError, CallEnded, Clip, Encoding, Outcome, State, Termination
from boardivr.hal.loopback import Fault, LoopbackBoard, Telephone
from boardivr.hal.loopback.channel import LoopbackChannel
from boardivr.media.check import EngineError
from tests.hal.loopback.conftest import Open

BEAT = Clip(data=(b"\x00\x20" * 8 + b"\x00\xe0" * 8) * 1000, encoding=Encoding.LINEAR, name="beat")
TEN_SECONDS = Termination(max_time=10.0)
KINDS = ["kind=fxo", "kind=fxs", "kind=e1"]


def connected(board: LoopbackBoard) -> Telephone:
    caller = board.telephone()
    caller.call("95588")
    assert board.channels[0].wait_for_call(timeout=20.0)
    board.channels[0].answer()
    assert caller.wait_for_answer(5.0)
    return caller


# bad lines


def test_noise_and_loss(board_of: Open) -> None:
    """A noisy line is as noisy as asked for, and a mended one is silent again."""
    board = board_of("lines=1")
    caller = connected(board)
    caller.fault(Fault(noise=-40.0))
    noisy = caller.level(1.0)
    caller.fault(Fault())

    assert noisy == pytest.approx(-40.0, abs=1.0)
    assert caller.level(1.0) < -90.0


@pytest.mark.parametrize("loss", [6.0, 20.0])
def test_loss(board_of: Open, loss: float) -> None:
    """A long line weakens what comes over it by so many dB."""
    board = board_of("lines=1")
    caller = connected(board)
    board.clock.spawn(partial(board.channels[0].play, BEAT, BEAT, BEAT), "line")
    board.clock.sleep(0.1)
    full = caller.level(1.0)
    caller.fault(Fault(loss=loss))
    board.clock.sleep(0.1)

    assert full - caller.level(1.0) == pytest.approx(loss, abs=0.5)


def test_dropped_frames(board_of: Open, tmp_path: Path) -> None:
    """So many frames are lost on the way, the same ones for the same seed."""
    from boardivr.media.audiofile import read_samples

    board = board_of("lines=1")
    caller = connected(board)
    takes = []
    for name in ("a.wav", "b.wav"):
        board.fault(0, Fault(drop=0.3, seed=7))
        board.clock.spawn(partial(caller.say, BEAT, BEAT), "caller")
        board.channels[0].record(tmp_path / name, Termination(max_time=4.0))
        samples = read_samples(tmp_path / name)[0]
        takes.append([samples[i] == 0 for i in range(80, len(samples), 160)])

    assert sum(takes[0]) / len(takes[0]) == pytest.approx(0.3, abs=0.1)
    assert takes[0][:190] == takes[1][:190]


def test_keys_on_a_bad_line(board_of: Open) -> None:
    """Keys are understood through loss and noise that a bad line may have."""
    board = board_of("lines=1")
    caller = connected(board)
    board.fault(0, Fault(loss=12.0, noise=-45.0, echo=20.0, echo_delay=0.03))
    caller.press("0123456789*#")

    keys = board.channels[0].get_digits(Termination(max_digits=12, max_time=2.0)).keys
    assert keys == "0123456789*#"


def test_a_fault_that_cannot_be(board_of: Open) -> None:
    """A share of frames that is no share is refused."""
    with pytest.raises(EngineError, match="invalid"):
        board_of("lines=1").fault(0, Fault(drop=1.5))


def test_far_end_goes_at_a_given_time(board_of: Open) -> None:
    """The caller of this call hangs up so many seconds from now."""
    board = board_of("lines=1&disconnect=drop")
    connected(board)
    board.fault(0, Fault(hang_up_after=2.0))
    start = board.clock.now()

    with pytest.raises(CallEnded):
        board.channels[0].get_digits(TEN_SECONDS)
    assert board.clock.now() - start == pytest.approx(2.3, abs=0.05)


def test_far_end_is_gone_already(board_of: Open) -> None:
    """The fault's time may come when there is no call any more: nothing happens."""
    board = board_of("lines=1")
    connected(board)
    board.fault(0, Fault(hang_up_after=2.0))
    board.channels[0].hang_up()

    assert board.channels[0].wait_for_call(timeout=5.0) is None


# glare


@pytest.mark.parametrize("kind", KINDS)
def test_glare(board_of: Open, kind: str) -> None:
    """A call that comes in as the line dials isn't lost: dialling ends, the call is offered."""
    board = board_of(f"lines=1&{kind}")
    caller = board.telephone()
    board.fault(0, Fault(glare=partial(caller.call, "95588")))
    line = board.channels[0]

    assert line.dial("7001").outcome is Outcome.GLARE
    assert line.state is State.ON_HOOK
    assert line.wait_for_call(timeout=10.0) is not None
    line.answer()
    assert caller.wait_for_answer(1.0)


def test_glare_is_had_once(board_of: Open) -> None:
    """The dial after that meets nobody."""
    board = board_of("lines=1&kind=e1")
    caller, other = board.telephone(), board.telephone("7001")
    board.fault(0, Fault(glare=partial(caller.call, "95588")))
    board.channels[0].dial("7001")
    caller.hang_up()
    board.clock.spawn(lambda: other.wait_for_ring() and other.answer(), "other")

    assert board.channels[0].dial("7001").outcome is Outcome.CONNECTED


def test_glare_of_a_caller_who_gives_up(board_of: Open) -> None:
    """The caller in the way may be gone when the line looks: it is free for anything."""
    board = board_of("lines=1&caller_id=no")
    caller = board.telephone()
    board.fault(0, Fault(glare=partial(caller.call, "95588")))
    board.channels[0].dial("7001")
    caller.hang_up()

    assert board.channels[0].wait_for_call(timeout=10.0) is None
    caller.call("95588")
    assert board.channels[0].wait_for_call(timeout=10.0) is not None


# a board that is gone

Verb = Callable[[LoopbackChannel, Path], object]

ON_A_CALL: dict[str, Verb] = {
    "play": lambda line, _: line.play(BEAT, BEAT, BEAT, until=Termination()),
    "record": lambda line, folder: line.record(folder / "r.wav", TEN_SECONDS),
    "get_digits": lambda line, _: line.get_digits(TEN_SECONDS),
    "send_digits": lambda line, _: line.send_digits("1234567890" * 4),
    "wait_for_hang_up": lambda line, _: line.wait_for_hang_up(timeout=10.0),
    "flash": lambda line, _: line.flash(3.0),
}
ON_HOOK: dict[str, Verb] = {
    "wait_for_call": lambda line, _: line.wait_for_call(),
    "dial": lambda line, _: line.dial("7001"),
}


@pytest.mark.parametrize("verb", ON_A_CALL)
def test_dies_during(board_of: Open, tmp_path: Path, verb: str) -> None:
    """A verb that waits when the board dies says so, as does all that comes after; close works."""
    board = board_of("lines=2")
    caller = connected(board)
    line = board.channels[0]
    board.clock.spawn(lambda: (board.clock.sleep(1.0), board.die()), "screwdriver")

    with pytest.raises(BoardError, match="loopback-fxo-1: the board is gone"):
        ON_A_CALL[verb](line, tmp_path)
    assert 1.0 <= board.clock.now() < 8.0
    with pytest.raises(BoardError, match="the board is gone"):
        line.play(BEAT)
    assert caller.wait_for_end(1.0)
    line.hang_up()
    board.close()
    assert all(channel.state is State.CLOSED for channel in board.channels)


@pytest.mark.parametrize("verb", ON_HOOK)
@pytest.mark.parametrize("kind", KINDS)
def test_dies_while_idle(board_of: Open, tmp_path: Path, kind: str, verb: str) -> None:
    """Waiting for a call, or dialling, ends the same way; asking again fails at once."""
    board = board_of(f"lines=1&{kind}")
    board.telephone("7001")
    line = board.channels[0]
    board.clock.spawn(lambda: (board.clock.sleep(1.0), board.die()), "screwdriver")

    for _ in range(2):
        with pytest.raises(BoardError, match="the board is gone"):
            ON_HOOK[verb](line, tmp_path)
        assert line.state is State.ON_HOOK
    assert board.clock.now() == pytest.approx(1.0, abs=0.05)


def test_dead_lines_ring_on(board_of: Open) -> None:
    """Who calls a dead board's number hears it ring, and nobody answers."""
    board = board_of("lines=1")
    board.die()
    caller = board.telephone()
    caller.listen_for_tones()
    caller.call("95588")

    assert caller.wait_for_answer(20.0) is False
    assert [e.text for e in caller.log if e.what == "tone"] == ["ringback"]


def test_a_recording_survives(board_of: Open, tmp_path: Path) -> None:
    """What was recorded before the board died can be played."""
    from boardivr.media.audiofile import read_samples

    board = board_of("lines=1")
    connected(board)
    board.clock.spawn(lambda: (board.clock.sleep(1.0), board.die()), "screwdriver")
    with pytest.raises(BoardError):
        board.channels[0].record(tmp_path / "r.wav", TEN_SECONDS)

    assert len(read_samples(tmp_path / "r.wav")[0]) > 0


def test_closed_while_playing(board_of: Open) -> None:
    """Closing a board ends what other threads wait for, as an error that says why."""
    board = board_of("lines=1")
    connected(board)
    errors: list[BaseException] = []

    def play() -> None:
        try:
            board.channels[0].play(BEAT, until=Termination(max_time=5.0))
        except (BoardError, CallEnded) as error:
            errors.append(error)

    thread = board.clock.spawn(play, "line")
    board.clock.sleep(0.5)
    board.close()
    thread.join(5.0)

    assert len(errors) == 1
