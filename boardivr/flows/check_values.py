"""Rules about expressions, functions, variables and secrets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from boardivr.flows.evaluate import FUNCTIONS
from boardivr.flows.expressions import Call, Expression, Literal, Variable, parts
from boardivr.flows.model import Flow
from boardivr.flows.parts import SayPiece
from boardivr.flows.steps.for_each import ForEach
from boardivr.flows.steps.functions import CloseFunction, OpenFunction
from boardivr.flows.steps.input import Input
from boardivr.flows.steps.receive import Receive
from boardivr.flows.steps.record import RECORDED, Record
from boardivr.flows.steps.set import Set
from boardivr.flows.times import Hours, parse_days
from boardivr.flows.walk import all_steps, every, variables_in
from boardivr.yamlread import Keys, Mark, Name, Problem, near

RESERVED: Final = ("customer", "ani", "dnis", "language")


def functions_exist(flow: Flow) -> Iterator[Problem]:
    """``unknown-function``: an expression calls what isn't there, or with other arguments."""
    for expression in every(Expression, flow):
        for tree in parts(expression.tree):
            if not isinstance(tree, Call):
                continue
            at = expression.place(tree)
            known = FUNCTIONS.get(tree.name)
            if known is None:
                message = f"there is no function {tree.name}()"
                hint = near(tree.name, FUNCTIONS)
                yield Problem(at=at, code="unknown-function", message=message, hint=hint)
            elif not 0 <= known.arguments - len(tree.arguments) <= known.optional:
                least = known.arguments - known.optional
                count = f"{least} or {known.arguments}" if known.optional else f"{least}"
                values = "1 value" if known.arguments == 1 else f"{count} values"
                message = f"{tree.name}() takes {values}, found {len(tree.arguments)}"
                yield Problem(at=at, code="unknown-function", message=message)


def hours_are_hours(flow: Flow) -> Iterator[Problem]:
    """``time-range``: hours or weekdays that can't be read, or that overlap."""
    for expression in every(Expression, flow):
        for tree in parts(expression.tree):
            if not isinstance(tree, Call) or tree.name != "hours":
                continue
            for argument, parse in zip(tree.arguments, (Hours.parse, parse_days), strict=False):
                if isinstance(argument, Literal) and isinstance(argument.value, str):
                    try:
                        parse(argument.value)
                    except ValueError as error:
                        at = expression.place(argument)
                        yield Problem(at=at, code="time-range", message=str(error))


def holidays_are_listed(flow: Flow) -> Iterator[Problem]:
    """``no-holidays``: a condition asks for holidays, and none are listed; a warning."""
    if flow.holidays:
        return
    for expression in every(Expression, flow):
        for tree in parts(expression.tree):
            if isinstance(tree, Call) and tree.name == "holiday":
                message = "no day is a holiday, as the flow lists none"
                hint = "add 'holidays: [2026-10-01..2026-10-07]'"
                yield Problem(
                    at=expression.place(tree), code="no-holidays", message=message, hint=hint,
                    is_warning=True,
                )  # fmt: skip


def bank_functions_exist(flow: Flow) -> Iterator[Problem]:
    """``unknown-service``: a customer's function that isn't under ``functions``."""
    if not flow.functions:
        return
    for at, name in _services(flow):
        if name not in flow.functions:
            message = f"there is no function {name!r} under 'functions'"
            hint = near(name, flow.functions)
            yield Problem(at=at, code="unknown-service", message=message, hint=hint)


def _services(flow: Flow) -> Iterator[tuple[Mark, str]]:
    for expression in every(Expression, flow):
        for tree in parts(expression.tree):
            if isinstance(tree, Call) and tree.name in ("open", "fixed"):
                for argument in tree.arguments:
                    if isinstance(argument, Literal) and isinstance(argument.value, str):
                        yield expression.place(argument), argument.value
    for step in all_steps(flow):
        if isinstance(step, OpenFunction | CloseFunction):
            yield step.function.at, str(step.function)


def names_are_free(flow: Flow) -> Iterator[Problem]:
    """``reserved-name``: a step sets a variable that the call has by itself."""
    for step in all_steps(flow):
        names = [*step.sets(), *([step.name] if isinstance(step, ForEach) else [])]
        for name in names:
            if name in RESERVED:
                message = f"${name} is set by the call itself"
                yield Problem(at=name.at, code="reserved-name", message=message)


def sources_are_set(flow: Flow) -> Iterator[Problem]:
    """``unset-variable``: the customer is found by a variable that no input fills."""
    rules = flow.customer
    filled = {str(s.into) for s in all_steps(flow) if isinstance(s, Input)}
    for source in rules.sources if rules else ():
        if source.variable is not None and source.variable not in filled and source.at:
            message = f"no input fills ${source.variable}"
            hint = near(source.variable, filled)
            yield Problem(at=source.at, code="unset-variable", message=message, hint=hint)


def fields_are_received(flow: Flow) -> Iterator[Problem]:
    """``unknown-field``: a field is read that isn't received, or that a recording hasn't."""
    fields = _fields(flow)
    for expression, variable in variables_in_flow(flow):
        known = fields.get(variable.name)
        if known and variable.fields and variable.fields[0] not in known:
            message = f"${variable.name} has no field {variable.fields[0]!r}"
            hint = near(variable.fields[0], known)
            at = expression.place(variable)
            yield Problem(at=at, code="unknown-field", message=message, hint=hint)


def _fields(flow: Flow) -> dict[str, set[str]]:
    """Return the fields of the variables that only ``receive``, ``record``, ``for_each`` set."""
    fields: dict[str, set[str]] = {}
    other: set[str] = set()
    for step in all_steps(flow):
        if isinstance(step, Receive):
            fields.setdefault(str(step.into), set()).update(map(str, step.fields))
        elif isinstance(step, Record):
            fields.setdefault(str(step.into), set()).update(RECORDED)
        else:
            other.update(map(str, step.sets()))
    for step in all_steps(flow):
        if isinstance(step, ForEach) and isinstance(step.rows.tree, Variable):
            fields.setdefault(str(step.name), set()).update(fields.get(step.rows.tree.name, ()))
    return {name: known for name, known in fields.items() if name not in other}


def variables_in_flow(flow: Flow) -> Iterator[tuple[Expression, Variable]]:
    """Yield every variable that is read, with its expression."""
    for expression in every(Expression, flow):
        for tree in parts(expression.tree):
            if isinstance(tree, Variable):
                yield expression, tree


def secrets_stay_secret(flow: Flow) -> Iterator[Problem]:
    """``secret-leak``: a secret is said, logged or put into the call's record."""
    secrets = _secrets(flow)
    shown: list[object] = list(every(SayPiece, flow))
    shown += [getattr(step, name) for step in all_steps(flow) for name in step.shows]
    for part in shown:
        for expression, variable in variables_in(part):
            if variable.name in secrets:
                message = f"{variable} is secret and would be shown here"
                at = expression.place(variable)
                yield Problem(at=at, code="secret-leak", message=message)


def _secrets(flow: Flow) -> set[str]:
    steps = list(all_steps(flow))
    secrets = {str(s.into) for s in steps if isinstance(s, Input) and s.secret}
    while (
        more := {
            str(name)
            for step in steps
            if isinstance(step, Set)
            for name, given in step.values.items()
            if isinstance(given.tree, Variable) and given.tree.name in secrets
        }
        - secrets
    ):
        secrets |= more
    return secrets


def ends_are_no_digits(flow: Flow) -> Iterator[Problem]:
    """``ends-on-digit``: the key that ends an input may be one of its digits."""
    for step in all_steps(flow):
        if isinstance(step, Input) and step.ends_on is not None:
            yield from _digits_among(step.ends_on)


def _digits_among(keys: Keys) -> Iterator[Problem]:
    if digits := sorted(set(keys) & set("0123456789")):
        message = f"an input that ends on {', '.join(digits)} can't have it as a digit"
        yield Problem(at=keys.at, code="ends-on-digit", message=message, hint="# and * are usual")


def spans_fit(flow: Flow) -> Iterator[Problem]:
    """``ends-on-nothing``: digits of different count, and no key ends them; a warning."""
    for step in all_steps(flow):
        if isinstance(step, Input) and step.ends_on is None and step.at:
            if step.digits.least == step.digits.most:
                continue
            message = "the caller waits after a shorter input, as no key ends it"
            yield Problem(
                at=step.at, code="ends-on-nothing", message=message, hint="add 'ends_on: \"#\"'",
                is_warning=True,
            )  # fmt: skip


def known_names(flow: Flow) -> set[Name | str]:
    """Return every variable that something sets."""
    names: set[Name | str] = set(RESERVED)
    for step in all_steps(flow):
        names.update(map(str, step.sets()))
        if isinstance(step, ForEach):
            names.add(str(step.name))
    return names


RULES: Final = (
    functions_exist,
    hours_are_hours,
    holidays_are_listed,
    bank_functions_exist,
    names_are_free,
    sources_are_set,
    fields_are_received,
    secrets_stay_secret,
    ends_are_no_digits,
    spans_fit,
)
