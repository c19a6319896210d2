"""The section ``fax:`` of the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from boardivr.errors import SettingsError
from boardivr.fax.queue.job import Failure
from boardivr.settings import Settings, load_settings
from boardivr.yamlread import ReadError

FULL = """
fax:
  ident: "+86 10 95588"
  header: "Sample bank"
  timezone: Asia/Shanghai
  users: {loans: {ident: "95589"}}
  country: "86"
  area: "10"
  outside: "9,"
  lines:
    trunk: {channels: ["loopback-fxo-*"], most: 4, keep_free: 2}
  rules:
    - {match: "+86900*", forbid: yes}
    - {match: "+1*", window: "22:00-06:00", lines: trunk, max_rate: 9600}
  retries:
    busy: {wait: 2min, growth: 1.5, most: 10, longest: 30min}
  give_up: 12h
  archive: gone
"""


def load_settings_of(folder: Path, text: str) -> Settings:
    path = folder / "boardivr.yaml"
    path.write_text(text)
    return load_settings(path)


def test_all_of_it(tmp_path: Path) -> None:
    """What is written is what counts; what isn't is as shipped."""
    section = load_settings_of(tmp_path, FULL).fax
    rules = section.queue_rules()

    assert (section.ident, section.dial_plan.outside, section.batch) == ("+86 10 95588", "9,", 16)
    busy, silent = rules.retries[Failure.BUSY], rules.retries[Failure.NO_ANSWER]
    assert (busy.wait, busy.growth, busy.most, busy.longest) == (120.0, 1.5, 10, 1800.0)
    assert (silent.wait, rules.give_up) == (300.0, 43_200.0)
    assert [rule.forbid for rule in section.rules_for("+869001")] == [True]
    assert section.groups()["trunk"].has("loopback-fxo-3")
    assert load_settings_of(tmp_path, "node: a\n").fax.groups()[""].has("anything")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("fax: {ident: bank}", "1:14: value: expected at most 20 digits, + and spaces"),
        ("fax:\n  header: 银行", "2:11: value: expected at most 50 letters of ASCII"),
        ("fax: {timezone: Mars/Base}", "expected a time zone such as Asia/Shanghai"),
        ("fax: {rules: [{match: '1', window: noon}]}", "expected times such as 'mon-fri"),
        ("fax: {rules: [{match: '1', max_rate: 9000}]}", "expected one of (2400,"),
        ("fax: {retries: {bussy: {wait: 1s}}}", "no class of failures 'bussy'; did you mean"),
        ("fax: {retries: {busy: {wiat: 1s}}}", "unknown key 'wiat'; did you mean 'wait'?"),
        ("fax: {country: '+86'}", "expected digits, found '+86'"),
        ("fax: {give_up: 3}", "expected a time such as 10s"),
        ("fax: {faxes: 3}", "unknown key 'faxes'"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, told: str) -> None:
    """A mistake is told with its place."""
    with pytest.raises(ReadError) as caught:
        load_settings_of(tmp_path, text)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("fax: {rules: [{match: '1', lines: trunk}]}", "fax: rules: 1: no lines 'trunk'"),
        ("fax: {max_dials: 0}", "fax: max_dials: expected at least 1, found 0"),
    ],
)
def test_what_cant_be_together(tmp_path: Path, text: str, told: str) -> None:
    """What can't be meant together is told as well."""
    with pytest.raises(SettingsError) as caught:
        load_settings_of(tmp_path, text)
    assert told in str(caught.value)
