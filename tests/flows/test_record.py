"""Messages from callers, in files that are valid at any moment."""

from __future__ import annotations

from contextlib import suppress

import pytest

from boardivr.flows.interpreter import Interpreter
from boardivr.hal import CallEnded
from boardivr.hal.loopback import open_board
from boardivr.media.audiofile import read_samples
from tests.flows.conftest import FakeServices, Press, ScriptChannel

FLOW = """
start: [a]
steps:
  a:
    - record: message
      say: leave_a_message
      longest: 20s
      silence: 4s
      ends_on: "#"
    - if: $message.seconds < 1
      then: [{play: nothing_recorded}]
    - play: thank_you
"""
PROMPTS = "leave_a_message nothing_recorded thank_you"


@pytest.fixture
def leave(make_flow, tmp_path):
    """Call, and press as told while the message is taken; return the channel and services."""

    def run(*presses):
        flow = make_flow(FLOW, PROMPTS)
        channel, services = ScriptChannel(*presses), FakeServices(flow)
        interpreter = Interpreter(flow, channel, services, call_id="c1", recordings=tmp_path / "r")
        end = interpreter.run()
        return [h.text for h in channel.heard], services, end, interpreter

    return run


def test_a_key_ends_it(leave, tmp_path):
    """The file, its length, and its name in the call's record; the key isn't left over."""
    heard, services, end, interpreter = leave(Press("#", at=4.0))

    message = interpreter.state.variables["message"]
    assert message["file"] == services.tags["message"] == "c1-1.wav"
    assert float(message["seconds"]) == pytest.approx(2.5)
    assert (tmp_path / "r" / "c1-1.wav").is_file()
    assert (heard[-1], end.reason) == ("thank_you", "end")


def test_a_key_that_cuts_the_words_does_not_end_it(leave):
    """Whoever is in a hurry is recorded all the same, until he is silent."""
    heard, _, _, interpreter = leave(Press("#", at=0.5))

    assert float(interpreter.state.variables["message"]["seconds"]) == pytest.approx(4.0)
    assert heard[-1] == "thank_you"


def test_too_short(leave):
    """What is left of a message that isn't one goes by the author's branch."""
    assert "nothing_recorded" in leave(Press("#", at=1.8))[0]


def test_no_folder_is_a_fault(make_flow, call):
    """Where nothing can be kept, nothing is pretended."""
    called = call(make_flow(FLOW, PROMPTS))

    assert called.end.reason == "error"
    assert "no folder for recordings" in called.end.error


def test_hanging_up_at_the_end_leaves_a_message(make_flow, tmp_path):
    """Over real audio: what was said until then is in the file, and the record names it."""
    flow = make_flow(FLOW, PROMPTS)
    services = FakeServices(flow)
    with open_board("loopback:?lines=1&number=1&time=virtual") as board:
        telephone = board.telephone("2", "caller")

        def caller():
            telephone.call("1")
            telephone.wait_for_answer()
            telephone.listen(5.0)
            telephone.hang_up()

        thread = board.clock.spawn(caller, "caller")
        channel = board.channels[0]
        channel.wait_for_call()
        channel.answer()
        with suppress(CallEnded):
            Interpreter(flow, channel, services, call_id="c2", recordings=tmp_path).run()
        channel.hang_up()
        board.clock.join(thread)

    samples, rate = read_samples(tmp_path / str(services.tags["message"]))
    assert 1.0 < len(samples) / rate < 5.0
