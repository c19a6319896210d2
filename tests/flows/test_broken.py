"""Broken flows: each gives all its problems, with their places, and nothing else.

The first lines of each file in ``broken/`` are the problems that it must give.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boardivr.flows.check import check
from boardivr.flows.loader import check_file, load_flow, load_folder, read_flow_text
from boardivr.flows.model import FlowError
from boardivr.yamlread import Problem

HERE = Path(__file__).parent
BROKEN = sorted((HERE / "broken").glob("*.yaml"))
BANK = (HERE.parents[1] / "flows" / "bank.yaml").read_text("utf-8")


def line(problem: Problem) -> str:
    severity = "warning: " if problem.is_warning else ""
    hint = f"; {problem.hint}" if problem.hint else ""
    at = f"{problem.at.line}:{problem.at.column}"
    return f"# {at}: {severity}{problem.code}: {problem.message}{hint}"


@pytest.mark.parametrize("path", BROKEN, ids=lambda p: p.stem)
def test_every_problem_with_its_place(path: Path) -> None:
    """A broken flow gives exactly what its first lines say."""
    problems = check_file(path)
    lines = path.read_text("utf-8").splitlines()
    expected = [text for text in lines if text.startswith("# ") and text[2].isdigit()]

    assert [line(p) for p in problems] == expected
    assert problems
    assert {p.at.file for p in problems} == {str(path)}


@pytest.mark.parametrize("path", BROKEN, ids=lambda p: p.stem)
def test_a_flow_with_errors_does_not_load(path: Path) -> None:
    """Errors refuse a flow whole; warnings alone don't."""
    errors = [p for p in check_file(path) if not p.is_warning]

    if errors:
        with pytest.raises(FlowError) as caught:
            load_flow(path)
        assert caught.value.problems == tuple(errors)
    else:
        assert load_flow(path).name == "t"


def test_a_folder_loads_whole_or_not_at_all(tmp_path: Path) -> None:
    """One broken flow refuses the folder; its problems and those of others come together."""
    for number in (1, 2):
        (tmp_path / f"bad{number}.yaml").write_text("flow: t\n", "utf-8")
    (tmp_path / "bank.yaml").write_text(BANK, "utf-8")
    (tmp_path / "bank.test.yaml").write_text("not a flow", "utf-8")
    with pytest.raises(FlowError) as caught:
        load_folder(tmp_path)
    assert {Path(p.at.file).name for p in caught.value.problems} == {"bad1.yaml", "bad2.yaml"}

    for number in (1, 2):
        (tmp_path / f"bad{number}.yaml").unlink()
    assert list(load_folder(tmp_path)) == ["bank"]

    (tmp_path / "again.yaml").write_text(BANK, "utf-8")
    with pytest.raises(FlowError, match="duplicate-flow: flow 'bank' is already in"):
        load_folder(tmp_path)


def test_the_hash_follows_words_and_recordings(tmp_path: Path) -> None:
    """Another word, or another recording, is another version."""
    text = (
        "boardivr: 1\nflow: t\nlanguage: {default: en}\nstart: [a]\n"
        "prompts: {x: {en: {text: Hello, file: x.wav}}}\nsteps: {a: [{play: x}]}\n"
    )
    path = tmp_path / "t.yaml"
    hashes = {read_flow_text(text, path).hash, read_flow_text(text, path).hash}
    assert len(hashes) == 1

    hashes.add(read_flow_text(text.replace("Hello", "Hallo"), path).hash)
    for sound in (b"one", b"two"):
        (tmp_path / "x.wav").write_bytes(sound)
        hashes.add(read_flow_text(text, path).hash)
    assert len(hashes) == 4


def assert_read_or_refused(text: str) -> None:
    places = []
    try:
        places = [p.at for p in check(read_flow_text(text, Path("f.yaml")))]
    except FlowError as error:
        assert error.problems  # noqa: PT017
        places = [p.at for p in error.problems]
    assert all(at.line >= 1 and at.column >= 1 for at in places)


LINES = BANK.splitlines(keepends=True)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, len(BANK)),
    st.integers(0, 40),
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(["goto: main", "repeat", "$pin", "return", "[", "{}", ": ", "\n", "main"]),
    ),
)
def test_a_bank_with_a_piece_replaced(start: int, length: int, put: str) -> None:
    """A good flow with a piece replaced is read or refused, nothing else."""
    assert_read_or_refused(BANK[:start] + put + BANK[start + length :])


@settings(deadline=None, max_examples=60)
@given(st.integers(0, len(LINES) - 1), st.integers(1, 30), st.integers(0, len(LINES) - 1))
def test_a_bank_with_lines_moved(start: int, count: int, to: int) -> None:
    """Lines left out, or moved to where they don't belong: read or refused."""
    moved = LINES[start : start + count]
    rest = LINES[:start] + LINES[start + count :]
    assert_read_or_refused("".join(rest))
    assert_read_or_refused("".join(rest[:to] + moved + rest[to:]))
