"""Folders of recordings: found by language and id, kept with their history."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import subprocess
import sys
import threading

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from boardivr.media import g711
from boardivr.media.audiofile import AudioFileError, read_clip, samples_of
from boardivr.prompts.errors import PromptError
from boardivr.prompts.folder import RecordingFolder
from boardivr.prompts.history import History, Version
from boardivr.prompts.importing import prepare, take_in
from boardivr.prompts.level import active_level

WHEN = dt.datetime(2026, 11, 25, 22, 0, tzinfo=dt.UTC)


def speech(seconds: float = 1.0, rate: int = 8000, peak: float = 6000):
    """Something like speech: a buzz that swells and pauses."""
    time = np.arange(int(seconds * rate)) / rate
    buzz = sum(np.sin(2 * np.pi * 140 * n * time) / n for n in range(1, 12))
    return np.rint(peak * buzz / 3 * np.abs(np.sin(2 * np.pi * 2 * time))).astype(np.int16)


def as_file(samples, rate: int = 8000, kind: str = "WAV", **more) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, samples, rate, format=kind, **more)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path):
    return RecordingFolder(tmp_path / "own")


@pytest.fixture
def take(folder, tmp_path):
    def take(content=None, *, prompt="welcome", language="en", text="Welcome.", name="a.wav"):
        content = as_file(speech()) if content is None else content
        return take_in(
            folder, prepare(tmp_path / name, content), prompt=prompt, language=language,
            text=text, source="upload", who="ann", when=WHEN, original=(name, content),
        )  # fmt: skip

    return take


class TestFolder:
    def test_a_file_that_lies_there_is_found(self, folder):
        """One folder per language, one file per prompt; `en` also serves `en-GB`."""
        place = folder.path / "en"
        place.mkdir(parents=True)
        (place / "welcome.flac").write_bytes(as_file(speech(), kind="FLAC"))
        (place / "notes.txt").write_text("no recording")

        assert folder.find("welcome", "en") == place / "welcome.flac"
        assert folder.find("welcome", "en-GB") == place / "welcome.flac"
        assert folder.find("welcome", "zh-CN") is None
        assert folder.find("notes", "en") is None
        assert [(p, tag) for p, tag, _ in folder.all()] == [("welcome", "en")]

    def test_what_is_taken_in(self, folder, take):
        """The original is kept beside the normalised one; checksums, words and maker too."""
        content = as_file(speech(rate=44100), 44100)

        version = take(content)

        assert (
            folder.find("welcome", "en").read_bytes()
            == folder.kept(version.sha256, ".wav").read_bytes()
        )
        assert folder.original(version).read_bytes() == content
        assert (version.number, version.who, version.when) == (1, "ann", WHEN)
        assert abs(version.level_dbm0 - -16) < 0.1
        assert folder.history.find("welcome", "en", version.sha256) == version

    def test_versions(self, folder, take):
        """A new version is played at once; the old one can be had again."""
        first = take(as_file(speech(1.0)))
        second = take(as_file(speech(2.0)))

        assert [v.number for v in folder.history.versions("welcome", "en")] == [1, 2]
        assert read_clip(folder.find("welcome", "en")).seconds == pytest.approx(second.seconds)

        third = folder.restore(first, "bob", WHEN)

        assert (third.number, third.sha256, third.who) == (3, first.sha256, "bob")
        assert third.original == first.original
        assert read_clip(folder.find("welcome", "en")).seconds == pytest.approx(first.seconds)

    def test_another_suffix_is_replaced(self, folder, take):
        """A file that lay there under another suffix is played no more."""
        place = folder.path / "en"
        place.mkdir(parents=True)
        (place / "welcome.flac").write_bytes(as_file(speech(), kind="FLAC"))

        take()

        assert [path.name for path in place.iterdir()] == ["welcome.wav"]

    def test_remove(self, folder, take):
        """What was taken away isn't played, and is still known."""
        take()

        assert folder.remove("welcome", "en", "ann", WHEN)
        assert not folder.remove("welcome", "en", "ann", WHEN)
        assert folder.find("welcome", "en") is None
        assert len(folder.history.versions("welcome", "en")) == 1

    def test_rename(self, folder, take):
        """All languages and versions go with the id; nothing is overwritten."""
        take()
        version = take(language="zh-CN", text="欢迎")
        take(prompt="other")

        assert folder.rename("welcome", "hello", "ann", WHEN) == ("en", "zh-CN")
        assert folder.find("welcome", "en") is None
        assert folder.find("hello", "zh-CN") is not None
        assert folder.history.versions("hello", "zh-CN")[0].sha256 == version.sha256
        assert folder.history.versions("welcome", "zh-CN") == ()
        with pytest.raises(PromptError, match="other@en: expected no recording yet"):
            folder.rename("hello", "other", "ann", WHEN)

    @pytest.mark.parametrize(
        ("prompt", "language"), [("../x", "en"), ("a/b", "en"), ("", "en"), ("a", "../en")]
    )
    def test_names_that_leave_the_folder(self, take, prompt, language):
        """An id or a language never becomes a path."""
        with pytest.raises(PromptError, match="expected a"):
            take(prompt=prompt, language=language)

    def test_capital_suffixes(self, folder, take):
        """A file that came from elsewhere as .WAV is found, replaced and removed like others."""
        place = folder.path / "en"
        place.mkdir(parents=True)
        (place / "welcome.WAV").write_bytes(as_file(speech()))
        assert folder.find("welcome", "en") == place / "welcome.WAV"

        take()
        assert [path.name for path in place.iterdir()] == ["welcome.wav"]

        (place / "welcome.wav").rename(place / "welcome.WAV")
        assert folder.remove("welcome", "en", "ann", WHEN)

    def test_no_folder_where_one_should_be(self, folder):
        """A file in a language's place is no recording, and no error."""
        folder.path.mkdir(parents=True)
        (folder.path / "en").write_text("what")

        assert folder.find("welcome", "en") is None
        assert folder.languages() == ()

    @pytest.mark.parametrize(("old", "new"), [("../welcome", "b"), ("welcome", "../b")])
    def test_rename_stays_inside(self, folder, take, old, new):
        """Neither the old nor the new id is a path."""
        take()
        with pytest.raises(PromptError, match="expected a prompt's id"):
            folder.rename(old, new, "ann", WHEN)

    def test_a_file_added_later_is_seen(self, folder, take):
        """What was looked for before it came is found when it has come, many times over."""
        for number in range(20):
            assert folder.find(f"p{number}", "en") is None
            path = folder.path / "en" / f"p{number}.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"RIFF")
            assert folder.find(f"p{number}", "en") == path

    def test_shipped(self, tmp_path, take):
        """What is shipped has its history, and neither older versions nor originals."""
        take()
        shipped = RecordingFolder(tmp_path / "shipped", keeps=False)
        content = as_file(speech())
        take_in(
            shipped, prepare(tmp_path / "a.wav", content), prompt="welcome", language="en",
            text="Welcome.", source="synthesis", who="x", when=WHEN, original=("a.wav", content),
        )  # fmt: skip

        assert sorted(p.name for p in shipped.path.iterdir()) == ["en", "history.jsonl"]


class TestHistory:
    def test_what_another_process_adds_is_seen(self, folder, take):
        """Only what is new is read, and a file that was written anew is read whole."""
        other = RecordingFolder(folder.path)
        take()
        assert len(other.history.versions("welcome", "en")) == 1
        take(as_file(speech(2.0)))
        with other.history.locked():
            assert len(other.history.versions("welcome", "en")) == 2

        lines = folder.history.path.read_text("utf-8").splitlines()
        folder.history.path.unlink()
        folder.history.path.write_text(lines[1] + "\n", "utf-8")
        with other.history.locked():
            assert [v.number for v in other.history.versions("welcome", "en")] == [2]

    def test_a_line_that_a_crash_cut_off(self, folder, take, caplog):
        """Half a line is passed over, and the next one begins on its own."""
        take()
        with folder.history.path.open("ab") as file:
            file.write(b'{"what": "added", "prom')
        take(prompt="second")

        fresh = History(folder.path)

        assert set(fresh.all()) == {("welcome", "en"), ("second", "en")}
        assert "line 2 can't be read" in caplog.text

    @settings(max_examples=60, deadline=None)
    @given(st.binary(max_size=200) | st.text(max_size=80).map(str.encode))
    def test_any_line(self, tmp_path_factory, content):
        """Whatever stands in the file, reading it goes on."""
        place = tmp_path_factory.mktemp("history")
        (place / "history.jsonl").write_bytes(content + b"\n[1]\n{}\nnull\n")

        assert History(place).versions("a", "en") == ()

    def test_many_add_at_once(self, folder):
        """Threads that take recordings in at the same time lose none."""
        content = as_file(speech())

        def add(number):
            take_in(
                folder, prepare(folder.path / "a.wav", content), prompt="welcome", language="en",
                text=f"{number}", source="upload", who="ann", when=WHEN, original=None,
            )  # fmt: skip

        threads = [threading.Thread(target=add, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        found = folder.history.versions("welcome", "en")
        assert [version.number for version in found] == list(range(1, 9))
        assert {version.text for version in found} == {str(n) for n in range(8)}

    def test_facts(self, take):
        """A version written as JSON is read back the same; unknown facts are left out."""
        version = take()
        facts = json.loads(json.dumps({**version.facts(), "from_later": 1}))

        assert Version.from_facts(facts) == version


KILLED = """
import sys, datetime, pathlib
from boardivr.prompts.folder import RecordingFolder
from boardivr.prompts.importing import prepare, take_in
folder = RecordingFolder(pathlib.Path(sys.argv[1]))
content = pathlib.Path(sys.argv[2]).read_bytes()
prepared = prepare(pathlib.Path("a.wav"), content)
for n in range(10_000):
    kept = take_in(folder, prepared, prompt="welcome", language="en", text=str(n),
                   source="upload", who="ann", when=datetime.datetime.now(datetime.UTC),
                   original=None)
    print(kept.number, flush=True)
"""


def test_killed_while_it_takes_in(tmp_path):
    """After SIGKILL, all that was confirmed is there, and the file is whole."""
    (tmp_path / "a.wav").write_bytes(as_file(speech()))
    command = [sys.executable, "-c", KILLED, str(tmp_path / "own"), str(tmp_path / "a.wav")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        confirmed = [int(child.stdout.readline()) for _ in range(5)]
        child.kill()
        confirmed += [int(line) for line in child.stdout.read().split()]

    folder = RecordingFolder(tmp_path / "own")
    numbers = [version.number for version in folder.history.versions("welcome", "en")]

    assert numbers[: len(confirmed)] == confirmed
    assert len(numbers) <= len(confirmed) + 1
    assert read_clip(folder.find("welcome", "en")).seconds > 0.5


class TestPrepare:
    @pytest.mark.parametrize("rate", [6000, 8000, 16000, 44100])
    @pytest.mark.parametrize("peak", [300, 6000, 30000])
    def test_level_and_silence(self, tmp_path, rate, peak):
        """Whatever the level and rate: -16 dBm0, no DC, 30 ms around the speech."""
        silence = np.zeros(rate, dtype=np.int16)
        spoken = speech(2.0, rate, peak)
        loud = np.concatenate([silence, spoken, silence]) + np.int16(50)

        made = prepare(tmp_path / "a.wav", as_file(loud, rate))
        samples = g711.decode(read_samples_of(made), g711.Encoding.LINEAR)

        assert made.level_dbm0 == pytest.approx(-16, abs=0.1)
        assert active_level(samples) == pytest.approx(-16, abs=0.15)
        assert abs(samples.mean()) < 40
        assert made.seconds == pytest.approx(2.0, abs=0.15)
        assert made.cut == pytest.approx(2.0, abs=0.15)

    def test_clipping_is_reported(self, tmp_path):
        """Flat tops are counted; loud speech without them isn't."""
        flat = np.clip(speech(1.0).astype(int) * 20, -32768, 32767).astype(np.int16)

        assert prepare(tmp_path / "a.wav", as_file(flat)).clipped > 500
        assert prepare(tmp_path / "a.wav", as_file(speech(peak=20000))).clipped == 0

    @pytest.mark.parametrize(
        ("kind", "more"),
        [("FLAC", {}), ("OGG", {"subtype": "VORBIS"}), ("MP3", {}),
         ("WAV", {"subtype": "PCM_24"}), ("WAV", {"subtype": "FLOAT"}),
         ("WAV", {"subtype": "ULAW"})],
    )  # fmt: skip
    def test_formats(self, tmp_path, kind, more):
        """All kinds of files become the same prompt, stereo too, and whatever they are called."""
        samples = speech(1.5, 16000)
        both = np.stack([samples, samples], axis=1)

        made = prepare(tmp_path / "mislabelled.wav", as_file(both, 16000, kind, **more))

        assert made.seconds == pytest.approx(1.5, abs=0.2)
        assert made.level_dbm0 == pytest.approx(-16, abs=0.1)

    @pytest.mark.parametrize("rate", [6000, 8000])
    def test_vox(self, tmp_path, rate):
        """VOX at 6 and at 8 kHz, as the importer is told."""
        from boardivr.media.oki import encode_oki

        made = prepare(tmp_path / "a.vox", encode_oki(speech(1.0, rate)), vox_rate=rate)

        assert made.seconds == pytest.approx(1.0, abs=0.1)

    def test_flac_out(self, tmp_path):
        """FLAC keeps the samples exactly, in fewer bytes than linear WAV."""
        wav = as_file(speech())
        made = prepare(tmp_path / "a.wav", wav, suffix=".flac")

        read, rate = samples_of(tmp_path / "a.flac", made.audio)

        assert (rate, len(made.audio) < len(wav)) == (8000, True)
        assert active_level(read) == pytest.approx(made.level_dbm0, abs=0.01)

    def test_silence(self, tmp_path):
        """Silence isn't a prompt."""
        with pytest.raises(AudioFileError, match=r"a\.wav: expected speech, found 1\.0 s of sil"):
            prepare(tmp_path / "a.wav", as_file(np.zeros(8000, dtype=np.int16)))

    def test_days_of_silence_in_a_small_file(self, tmp_path):
        """A file that unpacks to hours is refused before memory is full."""
        silence = as_file(np.zeros(8000 * 3700, dtype=np.int16), kind="FLAC")

        assert len(silence) < 1_000_000
        with pytest.raises(AudioFileError, match="expected at most 3600 s of audio, found more"):
            prepare(tmp_path / "a.flac", silence)

    @pytest.mark.parametrize("kind", ["WAV", "FLAC", "OGG", "MP3"])
    @settings(max_examples=60, deadline=None)
    @given(cut=st.floats(0, 1), flips=st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255))))
    def test_broken_files(self, tmp_path_factory, kind, cut, flips):
        """Any file that is cut off or damaged is a prompt or a named error."""
        content = bytearray(as_file(speech(0.5), kind=kind))
        content = content[: int(cut * len(content))]
        for place, value in flips:
            if content:
                content[int(place * len(content))] = value
        path = tmp_path_factory.getbasetemp() / f"a.{kind.lower()}"
        is_prompt_or_named(path, bytes(content))

    @settings(max_examples=100, deadline=None)
    @given(
        content=st.binary(min_size=1, max_size=600),
        head=st.sampled_from([b"", b"RIFF", b"fLaC", b"OggS", b"ID3", b"\xff\xfb\x90"]),
        name=st.sampled_from(["a.wav", "a.vox", "a.al", "a.ul", "a.flac", "a.mp3", "a"]),
    )
    def test_any_bytes(self, tmp_path_factory, content, head, name):
        """Any bytes under any name are a prompt or a named error."""
        path = tmp_path_factory.getbasetemp() / name
        is_prompt_or_named(path, head + content)


def is_prompt_or_named(path, content) -> None:
    message = f"{path}: "
    with contextlib.suppress(AudioFileError):
        try:
            assert prepare(path, content).seconds > 0
        except AudioFileError as error:
            message = str(error)
            raise
    assert message.startswith(f"{path}: ")


def read_samples_of(made) -> bytes:
    from pathlib import Path

    samples, _ = samples_of(Path("a.wav"), made.audio)
    return samples.astype("<i2").tobytes()
