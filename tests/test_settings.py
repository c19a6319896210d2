from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from boardivr import settings
from boardivr.errors import BoardIVRError, SettingsError
from boardivr.settings import home_folder, load_settings

FULL = """
boards:
  - "loopback:?lines=30&kind=e1&country=de"
flows: my flows
database: data/calls.db
lines: {lb0-1: orders, "95588": bank}
voices: {zh-CN: cmn, en: en-gb}
country: de
node: second
trace: no
pin_cost: 12
hosts:
  bank: {sql: bank}
  core: {python: "mybank.core:ask", once: [pay]}
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BOARDIVR_HOME", str(tmp_path))
    return tmp_path


def test_without_a_file(home: Path) -> None:
    """An appliance without settings runs the sample bank on a loopback board."""
    found = load_settings()

    assert found.file is None
    assert found.boards == ("loopback:?lines=8&kind=fxo&country=cn",)
    assert found.database == home / "boardivr.db"
    assert found.flow_of("lb0-1", "95588") == "bank"
    assert found.hosts["core"].sql == "bank"
    assert (found.node, found.trace, found.pin_cost, found.country) == ("main", True, 14, "cn")


def test_with_a_file(home: Path) -> None:
    """Every setting is read; paths are relative to the file."""
    (home / "boardivr.yaml").write_text(FULL, encoding="utf-8")
    found = load_settings()

    assert found.file == home / "boardivr.yaml"
    assert found.boards == ("loopback:?lines=30&kind=e1&country=de",)
    assert found.flows == home / "my flows"
    assert found.database == home / "data" / "calls.db"
    assert found.voices == {"zh-CN": "cmn", "en": "en-gb"}
    assert (found.node, found.trace, found.pin_cost, found.country) == ("second", False, 12, "de")
    assert found.hosts["core"].python == "mybank.core:ask"
    assert found.hosts["core"].once == ("pay",)


@pytest.mark.parametrize(
    ("channel", "dnis", "flow"),
    [("lb0-1", "95588", "orders"), ("lb0-2", "95588", "bank"), ("lb0-2", None, None)],
)
def test_flow_of_a_line(home: Path, channel: str, dnis: str | None, flow: str | None) -> None:
    """The channel decides before the called number; without either nothing answers."""
    (home / "boardivr.yaml").write_text(FULL, encoding="utf-8")

    assert load_settings().flow_of(channel, dnis) == flow


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("bords: []", r"boardivr\.yaml:1:1: .*unknown key 'bords'; did you mean 'boards'\?"),
        ("boards: loopback", r"boardivr\.yaml:1:9: .*expected a list"),
        ("country: fr", r":1:10: .*expected cn or us or gb or de, found 'fr'"),
        ("trace: maybe", r":1:8: .*expected yes or no, found 'maybe'"),
        ("hosts: {core: {}}", r":1:15: host core: expected one of sql, python, http"),
        ("hosts: {core: {sql: bank, python: 'a:b'}}", "expected one of sql, python, http"),
        ("hosts: {core: {sql: bank, once: [pay]}}", "host core: once is for python"),
        ("node: ../main", r"node: expected letters, digits, - and _, found '\.\./main'"),
        ("pin_cost: 3", "pin_cost: expected 10 to 20, found 3"),
        ("boards: [", r"boardivr\.yaml:"),
    ],
)
def test_mistakes(home: Path, text: str, message: str) -> None:
    """A mistake is one line with its place."""
    (home / "boardivr.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(BoardIVRError, match=message) as caught:
        load_settings()
    assert "\n" not in str(caught.value)


def test_named_file_that_is_not_there(home: Path) -> None:
    """A file that was asked for must be there."""
    with pytest.raises(BoardIVRError, match=r"other\.yaml:1:1: .*No such file"):
        load_settings(home / "other.yaml")


@pytest.mark.parametrize(
    ("exists", "writable", "ours"),
    [(True, True, True), (True, False, False), (False, True, True), (False, False, False)],
)
def test_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exists: bool, writable: bool, ours: bool
) -> None:
    """The system's folder where we may write to it or make it, else the user's own."""
    system = tmp_path / "var" / "boardivr"
    (system if exists else system.parent).mkdir(parents=True)
    monkeypatch.delenv("BOARDIVR_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.setattr(settings, "SYSTEM_HOME", system)
    monkeypatch.setattr(os, "access", lambda path, mode: writable)

    own = tmp_path / "user" / ".local" / "share" / "boardivr"
    assert home_folder() == (system if ours else own)


def test_settings_error_is_ours() -> None:
    """The command line prints it as one line."""
    assert issubclass(SettingsError, BoardIVRError)


DOCS = Path(__file__).parents[1] / "docs"
PAGES = ("cli", "dialogic", "faxinbox", "faxqueue", "voices")


@pytest.mark.parametrize("page", PAGES)
def test_documented_settings(page: str, tmp_path: Path) -> None:
    """The settings that a page shows can be used as they are."""
    shown = re.findall(
        r"^```yaml\n(.*?)^```", (DOCS / f"{page}.md").read_text("utf-8"), re.M | re.S
    )
    assert shown
    for number, settings_text in enumerate(shown):
        file = tmp_path / f"{number}.yaml"
        file.write_text(settings_text, "utf-8")
        load_settings(file)
