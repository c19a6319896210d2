"""From what a flow says to the pieces that a voice speaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Final

from boardivr.flows.evaluate import Scope, evaluate
from boardivr.flows.parts import Say, SayPiece
from boardivr.flows.values import FlowFault, Held, Secret, kind_of
from boardivr.prompts import pieces
from boardivr.prompts.pieces import Piece

Spoken = tuple[str, Piece]
"""A piece with the language that it is said in."""


def spoken(say: Say | None, scope: Scope, language: str) -> list[Spoken]:
    """Work out what is said.

    :raises FlowFault: a value isn't set, can't be said so, or is a secret
    """
    if say is None:
        return []
    return [(piece.language or language, _piece(piece, scope)) for piece in say.pieces]


def brief(piece: Piece) -> str:
    """Return a piece in a few signs, for the trace."""
    if isinstance(piece, pieces.PromptRef):
        return piece.id
    if isinstance(piece, pieces.Money):
        return f"{piece.amount} {piece.currency}"
    return " ".join(str(value) for value in vars(piece).values())


def _piece(piece: SayPiece, scope: Scope) -> Piece:
    if piece.prompt is not None:
        return pieces.PromptRef(piece.prompt)
    if piece.value is None:
        return pieces.Pause(piece.pause or 0.0)
    value = evaluate(piece.value, scope)
    if isinstance(value, Secret):
        raise FlowFault(f"{piece.at}: a secret can't be said")
    try:
        if piece.kind == "money" and piece.currency is not None:
            return pieces.Money(_number(value), _text(evaluate(piece.currency, scope)))
        if piece.kind == "phone":
            return pieces.Phone(_text(value), yao=piece.yao)
        return _WAYS[piece.kind](value)
    except (ValueError, InvalidOperation):
        found = kind_of(value)
        raise FlowFault(f"{piece.at}: {found} can't be said as {piece.kind}") from None


def _text(value: Held) -> str:
    if isinstance(value, Secret) or not isinstance(value, str):
        raise ValueError
    return value


def _digits(value: Held) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _number(value: Held) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError
    return number


def _count(value: Held) -> int:
    number = _number(value)
    if number != int(number):
        raise ValueError
    return int(number)


def _date(value: Held) -> date:
    if isinstance(value, str):
        return date.fromisoformat(value)
    if not isinstance(value, date):
        raise ValueError
    return value.date() if isinstance(value, datetime) else value


def _time(value: Held) -> time:
    if isinstance(value, str):
        return time.fromisoformat(value)
    if not isinstance(value, datetime):
        raise ValueError
    return value.time()


_WAYS: Final[Mapping[str, Callable[[Held], Piece]]] = {
    "text": lambda value: pieces.Text(_text(value)),
    "number": lambda value: pieces.Number(_number(value)),
    "ordinal": lambda value: pieces.Ordinal(_count(value)),
    "digits": lambda value: pieces.Spelled(_digits(value)),
    "money": lambda value: pieces.Money(_number(value)),
    "percent": lambda value: pieces.Percent(_number(value)),
    "date": lambda value: pieces.Date(_date(value)),
    "time": lambda value: pieces.Time(_time(value)),
    "duration": lambda value: pieces.Duration(int(_number(value))),
}
