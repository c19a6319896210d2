"""A call told as a story: what happened when, read back from its record and steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from boardivr.calls.record import CallRecord, TraceStep


def story(record: CallRecord, steps: Sequence[TraceStep]) -> list[str]:
    """Return a call as lines of text: seconds since its start, and what happened.

    ::

          0.00  call from 13800000001 to 95588 on lb0-1
          0.20  answered by bank, in zh-CN
          0.20  play  clips=welcome
         14.60  caller hung up
    """
    lines = [line for _, line in sorted(_events(record, steps), key=lambda event: event[0])]
    if record.path:
        lines.append(f"choices: {' > '.join(record.path)}")
    if record.tags:
        lines.append("tags: " + ", ".join(f"{name}={tag}" for name, tag in record.tags.items()))
    if not steps:
        lines.append("no steps: tracing was off")
    return lines


def _events(
    record: CallRecord, steps: Sequence[TraceStep]
) -> Iterator[tuple[tuple[datetime, int], str]]:
    """Yield lines with what they sort by; at the same moment, in the order of a call."""

    def line(at: datetime, text: str) -> str:
        return f"{(at - record.started).total_seconds():8.2f}  {text}"

    caller = record.ani or "an unknown number"
    called = f" to {record.dnis}" if record.dnis else ""
    began = record.started
    yield (began, -2), line(began, f"call from {caller}{called} on {record.channel}")
    if record.answered is not None:
        language = f", in {record.language}" if record.language else ""
        answered = f"answered by {record.flow}{language}"
        yield (record.answered, -1), line(record.answered, answered)
    for step in steps:
        yield (step.at, step.number), line(step.at, _step(step))
    if record.ended is not None and record.ending is not None:
        why = f": {record.why}" if record.why else ""
        last = (record.ended, len(steps) + max((step.number for step in steps), default=0))
        yield last, line(record.ended, record.ending.value + why)


def _step(step: TraceStep) -> str:
    detail = "  ".join(f"{name}={value}" for name, value in step.detail.items())
    return f"{step.name}  {detail}".rstrip()
