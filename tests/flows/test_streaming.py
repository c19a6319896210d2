"""Long and slow speech: played as it comes, on a board of software in virtual time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

import pytest

from boardivr.flows.interpreter import FlowEnd, Interpreter
from boardivr.flows.words import WORDS
from boardivr.hal import CallEnded, Clip
from boardivr.hal.loopback import Telephone, open_board
from boardivr.prompts.errors import TtsError
from boardivr.prompts.later import Later, Sound
from tests.flows.conftest import FakeServices

FLOW = """
start: [tell]
steps:
  tell:
    - play: [aaaaa, bbbbb, ccccc]
    - input: answer
      say: ask
      digits: 1
      no_input: {after: 2s, tries: 1, then: return}
    - play: answered
"""
PROMPTS = "aaaaa bbbbb ccccc ask answered"  # a clip is 0.1 s a letter
MOMENT = WORDS["one_moment"]["en"]


@pytest.fixture
def phoned(make_flow) -> Callable[..., tuple[Telephone, FlowEnd | None]]:
    """Call the flow with a voice that takes so long for each sound; press keys on the way."""

    def phone(
        takes: Sequence[float], *, press: tuple[float, str] | None = None,
        fails_at: int | None = None, hang_up_after: float = 60.0,
    ) -> tuple[Telephone, FlowEnd | None]:  # fmt: skip
        flow = make_flow(FLOW, PROMPTS)
        with open_board("loopback:?lines=1&number=1&time=virtual") as board:
            services = FakeServices(flow)

            def slowly(sounds: list[Sound]) -> list[Sound]:
                return [later(n, s) for n, s in enumerate(sounds)] if len(sounds) == 3 else sounds

            def later(number: int, sound: Sound) -> Sound:
                def make() -> Clip:
                    board.clock.sleep(takes[number])
                    if number == fails_at:
                        raise TtsError("say:text@en: the engine hung")
                    assert isinstance(sound, Clip)
                    return sound

                return Later(make) if takes[number] else sound

            services.slowly = slowly
            telephone = board.telephone("2", "caller")

            def call() -> None:
                telephone.call("1")
                telephone.wait_for_answer()
                with suppress(CallEnded):
                    if press is not None:
                        board.clock.sleep(press[0])
                        telephone.press(press[1])
                    telephone.wait_for_end(hang_up_after)
                telephone.hang_up()

            thread = board.clock.spawn(call, "caller")
            channel = board.channels[0]
            channel.wait_for_call()
            channel.answer()
            try:
                end = Interpreter(flow, channel, services).run()
            except CallEnded:
                end = None
            channel.hang_up()
            board.clock.join(thread)
        return telephone, end

    return phone


def heard(telephone: Telephone) -> list[tuple[str, bool]]:
    """What was heard, and whether to its end."""
    entries = [entry for entry in telephone.log if entry.what == "heard"]
    return [(entry.name.partition("@")[0], entry.is_whole) for entry in entries]


def test_sentences_follow_each_other_without_a_gap(phoned):
    """What is made while the one before plays is played right after it; nothing is filled in."""
    telephone, _ = phoned([0.0, 0.3, 0.3])

    said = [entry for entry in telephone.log if entry.what == "heard"][:3]
    assert [entry.name.partition("@")[0] for entry in said] == ["aaaaa", "bbbbb", "ccccc"]
    assert said[1].at - said[0].at == pytest.approx(0.5, abs=0.021)
    assert said[2].at - said[1].at == pytest.approx(0.5, abs=0.021)


def test_the_first_sentence_does_not_wait_for_the_others(phoned):
    """It is heard when it's there, however long the rest takes."""
    telephone, _ = phoned([0.2, 5.0, 0.0])

    said = [entry for entry in telephone.log if entry.what == "heard"]
    answered = next(entry for entry in telephone.log if entry.what == "answered")
    assert said[0].name.startswith("aaaaa")
    assert said[0].at - answered.at < 0.4


def test_a_slow_voice_is_bridged_once(phoned):
    """After 0.3 s of silence the caller hears that he is to wait, once, and then all of it."""
    telephone, _ = phoned([4.0, 4.0, 0.0])

    names = [name for name, _ in heard(telephone)]
    assert names[:4] == [MOMENT, "aaaaa", "bbbbb", "ccccc"]
    first = next(entry for entry in telephone.log if entry.what == "heard")
    answered = next(entry for entry in telephone.log if entry.what == "answered")
    assert first.at - answered.at == pytest.approx(0.3, abs=0.06)


@pytest.mark.parametrize("at", [0.2, 0.7, 2.5, 4.2])
def test_a_key_ends_it_and_is_kept(phoned, at):
    """Barge-in works in a sentence, in the wait between two, and in the filler."""
    telephone, end = phoned([0.0, 4.0, 0.0], press=(at, "7"))

    names = [name for name, _ in heard(telephone)]
    assert names[-1] == "answered"
    assert "ccccc" not in names
    assert end is not None
    assert end.reason == "end"


def test_a_sentence_that_cannot_be_spoken(phoned):
    """What was spoken is heard; then the flow's error is handled like any other."""
    telephone, end = phoned([0.0, 0.4, 0.0], fails_at=1)

    assert heard(telephone) == [("aaaaa", True)]
    assert end is None or end.reason == "error"


def test_hanging_up_while_a_sentence_is_made(phoned):
    """The call ends at once."""
    telephone, end = phoned([0.0, 30.0, 0.0], hang_up_after=2.0)

    assert end is None
    assert ("ccccc", True) not in heard(telephone)
