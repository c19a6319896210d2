"""What is keyed as a secret, on real audio: nobody else in the call hears it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from boardivr.flows.interpreter import Interpreter
from boardivr.hal import CallEnded, Termination
from boardivr.hal.loopback import open_board
from boardivr.hal.loopback.channel import LoopbackChannel
from boardivr.media.audiofile import read_samples
from boardivr.media.port import Side
from tests.flows.conftest import FakeServices

FLOW = """
start: [a]
defaults: {no_input: {after: 8s}, between_keys: 2s}
steps:
  a:
    - input: code
      say: your_code
      digits: 4
      SECRET
    - input: number
      say: your_number
      digits: 4
    - play: [your_code, your_number]
"""


@pytest.mark.parametrize(
    ("secret", "heard"), [("secret: yes", "7890"), ("show_last: 4", "24687890")]
)
def test_only_the_flow_hears_a_secret(make_flow, tmp_path: Path, secret: str, heard: str) -> None:
    """A supervisor's telephone hears what comes after it, whole; a recording has silence there."""
    flow = make_flow(FLOW.replace("SECRET", secret), "your_code your_number")
    path = tmp_path / "call.wav"
    listener = Termination(max_digits=8, max_time=25.0)
    with open_board("loopback:?lines=2&number=1&time=virtual") as board:
        caller, supervisor = board.telephone("2", "caller"), board.telephone("3", "supervisor")
        one, two = board.channels
        assert isinstance(one, LoopbackChannel)
        keys: list[str] = []

        def keyed() -> None:
            caller.call("1")
            caller.wait_for_answer()
            caller.listen(3.5)
            caller.press("2468")
            caller.listen(2.5)
            caller.press("7890")
            with suppress(CallEnded):
                caller.wait_for_end(20.0)

        def supervised() -> None:
            supervisor.call("1")
            supervisor.wait_for_answer()
            supervisor.port.detect_digits()
            keys.append(supervisor.port.get_digits(listener)[0])
            supervisor.hang_up()

        threads = [board.clock.spawn(keyed, "caller")]
        one.wait_for_call()
        one.answer()
        threads.append(board.clock.spawn(supervised, "supervisor"))
        two.wait_for_call()
        two.answer()
        two.listen(one)
        services = FakeServices(flow)
        with one.port.recording(path, Side.IN):
            interpreter = Interpreter(flow, one, services)
            end = interpreter.run()
        for channel in (one, two):
            channel.hang_up()
        for thread in threads:
            board.clock.join(thread)

    assert end.reason == "end"
    assert interpreter.state.variables["number"] == "7890"
    assert keys == [heard]
    assert ("2468" in repr(services.steps)) is (secret != "secret: yes")
    samples, _ = read_samples(path)
    assert (np.abs(samples[: 8000 * 3].astype(float)).max() > 500) == (secret != "secret: yes")
