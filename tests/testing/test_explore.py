"""Walking all ways: who gets stuck, how long it takes, and what nobody hears."""

from __future__ import annotations

from pathlib import Path

import pytest

from boardivr.flows.loader import flow_files, load_flow
from boardivr.testing.explore import Walk, explore
from boardivr.testing.profiles import functions_of, profiles
from boardivr.testing.script import read_script

FLOWS = Path(__file__).parents[2] / "flows"

HEAD = """
boardivr: 1
flow: t
language: {default: en}
start: [main]
"""
PROMPTS = "prompts: {a: {en: a}, b: {en: b}, c: {en: c}, d: {en: d}}\n"


def walked(tmp_path: Path, text: str, *, depth: int = 5) -> Walk:
    path = tmp_path / "t.yaml"
    path.write_text(HEAD + text + PROMPTS, "utf-8")
    flow = load_flow(path)
    return explore(flow, profiles(flow), depth=depth)


def findings(walk: Walk) -> list[tuple[str, str]]:
    return [(finding.kind, finding.message) for finding in walk.findings]


@pytest.mark.parametrize("path", flow_files(FLOWS), ids=lambda path: path.name)
def test_nobody_is_stuck_in_a_shipped_flow(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Every customer of every flow that ships gets out of every place; nothing is logged."""
    flow = load_flow(path)
    walk = explore(flow, profiles(flow, read_script(path.with_suffix(".test.yaml")).shared))

    kinds = {finding.kind for finding in walk.findings}
    assert kinds <= {"unused-prompt", "never-reached"}, walk.findings
    assert walk.places > 10
    assert caplog.records == []


def test_an_error_is_found_with_its_way(tmp_path: Path) -> None:
    """A value that can't be said ends the call; the choices that lead there are told."""
    walk = walked(
        tmp_path,
        "menus: {main: {items: {x: {say: a, go: x}}}, more: {items: {y: {say: b, go: y}}}}\n"
        "steps: {x: [{play: c}, {menu: more}], y: [{play: {date: '\"then\"'}}, {play: d}]}\n",
    )

    [error] = [finding for finding in walk.findings if finding.kind == "error"]
    assert "can't be said as date" in error.message
    assert error.path == ("x", "y")


def test_silence_that_never_ends(tmp_path: Path) -> None:
    """Who is asked forty times holds the line for minutes: a finding."""
    walk = walked(
        tmp_path,
        "menus:\n  main:\n    no_input: {tries: 40, say: b, then: hang_up}\n"
        "    items: {x: {say: a, go: x}}\nsteps: {x: [{play: [c, d]}, hang_up]}\n",
    )

    [(kind, message)] = findings(walk)
    assert kind == "silence"
    assert message.startswith("'main': who presses nothing is still there after ")


def test_what_nobody_hears_or_comes_to(tmp_path: Path) -> None:
    """Prompts and sections behind a condition that never holds are told."""
    walk = walked(
        tmp_path,
        "menus: {main: {items: {x: {say: a, go: x}, y: {say: b, go: y, when: hour() > 99}}}}\n"
        "steps: {x: [{play: c}, hang_up], y: [{play: d}, hang_up]}\n",
    )

    assert findings(walk) == [
        ("unused-prompt", "nobody heard 'b'"),
        ("unused-prompt", "nobody heard 'd'"),
        ("never-reached", "nobody came to 'y'"),
    ]


def test_the_longest_time_is_that_of_who_hears_most(tmp_path: Path) -> None:
    """Each profile listens to its own menu; the one with more in it needs longer."""
    walk = walked(
        tmp_path,
        "menus: {main: {items: {x: {say: a, go: x, when: open('f')}, y: {say: b, go: y}}}}\n"
        "steps: {x: [{play: c}, hang_up], y: [{play: d}, hang_up]}\n",
    )

    assert walk.reached["y"].profile == "all functions"
    assert walk.reached["y"].seconds > 0
    assert walk.reached["y"].path == ("y",)


def test_depth_is_kept(tmp_path: Path) -> None:
    """Places behind more choices than the depth aren't walked to."""
    text = (
        "menus: {main: {items: {x: {say: a, go: two}}}, two: {items: {y: {say: b, go: z}}}}\n"
        "steps: {z: [{play: [c, d]}, hang_up]}\n"
    )

    assert "z" in walked(tmp_path, text).reached
    assert "z" not in walked(tmp_path, text, depth=1).reached


def test_profiles(tmp_path: Path) -> None:
    """All functions, none, each alone; functions are also found where conditions ask for them."""
    flow = load_flow(FLOWS / "bank.yaml")
    names = functions_of(flow)

    found = {profile.name: profile.functions for profile in profiles(flow)}
    assert found["all functions"] == set(names) >= {"balance", "forex"}
    assert found["none"] == set()
    assert found["only forex"] == {"forex"}
    assert found["all functions, silent hosts"] == set(names)
