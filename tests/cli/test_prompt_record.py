"""`boardivr prompt record`, end to end: a speaker at a telephone of the loopback board."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from boardivr.hal import CallEnded, registry
from boardivr.hal.loopback import LoopbackBoard, Telephone
from tests.prompts.test_booth import spoken, take

from .conftest import Run
from .test_prompt import FLOW

URL = "loopback:?lines=1&number=1&time=virtual"


@pytest.fixture
def flow(home: Path) -> Path:
    (home / "flows").mkdir()
    path = home / "flows" / "hello.yaml"
    path.write_text(FLOW, encoding="utf-8")
    return path


@pytest.fixture
def speaker(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Telephone]]:
    """Who records all prompts: on a telephone of whatever loopback board is opened."""
    telephones: list[Telephone] = []
    threads = []
    opened = registry.open_board

    def work(telephone: Telephone) -> None:
        with suppress(CallEnded):
            for words in ("Welcome to telephone", "Thank you for calling"):
                take(telephone, spoken(2.0), words)
                telephone.hear("take")
                telephone.press("1")
            telephone.wait_for_end()

    def calls(telephone: Telephone) -> None:
        telephone.call("1")
        telephone.wait_for_answer()
        work(telephone)

    def is_called(telephone: Telephone) -> None:
        telephone.wait_for_ring()
        telephone.listen(8.0)
        telephone.answer()
        telephone.say(spoken(1.0))
        work(telephone)

    def open_board(url: str) -> LoopbackBoard:
        board = opened(url)
        assert isinstance(board, LoopbackBoard)
        telephones.append(board.telephone("200", "speaker"))
        script = is_called if "country=us" in url else calls
        threads.append(board.clock.spawn(lambda: script(telephones[-1]), "speaker"))
        return board

    monkeypatch.setattr(registry, "open_board", open_board)
    yield telephones
    for thread in threads:
        thread.join(10)


def test_the_speaker_calls(run: Run, flow: Path, speaker: list[Telephone]) -> None:
    """He calls, records all that is missing in his language, and callers hear it."""
    arguments = ("--language", "en", "--who", "ann", "--board", URL, "--json")

    result = json.loads(run("prompt", "record", *arguments).stdout)

    assert result["ending"] == "done"
    assert [one["prompt"] for one in result["kept"]] == ["welcome", "goodbye"]
    facts = json.loads(run("prompt", "list", "--state", "recorded", "--json").stdout)
    assert {(one["prompt"], one["source"], one["who"]) for one in facts} == {
        ("welcome", "phone", "ann"), ("goodbye", "phone", "ann"),
    }  # fmt: skip
    assert run("prompt", "check").exit_code == 0
    nothing = run("prompt", "record", *arguments)
    assert (nothing.exit_code, "all has been recorded" in nothing.stderr) == (2, True)


def test_the_speaker_is_called(run: Run, flow: Path, speaker: list[Telephone]) -> None:
    """The program calls an extension; what he kept is told as it comes."""
    result = run(
        "prompt", "record", "--language", "en", "--who", "ann",
        "--board", URL + "&country=us", "--call", "200",
    )  # fmt: skip

    assert result.exit_code == 0, result.stderr
    assert "welcome@en: kept, 2." in result.stdout
    assert result.stdout.endswith("done: 2 kept, 0 skipped\n")


def test_nobody_calls(run: Run, flow: Path) -> None:
    """Without a speaker it ends after its wait, and says so."""
    result = run("prompt", "record", "--who", "ann", "--board", URL, "--wait", "5")

    assert result.exit_code == 1
    assert "expected a call within 5 s, found none" in result.stderr
