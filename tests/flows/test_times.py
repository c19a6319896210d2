"""Opening hours, weekdays, holidays and time zones."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.customer import Customer
from boardivr.flows.menu import render
from boardivr.flows.model import Flow
from boardivr.flows.times import EVERY_DAY, WEEKDAYS, Hours, parse_days
from boardivr.yamlread import read_text

ALL = frozenset(range(1, 8))
MONDAY = datetime(2026, 9, 21)


@pytest.mark.parametrize(
    ("hours", "clock", "is_in"),
    [
        ("8:30-17:00", "08:29", False),
        ("8:30-17:00", "08:30", True),
        ("8:30-17:00", "16:59", True),
        ("8:30-17:00", "17:00", False),
        ("8:00-12:00, 13:00-17:00", "12:30", False),
        ("8:00-12:00, 13:00-17:00", "13:00", True),
        ("22:00-6:00", "23:59", True),
        ("22:00-6:00", "05:59", True),
        ("22:00-6:00", "06:00", False),
        ("0:00-24:00", "00:00", True),
    ],
)
def test_hours(hours, clock, is_in):
    """A range has its first minute and not its last; it may go past midnight."""
    at = datetime.combine(MONDAY, datetime.strptime(clock, "%H:%M").time())

    assert Hours.parse(hours).has(at, ALL) is is_in


def test_hours_past_midnight_belong_to_the_day_they_began_on():
    """Friday night ends on Saturday morning, and Thursday night isn't Friday's."""
    friday = frozenset({5})
    night = Hours.parse("22:00-6:00")

    assert night.has(datetime(2026, 9, 26, 3), friday)
    assert not night.has(datetime(2026, 9, 25, 3), friday)
    assert night.has(datetime(2026, 9, 25, 22), friday)


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ("mon-fri", {1, 2, 3, 4, 5}),
        ("sun", {7}),
        ("sat-mon", {6, 7, 1}),
        ("mon,wed-thu", {1, 3, 4}),
    ],
)
def test_weekdays(days, found):
    """Single days and ranges; a range may go over the week's end."""
    assert parse_days(days) == found
    assert parse_days(EVERY_DAY) == ALL


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 7 * 1440 - 1))
def test_a_range_and_the_rest_of_the_day_are_every_minute(start, end, minute):
    """At any minute it is in a range or in what is left of the day, never in both."""
    if start == end:
        return
    text = [f"{m // 60}:{m % 60:02}" for m in (start, end)]
    at = MONDAY + timedelta(minutes=minute)

    there = Hours.parse("-".join(text)).has(at, ALL)
    assert there is not Hours.parse("-".join(reversed(text))).has(at, ALL)


@given(st.text(alphabet="0123456789:-, monfri", max_size=20))
def test_any_text_is_hours_or_refused(text):
    """What can't be read is told by ValueError, nothing else."""
    for parse in (Hours.parse, parse_days):
        with contextlib.suppress(ValueError):
            parse(text)


FLOW = """
boardivr: 1
flow: t
language: {default: en}
start: [main]
time_zone: Asia/Shanghai
holidays: [2026-10-01..2026-10-07, 2027-01-01]
menus:
  main:
    items:
      agent: {say: a, go: x, when: 'hours("8:30-17:30", "mon-fri") and not holiday()'}
      night: {say: b, go: x, when: hours("17:30-8:30") or holiday()}
      rest: {say: c, go: x}
"""


@pytest.mark.parametrize(
    ("utc", "menu"),
    [
        (datetime(2026, 9, 21, 6, 0), "1=agent 2=rest"),  # 14:00 on a Monday in Shanghai
        (datetime(2026, 9, 21, 12, 0), "1=night 2=rest"),  # 20:00
        (datetime(2026, 9, 20, 16, 30), "1=night 2=rest"),  # Monday already there, 0:30
        (datetime(2026, 10, 1, 6, 0), "1=night 2=rest"),  # National Day
        (datetime(2026, 9, 26, 6, 0), "1=rest"),  # Saturday afternoon
    ],
)
def test_menus_go_by_the_flows_own_clock(utc, menu):
    """Hours, days and holidays are those of the flow's time zone."""
    flow = read_text(FLOW, "t.yaml", Flow)

    assert render(flow, Customer(id="x"), utc.replace(tzinfo=UTC), "main").summary() == menu


def test_holidays_have_their_days():
    """A holiday of several days has its first and its last."""
    [golden_week, _] = read_text(FLOW, "t.yaml", Flow).holidays

    days = [date(2026, 9, 30) + timedelta(days=n) for n in range(9)]
    assert [golden_week.has(day) for day in days] == [False, *[True] * 7, False]
    assert len(WEEKDAYS) == 7
