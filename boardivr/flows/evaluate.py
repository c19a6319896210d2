"""Work out an expression, in a scope of variables.

Types are kept apart: text is never a number by accident, only yes and no can be
joined by ``and``, and a secret can only be compared.
"""

from __future__ import annotations

import decimal
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NoReturn

from boardivr.customer import Customer
from boardivr.flows.expressions import (
    Binary,
    Call,
    Expression,
    Items,
    Literal,
    Tree,
    Unary,
    Variable,
)
from boardivr.flows.times import EVERY_DAY, Holiday, Hours, parse_days
from boardivr.flows.values import FlowFault, Held, Secret, is_rows, kind_of

# Enough for any sum of money; a result that doesn't fit is a fault, never an endless number.
_CONTEXT = decimal.Context(prec=28, Emax=40, Emin=-40, traps=[
    decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow,
])  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What an expression can see.

    :param now: the time where the flow runs, for ``today()`` and ``hour()``
    :param holidays: for ``holiday()``
    :param fixed: for ``fixed()``: functions that an overlay has switched
    """

    variables: Mapping[str, Held] = field(default_factory=dict)
    customer: Customer | None = None
    now: datetime
    holidays: Sequence[Holiday] = ()
    fixed: frozenset[str] = frozenset()

    def look_up(self, variable: Variable) -> Held:
        """Return a variable's value.

        :raises FlowFault: it isn't set, or has no such field
        """
        if variable.name == "customer":
            return _fact(self.customer, variable)
        if variable.name not in self.variables:
            raise FlowFault(f"${variable.name} isn't set")
        value = self.variables[variable.name]
        for name in variable.fields:
            if not isinstance(value, Mapping) or name not in value:
                raise FlowFault(f"{variable} has no field {name!r}")
            value = value[name]
        return value


def _fact(customer: Customer | None, variable: Variable) -> Held:
    if customer is None:
        return None  # nobody yet: `$customer.id == nothing` asks for it
    name = variable.fields[0] if variable.fields else "id"
    if name in ("id", "name", "language", "group"):
        return str(value) if (value := getattr(customer, name)) is not None else None
    if name == "functions":
        return sorted(customer.functions)
    return customer.facts.get(name)


def evaluate(expression: Expression, scope: Scope) -> Held:
    """Return an expression's value.

    :raises FlowFault: a variable isn't set, or types don't fit; the place is in the message
    """
    try:
        return _value(expression.tree, scope)
    except decimal.DecimalException:
        raise FlowFault(f"{expression.at}: a number that can't be worked out") from None
    except FlowFault as fault:
        raise FlowFault(f"{expression.at}: {fault}") from None


def holds(expression: Expression, scope: Scope) -> bool:
    """Return whether a condition holds.

    :raises FlowFault: as :func:`evaluate`, or it is neither yes nor no
    """
    value = evaluate(expression, scope)
    if not isinstance(value, bool):
        raise FlowFault(f"{expression.at}: expected yes or no, found {kind_of(value)}")
    return value


def _value(tree: Tree, scope: Scope) -> Held:
    match tree:
        case Literal():
            return tree.value
        case Variable():
            return scope.look_up(tree)
        case Items():
            return [_plain(_value(item, scope)) for item in tree.items]
        case Unary():
            return _unary(tree, scope)
        case Call():
            return _call(tree, scope)
        case Binary(operator="and" | "or"):
            return _logic(tree, scope)
        case Binary():
            return _binary(tree.operator, _value(tree.left, scope), _value(tree.right, scope))


def _unary(tree: Unary, scope: Scope) -> Held:
    value = _value(tree.operand, scope)
    if tree.operator == "not":
        return not _truth(value, "not")
    return _CONTEXT.minus(_number(value, "-"))


def _logic(tree: Binary, scope: Scope) -> bool:
    left = _truth(_value(tree.left, scope), tree.operator)
    if left is (tree.operator == "or"):
        return left
    return _truth(_value(tree.right, scope), tree.operator)


def _binary(sign: str, left: Held, right: Held) -> Held:
    if sign in ("==", "!="):
        return _equal(left, right) is (sign == "==")
    if sign == "in":
        return _contains(right, left)
    if sign in _ORDER:
        return _ORDER[sign](*_comparable(left, right, sign))
    return _ARITHMETIC[sign](_number(left, sign), _number(right, sign))


_ORDER: Final[dict[str, Callable[..., bool]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_ARITHMETIC: Final[dict[str, Callable[[Decimal, Decimal], Decimal]]] = {
    "+": _CONTEXT.add,
    "-": _CONTEXT.subtract,
    "*": _CONTEXT.multiply,
    "/": _CONTEXT.divide,
    "%": _CONTEXT.remainder,
}


def _equal(left: Held, right: Held) -> bool:
    if left is None or right is None:
        return left is right
    if Secret in (type(left), type(right)):
        return left == right
    if kind_of(left) != kind_of(right):
        _fault(f"can't compare {kind_of(left)} with {kind_of(right)}")
    return left == right


def _contains(rows: Held, value: Held) -> bool:
    if not is_rows(rows):
        _fault(f"'in' needs a list on its right, found {kind_of(rows)}")
    return any(_equal(value, row) for row in rows)  # type: ignore[union-attr]


def _comparable(left: Held, right: Held, sign: str) -> tuple[Held, Held]:
    kinds = kind_of(left), kind_of(right)
    if kinds[0] != kinds[1] or kinds[0] not in ("a number", "text", "a date", "a time"):
        _fault(f"'{sign}' can't compare {kinds[0]} with {kinds[1]}")
    return left, right


def _number(value: Held, what: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        _fault(f"'{what}' needs a number, found {kind_of(value)}")
    return Decimal(value)


def _truth(value: Held, what: str) -> bool:
    if not isinstance(value, bool):
        _fault(f"'{what}' needs yes or no, found {kind_of(value)}")
    return value


def _text(value: Held, what: str) -> str:
    if not isinstance(value, str):
        _fault(f"'{what}' needs text, found {kind_of(value)}")
    return value


def _plain(value: Held) -> str | int | Decimal | bool | date | None:
    if isinstance(value, str | int | Decimal | bool | date) or value is None:
        return value
    return _fault(f"a list can't hold {kind_of(value)}")


def _fault(message: str) -> NoReturn:
    raise FlowFault(message)


# functions ----------------------------------------------------------------


def _call(tree: Call, scope: Scope) -> Held:
    if tree.name not in FUNCTIONS:
        _fault(f"there is no function {tree.name}()")
    return FUNCTIONS[tree.name].work(scope, *(_value(a, scope) for a in tree.arguments))


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function of the language.

    :param arguments: how many it takes
    :param optional: how many of them may be left out, from the last
    :param work: takes the scope and the arguments
    """

    arguments: int
    optional: int = 0
    work: Callable[..., Held]
    doc: str


def _is_fixed(scope: Scope, function: Held) -> bool:
    return _text(function, "fixed()") in scope.fixed


def _is_open(scope: Scope, function: Held) -> bool:
    return scope.customer is not None and _text(function, "open()") in scope.customer.functions


def _length(scope: Scope, value: Held) -> int:
    if not isinstance(value, str) and not is_rows(value):
        _fault(f"'len()' needs text or a list, found {kind_of(value)}")
    return len(value)  # type: ignore[arg-type]


def _last(scope: Scope, value: Held, count: Held) -> str:
    keep = int(_number(count, "last()"))
    return _text(value, "last()")[-keep:] if keep > 0 else ""


def _as_number(scope: Scope, value: Held) -> Decimal:
    text = _text(value, "number()")
    if not text.isascii() or not text.replace(".", "", 1).isdigit() or len(text) > 20:
        _fault("'number()' needs text of digits")
    return Decimal(text)


def _as_text(scope: Scope, value: Held) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal | date):
        _fault(f"'text()' can't take {kind_of(value)}")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _cents(scope: Scope, value: Held) -> Decimal:
    return _number(value, "cents()").scaleb(-2, _CONTEXT)


def _round(scope: Scope, value: Held, places: Held) -> Decimal:
    count = int(_number(places, "round()"))
    if not 0 <= count <= 9:
        _fault("'round()' needs 0 to 9 places")
    exponent = Decimal(1).scaleb(-count)
    return _number(value, "round()").quantize(exponent, decimal.ROUND_HALF_UP, _CONTEXT)


def _is_within(scope: Scope, hours: Held, days: Held = EVERY_DAY) -> bool:
    try:
        ranges, weekdays = Hours.parse(_text(hours, "hours()")), parse_days(_text(days, "hours()"))
    except ValueError as error:
        _fault(str(error))
    return ranges.has(scope.now, weekdays)


def _is_holiday(scope: Scope) -> bool:
    return any(holiday.has(scope.now.date()) for holiday in scope.holidays)


FUNCTIONS: Final = {
    "fixed": Function(
        arguments=1,
        work=_is_fixed,
        doc="whether an overlay has switched a function for the customer's group",
    ),
    "open": Function(arguments=1, work=_is_open, doc="whether the customer has opened a function"),
    "len": Function(arguments=1, work=_length, doc="how many characters, or rows"),
    "last": Function(arguments=2, work=_last, doc="the last so many characters of text"),
    "number": Function(arguments=1, work=_as_number, doc="digits as a number"),
    "text": Function(arguments=1, work=_as_text, doc="a number or date as text"),
    "cents": Function(arguments=1, work=_cents, doc="a hundredth: keyed 1050 as 10.50"),
    "round": Function(arguments=2, work=_round, doc="a number with so many decimal places"),
    "hours": Function(
        arguments=2, optional=1, work=_is_within, doc="whether it is one of the hours, on such days"
    ),
    "holiday": Function(arguments=0, work=_is_holiday, doc="whether the day is a holiday"),
    "today": Function(arguments=0, work=lambda scope: scope.now.date(), doc="the date"),
    "hour": Function(arguments=0, work=lambda scope: scope.now.hour, doc="the hour, 0 to 23"),
    "weekday": Function(
        arguments=0, work=lambda scope: scope.now.isoweekday(), doc="1 is Monday, 7 is Sunday"
    ),
}
