"""Numbers, times of the week, what machines say, how careful a fax is sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.fax import dis
from boardivr.fax.queue.job import Destination, Failure
from boardivr.fax.queue.ladder import RUNGS, learned, level_now
from boardivr.fax.queue.numbers import DialPlan, NumberError, shown
from boardivr.fax.queue.outcomes import ADVICE, BY_CALL, BY_FAX
from boardivr.fax.queue.rules import RETRIES
from boardivr.fax.queue.windows import next_open, read_windows
from boardivr.fax.timezone import posix
from boardivr.hal.types import FaxOutcome, Outcome

NOW = datetime(2026, 9, 21, 8, 0, tzinfo=UTC)  # a Monday
BEIJING = DialPlan(country="86", area="10", outside="9,")
SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "canonical", "dialled"),
    [
        ("6666 0001", "+861066660001", "9,66660001"),
        ("(010) 6666-0001", "+861066660001", "9,66660001"),
        ("+86 10 6666 0001", "+861066660001", "9,66660001"),
        ("0086 10 66660001", "+861066660001", "9,66660001"),
        ("021 5555 0000", "+862155550000", "9,02155550000"),
        ("+1 212 555 0100", "+12125550100", "9,0012125550100"),
        ("7001", "7001", "7001"),
        ("*57", "*57", "*57"),
    ],
)
def test_numbers(text: str, canonical: str, dialled: str) -> None:
    """One line has one name, however it is written, and is dialled as its exchange wants it."""
    assert BEIJING.read(text).canonical == canonical
    assert BEIJING.dialled(canonical) == dialled


@given(st.from_regex(r"\+(86[1-9]|[1-79])[0-9]{6,12}", fullmatch=True))
def test_a_canonical_number_stays(number: str) -> None:
    """What is canonical is read as itself, and what is dialled for it reaches it."""
    assert BEIJING.read(number).canonical == number
    assert BEIJING.read(BEIJING.dialled(number).removeprefix("9,")).canonical == number


@pytest.mark.parametrize("text", ["", "Li Wei", "12a", "+", "++1", "1,x", "9" * 40])
def test_no_number(text: str) -> None:
    """Other text is refused with what was found."""
    with pytest.raises(NumberError, match="expected a telephone number"):
        BEIJING.read(text)


def test_an_access_code_isnt_shown() -> None:
    """Only that something follows is shown."""
    number = BEIJING.read("95588,,4711#")
    assert number.extra == ",,4711#"
    assert "4711" not in repr(number) + shown(number.canonical, number.extra)


@pytest.mark.parametrize(
    ("window", "when", "opens"),
    [
        ("", NOW, NOW),
        ("08:00-18:00", NOW, NOW),
        ("08:00-18:00", NOW.replace(hour=18), NOW.replace(day=22)),
        ("22:00-06:00", NOW, NOW.replace(hour=22)),
        ("22:00-06:00", NOW.replace(hour=5), NOW.replace(hour=5)),
        ("sat", NOW, NOW.replace(day=26, hour=0)),
        ("fri-mon", NOW, NOW),
        ("sun 22:00-09:00", NOW, NOW),  # over midnight, of the day on which it begins
        ("tue 10:00-11:00, mon 9:00-24:00", NOW, NOW.replace(hour=9)),
    ],
)
def test_windows(window: str, when: datetime, opens: datetime) -> None:
    """A window is open, or opens next."""
    assert next_open(window, UTC, when) == opens


def test_windows_go_by_the_zone() -> None:
    """Night in Shanghai begins at 14:00 UTC; a day on which clocks change has its own night."""
    assert next_open("22:00-06:00", SHANGHAI, NOW) == NOW.replace(hour=14)
    spring = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # 01:30 in Berlin, then 03:00 comes at once
    assert next_open("03:00-04:00", BERLIN, spring) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))
def test_what_has_opened_is_open(when: datetime) -> None:
    """A window that opens is open then, and not later than a week on."""
    for window in ("22:00-06:00", "mon-fri 08:00-18:00, sat", "sun 03:00-04:00"):
        opens = next_open(window, BERLIN, when)
        assert when <= opens <= when + timedelta(days=8)
        assert next_open(window, BERLIN, opens) == opens


@pytest.mark.parametrize("text", ["noon", "25:00-26:00", "08:00", "mo 08:00-09:00", "8-9"])
def test_no_window(text: str) -> None:
    """Other text is refused with what was found."""
    with pytest.raises(ValueError, match=r"expected .*, found "):
        read_windows(text)


def test_what_a_machine_says() -> None:
    """A DIS as our own terminal says it, all that it can; and the least one."""
    full = dis.decode(bytes.fromhex("00eefac480d103"))
    assert (full.rate, full.modems, full.ecm) == (14400, "V.27ter, V.29, V.17", True)
    assert (full.compressions, full.resolutions) == ("MH, MR, MMR", "standard, fine, superfine")
    assert (full.widths, full.lengths) == ("A4, B4, A3", "unlimited")
    assert (full.receives, full.serves, full.sub_address) == (True, False, True)
    least = dis.decode(bytes.fromhex("000200"))
    assert (least.rate, least.ecm, least.compressions) == (2400, False, "MH")
    assert not dis.decode(b"").receives


def test_more_carefully() -> None:
    """Trouble takes a step, success keeps it, thirty quiet days take one back."""
    known = Destination(number="1")
    known = learned(known, Failure.TRAINING, 0, False, NOW)
    assert (known.level, RUNGS[known.level].words) == (1, "no V.17")
    known = learned(known, Failure.PAGE, 1, False, NOW)
    assert known.level == 2
    assert learned(known, Failure.TRAINING, 2, False, NOW).level == 2  # not without ECM for that
    assert learned(known, Failure.PAGE, 2, False, NOW).level == 3
    assert learned(known, Failure.CUT, 2, True, NOW).level == 2  # it made progress
    known = learned(known, None, 2, True, NOW)
    assert [level_now(known, NOW + timedelta(days=days)) for days in (29, 31, 61, 999)] == [
        2, 1, 0, 0,
    ]  # fmt: skip


def test_zones_as_posix_has_them() -> None:
    """The header's time zone is told as spandsp reads it."""
    assert posix("Asia/Shanghai") == "CST-8"
    assert posix("Europe/Berlin").startswith("CET-1CEST")
    assert posix("Nowhere/Else") == ""


def test_nothing_is_forgotten() -> None:
    """Every outcome has a class, every class a rule and advice."""
    assert set(BY_CALL) == set(Outcome) - {Outcome.CONNECTED}
    assert set(BY_FAX) == set(FaxOutcome)
    assert set(RETRIES) == set(ADVICE) == set(Failure)
