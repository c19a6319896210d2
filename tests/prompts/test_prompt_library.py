"""The prompt library: what is played, from where, and what is reported."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boardivr.hal.types import Encoding
from boardivr.media import g711
from boardivr.media.audiofile import read_clip, write_wav
from boardivr.prompts.errors import PromptError, TtsError, TtsUnavailable
from boardivr.prompts.folder import RecordingFolder
from boardivr.prompts.importing import prepare, take_in
from boardivr.prompts.level import Level, active_level
from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.model import Prompt, PromptSource
from boardivr.prompts.pieces import (
    Date,
    Duration,
    Money,
    Number,
    Ordinal,
    Pause,
    Percent,
    Phone,
    PromptRef,
    Spelled,
    Text,
    Time,
)
from boardivr.prompts.problems import ProblemKind
from boardivr.prompts.tts import Speech, voice_for
from boardivr.prompts.tts.pyttsx3_engine import Pyttsx3Synthesiser


def tone(seconds: float = 0.3, peak: float = 4000, rate: int = 8000) -> np.ndarray:
    return np.rint(peak * np.sin(np.arange(int(seconds * rate)) * 0.6)).astype(np.int16)


class Engine:
    """A speech engine that beeps, longer for longer texts, and remembers what it was asked."""

    def __init__(self) -> None:
        self.identity = "beeper-1"
        self.asked: list[tuple[str, str]] = []
        self.fault: TtsError | None = None
        self.gate: threading.Event | None = None

    def check(self) -> None:
        if isinstance(self.fault, TtsUnavailable):
            raise self.fault

    def synthesise(self, text, voice, *, timeout=10.0):
        self.asked.append((text, voice.name))
        if self.gate:
            self.gate.wait(30)
        if self.fault:
            raise self.fault
        return Speech(tone(0.1 * len(text), rate=16000).tobytes(), 16000)

    @property
    def texts(self) -> list[str]:
        return [text for text, _ in self.asked]


@pytest.fixture
def engine():
    return Engine()


@pytest.fixture
def recording(tmp_path):
    path = tmp_path / "welcome.wav"
    write_wav(path, g711.linear_to_alaw(tone(0.5)), Encoding.ALAW)
    return path


@pytest.fixture
def prompts(recording):
    return {
        "welcome": Prompt(
            id="welcome",
            sources={
                "zh-CN": PromptSource(text="欢迎", file=recording),
                "en": PromptSource(text="Welcome"),
            },
        ),
        "goodbye": Prompt(id="goodbye", sources={"zh-CN": PromptSource(text="再见")}),
    }


@pytest.fixture
def make(engine, prompts, tmp_path):
    def build(prompts=prompts, **options) -> PromptLibrary:
        return PromptLibrary(prompts, engine, tmp_path / "cache", **options)

    return build


class TestPrompts:
    def test_a_recording_is_played_as_it_is(self, make, engine, recording):
        """A prompt with a file is its file, byte for byte; no engine is asked."""
        clip = make().clip(PromptRef("welcome"), "zh-CN")

        assert clip.data == read_clip(recording).data
        assert (clip.name, clip.text, clip.encoding) == ("welcome@zh-CN", "欢迎", Encoding.ALAW)
        assert engine.asked == []

    def test_a_text_is_spoken_by_the_voice_of_its_language(self, make, engine):
        """A prompt without a file is its text, spoken, in A-law at -16 dBm0."""
        library = make()

        clip = library.clip(PromptRef("welcome"), "en")

        assert (clip.name, clip.text) == ("welcome@en", "Welcome")
        assert engine.asked == [("Welcome", voice_for("en").name)]
        assert abs(clip.seconds - 0.7) < 0.02
        assert active_level(g711.alaw_to_linear(clip.data)) == pytest.approx(-16, abs=1)
        assert library.problems() == ()

    def test_one_clip_per_content(self, make, engine):
        """The same prompt is the same object every time, so that a board loads it once."""
        library = make()

        clips = {id(library.clip(PromptRef("goodbye"), "zh-CN")) for _ in range(5)}
        clips |= {id(clip) for clip in library.clips([PromptRef("goodbye")] * 3, "zh-CN")}

        assert len(clips) == 1
        assert engine.texts == ["再见"]

    def test_a_changed_recording_is_read_again(self, make, recording):
        """New plays have a file's new content; a clip that plays stays what it is."""
        library = make()
        before = library.clip(PromptRef("welcome"), "zh-CN")
        old = before.data

        write_wav(recording, g711.linear_to_alaw(tone(0.9)), Encoding.ALAW)
        after = library.clip(PromptRef("welcome"), "zh-CN")

        assert (before.data, after.seconds) == (old, 0.9)
        assert library.clip(PromptRef("welcome"), "zh-CN") is after

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (None, "No such file"),
            (b"", "found an empty file"),
            (b"not audio at all", "expected WAV, FLAC, Ogg or MP3"),
            (b"\xd5" * 8000, "expected speech, found 1.0 s of silence"),
        ],
    )
    def test_a_bad_recording_is_spoken_and_reported(
        self, make, engine, prompts, tmp_path, content, words, caplog
    ):
        """A missing, broken or silent file is spoken instead and reported, once."""
        file = tmp_path / ("bad.al" if content and content[0] == 0xD5 else "bad.wav")
        if content is not None:
            file.write_bytes(content)
        source = PromptSource(text="您好", file=file)
        library = make({"hello": Prompt(id="hello", sources={"zh-CN": source})})

        with caplog.at_level(logging.WARNING):
            clips = [library.clip(PromptRef("hello"), "zh-CN") for _ in range(3)]

        assert engine.texts == ["您好"]
        assert clips[0] is clips[2]
        (problem,) = library.problems()
        assert (problem.prompt, problem.language) == ("hello", "zh-CN")
        assert problem.kind is ProblemKind.FILE
        assert words in problem.message
        assert problem.message.endswith("spoken instead")
        assert caplog.text.count("hello@zh-CN: ") == 1

    def test_bad_recording_without_a_text(self, make, tmp_path):
        """With neither a good file nor a text there is an error, not silence."""
        source = PromptSource(text="", file=tmp_path / "none.wav")
        library = make({"hello": Prompt(id="hello", sources={"zh-CN": source})})

        with pytest.raises(PromptError, match="hello@zh-CN: expected a text to speak instead"):
            library.clip(PromptRef("hello"), "zh-CN")

    def test_unknown_prompt(self, make):
        """An id that isn't there is an error that suggests one that is."""
        with pytest.raises(PromptError, match="found 'welcom'; did you mean 'welcome'"):
            make().clip(PromptRef("welcom"), "en")
        with pytest.raises(PromptError, match=r"of the library, found 'x'$"):
            make().words(PromptRef("x"), "en")

    def test_words(self, make):
        """A prompt's words are its text in the language that is played."""
        assert make().words(PromptRef("welcome"), "en") == "Welcome"
        assert make().words(PromptRef("goodbye"), "en") == "再见"


class TestFolders:
    """Recordings that lie in folders; which one is played."""

    @pytest.fixture
    def own(self, tmp_path):
        return RecordingFolder(tmp_path / "library" / "bank")

    @pytest.fixture
    def shipped(self, tmp_path):
        return RecordingFolder(tmp_path / "prompts" / "bank")

    @pytest.fixture
    def library(self, make, own, shipped):
        return make(folders=(own, shipped))

    @staticmethod
    def record(folder, seconds, prompt="welcome", language="en", **about):
        about = {"text": "Welcome", "source": "upload"} | about
        wav = folder.path.parent / "new.wav"
        wav.parent.mkdir(parents=True, exist_ok=True)
        write_wav(wav, g711.linear_to_alaw(tone(seconds)), Encoding.ALAW)
        return take_in(
            folder, prepare(wav, wav.read_bytes()), prompt=prompt, language=language, who="ann",
            when=dt.datetime.now(dt.UTC), original=None, **about,
        )  # fmt: skip

    def test_order(self, library, own, shipped, engine):
        """The appliance's own, then the flow's file, then the shipped one, then speech."""
        spoken = library.clip(PromptRef("welcome"), "en")
        self.record(shipped, 0.8)
        self.record(shipped, 0.8, language="zh-CN", text="欢迎")

        assert library.clip(PromptRef("welcome"), "en").seconds == 0.8
        assert library.clip(PromptRef("welcome"), "zh-CN").seconds == 0.5

        self.record(own, 1.2)
        self.record(own, 1.2, language="zh-CN", text="欢迎")

        assert library.clip(PromptRef("welcome"), "en").seconds == 1.2
        assert library.clip(PromptRef("welcome"), "zh-CN").seconds == 1.2

        own.remove("welcome", "en", "ann", dt.datetime.now(dt.UTC))
        shipped.remove("welcome", "en", "ann", dt.datetime.now(dt.UTC))

        assert library.clip(PromptRef("welcome"), "en") is spoken
        assert len(engine.asked) == 1
        assert library.problems() == ()

    def test_one_clip(self, library, own):
        """A recording is one clip for all channels until it changes."""
        self.record(own, 0.7)

        assert library.clip(PromptRef("welcome"), "en") is library.clip(PromptRef("welcome"), "en")

    def test_synthesised_from_other_words(self, library, shipped, engine):
        """Speech that was made ahead of other words isn't played: the new words are spoken."""
        self.record(shipped, 0.8, text="Hello", source="synthesis")

        clip = library.clip(PromptRef("welcome"), "en")

        assert clip.text == "Welcome"
        assert engine.texts == ["Welcome"]
        (problem,) = library.problems()
        assert problem.kind is ProblemKind.OUTDATED
        assert "expected 'Welcome', found 'Hello'" in problem.message

    def test_recorded_with_other_words(self, library, own, engine):
        """A person's recording of other words is played, and reported."""
        self.record(own, 0.8, text="Hello", source="phone")

        assert library.clip(PromptRef("welcome"), "en").seconds == 0.8
        assert engine.texts == []
        assert [problem.kind for problem in library.problems()] == [ProblemKind.STALE]

    def test_a_broken_one_is_passed_over(self, library, own, shipped):
        """A broken recording is reported, and the next one is played."""
        self.record(own, 1.2)
        self.record(shipped, 0.8)
        own.find("welcome", "en").write_bytes(b"RIFF, but not quite")

        assert library.clip(PromptRef("welcome"), "en").seconds == 0.8
        assert [problem.kind for problem in library.problems()] == [ProblemKind.FILE]

    def test_a_language_that_stands_in(self, make, own, engine):
        """Words that stand in for another language are played and spoken as what they are."""
        source = PromptSource(text="Welcome", language="en")
        library = make({"welcome": Prompt(id="welcome", sources={"de": source})}, folders=(own,))

        library.clip(PromptRef("welcome"), "de")
        self.record(own, 0.8)

        assert engine.asked == [("Welcome", voice_for("en").name)]
        assert library.clip(PromptRef("welcome"), "de").seconds == 0.8


class TestLanguages:
    def test_the_default_language_stands_in(self, make, caplog):
        """A language with nothing gets the default language, and that is reported."""
        library = make()

        clip = library.clip(PromptRef("goodbye"), "en")

        assert (clip.name, clip.text) == ("goodbye@zh-CN", "再见")
        (problem,) = library.problems()
        assert str(problem) == "goodbye@en: missing, played in 'zh-CN'"
        assert problem.kind is ProblemKind.LANGUAGE
        assert str(problem) in caplog.text

    def test_the_declared_chain_goes_first(self, make):
        """The languages of the chain are tried in their order."""
        library = make(fallback={"fr": ["de", "en"]})

        assert library.clip(PromptRef("welcome"), "fr").name == "welcome@en"

    def test_a_region_is_not_another_language(self, make):
        """A prompt in en is en-GB's too, without a report."""
        library = make()

        assert library.clip(PromptRef("welcome"), "en-GB").name == "welcome@en"
        assert library.problems() == ()

    def test_nothing_at_all(self, make):
        """A prompt that no language of the chain has is an error that tells what there is."""
        only = Prompt(id="only", sources={"fr": PromptSource(text="Bonjour")})

        with pytest.raises(PromptError, match="prompt 'only': expected it in 'en', found fr"):
            make({"only": only}).clip(PromptRef("only"), "en")

    def test_a_text_of_nothing_is_missing(self, make):
        """A language whose text has no word in it is passed over like a missing one."""
        sources = {"en": PromptSource(text=" … "), "zh-CN": PromptSource(text="好")}

        library = make({"a": Prompt(id="a", sources=sources)})

        assert library.clip(PromptRef("a"), "en").name == "a@zh-CN"

    def test_values_in_a_language_without_rules(self, make, engine):
        """Values fall back along the chain too; texts are left to the engine's own voice."""
        library = make(fallback={"fr": ["en-GB"]})

        clips = library.clips([Text("Votre solde"), Number(Decimal(101))], "fr")

        assert [clip.name for clip in clips] == ["say:text@fr", "say:number@en-GB"]
        assert engine.asked == [("Votre solde", "fr"), ("one hundred and one", "en-gb")]
        assert [problem.prompt for problem in library.problems()] == ["say:number"]
        assert library.words(Number(Decimal(101)), "fr") == "one hundred and one"


class TestPhrases:
    def test_values_beside_each_other_are_one_phrase(self, make, engine):
        """Texts and values between prompts are spoken together, as one would say them."""
        sentence = [
            PromptRef("welcome"),
            Text("您的余额是"),
            Money(Decimal("10100.05")),
            Pause(0.25),
            Text("请按"),
            Spelled("1"),
            PromptRef("goodbye"),
        ]

        clips = make().clips(sentence, "zh-CN")

        assert [clip.name for clip in clips] == [
            "welcome@zh-CN",
            "say:text+money@zh-CN",
            "pause:0.25",
            "say:text+spelled@zh-CN",
            "goodbye@zh-CN",
        ]
        assert [clip.text for clip in clips] == [
            "欢迎",
            "您的余额是一万零一百元零五分",
            "",
            "请按一",
            "再见",
        ]

    def test_english_words_stand_apart(self, make, engine):
        """In English there is a space between the pieces of a phrase."""
        make().clips([Text("Press"), Spelled("12"), Text("now")], "en")

        assert engine.texts == ["Press one two now"]

    def test_pause_is_silence(self, make):
        """A pause is A-law silence of its length, the same object each time."""
        library = make()
        clip = library.clip(Pause(0.25), "en")

        assert clip.data == b"\xd5" * 2000
        assert library.clip(Pause(0.25), "zh-CN") is clip
        for seconds in (-1, 61, float("nan")):
            with pytest.raises(PromptError, match="pause: expected 0 to 60 s"):
                library.clip(Pause(seconds), "en")

    @pytest.mark.parametrize(
        ("piece", "name", "text"),
        [
            (Text("你好"), "say:text@zh-CN", "你好"),
            (Number(Decimal(2)), "say:number@zh-CN", "二"),
            (Ordinal(2), "say:ordinal@zh-CN", "第二"),
            (Spelled("12"), "say:spelled@zh-CN", "一二"),
            (Phone("110"), "say:phone@zh-CN", "幺幺零"),
            (Money(Decimal(2)), "say:money@zh-CN", "两元"),
            (Percent(Decimal(5)), "say:percent@zh-CN", "百分之五"),
            (Date(dt.date(2026, 9, 21)), "say:date@zh-CN", "二零二六年九月二十一日"),
            (Time(dt.time(9)), "say:time@zh-CN", "上午九点"),
            (Duration(60), "say:duration@zh-CN", "一分钟"),
        ],
    )
    def test_every_piece(self, make, piece, name, text):
        """Each kind of value is a clip that is named by the kind and has its words."""
        library = make()
        clip = library.clip(piece, "zh-CN")

        assert (clip.name, clip.text) == (name, text)
        assert library.words(piece, "zh-CN") == text
        assert library.clip(piece, "zh-CN") is clip

    def test_nothing_to_say(self, make, engine):
        """An empty name or a lone comma isn't spoken in a phrase; alone it's an error."""
        assert make().clips([Text(""), Text(" , "), Spelled("")], "en") == []
        assert engine.asked == []
        with pytest.raises(PromptError, match="say:text: expected words to say, found none"):
            make().clip(Text("…"), "en")

    def test_values_are_in_no_log_and_on_no_disk(self, make, engine, tmp_path, caplog):
        """What is said of a customer is kept in memory only, and never logged."""
        library = make()
        with caplog.at_level(logging.DEBUG):
            library.clips([Text("Wang"), Spelled("4711")], "en")
            engine.fault = TtsError("engine said no")
            with pytest.raises(TtsError) as caught:
                library.clips([Text("Li"), Spelled("4712")], "en")

        assert str(caught.value) == "say:text+spelled@en: engine said no"
        assert "four seven" not in caplog.text
        assert "Wang" not in caplog.text
        assert not (tmp_path / "cache").exists()


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=300) | st.text("😀🎉\0\x1b\u200b\ud800 a你", max_size=40))
def test_any_text(tmp_path_factory, text):
    """Any text is spoken, as a prompt and as a value, or named as one without words."""
    prompts = {"p": Prompt(id="p", sources={"en": PromptSource(text=text)})}
    folder = tmp_path_factory.getbasetemp() / "any"
    library = PromptLibrary(prompts, Engine(), folder, default_language="en")
    for piece in (PromptRef("p"), Text(text)):
        try:
            assert library.clip(piece, "en").seconds > 0
        except PromptError:
            assert not any(c.isalnum() for c in text)


class TestCache:
    def test_speech_is_kept_on_disk(self, make, engine, tmp_path):
        """Another start finds a prompt's speech and asks no engine."""
        first = make().clip(PromptRef("goodbye"), "zh-CN")
        second = make().clip(PromptRef("goodbye"), "zh-CN")

        assert first.data == second.data
        assert engine.texts == ["再见"]
        (file,) = (tmp_path / "cache").rglob("*.wav")
        assert read_clip(file).data == first.data

    @pytest.mark.parametrize("change", ["text", "identity", "voice", "level"])
    def test_what_speech_is_made_of(self, make, engine, prompts, change):
        """Another text, engine, voice or level is other speech."""
        make().clip(PromptRef("goodbye"), "zh-CN")
        options = {}
        if change == "text":
            source = PromptSource(text="再会")
            prompts = {"goodbye": Prompt(id="goodbye", sources={"zh-CN": source})}
        elif change == "identity":
            engine.identity = "beeper-2"
        elif change == "voice":
            options["voices"] = {"zh": voice_for("yue")}
        else:
            options["level"] = Level(active_dbm0=-20)

        make(prompts, **options).clip(PromptRef("goodbye"), "zh-CN")

        assert len(engine.asked) == 2

    @pytest.mark.parametrize("content", [b"", b"\0" * 5000, b"RIFF", None])
    def test_a_broken_cache_file_is_made_anew(self, make, engine, tmp_path, content):
        """Empty, zeroed and truncated files are rendered again, and good afterwards."""
        good = make().clip(PromptRef("goodbye"), "zh-CN").data
        (file,) = (tmp_path / "cache").rglob("*.wav")
        file.write_bytes(file.read_bytes()[:-100] if content is None else content)

        assert make().clip(PromptRef("goodbye"), "zh-CN").data == good
        assert make().clip(PromptRef("goodbye"), "zh-CN").data == good
        assert len(engine.asked) == 2

    def test_a_folder_that_cannot_be_written(self, make, tmp_path, prompts):
        """Without a place on disk prompts are spoken all the same, and that is reported once."""
        (tmp_path / "cache").write_text("a file where the folder should be")
        library = make()

        assert library.clip(PromptRef("goodbye"), "zh-CN").data
        assert library.clip(PromptRef("welcome"), "en").data

        (problem,) = library.problems()
        assert problem.kind is ProblemKind.CACHE
        assert "prompts are spoken anew at each start" in problem.message

    def test_threads_that_want_the_same(self, make, engine):
        """Threads that ask at the same time get one clip, spoken once."""
        library = make()
        engine.gate = threading.Event()
        clips = []
        threads = [
            threading.Thread(target=lambda: clips.append(library.clip(PromptRef("goodbye"), "en")))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        engine.gate.set()
        for thread in threads:
            thread.join()

        assert len(clips) == 8
        assert len({id(clip) for clip in clips}) == 1
        assert engine.texts == ["再见"]

    def test_an_error_is_not_kept(self, make, engine):
        """After the engine failed once, the next call asks it again."""
        library = make()
        engine.fault = TtsError("crashed")
        with pytest.raises(TtsError, match="goodbye@zh-CN: crashed"):
            library.clip(PromptRef("goodbye"), "zh-CN")

        engine.fault = None
        assert library.clip(PromptRef("goodbye"), "zh-CN").data


class TestSeveralFlows:
    def test_with_prompts(self, make, engine):
        """A library with more prompts shares the clips; the first one stays as it was."""
        library = make()
        clip = library.clip(PromptRef("goodbye"), "zh-CN")
        more = {
            "hello": Prompt(id="hello", sources={"zh-CN": PromptSource(text="您好")}),
            "welcome": Prompt(id="welcome", sources={"zh-CN": PromptSource(text="您来了")}),
        }

        other = library.with_prompts(more)

        assert other.clip(PromptRef("goodbye"), "zh-CN") is clip
        assert other.words(PromptRef("welcome"), "zh-CN") == "您来了"
        assert library.words(PromptRef("welcome"), "zh-CN") == "欢迎"
        assert sorted(other.prompts) == ["goodbye", "hello", "welcome"]
        with pytest.raises(PromptError, match="found 'hello'"):
            library.clip(PromptRef("hello"), "zh-CN")

    def test_problems_are_shared(self, make):
        """A problem that one of them found is the other's too."""
        library = make()
        library.with_prompts({}).clip(PromptRef("goodbye"), "en")

        assert len(library.problems()) == 1


class TestWarm:
    def test_all(self, make, engine):
        """All prompts in all their languages are made ahead, with progress."""
        library = make()
        seen = []

        count = library.warm(progress=lambda *step: seen.append(step))

        assert count == 3
        assert seen == [(1, 3, "welcome@zh-CN"), (2, 3, "welcome@en"), (3, 3, "goodbye@zh-CN")]
        asked = len(engine.asked)
        library.clips([PromptRef("welcome"), PromptRef("goodbye")], "en")
        assert len(engine.asked) == asked

    def test_some(self, make, engine):
        """Ids and languages can be chosen."""
        assert make().warm(["welcome"], ["en"]) == 1
        assert engine.texts == ["Welcome"]

    def test_failures_are_reported(self, make, engine):
        """A prompt that can't be spoken is reported, the others are made."""
        library = make()
        engine.fault = TtsError("crashed")

        assert library.warm() == 1  # the recording
        assert {str(problem) for problem in library.problems()} == {
            "welcome@en: welcome@en: crashed",
            "goodbye@zh-CN: goodbye@zh-CN: crashed",
        }

    def test_no_engine(self, make, engine):
        """Without an engine it's an error that says what to install."""
        engine.fault = TtsUnavailable("install the Debian package espeak-ng")

        with pytest.raises(TtsUnavailable, match="welcome@en: install the Debian package"):
            make().warm()


class TestCheck:
    def test_clean(self, make, prompts, recording):
        """Prompts that are there in all their languages have no problems."""
        write_wav(recording, g711.linear_to_alaw(tone(0.5, peak=3600)), Encoding.ALAW)

        assert make({"welcome": prompts["welcome"]}).check() == ()

    def test_everything_wrong(self, make, engine, prompts, tmp_path):
        """Missing languages, missing files and odd levels, each with prompt and language."""
        loud = tmp_path / "loud.wav"
        write_wav(loud, tone(1, peak=32000).astype("<i2").tobytes(), Encoding.LINEAR)
        prompts["loud"] = Prompt(
            id="loud",
            sources={
                "zh-CN": PromptSource(text="响", file=loud),
                "en": PromptSource(text="Loud", file=tmp_path / "none.wav"),
            },
        )

        found = {(p.prompt, p.language, p.kind): p.message for p in make(prompts).check()}

        assert set(found) == {
            ("goodbye", "en", ProblemKind.LANGUAGE),
            ("loud", "zh-CN", ProblemKind.LEVEL),
            ("loud", "en", ProblemKind.FILE),
        }
        level = found["loud", "zh-CN", ProblemKind.LEVEL]
        assert level == f"{loud}: too loud: expected about -16 dBm0, found 3"
        assert engine.asked == []

    def test_languages_that_there_must_be(self, make):
        """A language that is asked for and that no prompt has is missing everywhere."""
        missing = [(p.prompt, p.language) for p in make().check(["zh-CN", "fr"])]

        assert missing == [("welcome", "fr"), ("goodbye", "fr")]

    def test_no_engine(self, make, engine):
        """Without an engine every prompt that needs one is named; recordings aren't."""
        engine.fault = TtsUnavailable("install the Debian package espeak-ng")

        found = [p for p in make().check() if p.kind is ProblemKind.SPEECH]

        assert [(p.prompt, p.language) for p in found] == [("welcome", "en"), ("goodbye", "zh-CN")]
        assert "espeak-ng" in found[0].message

    def test_languages(self, make):
        """The library's languages are those of its prompts, the default one first."""
        assert make().languages == ("zh-CN", "en")


def test_without_an_engine(make, engine, recording):
    """Recordings play; the rest is an error that names the package, never silence."""
    engine.fault = TtsUnavailable("install the Debian package espeak-ng")
    library = make()

    assert library.clip(PromptRef("welcome"), "zh-CN").data == read_clip(recording).data
    for piece in (PromptRef("goodbye"), Text("hello"), Number(Decimal(1))):
        with pytest.raises(PromptError, match="install the Debian package espeak-ng"):
            library.clips([piece], "zh-CN")


def test_real_speech(prompts, tmp_path):
    """With espeak-ng a sentence in two languages is speech of plausible length and level."""
    with Pyttsx3Synthesiser() as engine:
        library = PromptLibrary(prompts, engine, tmp_path / "cache")
        sentences = [
            library.clips([PromptRef("goodbye"), Text("余额"), Money(Decimal("10100.05"))], "zh"),
            library.clips([PromptRef("welcome"), Text("Balance"), Money(Decimal(2))], "en"),
        ]

    for clips in sentences:
        assert len(clips) == 2
        for clip in clips:
            assert active_level(g711.alaw_to_linear(clip.data)) == pytest.approx(-16, abs=1)
        assert 0.3 < clips[0].seconds < 1.5 < clips[1].seconds * 2 < 9
