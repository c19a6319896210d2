from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.calls.masking import masked
from boardivr.customer import Value


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("pin", "246810", "***"),
        ("new_pin", 246810, "***"),
        ("PIN", "", "***"),
        ("spinning", "slowly", "slowly"),
        ("key", "1", "1"),
        ("keys", "12", "<2 keys>"),
        ("digits", "6222020000000001", "<16 keys>"),
        ("text", "card 6222020000000001, please", "card ************0001, please"),
        ("card", 6222020000000001, "************0001"),
        ("ani", "13800000001", "13800000001"),
        ("ani", "+8613800000001", "+8613800000001"),
        ("amount", 10100, 10100),
        ("done", True, True),
        ("nothing", None, None),
    ],
)
def test_masked(name: str, value: Value, expected: Value) -> None:
    """Secrets by name, keys by count, card numbers by their last four; the rest stays."""
    assert masked({name: value}) == {name: expected}


@given(st.text("0123456789", min_size=14, max_size=19), st.text("abc ,.余额"), st.text("xyz 查询"))
def test_no_card_number_in_any_text(card: str, before: str, after: str) -> None:
    """Whatever stands around it, of a card number only four digits are left."""
    value = masked({"text": before + card + after})["text"]

    assert value == before + "*" * (len(card) - 4) + card[-4:] + after


def test_fields_of_an_answer() -> None:
    """A host's rows are masked field by field, by their names and by what they look like."""
    answer = '[{"card":"6222020000000001","pin":"135790","amount":{"number":"10.05"},"ok":true}]'

    assert masked({"answer": answer})["answer"] == (
        '[{"card":"************0001","pin":"***","amount":{"number":"10.05"},"ok":true}]'
    )
    assert masked({"answer": '[{"pin":"1357'})["answer"] == "***"
