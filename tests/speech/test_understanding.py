"""Utterances through the engine and the decoder: what is taken, and what isn't."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from boardivr.hal.types import Clip, Encoding
from boardivr.media.g711 import encode
from boardivr.speech.errors import DecoderDied
from boardivr.speech.evaluate import LINES, Evaluation, Line, through
from boardivr.speech.grammar import DOUBTFUL, SURE, Grammar, Phrase
from boardivr.speech.model import Model, Models
from boardivr.speech.recogniser import MOST_DEATHS, PhraseRecogniser, open_recogniser
from boardivr.speech.report import by_line, curve, row, speed
from boardivr.speech.samples import ESPEAK_VOICES, OTHER_SPEECH, PHRASES, Sample, spoken
from tests.media.signals import noise, tones

pytest.importorskip("pocketsphinx")
pytestmark = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng isn't there")

TODAY = dt.date(2026, 9, 21)
QUIET = LINES[0]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    return Evaluation(Models(tmp_path_factory.mktemp("home")).find("en"), "en", PHRASES)


@pytest.fixture(scope="module")
def recogniser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhraseRecogniser]:
    made = open_recogniser(tmp_path_factory.mktemp("home"))
    yield made
    made.close()


def sample(text: str, voice: str = "en-us+f5", speed: int = 140) -> Sample:
    clip = spoken("espeak", voice, speed, text)
    assert clip is not None
    return Sample(name=text, phrase=text if text in PHRASES else "", source=voice, clip=clip)


@pytest.mark.parametrize("phrase", ["transfer", "account balance", "report a lost card"])
def test_phrases_are_understood(judge: Evaluation, phrase: str) -> None:
    """A phrase of the grammar is taken for itself, surely."""
    trial = judge.try_one(sample(phrase), QUIET)

    assert trial.is_right
    assert trial.confidence >= SURE


@pytest.mark.parametrize("text", ["banana", "the weather is nice today", "can you hear me"])
def test_other_speech_is_not_taken(judge: Evaluation, text: str) -> None:
    """What is not of the grammar isn't taken for a phrase of it."""
    trial = judge.try_one(sample(text), QUIET)

    assert not trial.words or trial.confidence < DOUBTFUL


@pytest.mark.parametrize("hz", [(450,), (480, 620), (440, 480), (2100,), (697, 1209)])
def test_tones_are_not_even_heard(hz: tuple[int, ...]) -> None:
    """Busy, ringback, fax and keys never get to a decoder."""
    tone = tones([(f, -12.0) for f in hz], 8000).astype(np.int16)

    assert through(Clip(data=encode(tone, Encoding.ALAW)), Line(name="l", noise=-50.0)) is None


def test_a_result(recogniser: PhraseRecogniser) -> None:
    """The process that decodes gives phrases their keys; an unknown word isn't in the way."""
    grammar = Grammar(
        language="en",
        phrases=(
            Phrase("1", ("transfer",)),
            Phrase("2", ("account", "balance")),
            Phrase("3", ("xyzzyq",)),
        ),
    )
    speech = through(sample("transfer").clip, QUIET)
    assert speech is not None

    best, *_ = recogniser.recognise(speech, grammar, TODAY)

    assert (best.keys, best.words) == ("1", "transfer")
    assert best.confidence > SURE
    assert "transfer" not in repr(best)
    assert recogniser.recognise(Clip(data=b""), grammar, TODAY) == []


def test_noise_is_nothing(recogniser: PhraseRecogniser) -> None:
    """Noise that gets to a decoder is no phrase."""
    hiss = encode(noise(8000, -20.0).astype(np.int16), Encoding.ALAW)
    grammar = Grammar(language="en", phrases=(Phrase("1", ("transfer",)),))

    found = recogniser.recognise(Clip(data=hiss), grammar, TODAY)

    assert all(one.confidence < DOUBTFUL for one in found)


def test_a_broken_model(tmp_path: Path) -> None:
    """A folder that looks like a model and isn't one is named, and given up in the end."""
    folder = tmp_path / "speech" / "xx"
    folder.mkdir(parents=True)
    for name in ("mdef", "means", "variances", "transition_matrices", "sendump"):
        (folder / name).write_bytes(b"no model")
    (folder / "feat.params").write_text("-upperf 4000")
    (folder / "xx.dict").write_text("a A\n")
    recogniser = open_recogniser(tmp_path)
    grammar = Grammar(language="xx", phrases=(Phrase("1", ("a",)),))

    for _ in range(MOST_DEATHS):
        assert recogniser.hears("xx")
        with pytest.raises(DecoderDied, match=str(folder)):
            recogniser.recognise(Clip(data=bytes(800)), grammar, TODAY)
    assert not recogniser.hears("xx")
    recogniser.close()


def test_a_model_that_is_none_is_reported_once(tmp_path: Path) -> None:
    """A language whose folder isn't a model can't be heard, and keys are all there is."""
    (tmp_path / "speech" / "zh-CN").mkdir(parents=True)

    assert not open_recogniser(tmp_path).hears("zh-CN")
    assert open_recogniser(tmp_path).hears("en-GB")


@pytest.mark.grid
def test_what_the_documentation_promises(judge: Evaluation) -> None:
    """At least 90 % of phrases are taken rightly, at most 5 % of other speech wrongly."""
    said = [sample(t, *voice) for voice in ESPEAK_VOICES for t in (*PHRASES, *OTHER_SPEECH[::3])]

    trials = list(judge.run(said, LINES[:2]))

    found = row("all", trials, DOUBTFUL)
    assert found.right is not None
    assert found.synthetic is not None
    assert found.right >= 0.9
    assert found.synthetic <= 0.05


def test_reports(judge: Evaluation) -> None:
    """Shares are of what there was; without any there is none."""
    model = Model(Path(), Path(), 8000)
    assert model.rate == 8000
    trials = [judge.try_one(sample(t), QUIET) for t in ("transfer", "goodbye", "banana")]

    (line,) = by_line(trials, DOUBTFUL)
    fast = speed(trials)

    assert (line.name, line.right, line.wrong, line.synthetic, line.human) == (
        "quiet", 1.0, 0.0, 0.0, None,
    )  # fmt: skip
    assert next(one.name for one in curve(trials)) == "0.1"
    assert fast is not None
    assert fast.latency[0] <= fast.latency[1]
    assert speed([]) is None
