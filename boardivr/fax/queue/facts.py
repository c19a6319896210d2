"""Jobs, tries and destinations as JSON and people have them; without what is secret."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from enum import Enum
from typing import Any

from boardivr.fax import dis
from boardivr.fax.queue.job import Destination, FaxJob, FaxTry, JobState
from boardivr.fax.queue.numbers import shown
from boardivr.fax.queue.outcomes import ADVICE


def job_facts(job: FaxJob) -> dict[str, Any]:
    """Return a job; ``advice`` is what may be done about its last failure."""
    facts = plain(job)
    del facts["extra"]
    facts["number"] = shown(job.number, job.extra)
    facts["advice"] = "" if job.failure is None else ADVICE[job.failure]
    return facts


def destination_facts(known: Destination) -> dict[str, Any]:
    """Return what is known of a machine; ``can`` is what it said it can do."""
    facts = plain(known)
    octets = bytes.fromhex(known.dis)
    facts["can"] = dataclasses.asdict(dis.decode(octets)) if octets else None
    return facts


def plain(record: Destination | FaxJob | FaxTry) -> dict[str, Any]:
    """Return a record's fields as values that JSON has."""
    return {field.name: _value(getattr(record, field.name)) for field in dataclasses.fields(record)}


def sentence(job: FaxJob, now: datetime) -> str:
    """Return how a job does, in words."""
    if job.state is JobState.SENDING:
        page = min(job.confirmed + 1, job.pages)
        return f"page {page} of {job.pages} on {job.channel}" if job.talking else "dialling"
    if job.state is JobState.SENT:
        return f"all {job.pages} pages confirmed"
    last = _failure(job)
    if job.state is JobState.WAITING and job.due > now:
        when = f"{job.due.astimezone():%Y-%m-%d %H:%M:%S}"
        return f"due {when}" + (f"; last: {last}" if last else "")
    if job.state is JobState.WAITING:
        return "ready" + (f"; last: {last}" if last else "")
    return last


def _failure(job: FaxJob) -> str:
    if job.failure is None or job.words.startswith(job.failure.value):
        return job.words
    return f"{job.failure.value}: {job.words}" if job.words else job.failure.value


def _value(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return dict(value) if isinstance(value, dict) else value
