"""A job's way from state to state: one pure function.

::

    HELD <--held/released--> WAITING --claimed--> SENDING --every page confirmed--> SENT
      |                        ^  |                 |  |
      |                        |  |                 |  +-- no more tries --> FAILED
      |                        +--|-----------------+  tried again, or interrupted
      +-----------cancelled-------+--> CANCELLED <--+
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from boardivr.errors import BoardIVRError
from boardivr.fax.queue import events
from boardivr.fax.queue.job import BUCKET, BULK, Failure, FaxJob, JobState, Wish
from boardivr.fax.queue.rules import OURS, Rules

OUR_FAULT = frozenset({*OURS, Failure.STOPPED, Failure.INTERRUPTED})
"""Failures that say nothing about the page: it isn't given up for them."""
INTERRUPTED = "the appliance ended in the middle"


class JobError(BoardIVRError):
    """What is wanted of a job can't be, in the state in which it is."""


class Act(enum.Enum):
    """What is to be done because of a step."""

    STOP = "stop"  # the call on the job's channel
    TELL = "tell"  # whoever waits: the job is over


@dataclass(frozen=True)
class Step:
    """:param job: as it is now; store it before anything of ``acts`` is done"""

    job: FaxJob
    acts: tuple[Act, ...] = ()


def advance(job: FaxJob, event: events.Event, now: datetime, rules: Rules) -> Step:
    """Return a job as an event leaves it.

    :raises JobError: the event can't be in the job's state
    """
    return _ON[type(event)](job, event, now, rules)


def _claimed(job: FaxJob, event: events.Claimed, now: datetime, rules: Rules) -> Step:
    _need(job, "be sent", JobState.WAITING)
    if now < job.due or rules.opens(job, now) > now:
        raise JobError(f"fax {job.id}: not due yet")
    if now >= job.kill_at:
        raise JobError(f"fax {job.id}: its time is over")
    return Step(
        replace(
            job,
            state=JobState.SENDING,
            node=event.node,
            channel=event.channel,
            level=event.level,
            reformatted=job.reformatted or event.is_plain,
            first_page=job.confirmed,
            talking=False,
        )
    )


def _talking(job: FaxJob, event: events.Talking, now: datetime, rules: Rules) -> Step:
    _need(job, "be talked about", JobState.SENDING)
    return Step(replace(job, talking=True))


def _confirmed(job: FaxJob, event: events.Confirmed, now: datetime, rules: Rules) -> Step:
    _need(job, "have a page confirmed", JobState.SENDING)
    return Step(replace(job, confirmed=_reached(job, event.pages)))


def _ended(job: FaxJob, event: events.Ended, now: datetime, rules: Rules) -> Step:
    _need(job, "end", JobState.SENDING)
    confirmed = _reached(job, event.confirmed)
    if confirmed == job.pages:
        job = replace(job, confirmed=confirmed, tries=job.tries + 1, dials=job.dials + 1)
        return _over(job, JobState.SENT, None, "", now)
    failure = event.failure or Failure.PAGE  # "all went well" without all pages is none
    job = _counted(replace(job, confirmed=confirmed), failure, event)
    if job.wish is Wish.CANCEL:
        return _over(job, JobState.CANCELLED, failure, event.words, now)
    if failure is Failure.INCOMPATIBLE:
        if not event.is_reformattable or job.reformatted:
            return _over(job, JobState.FAILED, failure, event.words, now)
        return _again(replace(job, reformatted=True), failure, event.words, now, rules)
    if enough := _enough(job, failure, event.is_known, rules):
        return _over(job, JobState.FAILED, failure, f"{event.words}; {enough}", now)
    return _again(job, failure, event.words, now, rules)


def _interrupted(job: FaxJob, event: events.Interrupted, now: datetime, rules: Rules) -> Step:
    ended = events.Ended(
        failure=Failure.INTERRUPTED,
        words=INTERRUPTED,
        confirmed=job.confirmed,
        is_printed=job.talking,
        is_reached=job.talking,
        is_known=True,
    )
    return _ended(job, ended, now, rules)


def _held(job: FaxJob, event: events.Held, now: datetime, rules: Rules) -> Step:
    _need(job, "be held", JobState.WAITING, JobState.HELD, JobState.SENDING)
    if job.state is JobState.SENDING:
        return Step(replace(job, wish=Wish.HOLD if job.wish is Wish.NONE else job.wish))
    return Step(replace(job, state=JobState.HELD))


def _released(job: FaxJob, event: events.Released, now: datetime, rules: Rules) -> Step:
    _need(job, "be released", JobState.HELD, JobState.WAITING, JobState.SENDING)
    if job.state is JobState.SENDING:
        return Step(replace(job, wish=Wish.NONE if job.wish is Wish.HOLD else job.wish))
    if job.state is JobState.WAITING:
        return Step(job)
    opens = rules.opens(job, max(now, job.due))
    kill_at = max(job.kill_at, rules.kill_at(opens))
    return Step(replace(job, state=JobState.WAITING, due=opens, kill_at=kill_at))


def _cancelled(job: FaxJob, event: events.Cancelled, now: datetime, rules: Rules) -> Step:
    _need(job, "be cancelled", JobState.HELD, JobState.WAITING, JobState.SENDING)
    if job.state is JobState.SENDING:
        return Step(replace(job, wish=Wish.CANCEL), (Act.STOP,))
    return _over(job, JobState.CANCELLED, job.failure, job.words, now)


def _hurried(job: FaxJob, event: events.Hurried, now: datetime, rules: Rules) -> Step:
    _need(job, "be tried now", JobState.HELD, JobState.WAITING)
    job = replace(job, send_at=min(job.send_at, now), due=min(job.due, now))
    return _released(replace(job, state=JobState.HELD), events.Released(), now, rules)


def _moved(job: FaxJob, event: events.Moved, now: datetime, rules: Rules) -> Step:
    _need(job, "be changed", JobState.HELD, JobState.WAITING)
    changes = {name: value for name, value in vars(event).items() if value is not None}
    moved = replace(job, **changes)
    if moved.number != job.number and job.confirmed:
        raise JobError(
            f"fax {job.id}: {job.confirmed} of its pages arrived at {job.number} already:"
            " send it anew instead"
        )
    if event.send_at is None and event.window is None:
        return Step(moved)
    since = max(now, moved.send_at) if event.send_at is not None else max(now, moved.due)
    due = rules.opens(moved, since)
    return Step(replace(moved, due=due, kill_at=max(moved.kill_at, rules.kill_at(due))))


def _reformatted(job: FaxJob, event: events.Reformatted, now: datetime, rules: Rules) -> Step:
    _need(job, "be made anew", JobState.SENDING)
    return Step(replace(job, document=event.document))


def _refused(job: FaxJob, event: events.Refused, now: datetime, rules: Rules) -> Step:
    _need(job, "be refused", JobState.HELD, JobState.WAITING)
    return _over(job, JobState.FAILED, event.failure, event.words, now)


def _time_passed(job: FaxJob, event: events.TimePassed, now: datetime, rules: Rules) -> Step:
    if job.state is not JobState.WAITING:
        return Step(job)
    due = rules.opens(job, now) if job.due <= now else job.due
    if now >= job.kill_at or due >= job.kill_at:
        return _too_late(job, now)
    return Step(replace(job, due=job.due if due <= now else due))


# what they have in common


def _need(job: FaxJob, what: str, *states: JobState) -> None:
    if job.state not in states:
        raise JobError(f"fax {job.id} is {job.state.value}: it can't {what}")


def _reached(job: FaxJob, pages: int) -> int:
    """Return the pages that are confirmed: never fewer than before, never more than there are."""
    return min(job.pages, max(job.confirmed, pages))


def _counted(job: FaxJob, failure: Failure, event: events.Ended) -> FaxJob:
    """Return a job with a try that failed in its counts."""
    doubtful, stuck = set(job.doubtful), job.stuck
    if event.is_printed:
        doubtful.add(job.confirmed + 1)
    if job.confirmed > job.first_page:
        stuck = 0
    elif event.is_reached and failure not in OUR_FAULT:
        stuck += 1
    return replace(
        job,
        dials=job.dials + (failure not in OURS),
        tries=job.tries + event.is_reached,
        stuck=stuck,
        doubtful=tuple(sorted(doubtful)),
        failures={**job.failures, failure.value: job.failures.get(failure.value, 0) + 1},
        priority=_shifted(job.priority),
    )


def _shifted(priority: int) -> int:
    """Return the priority after a try that failed: bulk goes back, others go ahead."""
    low = priority // BUCKET * BUCKET
    if low >= BULK // BUCKET * BUCKET:
        return min(priority + 1, low + BUCKET - 1)
    return max(priority - 1, low)


def _enough(job: FaxJob, failure: Failure, is_known: bool, rules: Rules) -> str:
    """Return why a job isn't tried any more; empty: it is."""
    if job.stuck >= rules.same_page:
        return f"page {job.confirmed + 1} failed {job.stuck} times in a row"
    if job.dials >= job.max_dials:
        return f"{job.dials} calls were made"
    if job.tries >= job.max_tries:
        return f"a fax answered {job.tries} times"
    if rules.is_enough(job, failure, is_known):
        times = job.failures[failure.value]
        return "it isn't tried again" if times == 1 else f"that {times} times"
    return ""


def _again(job: FaxJob, failure: Failure, words: str, now: datetime, rules: Rules) -> Step:
    """Return a job that waits for its next try, if there is time for one."""
    due = rules.opens(job, now + timedelta(seconds=rules.wait(job, failure)))
    held = job.wish is Wish.HOLD
    job = _off_line(replace(job, failure=failure, words=words, due=due))
    if held:
        return Step(replace(job, state=JobState.HELD))
    if due >= job.kill_at:
        return _too_late(job, now)
    return Step(replace(job, state=JobState.WAITING))


def _too_late(job: FaxJob, now: datetime) -> Step:
    last = f"; at last: {job.words or job.failure.value}" if job.failure else ""
    words = f"it had to be sent by {job.kill_at.astimezone():%Y-%m-%d %H:%M}{last}"
    return _over(job, JobState.FAILED, Failure.TOO_LATE, words, now)


def _over(job: FaxJob, state: JobState, failure: Failure | None, words: str, now: datetime) -> Step:
    job = replace(_off_line(job), state=state, failure=failure, words=words, ended=now)
    return Step(job, (Act.TELL,))


def _off_line(job: FaxJob) -> FaxJob:
    return replace(job, talking=False, node="", channel="", wish=Wish.NONE)


_ON: dict[type, Callable[..., Step]] = {
    events.Claimed: _claimed,
    events.Talking: _talking,
    events.Confirmed: _confirmed,
    events.Ended: _ended,
    events.Interrupted: _interrupted,
    events.Held: _held,
    events.Released: _released,
    events.Cancelled: _cancelled,
    events.Hurried: _hurried,
    events.Moved: _moved,
    events.Reformatted: _reformatted,
    events.Refused: _refused,
    events.TimePassed: _time_passed,
}
