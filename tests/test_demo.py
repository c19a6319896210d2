"""The main job: six calls to the bank over real audio, and a fax, in virtual time."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from boardivr.calls.record import Ending
from boardivr.demo import PINS, WRONG_PIN, DemoResult, demo_settings, run_demo
from boardivr.flows.loader import load_flow
from boardivr.media import g711
from boardivr.media.audiofile import read_samples
from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.pieces import PromptRef
from boardivr.prompts.recorded import folders_of
from boardivr.prompts.tts.pyttsx3_engine import Pyttsx3Synthesiser
from boardivr.settings import load_settings
from boardivr.store.sample import JONES, SMITH, WANG, ZHAO


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def result(folder: Path) -> DemoResult:
    settings = demo_settings(load_settings(), folder)
    return run_demo(dataclasses.replace(settings, pin_cost=10), folder)


def names(log: object) -> list[str]:
    return [entry.name for entry in log if entry.what == "heard"]


def whole(log: object) -> str:
    return " ".join(entry.text for entry in log if entry.what == "heard" and entry.is_whole)


def test_each_hears_his_own_menu(result: DemoResult) -> None:
    """Who has foreign exchange open hears it as the second item; who has not, doesn't."""
    wang, smith, *_ = result.calls

    assert "外汇服务 ,请按二" in whole(wang.log)
    assert "foreign" not in whole(smith.log)
    assert "For today's exchange rates , press two" in whole(smith.log)


def test_balances_are_spoken_in_their_languages(result: DemoResult) -> None:
    """10,100.05 yuan in Chinese, 2,200.50 dollars in English."""
    wang, smith, *_ = result.calls

    assert "当前余额为 一万零一百元零五分" in whole(wang.log)
    assert "two thousand two hundred dollars and fifty cents" in whole(smith.log)


def test_typing_ahead_cuts_the_prompts(result: DemoResult) -> None:
    """Keys typed ahead cut each prompt at once, and none is lost: the balance comes next."""
    log = result.calls[0].log
    cut = {entry.name: entry.seconds for entry in log if entry.what == "heard"}

    assert cut["enter_pin@zh-CN"] < 0.3
    assert cut["how_can_we_help@zh-CN"] < 0.3
    assert "enter_card@zh-CN" not in cut


def test_barge_in(result: DemoResult) -> None:
    """A key cuts the menu within 60 ms of its beginning, as the caller hears it."""
    for call in result.calls[:2]:
        pressed = [i for i, entry in enumerate(call.log) if entry.what == "pressed"]
        for i in pressed:
            before = call.log[i - 1]
            if before.what == "heard" and not before.is_whole:
                assert before.at + before.seconds - call.log[i].at <= 0.06


def test_wrong_pin_then_right(result: DemoResult) -> None:
    """A wrong PIN is told and asked for again; the right one lets him in."""
    heard = names(result.calls[1].log)

    assert heard.index("wrong_pin@en") < heard.index("how_can_we_help@en")


def test_silence_is_let_go(result: DemoResult) -> None:
    """Ten seconds after the last word without a key, the line is freed."""
    log = result.calls[4].log
    asked, goodbye = log[-4], log[-3]
    gap = goodbye.at - (asked.at + asked.seconds)

    assert (asked.name, goodbye.name) == ("enter_card@en", "nothing_heard_goodbye@zh-CN")
    assert gap == pytest.approx(10.0, abs=0.05)
    assert log[-2].what == "released"


def test_records(result: DemoResult) -> None:
    """Each call leaves its record: who, what was chosen by name, and how it ended."""
    told = {r.ani: (r.customer, r.language, r.path, r.ending, r.why) for r in result.records}

    assert told == {
        WANG.ani: ("A", "zh-CN", ("balance", "forex", "goodbye"), Ending.WE_HUNG_UP,
                   "customer_done"),
        SMITH.ani: ("B", "en", ("balance", "goodbye"), Ending.WE_HUNG_UP, "customer_done"),
        ZHAO.ani: ("D", "zh-CN", ("statement", "elsewhere", "goodbye"), Ending.WE_HUNG_UP,
                   "customer_done"),
        JONES.ani: ("E", "en", ("transfer", "to_card", "goodbye"), Ending.WE_HUNG_UP,
                    "customer_done"),
        "13900000003": (None, "zh-CN", (), Ending.WE_HUNG_UP, "no_input"),
        "13900000004": (None, "zh-CN", (), Ending.CALLER_HUNG_UP, ""),
    }  # fmt: skip


def test_she_says_what_she_wants(result: DemoResult) -> None:
    """What is said cuts the menu and chooses, as a key does; the money is moved."""
    (log,) = [call.log for call in result.calls if call.title.startswith("Ann Jones")]
    said = [entry.text for entry in log if entry.what == "said"]
    first = next(n for n, entry in enumerate(log) if entry.what == "said")
    after = [entry.name for entry in log[first + 1 :] if entry.what == "heard"]

    assert said == ["transfer", "go back", "end this call"]
    assert not log[first - 1].is_whole
    assert after[0] == "savings_to_card@en"
    assert "transfer_done@en" in after


def test_the_statement_arrives(result: DemoResult) -> None:
    """It goes out as a real fax, and the machine has it dot by dot; its page is a PNG."""
    assert result.fax is not None
    assert (result.fax.result.pages_received, result.fax.result.rate) == (1, 14400)
    assert result.fax.is_exact
    assert result.fax.picture.read_bytes().startswith(b"\x89PNG")


def test_no_secret_is_kept(result: DemoResult, folder: Path) -> None:
    """No PIN, right or wrong, is anywhere in what the appliance wrote."""
    written = b"".join(path.read_bytes() for path in folder.glob("demo.db*"))

    assert b"balance" in written
    for pin in (*PINS.values(), WRONG_PIN):
        assert pin.encode() not in written


def test_recording_has_what_the_transcript_says(result: DemoResult, folder: Path) -> None:
    """Where the transcript says that a prompt was heard, the recording has it, to the sample."""
    call = result.calls[0]
    assert call.recording is not None
    samples, _ = read_samples(call.recording)
    flow = load_flow(load_settings().flows / "bank.yaml")
    prompts = [e for e in call.log if e.what == "heard" and e.is_whole and "@" in e.name]
    prompts = [e for e in prompts if not e.name.startswith("say:")]
    assert len(prompts) > 8

    with Pyttsx3Synthesiser() as synthesiser:
        folders = folders_of("bank", flow.path, None)
        library = PromptLibrary(
            flow.prompt_sources(), synthesiser, folder / "prompts", folders=folders
        )
        for entry in prompts:
            name, _, language = entry.name.partition("@")
            clip = library.clip(PromptRef(name), language)
            at = round(entry.at * 8000)
            heard = samples[at : at + len(clip.data)]
            said = g711.decode(clip.data, clip.encoding)
            # Her own key may still sound in the first 80 ms, and A-law has no zero: the
            # pause after it is mixed in as 8.
            off = np.abs(heard[640:].astype(int) - said[640:])
            assert off.max() <= 8, entry.name
