"""Speech that a caller winds by keys."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.flows.interpreter import Interpreter
from boardivr.flows.tape import LOUDEST_DB, Tape, TapeKeys
from boardivr.hal import CallEnded, Clip, Encoding
from boardivr.hal.loopback import open_board
from tests.flows.conftest import FakeServices, Press

LONG = "terms" + "s" * 95  # ten seconds at a tenth of a second a letter
FLOW = f"""
start: [a]
steps:
  a:
    - play: [{LONG}, end_of_it]
      keys: {{back: "1", forward: "3", louder: "4", softer: "6", stop: "#", skip: 4s}}
    - play: after
"""
PROMPTS = f"{LONG} end_of_it after"


def clip(seconds, encoding=Encoding.ALAW):
    width = 2 if encoding is Encoding.LINEAR else 1
    return Clip(data=bytes(range(200)) * int(seconds * 40) * width, encoding=encoding)


@given(
    st.lists(st.sampled_from([Encoding.ALAW, Encoding.LINEAR]), min_size=1, max_size=4),
    st.floats(0, 10),
)
def test_what_is_left_is_the_end_of_it(encodings, position):
    """From any place, what is left are the last samples of the whole, whatever the encoding."""
    clips = [clip(1.5, encoding) for encoding in encodings]
    whole = b"".join(c.data for c in clips)
    rest = b"".join(c.data for c in Tape(clips, position).rest())

    assert whole.endswith(rest)
    left = sum(c.seconds for c in Tape(clips, position).rest())
    assert left == pytest.approx(max(0.0, 1.5 * len(clips) - position), abs=2 / 8000)


@given(st.lists(st.sampled_from(["back", "forward", "louder", "softer"])))
def test_winding_stays_on_the_tape(deeds):
    """Neither before its beginning nor past its end; no louder or softer than the limit."""
    tape = Tape([clip(12)])
    for deed in deeds:
        tape.wind(deed, TapeKeys())

    assert 0 <= tape.position <= tape.seconds
    assert abs(tape.gain_db) <= LOUDEST_DB


def total(called):
    return called.channel.seconds.now()


@pytest.mark.parametrize(
    ("presses", "seconds"),
    [
        ([], 11.4),
        ([Press("3", at=2.0)], 7.4),  # four seconds are passed over
        ([Press("1", at=6.0)], 15.4),  # four are heard twice
        ([Press("1", at=1.0)], 12.4),  # from the beginning again
        ([Press("333", at=1.0)], 1.5),  # past the end: it is over
        ([Press("#", at=1.0)], 1.5),
        ([Press("9", at=1.0)], 11.4),  # a key that does nothing
        ([Press("4", at=1.0), Press("6", at=2.0)], 11.4),
    ],
)
def test_keys(make_flow, call, presses, seconds):
    """The caller passes over, hears again, ends it; what follows is said in any case."""
    called = call(make_flow(FLOW, PROMPTS), *presses)

    assert total(called) == pytest.approx(seconds, abs=0.01)
    assert called.texts[-1] == "after"


def test_the_trace_tells_what_he_did(make_flow, call):
    """Where he went, and how loud it became."""
    called = call(make_flow(FLOW, PROMPTS), Press("4", at=1.0), Press("3", at=2.0))

    detail = next(d for name, d in called.services.steps if name == "play")
    assert detail["wound"] == "louder to 1.0 s, +3 dB; forward to 6.0 s, +3 dB"


def test_its_beginning_is_passed_over(make_flow, call):
    """`start` leaves out the first seconds; keys cut it as always."""
    flow = make_flow(
        f"start: [a]\nsteps: {{a: [{{play: {LONG}, start: 8s}}, {{play: after}}]}}\n", PROMPTS
    )

    assert total(call(flow)) == pytest.approx(2.5)
    assert total(call(flow, Press("5", at=1.0))) == pytest.approx(1.0)


def test_over_real_audio(make_flow):
    """On a board of software: winding on saves the time, and what follows is heard whole."""
    flow = make_flow(FLOW, PROMPTS)
    with open_board("loopback:?lines=1&number=1&time=virtual") as board:
        telephone = board.telephone("2", "caller")

        def caller():
            telephone.call("1")
            telephone.wait_for_answer()
            telephone.listen(2.0)
            telephone.press("3")
            with suppress(CallEnded):
                telephone.wait_for_end(60.0)

        thread = board.clock.spawn(caller, "caller")
        channel = board.channels[0]
        channel.wait_for_call()
        channel.answer()
        began = board.clock.now()
        Interpreter(flow, channel, FakeServices(flow)).run()
        took = board.clock.now() - began
        channel.hang_up()
        board.clock.join(thread)

    assert took == pytest.approx(7.4, abs=0.3)
    heard = [entry for entry in telephone.log if entry.what == "heard"]
    assert heard[-1].name.startswith("after")
    assert heard[-1].is_whole
