from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from boardivr.hal import CallEnded, ChannelStateError, Clip, Encoding, Termination
from boardivr.hal.conformance import ChannelConformance, Rig
from boardivr.hal.loopback import open_board
from boardivr.hal.loopback.farends import conformance_rig
from boardivr.hal.spy import SpyBoard

BEAT = Clip(data=b"\x00\x20" * 8000, encoding=Encoding.LINEAR, name="beat@en")
SECRET = "246813579"


@pytest.fixture
def board() -> Iterator[SpyBoard]:
    with SpyBoard(open_board("loopback:?lines=1&kind=e1&time=virtual")) as board:
        yield board


def test_verbs_are_logged(board: SpyBoard, caplog: pytest.LogCaptureFixture) -> None:
    """Each verb is told with what it was given, what came of it and how long it took."""
    caplog.set_level(logging.INFO, "boardivr.hal.spy")
    line, phone = board.channels[0], board.board.telephone("7001")  # type: ignore[attr-defined]
    phone.call("95588")
    line.wait_for_call(timeout=5.0)
    line.answer()
    line.play(BEAT, until=Termination(max_time=0.5))
    line.hang_up()

    said = [record.getMessage() for record in caplog.records]
    assert said[0].startswith(
        "loopback-e1-1-1: wait_for_call(timeout=5.0) gave IncomingCall(ani='70"
    )
    assert said[2].startswith("loopback-e1-1-1: play(beat@en, until=Termination(")
    assert said[2].endswith("after 0.50 s")
    assert [text.split(": ")[1].split("(")[0] for text in said] == [
        "wait_for_call", "answer", "play", "hang_up",
    ]  # fmt: skip


def test_keys_are_not_logged(board: SpyBoard, caplog: pytest.LogCaptureFixture) -> None:
    """Keys may be a PIN: sent or collected, they are counted, at every level."""
    caplog.set_level(logging.DEBUG)
    line, phone = board.channels[0], board.board.telephone("7001")  # type: ignore[attr-defined]
    phone.call("95588")
    line.wait_for_call(timeout=5.0)
    line.answer()
    phone.press(SECRET)
    keys = line.get_digits(Termination(max_digits=9, max_time=5.0)).keys
    line.send_digits(SECRET)

    assert keys == SECRET
    assert SECRET not in caplog.text
    assert "<9 keys>" in caplog.text


def test_errors_are_logged(board: SpyBoard, caplog: pytest.LogCaptureFixture) -> None:
    """A verb that fails says so in the log, and raises as without a spy."""
    caplog.set_level(logging.INFO, "boardivr.hal.spy")
    with pytest.raises(ChannelStateError):
        board.channels[0].play(BEAT)

    assert "play(beat@en) raised ChannelStateError after 0.00 s" in caplog.text


def test_a_lost_call_is_logged(board: SpyBoard, caplog: pytest.LogCaptureFixture) -> None:
    """The far end's hang-up shows as the CallEnded that it is."""
    caplog.set_level(logging.INFO, "boardivr.hal.spy")
    line, phone = board.channels[0], board.board.telephone("7001")  # type: ignore[attr-defined]
    phone.call("95588")
    line.wait_for_call(timeout=5.0)
    line.answer()
    phone.hang_up()
    with pytest.raises(CallEnded):
        line.play(BEAT)

    assert "raised CallEnded" in caplog.text


class TestSpyConformance(ChannelConformance):
    """A spied-on board keeps the contract."""

    @pytest.fixture
    def rig(self) -> Iterator[Rig]:
        with conformance_rig("loopback:?lines=2&kind=e1&time=virtual") as rig:
            SpyBoard(rig.board)
            yield rig
