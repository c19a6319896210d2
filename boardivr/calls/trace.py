"""A call told as a story: what happened when, read back from its record and steps."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from boardivr.calls.masking import ANSWER
from boardivr.calls.record import CallRecord, TraceStep
from boardivr.customer import Value

Detail = dict[str, Value]

QUIET = frozenset({"at", "in", "took", "language", "page", "keyed"})
"""Details that the story has elsewhere, or leaves out."""


def story(record: CallRecord, steps: Sequence[TraceStep]) -> list[str]:
    """Return a call as lines of text: seconds since its start, and what happened.

    A step stands where it began; what came of it below, where it ended.

    ::

          0.00  call from 13800000001 to 95588 on lb0-1
          0.20  answered by bank
          0.20  play: says welcome                                      identify bank:63
         14.60  caller hung up
        last spoken in: zh-CN
    """
    lines = [line for _, line in sorted(_events(record, steps), key=lambda event: event[0])]
    if record.answered is not None and record.language:
        lines.append(f"last spoken in: {record.language}")
    if record.path:
        lines.append(f"choices: {' > '.join(record.path)}")
    if record.tags:
        lines.append("tags: " + ", ".join(f"{name}={tag}" for name, tag in record.tags.items()))
    if not steps:
        lines.append("no steps: tracing was off")
    return lines


def began(step: TraceStep) -> datetime:
    """Return when a step began; it is noted when it has ended."""
    took = step.detail.get("took")
    return step.at - timedelta(seconds=float(took)) if isinstance(took, Decimal) else step.at


Order = tuple[float, int]


def _events(record: CallRecord, steps: Sequence[TraceStep]) -> Iterator[tuple[Order, str]]:
    """Yield lines with what they sort by: steps in their order, whatever the clocks say."""

    def line(at: datetime, text: str) -> str:
        return f"{max(0.0, (at - record.started).total_seconds()):8.2f}  {text}"

    caller = record.ani or "an unknown number"
    called = f" to {record.dnis}" if record.dnis else ""
    yield (-2.0, 0), line(record.started, f"call from {caller}{called} on {record.channel}")
    if record.answered is not None:
        yield (-1.0, 0), line(record.answered, f"answered by {record.flow}")
    for step in steps:
        for count, (at, text) in enumerate(_step(step)):
            yield (float(step.number), count), line(at, text)
    if record.ended is not None and record.ending is not None:
        why = f": {record.why}" if record.why else ""
        yield (float("inf"), 0), line(record.ended, record.ending.value + why)


def _step(step: TraceStep) -> Iterator[tuple[datetime, str]]:
    """Yield a step's lines: what it does when it begins, what came of it when it ends."""
    detail = dict(step.detail)
    place = " ".join(str(detail[name]) for name in ("in", "at") if name in detail)
    for name in QUIET:
        detail.pop(name, None)
    teller = _TELLERS.get(step.name, _other)
    head, *after = teller(step.name, detail)
    after += _after(detail)
    told = "  ".join(f"{name}={value}" for name, value in detail.items())
    head = f"{head}  {told}".rstrip() if told else head
    yield began(step), f"{head:60}  {place}".rstrip()
    for text in after:
        yield step.at, f"  {text}"


def _after(detail: Detail) -> Iterator[str]:
    """Yield what came of a step, and take it from the details."""
    if (heard := detail.pop("heard", None)) is not None:
        chosen = detail.pop("chosen", None)
        yield f"heard {heard}" + (f", which is {chosen}" if chosen is not None else "")
    for name, words in (
        ("no_input", "silent"),
        ("no_match", "not understood"),
        ("refused", "refused"),
    ):
        if (count := detail.pop(name, None)) is not None:
            yield f"{words} {count} {'time' if count == 1 else 'times'}"
    for name in ("failed", "error", "ended"):
        if (text := detail.pop(name, None)) is not None:
            yield str(text) if name == "ended" else f"{name}: {text}"


def _says(detail: Detail) -> str:
    said = detail.pop("said", None)
    # Pauses between the parts of a menu are of no interest here.
    parts = [part.strip() for part in str(said or "").split(",")]
    return f"says {', '.join(part for part in parts if part)}" if said else "says nothing"


def _menu(name: str, detail: Detail) -> list[str]:
    offers = str(detail.pop("offers", ""))
    choices = ", ".join(pair.replace("=", " ", 1) for pair in offers.split())
    if "menu" not in detail:
        return _other(name, detail)
    return [f"menu {detail.pop('menu')}: {_says(detail)}", f"offers {choices or 'nothing'}"]


def _send(name: str, detail: Detail) -> list[str]:
    host, txn = detail.pop("host", "?"), detail.pop("txn", "?")
    rows = detail.pop("rows", None)
    answer = detail.pop(ANSWER, None)
    after = [] if rows is None else [f"{host} answers {rows} {'row' if rows == 1 else 'rows'}"]
    return [f"asks {host} for {txn}", *after, *_rows(answer)]


def _rows(answer: Value) -> list[str]:
    try:
        rows = json.loads(str(answer)) if answer is not None else []
        return ["  " + "  ".join(f"{n}={_cell(c)}" for n, c in row.items()) for row in rows]
    except (ValueError, AttributeError, TypeError):
        return [f"  {answer}"]


def _cell(cell: object) -> object:
    return next(iter(cell.values())) if isinstance(cell, dict) and cell else cell


def _go(name: str, detail: Detail) -> list[str]:
    return [f"{name} {detail.pop('to', '')}".rstrip()]


def _if(name: str, detail: Detail) -> list[str]:
    holds = detail.pop("holds", None)
    return [name if holds is None else f"{name}: {'yes' if holds else 'no'}"]


def _other(name: str, detail: Detail) -> list[str]:
    return [f"{name}: {_says(detail)}" if "said" in detail else name]


_TELLERS: dict[str, Callable[[str, Detail], list[str]]] = {
    "menu": _menu,
    "send": _send,
    "call": _go,
    "goto": _go,
    "if": _if,
}
