"""Expressions: what they give, what they refuse, and that nothing else can happen."""

from __future__ import annotations

import operator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.customer import Customer
from boardivr.flows.evaluate import FUNCTIONS, Scope, evaluate, holds
from boardivr.flows.expressions import (
    Expression,
    ExpressionError,
    Literal,
    Variable,
    parse_expression,
    parts,
)
from boardivr.flows.values import MASK, FlowFault, Secret, shown
from boardivr.yamlread import Mark

SCOPE = Scope(
    variables={
        "bal": {"amount": Decimal("10100.05"), "currency": "CNY"},
        "pin": Secret("123456"),
        "key": "1",
        "n": 3,
        "rows": [{"a": 1}, {"a": 2}],
        "flag": True,
        "day": date(2026, 9, 21),
    },
    customer=Customer(id="4711", functions=frozenset({"forex"}), facts={"grade": 2}),
    now=datetime(2026, 9, 21, 14, 30, tzinfo=UTC),
)


def value(text: str, scope: Scope = SCOPE):
    return evaluate(Expression(parse_expression(text)), scope)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('open("forex")', True),
        ("open('fax')", False),
        ('open("forex") and $bal.amount >= 10000.00', True),
        ("1 + 2 * 3 - -4", Decimal(11)),
        ("(1 + 2) * 3 % 4", Decimal(1)),
        ("7 / 2", Decimal("3.5")),
        ("not $flag or $n == 3", True),
        ("not $n == 4", True),
        ('$key in ["1", "2"]', True),
        ('$key not in ["1", "2"]', False),
        ('"forex" in $customer.functions', True),
        ("$customer.grade", 2),
        ("$customer.colour", None),
        ("$customer.colour == nothing", True),
        ("$customer.id", "4711"),
        ("len($rows)", 2),
        ("len($key)", 1),
        ('last("6222021234", 4)', "1234"),
        ('number("0420") + 1', Decimal(421)),
        ("text(10.50)", "10.50"),
        ('cents(number("1050"))', Decimal("10.50")),
        ("today()", date(2026, 9, 21)),
        ("today() == $day", True),
        ("hour() >= 9 and hour() < 17", True),
        ("weekday()", 1),
        ('$pin == "123456"', True),
        ('$pin != "123456"', False),
        ("yes", True),
        ("no or false", False),
    ],
)
def test_values(text, expected):
    """What an expression gives."""
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "words", "offset"),
    [
        ("", "expected a value, found its end", 0),
        ("$a ==", "expected a value, found its end", 5),
        ("forex", "'forex' is no value: a variable is $forex, text is \"forex\"", 0),
        ("$a = 1", "'=' means nothing here", 3),
        ("1 < $a < 3", "compare two values at a time, joined by 'and'", 7),
        ("(1 + 2", "expected ')', found its end", 6),
        ("[1 2]", "expected ',', found '2'", 3),
        ("1 1", "expected an operator such as and, or, ==, found '1'", 2),
        ("2 ** 9", "expected a value, found '*'", 3),
        ("(" * 40 + "1" + ")" * 40, "nested deeper than 30 levels", 30),
        ("1+" * 300 + "1", "more than 500 characters", 0),
        ('"open', "'\"' means nothing here", 0),
        ("__import__('os').system", "'.' means nothing here", 16),
    ],
)
def test_what_cannot_be_read(text, words, offset):
    """A broken expression says what is wrong and where."""
    with pytest.raises(ExpressionError) as caught:
        parse_expression(text)

    assert words in str(caught.value)
    assert caught.value.offset == offset


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("$key == 1", "can't compare text with a number"),
        ("$key + 1", "'+' needs a number, found text"),
        ("$n and yes", "'and' needs yes or no, found a number"),
        ("yes or $n", ""),
        ("not $key", "'not' needs yes or no, found text"),
        ("$nobody", "$nobody isn't set"),
        ("$bal.sum", "$bal.sum has no field 'sum'"),
        ("$key.a", "$key.a has no field 'a'"),
        ("$n in $n", "'in' needs a list on its right, found a number"),
        ("$flag < yes", "'<' can't compare yes or no with yes or no"),
        ("$pin < 3", "'<' can't compare a secret with a number"),
        ("$pin + 1", "'+' needs a number, found a secret"),
        ("text($pin)", "'text()' can't take a secret"),
        ("last($pin, 2)", "'last()' needs text, found a secret"),
        ("[$pin]", "a list can't hold a secret"),
        ("1 / 0", "a number that can't be worked out"),
        ("nobody(1)", "there is no function nobody()"),
        ('number("1e9")', "'number()' needs text of digits"),
        ("-$key", "'-' needs a number, found text"),
    ],
)
def test_faults(text, words):
    """Types that don't fit are faults of the flow, told in the author's words."""
    if not words:
        assert value(text) is True  # the right side isn't looked at
        return
    with pytest.raises(FlowFault) as caught:
        value(text)

    assert words in str(caught.value)


def test_a_condition_is_yes_or_no():
    """A number is no condition."""
    with pytest.raises(FlowFault, match="expected yes or no, found a number"):
        holds(Expression(parse_expression("$n"), Mark("f", 1, 1)), SCOPE)


def test_nobody_has_nothing_open():
    """Before a customer is known, no function is open and his facts are nothing."""
    scope = Scope(now=SCOPE.now)

    assert value('open("forex")', scope) is False
    assert value("$customer.id == nothing", scope) is True


def test_numbers_stay_bounded():
    """Multiplying again and again ends in a fault, not in memory."""
    big = "9" * 20
    with pytest.raises(FlowFault, match="can't be worked out"):
        value(" * ".join([big] * 10))


def test_a_secret_never_shows():
    """str, repr, format and the trace show a mask; pickling is refused."""
    secret = Secret("123456")

    assert {str(secret), repr(secret), f"{secret}", f"{secret:>9}", shown(secret)} == {MASK}
    assert "123456" not in repr(SCOPE)
    assert secret.reveal() == "123456"
    with pytest.raises(TypeError, match="can't be pickled"):
        secret.__reduce__()


def test_parts_finds_every_variable():
    """Checks walk an expression's parts."""
    tree = parse_expression('$a.b + 1 > len([$c, "x"]) and not $d')

    assert {str(p) for p in parts(tree) if isinstance(p, Variable)} == {"$a.b", "$c", "$d"}


@given(st.text(alphabet="$ab.\"'()[],+-*/%<>=!12 \tandornti", max_size=60))
def test_anything_is_read_or_refused(text):
    """Whatever is written, it parses, or is refused with a place inside it."""
    offset = 0
    try:
        tree = parse_expression(text)
    except ExpressionError as error:
        offset = error.offset
    else:
        assert all(0 <= p.offset <= len(text) for p in parts(tree))
    assert 0 <= offset <= len(text)


@given(st.text(alphabet="$ab.\"'()[],+-*/%<>=!12 notinad", max_size=40))
def test_anything_that_is_read_works_or_faults(text):
    """What parses gives a value or a FlowFault."""
    scope = Scope(variables={"a": Decimal(2), "b": "x"}, now=SCOPE.now)
    outcome = None
    try:
        outcome = value(text, scope)
    except (ExpressionError, FlowFault) as error:
        outcome = str(error)
    assert outcome is None or isinstance(outcome, str | int | Decimal | bool | list)


MONEY = st.decimals(-1000000, 1000000, places=2, allow_nan=False)


@given(MONEY, MONEY, st.sampled_from(["+", "-", "*"]))
def test_arithmetic_is_decimal(a, b, sign):
    """Cents are exact: arithmetic is Decimal's."""
    work = {"+": operator.add, "-": operator.sub, "*": operator.mul}[sign]
    scope = Scope(variables={"a": a, "b": b}, now=SCOPE.now)

    assert value(f"$a {sign} $b", scope) == work(a, b)


def test_every_function_has_a_doc():
    """Each function says what it does; docs/flows.md lists them."""
    assert all(f.doc for f in FUNCTIONS.values())


def test_literals():
    """Numbers are Decimal, text is quoted either way."""
    assert parse_expression("007") == Literal(Decimal(7))
    assert parse_expression("'a'") == parse_expression('"a"') == Literal("a")
