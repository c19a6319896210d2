"""What callers say in place of keys: taken, read back, not understood, or nobody to listen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from boardivr.flows.check import check
from boardivr.flows.interpreter import Interpreter
from boardivr.hal import Clip, Feature
from boardivr.speech.errors import SpeechBusy, SpeechError
from boardivr.speech.grammar import Grammar, Hypothesis
from boardivr.testing.fast import BEGIN, SPEAK
from boardivr.testing.saying import TextRecogniser
from tests.flows.conftest import FakeServices, Press, ScriptChannel

MENU = """
defaults: {no_match: {tries: 2, say: what, then: hang_up}}
start: [main]
menus:
  main:
    say: hello
    say_or_press: yes
    items:
      balance: {say: for_your_balance, go: tell, synonyms: {en: [money]}}
      loans: {say: loans, go: other}
    always:
      agent: {key: "0", say: agent, go: other}
steps:
  tell: [{play: told}, {hang_up: told}]
  other: [{play: other}, {hang_up: other}]
"""
INPUT = """
start: [ask]
steps:
  ask:
    - input: x
      say: which
      %s
    - hang_up: done
"""
PROMPTS = "hello for_your_balance loans agent told other what which"


@dataclass
class Ears:
    """Understands words, as sure as it is told."""

    sure: dict[str, float] = field(default_factory=dict)
    error: SpeechError | None = None
    deaf_to: tuple[str, ...] = ()

    def hears(self, language: str) -> bool:
        return language not in self.deaf_to

    def recognise(self, speech: Clip, grammar: Grammar, today: date) -> Sequence[Hypothesis]:
        if self.error is not None:
            raise self.error
        return [
            Hypothesis(keys=h.keys, words=h.words, confidence=self.sure.get(speech.text, 1.0))
            for h in TextRecogniser().recognise(speech, grammar, today)
        ]


def says(words: str, on: str, after: float = 0.1) -> Press:
    return Press((BEGIN, SPEAK + words), on=on, after=after)  # type: ignore[arg-type]


Call = Callable[..., tuple[Any, ScriptChannel, FakeServices]]


@pytest.fixture
def call(make_flow) -> Call:
    def run(text: str, *presses: Press, ears=None, deaf=False, prompts: str = PROMPTS):
        flow = make_flow(text, prompts)
        channel, services = ScriptChannel(*presses), FakeServices(flow)
        if deaf:
            channel.features &= ~Feature.SPEECH
        services.recogniser = ears or Ears()
        interpreter = Interpreter(flow, channel, services, call_id="c1")
        return interpreter.run(), channel, services, interpreter.state

    return run


@pytest.mark.parametrize("words", ["for your balance", "your balance", "balance", "money"])
def test_a_choice_is_said(call, words):
    """A choice's name, its gist, and its synonyms choose it; the prompt is cut."""
    end, channel, services, _ = call(MENU, says(words, on="hello"))

    assert end.reason == "told"
    assert not channel.heard[0].is_whole
    (step,) = [detail for name, detail in services.steps if name == "menu"]
    assert (step["heard"], step["chosen"]) == ("1", "balance")
    assert words.endswith(str(step["speech"]))
    assert step["keyed"] == "=1"


def test_a_key_works_beside_it(call):
    """Keys are taken as ever."""
    end, *_ = call(MENU, Press("0", on="hello"))

    assert end.reason == "other"


def test_something_else_is_said(call):
    """What isn't on offer doesn't fit, and is counted as keys are."""
    end, channel, *_ = call(MENU, says("pizza", on="hello"), says("pasta", on="loans"))

    assert end.reason == "no_match"
    assert [h.text for h in channel.heard if h.text == "what"] == ["what"]


@pytest.mark.parametrize(("answer", "reason"), [("yes", "told"), ("no", "no_match")])
def test_doubt_is_asked_about(call, answer, reason):
    """What wasn't heard surely is read back, and yes or no decides."""
    end, channel, services, _ = call(
        MENU.replace("tries: 2", "tries: 1"),
        says("balance", on="hello"),
        says(answer, on="Say yes"),
        ears=Ears({"balance": 0.5}),
    )

    assert end.reason == reason
    assert "Did you say:" in [h.text for h in channel.heard]
    (step,) = [detail for name, detail in services.steps if name == "menu"]
    assert (step["confirmed"], step["sure"]) == (answer == "yes", "0.50")


def test_doubt_is_settled_by_a_key(call):
    """Yes can be keyed, too."""
    end, *_ = call(
        MENU, says("balance", on="hello"), Press("1", on="Say yes"), ears=Ears({"balance": 0.5})
    )

    assert end.reason == "told"


def test_too_doubtful(call):
    """What is as good as not heard isn't taken."""
    ears = Ears({"balance": 0.2, "loans": 1.0})
    end, *_ = call(MENU, says("balance", on="hello"), says("loans", on="agent"), ears=ears)

    assert end.reason == "other"


@pytest.mark.parametrize("error", [SpeechBusy("all 1 decoders are at work"), SpeechError("broken")])
def test_nobody_is_free(call, error):
    """Where nobody can tell what was said, keys are asked for, and the call goes on."""
    end, _, services, _ = call(
        MENU, says("balance", on="hello"), Press("1", on="use the keys"), ears=Ears(error=error)
    )

    assert end.reason == "told"
    (step,) = [detail for name, detail in services.steps if name == "menu"]
    assert step["speech"] == ("busy" if isinstance(error, SpeechBusy) else "broken")


@pytest.mark.parametrize("how", [{"deaf": True}, {"ears": Ears(deaf_to=("en",))}])
def test_nobody_listens(call, how):
    """Without a model, or on a line that can't hear, speech cuts nothing; keys work."""
    end, channel, *_ = call(MENU, says("balance", on="hello"), Press("2", on="agent"), **how)

    assert end.reason == "other"
    assert channel.heard[0].is_whole


@pytest.mark.parametrize(
    ("options", "words", "value"),
    [
        ("{digits: 4, say_or_press: digits}", "four seven oh one", "4701"),
        ("{digits: 2..6, say_or_press: digits}", "one two three", "123"),
        ("{digits: 4, say_or_press: date}", "september the third", "0903"),
        ("{digits: 8, say_or_press: date}", "september twenty first", "20260921"),
        ("{digits: 1, say_or_press: yes_no}", "yes", "1"),
        ("{digits: 1, say_or_press: yes_no}", "no", "2"),
    ],
)
def test_inputs(call, options, words, value):
    """Digits, dates, yes and no become the digits that would have been keyed."""
    text = INPUT % "\n      ".join(options.strip("{}").split(", "))
    end, _, services, run = call(text, says(words, on="which"))

    assert end.reason == "done"
    assert run.variables["x"] == value
    (step,) = [detail for name, detail in services.steps if name == "input"]
    assert step["speech"] == "understood"


WORDLESS = """
start: [main]
menus:
  main:
    say_or_press: yes
    items: {a: {say: dots, go: tell}}
steps:
  tell: [{hang_up: told}]
prompts: {dots: {en: "…", zh-CN: "…"}}
"""


def test_names_without_words(call):
    """A menu whose names have no words takes keys, and asks no decoder."""
    asked = Ears(error=SpeechError("asked"))

    end, channel, *_ = call(
        WORDLESS, says("dots", on="…"), Press("1", on="press", after=3.0), ears=asked,
        prompts="",
    )  # fmt: skip

    assert end.reason == "told"
    assert "Please use the keys of your telephone." not in [h.text for h in channel.heard]


def test_a_shown_end_is_all_that_is_shown(call):
    """Of digits that are said, the trace has no more than of those that are keyed."""
    text = INPUT % "digits: 8\n      say_or_press: digits\n      show_last: 2"
    _, _, services, _ = call(text, says("one two three four five six seven eight", on="which"))

    (step,) = [detail for name, detail in services.steps if name == "input"]
    assert step["heard"] == "…78"
    assert "seven" not in str(step)
    assert "1234" not in str(step)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("digits: 4\n      secret: yes\n      say_or_press: digits", "secret-leak"),
        ("digits: 6\n      say_or_press: date", "value"),
        ("digits: 2\n      say_or_press: yes_no", "value"),
    ],
)
def test_what_cannot_be_said(make_flow, options, code):
    """Secrets aren't said aloud, and a date isn't six digits."""
    flow = make_flow(INPUT % options, PROMPTS)

    assert code in [problem.code for problem in check(flow)]


LISTEN = """
start: [ask]
steps:
  ask:
    - listen: reason
      say: which
      no_input: {after: 6s, tries: 2, say: what, then: hang_up}
    - hang_up: done
"""


@pytest.fixture
def listen(make_flow, tmp_path):
    def run(*presses: Press):
        flow = make_flow(LISTEN, PROMPTS)
        channel, services = ScriptChannel(*presses), FakeServices(flow)
        folder = tmp_path / "r"
        interpreter = Interpreter(flow, channel, services, call_id="c1", recordings=folder)
        return interpreter.run(), services, interpreter.state, folder

    return run


def test_listen(listen):
    """An answer in the caller's own words is kept, and named in the call's record."""
    end, services, run, folder = listen(
        Press((BEGIN,), at=3.0), Press((SPEAK + "because",), at=5.0)
    )

    assert end.reason == "done"
    assert services.tags["reason"] == "c1-1.wav"
    assert run.variables["reason"]["file"] == "c1-1.wav"
    assert [p.name for p in folder.iterdir()] == ["c1-1.wav"]


def test_listen_to_silence(listen):
    """Who says nothing is asked again, and leaves no file."""
    end, _, _, folder = listen()

    assert end.reason == "no_input"
    assert list(folder.iterdir()) == []
