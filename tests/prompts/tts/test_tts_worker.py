"""Inside the speech worker: pyttsx3's traps, one by one, on an engine that has them all."""

from __future__ import annotations

import io
import json
import sys
import threading
import wave
from types import SimpleNamespace

import pytest

from boardivr.prompts.tts import wire
from boardivr.prompts.tts.engine import Lost, Refused, Request
from boardivr.prompts.tts.engines import pyttsx3
from boardivr.prompts.tts.engines.pyttsx3 import Speaker
from boardivr.prompts.tts.synthesiser import TtsVoice
from boardivr.prompts.tts.worker import serve


class Engine:
    """pyttsx3's engine as it is: properties act late, bad voices and lost files pass in silence.

    :param late: seconds after which the first run's file is there: runAndWait() returns
        before, and writes under the name that was asked for last
    :param is_lost: no file is ever written
    :param stuck: a voice that can't be loaded, though it's in the list
    """

    def __init__(self, late: float = 0.0, is_lost: bool = False, stuck: str = "") -> None:
        self.late, self.is_lost, self.stuck = late, is_lost, stuck
        self.voice, self.queue = "gmw/en", {}
        self.speed, self.is_deaf = 200, False
        self.saved: list[str] = []

    def getProperty(self, name):
        listed = [
            SimpleNamespace(id=id, languages=[language])
            for id, language in [("gmw/en", "en-gb"), ("sit/cmn", "cmn"), ("aav/vi", "vi")]
        ]
        return listed if name == "voices" else self.voice

    def setProperty(self, name, value):
        self.queue[name] = value

    def save_to_file(self, text, path):
        self.text, self.path = text, path

    def runAndWait(self):
        rate = self.queue.pop("rate", self.speed)
        self.speed = self.speed if self.is_deaf else rate
        voice = self.queue.pop("voice", self.voice)
        self.voice = self.voice if voice == self.stuck else voice
        self.saved.append(self.path)
        if self.is_lost:
            return
        late, self.late = self.late, 0.0
        if late:
            threading.Timer(late, self.write, [self.text]).start()
        else:
            self.write(self.text)

    def write(self, text):
        with wave.open(self.path, "wb") as file:
            file.setparams((1, 2, 22050, 0, "NONE", ""))
            file.writeframes(text.encode("utf-16-le"))


@pytest.fixture
def build(monkeypatch):
    """Put an engine in pyttsx3's place and make a speaker over it."""

    def make(engine: Engine) -> Speaker:
        monkeypatch.setitem(sys.modules, "pyttsx3", SimpleNamespace(init=lambda name: engine))
        monkeypatch.setattr(pyttsx3, "espeak_speed", lambda: engine.speed)
        return Speaker()

    return make


@pytest.fixture
def request_for(tmp_path):
    def make(text: str, voice: str = "cmn", speed: int = 180) -> Request:
        spoken_by = TtsVoice(name=voice, speed=speed)
        return Request(text=text, voice=spoken_by, is_marked=False, folder=tmp_path)

    return make


def packed(request: Request, number: int = 1) -> bytes:
    """A request as it comes over the wire."""
    voice = request.voice
    content = {
        "text": request.text, "voice": voice.name, "speed": voice.speed, "pitch": voice.pitch,
        "folder": str(request.folder), "timeout": 10, "number": number,
    }  # fmt: skip
    return wire.pack(json.dumps(content).encode())


def test_speaks(build, request_for, tmp_path):
    """A text's samples come with their rate, and no file is left."""
    engine = Engine()

    assert build(engine).speak(request_for("hi")) == (b"h\0i\0", 22050)
    assert engine.voice == "sit/cmn"
    assert list(tmp_path.iterdir()) == []


def test_a_late_file_is_waited_for(build, request_for):
    """The first run returns before its file is there; each text still gets its own audio."""
    speaker = build(Engine(late=0.05))

    assert speaker.speak(request_for("one"))[0] == "one".encode("utf-16-le")
    assert speaker.speak(request_for("two"))[0] == "two".encode("utf-16-le")


def test_a_file_that_never_comes(build, request_for, monkeypatch):
    """When a file never comes, the worker ends: it might come in place of another's."""
    monkeypatch.setattr(pyttsx3, "LATE", 0.02)

    with pytest.raises(Lost, match="no file"):
        build(Engine(is_lost=True)).speak(request_for("one"))


def test_a_speed_that_is_lost(build, request_for):
    """A speed that the engine lost is noticed after the text, and the worker ends."""
    engine = Engine()
    engine.is_deaf = True

    with pytest.raises(Lost, match="a speed of 200, not the 180"):
        build(engine).speak(request_for("one"))


def test_half_a_file(tmp_path):
    """A file that is still being written isn't read."""
    path = tmp_path / "half.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 22050, 0, "NONE", ""))
        file.writeframes(bytes(200))
    content = path.read_bytes()

    for length in (0, 10, 44, 45, len(content) - 1):
        path.write_bytes(content[:length])
        assert pyttsx3.whole_file(path) is None
    path.write_bytes(content)
    assert pyttsx3.whole_file(path) == (bytes(200), 22050)


def test_an_empty_file(build, request_for):
    """A file without samples is no audio."""
    with pytest.raises(Refused, match="no audio"):
        build(Engine()).speak(request_for(""))


@pytest.mark.parametrize("voice", ["nonsense", "", "sit"])
def test_a_voice_that_is_not_listed(build, request_for, voice):
    """A voice that the engine doesn't list is refused; nothing is spoken."""
    engine = Engine()

    with pytest.raises(Refused, match="expected a voice of the engine"):
        build(engine).speak(request_for("hi", voice))
    assert engine.saved == []


def test_a_voice_that_is_not_taken(build, request_for):
    """A voice that the engine lists and doesn't take is noticed: the old one had spoken."""
    with pytest.raises(Refused, match="expected the voice 'sit/cmn', found 'gmw/en'"):
        build(Engine(stuck="sit/cmn")).speak(request_for("hi"))


def test_a_worker_keeps_its_voice(build, request_for):
    """Another speed or voice needs another process."""
    speaker = build(Engine())
    speaker.speak(request_for("a"))

    for other in (request_for("b", speed=200), request_for("b", voice="vi")):
        with pytest.raises(Refused, match="a worker can't change its voice"):
            speaker.speak(other)


def test_serve(build, request_for):
    """Each request gets its answer; a refused one doesn't end the worker."""
    build(Engine())
    asked = [request_for("hi", "nonsense"), request_for("hi")]
    answers = io.BytesIO()

    serve(io.BytesIO(packed(asked[0], 1) + packed(asked[1], 2)), answers, Speaker)

    answers.seek(0)
    assert json.loads(wire.read(answers))["error"].startswith("expected a voice of the engine")
    assert json.loads(wire.read(answers)) == {"ok": True, "rate": 22050, "number": 2}
    assert wire.read(answers) == b"h\0i\0"
    assert wire.read(answers) is None


def test_without_the_library(monkeypatch, request_for):
    """An engine that can't be loaded is told as such."""

    def init(name: str) -> None:
        raise RuntimeError("no eSpeak installed")

    monkeypatch.setitem(sys.modules, "pyttsx3", SimpleNamespace(init=init))
    answers = io.BytesIO()

    serve(io.BytesIO(packed(request_for("hi"))), answers, Speaker)

    answers.seek(0)
    said = json.loads(wire.read(answers))
    assert (said["error"], said["unavailable"]) == ("no eSpeak installed", True)


def test_an_engine_that_raises_anything(request_for):
    """An error that we don't know is told by its kind: its words may hold a customer's text."""

    def start() -> Speaker:
        raise ValueError("can't say 'your balance is 7'")

    answers = io.BytesIO()
    serve(io.BytesIO(packed(request_for("hi"))), answers, start)

    answers.seek(0)
    assert json.loads(wire.read(answers))["error"] == "the engine raised ValueError"


def test_loaded_ahead(build):
    """A request without a text loads the engine and speaks nothing."""
    build(Engine())
    answers = io.BytesIO()

    serve(io.BytesIO(wire.pack(b'{"timeout": 10}')), answers, Speaker)

    answers.seek(0)
    assert json.loads(wire.read(answers))["ok"]
    assert wire.read(answers) == b""
