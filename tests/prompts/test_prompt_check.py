"""The gate: each prompt in each language, and what is wrong with its recording."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest

from boardivr.flows.loader import read_flow_text
from boardivr.hal.types import Encoding
from boardivr.media import g711
from boardivr.media.audiofile import write_wav
from boardivr.prompts.check import Checker, spare
from boardivr.prompts.desk import Desk
from boardivr.prompts.errors import TtsUnavailable
from boardivr.prompts.folder import RecordingFolder
from boardivr.prompts.gate import flow_problems
from boardivr.prompts.importing import prepare, take_in
from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.measures import MeasuredFiles, measure_file
from boardivr.prompts.model import Prompt, PromptSource
from boardivr.prompts.recorded import Recorded, folders_of
from boardivr.prompts.wording import named_key, speaking_time

WORDS = "Welcome to telephone banking."


def speech(seconds=2.0, dbm0=-16.0, rate=8000):
    time = np.arange(int(seconds * rate)) / rate
    peak = 32768 * 10 ** ((dbm0 - 3.14) / 20)
    return np.rint(peak * np.sin(2 * np.pi * 400 * time)).clip(-32768, 32767).astype(np.int16)


@pytest.fixture
def folder(tmp_path):
    return RecordingFolder(tmp_path / "library" / "bank")


@pytest.fixture
def put(folder, tmp_path):
    """Put a file there as it is, without normalising."""

    def put(samples, rate=8000, prompt="welcome", language="en"):
        path = folder.path / language / f"{prompt}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        if rate == 8000:
            write_wav(path, g711.encode(samples, Encoding.LINEAR), Encoding.LINEAR)
        else:
            import soundfile

            soundfile.write(path, samples, rate)
        return path

    return put


@pytest.fixture
def look(folder):
    def look(text=WORDS, languages=("en",), uses=None, engine=lambda: None, **source):
        sources = {"en": PromptSource(text=text, **source)}
        prompts = {"welcome": Prompt(id="welcome", sources=sources)}
        recorded = Recorded((folder,), lambda *what: None)
        return Checker(recorded, MeasuredFiles(), engine, uses).matrix(prompts, languages)

    return look


def kinds(cells) -> list[str]:
    return [problem.kind.value for cell in cells for problem in cell.problems]


class TestRules:
    def test_clean(self, look, put):
        """A recording of the right level, length and rate has no problem."""
        path = put(speech())

        (cell,) = look()

        assert (cell.state, cell.path, cell.problems) == ("recorded", path, ())
        assert cell.measures.seconds == 2.0
        assert cell.measures.level_dbm0 == pytest.approx(-16, abs=0.2)

    def test_spoken(self, look):
        """A prompt without a recording is spoken; that is no problem while the engine is there."""
        (cell,) = look()

        assert (cell.state, cell.problems) == ("spoken", ())

    @pytest.mark.parametrize(
        ("samples", "rate", "kind", "words"),
        [
            (speech(dbm0=-2), 8000, "level", "too loud: expected about -16 dBm0, found -2"),
            (speech(dbm0=-40), 8000, "level", "too quiet: expected about -16 dBm0, found -40"),
            (np.zeros(8000, np.int16), 8000, "file", "expected speech, found 1.0 s of silence"),
            (speech(rate=16000), 16000, "rate", "expected 8000 samples a second, found 16000"),
            (np.pad(speech(), (8000, 0)), 8000, "silence", "1.0 s of silence at its beginning"),
            (np.pad(speech(), (0, 6000)), 8000, "silence", "0.8 s of silence at its end"),
            (speech(0.5), 8000, "length", "expected about 1.8 s for its words, found 0.5"),
            (speech(9.0), 8000, "length", "expected about 1.8 s for its words, found 9.0"),
        ],
    )
    def test_sound(self, look, put, samples, rate, kind, words):
        """Each thing that is wrong with a recording is told with its figures."""
        put(samples, rate)

        (cell,) = look()

        found = {problem.kind.value: problem.message for problem in cell.problems}
        assert set(found) == {kind}
        assert words in found[kind]

    def test_long(self, look, put):
        """Nobody listens for longer than a minute."""
        put(speech(65))

        assert "length" in kinds(look("word " * 200))

    def test_clipped(self, look, put):
        """Flat tops are told."""
        put(np.clip(speech(dbm0=-4).astype(int) * 8, -32768, 32767).astype(np.int16))

        assert "clipped" in kinds(look())

    def test_unreadable(self, look, put):
        """A broken file is told, and the text is spoken."""
        put(speech()).write_bytes(b"RIFF")

        (cell,) = look()

        assert (cell.state, kinds([cell])) == ("spoken", ["file"])

    def test_missing_language(self, look):
        """A language without anything is missing."""
        cells = look(languages=("en", "zh-CN"))

        assert [(cell.language, cell.state) for cell in cells] == [
            ("en", "spoken"), ("zh-CN", "missing"),
        ]  # fmt: skip
        assert kinds(cells) == ["missing"]

    def test_language_that_stands_in(self, look):
        """Words of another language are told, for it is heard."""
        assert kinds(look(language="zh-CN")) == ["fallback"]

    @pytest.mark.parametrize(
        ("uses", "expected"), [({"welcome": ()}, ["unused"]), ({"welcome": ("menu a",)}, [])]
    )
    def test_unused(self, look, uses, expected):
        """A prompt that nothing says."""
        assert kinds(look(uses=uses)) == expected

    def test_no_engine(self, look, put):
        """Without a speech engine, what has no recording can't be said."""

        def engine():
            raise TtsUnavailable("install espeak-ng")

        (cell,) = look(engine=engine)
        assert (kinds([cell]), cell.problems[0].message) == (["speech"], "install espeak-ng")

        put(speech())
        assert kinds(look(engine=engine)) == []

    @pytest.mark.parametrize(
        ("source", "kind", "state"),
        [("phone", "stale", "recorded"), ("synthesis", "outdated", "spoken")],
    )
    def test_other_words(self, look, folder, put, source, kind, state):
        """A person's recording of other words is played, synthesised speech isn't."""
        path = put(speech())
        take_in(
            folder, prepare(path, path.read_bytes()), prompt="welcome", language="en",
            text="Good day and welcome.", source=source, who="ann",
            when=dt.datetime(2026, 11, 25, tzinfo=dt.UTC), original=None,
        )  # fmt: skip

        (cell,) = look()

        assert (kinds([cell]), cell.state) == ([kind], state)
        assert f"expected {WORDS!r}, found 'Good day and welcome.'" in cell.problems[0].message
        assert cell.problems[0].kind.is_warning == (source == "synthesis")

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("For a transfer, press 2.", "press 2"),
            ("Press the number seven now", "Press the number seven"),
            ("转账请按2。", "按2"),
            ("查询请按数字键三", "按数字键三"),
            ("请按一下井号键", None),
            ("Press the hash key", None),
            ("The press was one of us", None),
        ],
    )
    def test_keys_in_words(self, look, text, found):
        """Words that name a key, in both languages, lie when the menu is another."""
        assert named_key(text) == found
        assert ("key" in kinds(look(text))) == (found is not None)

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("Hello\x07 there", "words"),
            ("Hello \ud800 there", "words"),
            ("word " * 2000, "length"),
            ("余额" * 5000, "length"),
            ("Hello 📦, line\nby\tline", None),
            ('Wait.<break time="800ms"/>Now.', None),
        ],
    )
    def test_odd_words(self, look, text, kind):
        """Words that nobody can say, or that nobody listens to the end of, are told."""
        assert kinds(look(text)) == ([] if kind is None else [kind])

    def test_spare(self, folder, put):
        """A recording that no prompt plays."""
        put(speech(), prompt="old")

        (problem,) = spare((folder,), {"welcome": Prompt(id="welcome", sources={})})

        assert (problem.prompt, problem.kind.value) == ("old", "unused")


class TestMeasuredFiles:
    def test_kept(self, tmp_path, put, monkeypatch):
        """A second look reads no audio; a file that changed is measured again."""
        path, kept = put(speech()), tmp_path / "kept.json"
        first = MeasuredFiles(kept).look([path])
        asked = []
        monkeypatch.setattr(
            "boardivr.prompts.measures.measure_file",
            lambda path: asked.append(path) or measure_file(path),
        )

        assert MeasuredFiles(kept).look([path]) == first
        assert asked == []

        put(speech(1.0))
        assert MeasuredFiles(kept).look([path])[path].seconds == 1.0
        assert asked == [path]

    def test_two_libraries_keep_theirs_side_by_side(self, tmp_path, put):
        """What one flow's library has found isn't lost when another's finds something."""
        kept = tmp_path / "kept.json"
        one, other = MeasuredFiles(kept), MeasuredFiles(kept)
        one.look([put(speech(), prompt="one")])
        other.look([put(speech(), prompt="other")])

        assert {Path(row[0]).stem for row in json.loads(kept.read_text())} == {"one", "other"}

    @pytest.mark.parametrize("content", ["", "[1]", "{}", '[["a", 1, 2, 3]]', "null", '[["a"]]'])
    def test_a_broken_one(self, tmp_path, put, content):
        """What can't be read is measured anew."""
        kept = tmp_path / "kept.json"
        kept.write_text(content)

        assert MeasuredFiles(kept).look([put(speech())])
        assert len(json.loads(kept.read_text())) == 1

    def test_a_file_that_is_gone(self, tmp_path):
        """A file that isn't there is told, not raised."""
        path = tmp_path / "none.wav"

        assert "none.wav: can't be read" in MeasuredFiles().look([path])[path].error


def test_in_a_flow(tmp_path, put):
    """A flow's check tells what is wrong with its recordings, at the place of the words."""
    text = (
        "boardivr: 1\nflow: bank\nlanguage: {default: en}\nstart: [hello]\n"
        f"steps:\n  hello:\n  - play: welcome\nprompts:\n  welcome: {{en: {WORDS}}}\n"
        "prompt_groups: {first: [welcome]}\n"
    )
    flow = read_flow_text(text, tmp_path / "bank.yaml")
    put(speech(dbm0=-40))
    folders = folders_of("bank", flow.path, tmp_path)
    library = PromptLibrary(flow.prompt_sources(), NoEngine(), tmp_path / "c", folders=folders)
    desk = Desk(flow=flow, library=library, own=folders[0], shipped=folders[1])

    (problem,) = flow_problems(flow, desk.cells())

    assert (problem.code, problem.is_warning) == ("prompt-level", True)
    assert (problem.at.line, problem.at.column) == (9, 17)
    assert desk.uses == {"welcome": ("steps hello",)}
    assert desk.groups == {"welcome": ("first",)}


class NoEngine:
    identity = "none"

    def check(self) -> None: ...


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Welcome to telephone banking.", 1.8),
        ("欢迎致电电话银行。", 2.2),
        ("", 0.0),
        ("12345", 1.7),
    ],
)
def test_speaking_time(text, seconds):
    """About how long words take, in both languages."""
    assert speaking_time(text) == pytest.approx(seconds, abs=0.1)
