from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.customer import Value
from boardivr.store.values import from_json, time_text, time_value, to_json

ZONES = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-5))])
TIMES = st.datetimes(min_value=datetime(1970, 1, 2), timezones=ZONES)
VALUES: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.text(),
    st.booleans(),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    TIMES,
)


@given(st.dictionaries(st.text(), VALUES))
def test_values_come_back_with_their_types(values: dict[str, Value]) -> None:
    """What is written to JSON is read back equal and of the same type."""
    back = from_json(to_json(values))

    assert back == values
    assert [type(value) for value in back.values()] == [type(value) for value in values.values()]


def test_money_keeps_its_digits() -> None:
    """An amount isn't rounded and keeps its last zero."""
    back = from_json(to_json({"amount": Decimal("10100.50")}))

    assert str(back["amount"]) == "10100.50"


def test_float_is_refused() -> None:
    """A binary fraction, which can't hold money, doesn't get in."""
    with pytest.raises(TypeError, match="found float"):
        to_json({"amount": 0.1})  # type: ignore[dict-item]


@given(TIMES, TIMES)
def test_times_sort_as_text(one: datetime, other: datetime) -> None:
    """Times as text are in the order in which they passed, to a millisecond."""
    if abs(one - other) >= timedelta(milliseconds=1):
        assert (time_text(one) < time_text(other)) == (one < other)
    assert abs(time_value(time_text(one)) - one) < timedelta(milliseconds=1)


def test_time_without_zone_is_refused() -> None:
    """A time that could be any zone's isn't kept."""
    with pytest.raises(ValueError, match="with its zone"):
        time_text(datetime(2026, 9, 21))


def test_date_is_not_a_time() -> None:
    """A date comes back as a date."""
    assert from_json(to_json({"day": date(2026, 9, 21)})) == {"day": date(2026, 9, 21)}
