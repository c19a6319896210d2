"""The driver on simulated boards: what the conformance suite doesn't ask, in little time."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from boardivr.hal import FaxOutcome, Feature, State
from boardivr.hal.conformance.cases import BEAT, connect
from boardivr.hal.conformance.pages import write_pages
from boardivr.hal.dialogic_cffi.opening import conformance_rig


@pytest.mark.parametrize("kind", ["fxo", "e1"])
def test_both_sides_are_heard(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    """Who listens to a call hears both of its ends, by a conference; what he says isn't heard."""
    with conformance_rig(f"dialogic:sim?lines=2&kind={kind}&speed=4") as rig:
        clock, (far, listener) = rig.board.clock, rig.far_ends
        one, two = connect(rig, 0), connect(rig, 1)
        two.listen(one)
        clock.sleep(0.2)
        assert listener.level(0.3) < -60.0
        speaks = clock.spawn(lambda: far.say(BEAT), "the far end")
        clock.sleep(0.3)
        assert listener.level(0.5) > -20.0
        clock.join(speaks)
        prompt = clock.spawn(lambda: one.play(BEAT), "a prompt")
        clock.sleep(0.3)
        assert listener.level(0.5) > -20.0
        clock.join(prompt)
        speaks = clock.spawn(lambda: listener.say(BEAT), "the listener")
        clock.sleep(0.3)
        assert far.level(0.5) < -60.0
        clock.join(speaks)
        two.listen(None)
        one.hang_up()
        two.hang_up()
    assert "no conference resource" not in caplog.text


def test_faxes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """An analog line sends a fax and receives one, ten times as fast; the tones are accepted."""
    caplog.set_level(logging.WARNING)
    with conformance_rig("dialogic:sim?lines=2&speed=10") as rig:
        line, machine = rig.board.channels[0], rig.fax
        assert machine is not None
        assert Feature.FAX in line.features
        assert line.dial(machine.number, timeout=30.0).is_connected
        sent = line.send_fax(write_pages(tmp_path / "out.tif", 2))
        assert (sent.outcome, sent.pages_confirmed) == (FaxOutcome.OK, 2), sent.words
        line.hang_up()

        machine.send(rig.numbers[0], tmp_path / "out.tif")
        assert line.wait_for_call(timeout=30.0) is not None
        line.answer()
        received = line.receive_fax(tmp_path / "in.tif")
        assert (received.outcome, received.pages_received) == (FaxOutcome.OK, 2), received.words
        line.hang_up()
        assert line.state is State.ON_HOOK
    assert "own tones are used" not in caplog.text
