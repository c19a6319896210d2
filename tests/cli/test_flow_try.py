from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run

FLOW = """\
boardivr: 1
flow: hello
language: {default: en}
start: [main]
menus:
  main:
    items:
      hours: {say: hours, go: tell_hours}
      place: {say: place, go: tell_place}
steps:
  tell_hours:
    - play: open
  tell_place:
    - play: here
prompts:
  hours: {en: Hours}
  place: {en: Place}
  open: {en: Open}
  here: {en: Here}
"""


def test_a_menu_stands_beside_what_is_heard(home: Path, run: Run) -> None:
    """Trying a flow shows the menu that is offered, with its keys, and what is heard."""
    file = home / "flows" / "hello.yaml"
    file.parent.mkdir()
    file.write_text(FLOW, encoding="utf-8")

    result = run("flow", "try", str(file), keyed=",q")

    assert result.exit_code == 0, result.stderr
    assert "- main --\n 1  hours\n 2  place\n" in result.stdout
    assert "hears   Hours, press one" in result.stdout


def test_a_broken_flow_is_not_tried(home: Path, run: Run) -> None:
    """A flow that can't be run is told with its place, and nothing is called."""
    file = home / "flows" / "hello.yaml"
    file.parent.mkdir()
    file.write_text(FLOW.replace("go: tell_place", "go: tell_plaice"), encoding="utf-8")

    result = run("flow", "try", str(file), keyed="q")

    assert result.exit_code == 1
    assert "hello.yaml:9:31" in result.stderr
    assert "tell_place" in result.stderr
