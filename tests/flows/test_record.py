"""Messages from callers, in files that are valid at any moment."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest

from boardivr.flows.interpreter import Interpreter
from boardivr.hal import CallEnded, Clip, Encoding
from boardivr.hal.loopback import open_board
from boardivr.media import g711
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


REVIEWED = """
start: [a]
defaults: {no_input: {after: 5s, then: hang_up}}
steps:
  a:
    - record: message
      longest: 20s
      silence: 4s
      ends_on: "#"
      review: yes
    - play: thank_you
    - play_back: $message.file
    - play_back: "../sample.yaml"
      on_missing: [{play: nothing_recorded}]
"""


@pytest.fixture
def review(make_flow, tmp_path):
    """Call the flow with a review, and press as told; return the call."""

    def run(*presses):
        flow = make_flow(REVIEWED, PROMPTS)
        channel, services = ScriptChannel(*presses), FakeServices(flow)
        interpreter = Interpreter(flow, channel, services, call_id="c1", recordings=tmp_path / "r")
        end = interpreter.run()
        return [h.name for h in channel.heard], services, end, interpreter

    return run


def test_he_hears_it_and_keeps_it(review, tmp_path):
    """What he said is played, as often as he likes; then the flow goes on, and plays it too."""
    heard, services, end, interpreter = review(
        Press("#", at=3.0), Press("1", at=4.0), Press("1", at=10.0), Press("3", at=16.0)
    )

    assert [name for name in heard if name.startswith("message:")] == ["message:c1-1.wav"] * 3
    assert heard[-2:] == ["message:c1-1.wav", "nothing_recorded@en"]
    assert end.reason == "end"
    assert float(interpreter.state.variables["message"]["seconds"]) == pytest.approx(3.0)
    assert dict(services.steps)["record"]["takes"] == "3.0+"


def test_he_records_it_again(review, tmp_path):
    """What he rejects is removed; variable, tag and record name the one that he keeps."""
    _, services, _, interpreter = review(
        Press("#", at=3.0), Press("2", at=4.0), Press("#", at=6.0), Press("3", at=7.0)
    )

    assert services.tags["message"] == "c1-2.wav"
    assert [path.name for path in (tmp_path / "r").iterdir()] == ["c1-2.wav"]
    assert interpreter.state.variables["message"]["file"] == "c1-2.wav"
    assert dict(services.steps)["record"]["takes"] == "3.0+ 2.0+"


def test_he_says_nothing_about_it(review, tmp_path):
    """Silence is a no_input; the message is kept all the same."""
    _, services, end, _ = review(Press("#", at=3.0))

    assert end.reason == "no_input"
    assert services.tags["message"] == "c1-1.wav"
    assert (tmp_path / "r" / "c1-1.wav").is_file()


def test_a_recording_that_is_not_there(make_flow, call):
    """Without a branch for it, that is an error that names it."""
    called = call(make_flow("start: [a]\nsteps: {a: [{play_back: '= \"x.wav\"'}]}\n"))

    assert called.end.reason == "error"
    assert "no folder for recordings" in str(called.end.error)


@pytest.mark.parametrize("name", ["gone.wav", "../sample.yaml", ".hidden.wav", "", "a/b.wav"])
def test_only_recordings_of_the_folder(make_flow, tmp_path, name):
    """A name, wherever it comes from, never leads out of the folder of recordings."""
    flow = make_flow(f"start: [a]\nsteps: {{a: [{{play_back: '{name}'}}]}}\n")
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / ".hidden.wav").write_bytes(b"")
    interpreter = Interpreter(flow, ScriptChannel(), FakeServices(flow), recordings=tmp_path / "r")

    end = interpreter.run()

    assert (end.reason, f"there is no recording {name!r}" in str(end.error)) == ("error", True)


def test_a_message_is_heard_over_real_audio(make_flow, tmp_path):
    """What the caller said comes back to him, as loud and as long as he said it."""
    flow = make_flow(
        "start: [a]\nsteps: {a: [{record: m, silence: 1s}, {play_back: $m.file}, hang_up]}\n"
    )
    services = FakeServices(flow)
    wave = 8000 * np.sin(2 * np.pi * 700 * np.arange(12_000) / 8000)
    tone = Clip(data=g711.encode(wave.astype(np.int16), Encoding.ALAW), name="tone")
    with open_board("loopback:?lines=1&number=1&time=virtual") as board:
        telephone = board.telephone("2", "caller")

        def caller():
            telephone.call("1")
            telephone.wait_for_answer()
            telephone.listen(1.0)
            telephone.say(tone)
            with suppress(CallEnded):
                telephone.wait_for_end(20.0)

        thread = board.clock.spawn(caller, "caller")
        channel = board.channels[0]
        channel.wait_for_call()
        channel.answer()
        Interpreter(flow, channel, services, call_id="c3", recordings=tmp_path).run()
        channel.hang_up()
        board.clock.join(thread)

    [heard] = [e for e in telephone.log if e.what == "heard" and e.name.startswith("message:")]
    assert heard.is_whole
    assert heard.seconds == pytest.approx(3.1, abs=0.3)
    samples, _ = read_samples(tmp_path / "c3-1.wav")
    assert np.abs(samples.astype(float)).max() > 1000
