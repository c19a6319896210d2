"""A job's way from state to state, whatever befalls it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boardivr.fax.queue import events
from boardivr.fax.queue.job import Failure, FaxJob, JobState, Wish
from boardivr.fax.queue.rules import OURS, Rules
from boardivr.fax.queue.transitions import Act, JobError, Step, advance
from boardivr.fax.queue.windows import next_open

NOW = datetime(2026, 9, 21, 8, 0, tzinfo=UTC)
RULES = Rules()
NIGHT = "22:00-06:00"


def job(**changes: object) -> FaxJob:
    base = FaxJob(
        id=17,
        number="+861055550000",
        document="d.tif",
        pages=3,
        made=NOW,
        send_at=NOW,
        kill_at=NOW + timedelta(days=1),
        due=NOW,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def sending(**changes: object) -> FaxJob:
    return after(job(**changes), events.Claimed(node="main", channel="line-1"))


def after(one: FaxJob, *happened: events.Event, now: datetime = NOW) -> FaxJob:
    for event in happened:
        one = advance(one, event, now, RULES).job
    return one


def failed(failure: Failure, **more: object) -> events.Ended:
    return events.Ended(failure=failure, words=failure.value, **more)  # type: ignore[arg-type]


def test_sent_only_when_every_page_is_confirmed() -> None:
    """A call that ended well without all pages is a failure; with them the job is sent."""
    most = after(sending(), events.Ended(failure=None, confirmed=2, is_reached=True))
    all_of_it = after(sending(), events.Ended(failure=None, confirmed=3, is_reached=True))

    assert (most.state, most.failure, most.confirmed) == (JobState.WAITING, Failure.PAGE, 2)
    assert (all_of_it.state, all_of_it.failure) == (JobState.SENT, None)


def test_goes_on_at_the_first_unconfirmed_page() -> None:
    """What a cut call confirmed stays; the next try begins behind it, the doubtful page marked."""
    cut = failed(Failure.CUT, confirmed=1, is_printed=True, is_reached=True)
    waiting = after(sending(), events.Talking(), events.Confirmed(1), cut)
    again = after(
        waiting, events.Claimed(node="main", channel="line-2"), now=NOW + timedelta(hours=1)
    )

    assert (waiting.confirmed, waiting.doubtful) == (1, (2,))
    assert again.first_page == 1


def test_interrupted_in_the_middle() -> None:
    """After a crash it is due at once, and the page that may have been printed is marked."""
    was = after(sending(), events.Talking(), events.Confirmed(2), events.Interrupted())
    before = after(sending(), events.Interrupted())

    assert (was.state, was.due, was.confirmed, was.doubtful) == (JobState.WAITING, NOW, 2, (3,))
    assert before.doubtful == ()  # nobody had answered


@pytest.mark.parametrize(
    ("failure", "is_known", "calls"),
    [
        (Failure.WRONG_NUMBER, True, 1),
        (Failure.ACCESS, True, 1),
        (Failure.VOICE, False, 1),
        (Failure.VOICE, True, 3),
        (Failure.NO_FAX, False, 2),
        (Failure.NO_ANSWER, False, 5),
        (Failure.BUSY, False, 12),
    ],
)
def test_how_often_it_is_tried(failure: Failure, is_known: bool, calls: int) -> None:
    """Each class of failure has its limit; people who aren't a fax are left alone."""
    one, now, made = job(), NOW, 0
    while one.state is JobState.WAITING:
        now = one.due
        one = after(one, events.Claimed(node="n", channel="c"), now=now)
        one = after(one, failed(failure, is_known=is_known), now=now)
        made += 1

    assert (one.state, made, one.failure) == (JobState.FAILED, calls, failure)


def test_waits_longer_each_time() -> None:
    """The wait grows, with chance in it that is the same every time it is reckoned."""
    waits = []
    one, now = job(max_dials=99), NOW
    for _ in range(4):
        one = after(one, events.Claimed(node="n", channel="c"), now=now)
        again = after(one, failed(Failure.NO_ANSWER), now=now)
        one = after(one, failed(Failure.NO_ANSWER), now=now)
        assert again == one
        waits.append((one.due - now).total_seconds())
        now = one.due

    for wait, plain in zip(waits, (300, 450, 675, 1012.5), strict=True):
        assert plain / 2 <= wait <= plain * 1.5


def test_same_page_three_times() -> None:
    """A page that fails three times in a row is given up; progress begins the count anew."""
    one, now = job(), NOW
    for confirmed in (0, 0, 1, 1, 1, 1):
        one = after(one, events.Claimed(node="n", channel="c"), now=now)
        one = after(one, failed(Failure.PAGE, confirmed=confirmed, is_reached=True), now=now)
        now = one.due

    assert (one.state, one.tries) == (JobState.FAILED, 6)
    assert "page 2 failed 3 times in a row" in one.words


def test_incompatible_is_made_anew_once() -> None:
    """A machine that can't take fine pages gets plain ones; if it can't take those, no more."""
    can = failed(Failure.INCOMPATIBLE, is_reached=True, is_reformattable=True)
    waiting = after(sending(), can)
    claimed = events.Claimed(node="n", channel="c")
    anew = after(waiting, claimed, now=NOW + timedelta(minutes=5))
    anew = after(anew, events.Reformatted(document="plain.tif"))

    assert (waiting.state, waiting.reformatted) == (JobState.WAITING, True)
    assert anew.document == "plain.tif"
    assert after(anew, can).state is JobState.FAILED


def test_cancel_while_sending() -> None:
    """The call is stopped, and then the job is over; if all pages were there first, it is sent."""
    step = advance(sending(), events.Cancelled(), NOW, RULES)
    stopped = after(step.job, failed(Failure.STOPPED, confirmed=1))
    too_late = after(step.job, events.Ended(failure=None, confirmed=3))

    assert (step.job.wish, step.acts) == (Wish.CANCEL, (Act.STOP,))
    assert stopped.state is JobState.CANCELLED
    assert too_late.state is JobState.SENT


def test_hold_and_release() -> None:
    """What is held isn't due; released it is, with time to be sent."""
    held = after(job(), events.Held())
    with pytest.raises(JobError, match="fax 17 is held: it can't be sent"):
        advance(held, events.Claimed(node="n", channel="c"), NOW, RULES)
    later = NOW + timedelta(days=9)
    free = after(held, events.Released(), now=later)

    assert (free.state, free.due, free.kill_at > later) == (JobState.WAITING, later, True)
    during = after(sending(), events.Held(), failed(Failure.BUSY))
    assert during.state is JobState.HELD


def test_night_rate() -> None:
    """A job with a window is due when it opens, also after a failure."""
    one = job(window=NIGHT, due=NOW.replace(hour=23), send_at=NOW)
    with pytest.raises(JobError, match="not due yet"):
        advance(one, events.Claimed(node="n", channel="c"), NOW.replace(hour=12), RULES)
    night = NOW.replace(hour=23, minute=59)
    claimed = after(one, events.Claimed(node="n", channel="c"), now=night)
    morning = after(claimed, failed(Failure.BUSY), now=NOW.replace(day=22, hour=5, minute=59))

    assert morning.due == NOW.replace(day=22, hour=22)


def test_what_cant_be_is_said() -> None:
    """A final state is final."""
    sent = after(sending(), events.Ended(failure=None, confirmed=3))
    for event in (events.Cancelled(), events.Held(), events.Hurried(), events.Talking()):
        with pytest.raises(JobError, match="fax 17 is sent: it can't"):
            advance(sent, event, NOW, RULES)


def test_not_moved_when_pages_are_elsewhere() -> None:
    """A job of which pages arrived stays with its number."""
    part = after(job(confirmed=2), events.Moved(priority=10))
    assert part.priority == 10
    with pytest.raises(JobError, match="2 of its pages arrived"):
        advance(part, events.Moved(number="1234"), NOW, RULES)


EVENTS = st.one_of(
    st.builds(events.Claimed, node=st.just("n"), channel=st.just("c")),
    st.builds(events.Talking),
    st.builds(events.Confirmed, st.integers(0, 5)),
    st.builds(
        events.Ended,
        failure=st.sampled_from([None, *Failure]),
        confirmed=st.integers(0, 5),
        is_printed=st.booleans(),
        is_reached=st.booleans(),
        is_known=st.booleans(),
        is_reformattable=st.booleans(),
    ),
    st.builds(events.Interrupted),
    st.builds(events.Held),
    st.builds(events.Released),
    st.builds(events.Cancelled),
    st.builds(events.Hurried),
    st.builds(events.Moved, priority=st.none() | st.integers(0, 255)),
    st.builds(events.Moved, send_at=st.just(NOW + timedelta(hours=3))),
    st.builds(events.Moved, window=st.sampled_from(["", NIGHT, "mon-fri 08:00-18:00"])),
    st.builds(events.TimePassed),
)


@dataclass
class Life:
    """What a far end saw of a job."""

    placed: int = 0
    printed: set[int] = field(default_factory=set)  # maybe, and not confirmed in that call


@given(
    st.lists(st.tuples(EVENTS, st.integers(0, 40_000)), max_size=60),
    st.sampled_from(["", NIGHT, "sat"]),
)
def test_whatever_happens(happened: list[tuple[events.Event, int]], window: str) -> None:
    """Never lost, final states final, counts only grow, no page twice without its mark,
    no call beyond the limits, none outside the window, none before its time."""
    now = NOW
    due = next_open(window, UTC, NOW)
    one = job(window=window, due=due, kill_at=due + timedelta(days=1), max_dials=5)
    life = Life()
    for event, seconds in happened:
        now += timedelta(seconds=seconds)
        try:
            step = advance(one, event, now, RULES)
        except JobError:
            continue
        check(one, event, step, now, life)
        one = step.job
    assert life.placed <= one.max_dials
    assert life.printed <= set(one.doubtful)


def check(was: FaxJob, event: events.Event, step: Step, now: datetime, life: Life) -> None:
    one = step.job
    if was.state.is_final:
        assert step == Step(was)
        return
    assert one.id == was.id
    for count in ("confirmed", "dials", "tries"):
        assert getattr(one, count) >= getattr(was, count)
    assert set(was.doubtful) <= set(one.doubtful)
    assert all(one.failures.get(name, 0) >= times for name, times in was.failures.items())
    assert one.confirmed <= one.pages
    assert (one.state is JobState.SENT) == (one.confirmed == one.pages and one.state.is_final)
    assert (Act.TELL in step.acts) == one.state.is_final == (one.ended is not None)
    assert one.priority // 16 == was.priority // 16 or isinstance(event, events.Moved)
    if isinstance(event, events.Claimed):
        assert was.due <= now < was.kill_at
        assert next_open(one.window, UTC, now) == now
        assert one.first_page == one.confirmed
    if isinstance(event, events.Ended | events.Interrupted):
        assert one.state is not JobState.SENDING
        failure = getattr(event, "failure", Failure.INTERRUPTED)
        life.placed += failure not in OURS
        printed = was.talking if isinstance(event, events.Interrupted) else event.is_printed
        if printed and one.confirmed < one.pages:
            life.printed.add(one.confirmed + 1)
