"""Reloading flows while calls go on: real calls on a loopback board, in virtual time."""

from __future__ import annotations

import dataclasses
import gc
import itertools
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from boardivr.app import Appliance
from boardivr.errors import BoardIVRError, SettingsError
from boardivr.flows.model import FlowError
from boardivr.hal.loopback import LoopbackBoard, Telephone, open_board
from boardivr.settings import Settings, load_settings
from boardivr.store.versions import VersionFile

FLOW = """boardivr: 1
flow: line
language: {default: en}
start: [talk]
defaults: {no_input: {after: 5s, then: hang_up}}
prompts:
  press: {en: Press a key.}
  bye: {en: BYE}
steps:
  talk:
    - input: key
      say: press
      digits: 1
    - play: bye
"""

NUMBERS = itertools.count(1)

OTHER = FLOW.replace("flow: line", "flow: other")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "line.yaml").write_text(FLOW.replace("BYE", "first"), encoding="utf-8")
    return folder


@pytest.fixture
def settings(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("BOARDIVR_HOME", str(tmp_path))
    return dataclasses.replace(load_settings(), flows=folder, lines={"*": "line"}, hosts={})


@pytest.fixture
def board() -> LoopbackBoard:
    return open_board("loopback:?lines=2&number=100&time=virtual")


@pytest.fixture
def appliance(settings: Settings, board: LoopbackBoard) -> Iterator[Appliance]:
    with Appliance(settings, boards=[board]) as appliance:
        appliance.warm()
        appliance.start()
        yield appliance
        appliance.stop(5.0)


def write(folder: Path, words: str) -> None:
    (folder / "line.yaml").write_text(FLOW.replace("BYE", words), encoding="utf-8")


def call(board: LoopbackBoard, in_the_middle: Callable[[], object] = lambda: None) -> list[str]:
    """Make a call, do something in its middle, and return what the caller heard."""
    phone: Telephone = board.telephone(str(next(NUMBERS)), "caller")
    phone.call("100")
    assert phone.wait_for_answer()
    phone.hear("press@en")
    in_the_middle()
    phone.press("1")
    phone.wait_for_end()
    return [entry.text for entry in phone.log if entry.what == "heard"]


def test_call_keeps_its_version(appliance: Appliance, board: LoopbackBoard, folder: Path) -> None:
    """A call in the middle goes on with what it began with; the next one has the new flow."""

    def reload() -> None:
        write(folder, "second")
        loaded = appliance.shelf.load("li")
        assert [str(change) for change in loaded.changes] == ["changed prompt line.bye"]
        assert loaded.rendered == 2

    old = appliance.flows["line"].hash
    assert call(board, reload)[-1] == "first"
    assert call(board)[-1] == "second"
    appliance.writer.flush()
    new, before = appliance.archive.recent()
    assert (before.flow_hash, new.flow_hash) == (old, appliance.flows["line"].hash)


def test_old_version_goes_with_its_last_call(
    appliance: Appliance, board: LoopbackBoard, folder: Path
) -> None:
    """Flow, prompts and clips of an old version are freed when nobody has them any more.

    Clips of prompts that haven't changed are the new version's too.
    """
    seen: list[weakref.ref[object]] = []
    kept: list[int] = []

    def reload() -> None:
        flow = appliance.flows["line"]
        voice = appliance.shelf.voice(flow)
        clips = list(voice._spoken._memory._kept.values())
        changed = [clip for clip in clips if clip.name.startswith("bye@")]
        kept.extend(id(clip) for clip in clips if clip.name.startswith("press@"))
        seen.extend(weakref.ref(one) for one in (flow, voice, *changed))
        assert (len(changed), len(kept)) == (1, 1)
        del flow, voice, clips, changed
        write(folder, "second")
        appliance.shelf.load("li")
        gc.collect()
        assert all(ref() is not None for ref in seen)
        assert len(appliance.shelf.alive()) == 2

    call(board, reload)
    call(board)  # the channel's last call holds the line's last prompt
    call(board)
    gc.collect()  # the flow, and by that its place on the shelf
    gc.collect()  # the prompts that stood there
    assert [ref() for ref in seen] == [None] * len(seen)
    assert len(appliance.shelf.alive()) == 1
    assert len(appliance.shelf._voices) == 1
    voice = appliance.shelf.voice(appliance.flows["line"])
    assert set(kept) < {id(clip) for clip in voice._spoken._memory._kept.values()}


def test_hundred_reloads_leave_one_version(appliance: Appliance, folder: Path) -> None:
    """Reload upon reload, nothing gathers in memory."""
    for number in range(100):
        (folder / "line.yaml").write_text(f"{FLOW}# {number}\n", encoding="utf-8")
        appliance.shelf.load("li")
    gc.collect()

    assert len(appliance.shelf.alive()) == 1
    assert len(appliance.shelf._voices) == 1


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (FLOW.replace("play: bye", "play: ghost").replace("digits: 1", "digit: 1"), FlowError,
         "unknown key 'digit'"),
        (OTHER, SettingsError, "lines: no flow 'line' in .*; found other"),
    ],
)  # fmt: skip
def test_bad_set_changes_nothing(
    appliance: Appliance,
    board: LoopbackBoard,
    folder: Path,
    text: str,
    error: type[BoardIVRError],
    message: str,
) -> None:
    """A set with a mistake tells it, and calls go on with what there was."""
    before, kept = appliance.flows, len(appliance.versions.all())
    (folder / "line.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(error, match=message):
        appliance.shelf.load("li")
    assert appliance.flows is before
    assert len(appliance.versions.all()) == kept
    assert call(board)[-1] == "first"
    gc.collect()
    assert len(appliance.shelf.alive()) == 1


def test_all_problems_of_all_flows(appliance: Appliance, folder: Path) -> None:
    """Every broken file is told at once."""
    for name in ("a", "b"):
        (folder / f"{name}.yaml").write_text(f"boardivr: 1\nflow: {name}\n", encoding="utf-8")

    with pytest.raises(FlowError) as caught:
        appliance.shelf.load("li")
    assert "a.yaml" in str(caught.value)
    assert "b.yaml" in str(caught.value)


def test_unchanged_flows_stay_as_they_are(appliance: Appliance) -> None:
    """A flow whose file is the same isn't read again, and nothing is rendered."""
    flow = appliance.flows["line"]
    loaded = appliance.shelf.load("li")

    assert (loaded.changes, loaded.rendered) == ((), 0)
    assert appliance.flows["line"] is flow


def test_another_folder(appliance: Appliance, folder: Path, tmp_path: Path) -> None:
    """Flows can come from another folder, and do from then on."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "line.yaml").write_text(FLOW, encoding="utf-8")

    assert appliance.shelf.load("li", other).changes
    assert appliance.shelf.folder == other
    assert appliance.shelf.load("li").changes == ()
    with pytest.raises(SettingsError):
        appliance.shelf.load("li", tmp_path / "ghost")
    assert appliance.shelf.folder == other


def test_versions_are_kept(appliance: Appliance, folder: Path) -> None:
    """Every version that ran is in the store with its text, and who loaded it."""
    write(folder, "second")
    appliance.shelf.load("li")
    kept = {one.who: one for one in VersionFile(appliance.store).all("line")}

    assert "first" in kept.pop(next(who for who in kept if who != "li")).text
    assert "second" in kept["li"].text
    assert kept["li"].hash == appliance.flows["line"].hash
