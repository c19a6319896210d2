"""Utterances to judge recognition by: an operator's recordings, or synthetic callers.

A folder has a folder for each phrase, named by it (``transfer``, ``account_balance``), with
recordings of it; those in ``_other`` are of anything else.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from boardivr.errors import BoardIVRError
from boardivr.hal.types import Clip
from boardivr.prompts.tts.engine import Speaker
from boardivr.speech.errors import SpeechError

OTHER = "_other"
ENDINGS = (".wav", ".vox", ".flac", ".ogg", ".mp3")

PHRASES = (
    "account balance", "transfer", "exchange rates", "report a lost card", "account details",
    "foreign exchange", "operator", "change my pin", "loan account", "goodbye",
)  # fmt: skip
OTHER_SPEECH = (
    "hello is anybody there", "I would like to order a pizza", "what time do you open tomorrow",
    "can you hear me", "let me think about it for a moment", "the weather is nice today",
    "my daughter is at school", "please wait a second", "I am not sure what to say",
    "where is the nearest station", "turn the television down", "banana", "computer",
    "never mind", "this is ridiculous", "how much does it cost", "music", "thursday morning",
    "put the kettle on", "nice to meet you",
)  # fmt: skip
ESPEAK_VOICES = (
    ("en-us", 160), ("en-us+f2", 150), ("en-us+m3", 170), ("en-us+f5", 140), ("en-gb", 150),
    ("en-gb+m7", 160), ("en-us+klatt3", 150),
)  # fmt: skip
"""Variants of espeak-ng with words a minute; other engines have voices of their own."""

ENGLISH_CALLER = ("en-us+f5", 140)
CHINESE_CALLER = ("cmn-latn-pinyin", 150)

HUMAN = Path("/usr/share/asterisk/sounds/en_US_f_Allison")
"""Prompts of a human voice, where Debian's asterisk-core-sounds-en-wav is installed."""

SAID_IN = ("goodbye", "vm-goodbye", "pbx-transfer")
"""Those of them that are one of our phrases, and so no other speech."""


LOUD = 32768 / 10 ** ((16 + 3.14) / 20) / 2**0.5
"""Active speech level of -16 dBm0, linear."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """:param phrase: what is said; empty for other speech
    :param source: the voice, or ``human``
    """

    name: str
    phrase: str
    source: str
    clip: Clip


def from_folder(folder: Path) -> Iterator[Sample]:
    """Yield an operator's recordings.

    :raises SpeechError: the folder has no folders with recordings
    """
    from boardivr.media.audiofile import read_clip

    found = False
    for path in sorted(folder.glob("*/*")):
        if path.suffix in ENDINGS:
            found = True
            phrase = "" if path.parent.name == OTHER else path.parent.name.replace("_", " ")
            yield Sample(name=path.stem, phrase=phrase, source="human", clip=read_clip(path))
    if not found:
        raise SpeechError(f"{folder}: expected a folder with recordings for each phrase")


def human(every: int = 1) -> Iterator[Sample]:
    """Yield other speech of a human voice; none where it isn't installed."""
    from boardivr.media.audiofile import read_clip

    paths = [p for p in sorted(HUMAN.rglob("*.wav")) if p.parent.name != "silence"]
    for path in paths[::every]:
        if path.stem not in SAID_IN:
            yield Sample(name=path.stem, phrase="", source="human", clip=read_clip(path))


def synthetic() -> Iterator[Sample]:
    """Yield the phrases, and half of the other speech, by each voice that is installed."""
    for engine, voice, speed in _voices():
        for number, text in enumerate((*PHRASES, *OTHER_SPEECH)):
            phrase = text if number < len(PHRASES) else ""
            if not phrase and number % 2:
                continue
            clip = spoken(engine, voice, speed, text)
            if clip is not None:
                yield Sample(name=text, phrase=phrase, source=f"{engine} {voice}", clip=clip)


def _voices() -> Iterator[tuple[str, str, int]]:
    yield from (("espeak", voice, speed) for voice, speed in ESPEAK_VOICES)
    from boardivr.prompts.tts import registry

    for name in ("flite", "pico", "kokoro"):
        try:
            engine = registry.find(name)
            engine.version()
        except BoardIVRError:
            continue
        for voice, language in _english(engine.voices()):
            chosen = engine.voice(language, voice)
            if chosen is not None:
                yield name, chosen.name, chosen.speed


@functools.cache
def _speaker(name: str) -> Speaker:
    from boardivr.prompts.tts import registry

    return registry.find(name).speaker()


def _english(voices: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((voice, tag) for voice, tag in voices if tag.startswith("en"))


def caller_says(words: str) -> Clip:
    """Return what a caller says, for demonstrations: English, or Chinese where it has any.

    :raises SpeechError: there is no voice for it
    """
    is_chinese = any("\u4e00" <= letter <= "\u9fff" for letter in words)
    voice, speed = CHINESE_CALLER if is_chinese else ENGLISH_CALLER
    clip = spoken("espeak", voice, speed, words)
    if clip is None:
        raise SpeechError(f"espeak-ng has no voice {voice!r}")
    return clip


def spoken(engine: str, voice: str, speed: int, text: str) -> Clip | None:
    """Return a text by a voice, at the level of a loud caller; None where it is refused.

    :param speed: words a minute
    """
    import numpy as np

    from boardivr.hal.types import Encoding
    from boardivr.media.g711 import encode
    from boardivr.prompts.tts.engine import Refused

    try:
        data, rate = _speak(engine, voice, speed, text)
    except Refused:
        return None
    import soxr

    samples = soxr.resample(np.frombuffer(data, np.int16).astype(np.float32), rate, 8000)
    frames = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    power = (frames**2).mean(axis=1)
    samples *= LOUD / np.sqrt(power[power > 0.003 * power.max()].mean())
    linear = np.clip(samples, -32768, 32767).astype(np.int16)
    return Clip(data=encode(linear, Encoding.ALAW), name=text, text=text)


def _speak(engine: str, voice: str, speed: int, text: str) -> tuple[bytes, int]:
    from boardivr.prompts.tts.engine import Request
    from boardivr.prompts.tts.engines import commands
    from boardivr.prompts.tts.synthesiser import TtsVoice

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if engine == "espeak":  # the library has no variants of its voices, the program has
            out = folder / "out.wav"
            return commands.spoken(
                ["espeak-ng", "-v", voice, "-s", str(speed), "-w", str(out), text], out
            )
        return _speaker(engine).speak(
            Request(
                text=text, voice=TtsVoice(name=voice, speed=speed), is_marked=False, folder=folder
            )
        )
