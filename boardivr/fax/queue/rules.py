"""What befalls a job after each class of failure: how long it waits, how often it may happen."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

from boardivr.fax.queue.job import Failure, FaxJob
from boardivr.fax.queue.windows import next_open

UNLIMITED = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Rule:
    """:param wait: seconds until the next try
    :param growth: by which the wait is multiplied each time
    :param most: failures of this class after which it is given up; 1: it is never tried again
    :param most_unknown: the same for a number at which no fax has ever answered
    :param longest: seconds that it never waits longer than
    :param first_wait: seconds the first time; None: as the others
    :param jitter: the wait is half of it to one and a half times
    """

    wait: float
    growth: float = 1.0
    most: int = UNLIMITED
    most_unknown: int | None = None
    longest: float = 3600.0
    first_wait: float | None = None
    jitter: bool = True


NEVER_AGAIN = Rule(wait=0.0, most=1)
AT_ONCE = Rule(wait=0.0, jitter=False)

RETRIES: Mapping[Failure, Rule] = {
    Failure.BUSY: Rule(wait=180.0, growth=1.25, most=12),
    Failure.NO_ANSWER: Rule(wait=300.0, growth=1.5, most=5),
    Failure.CONGESTION: Rule(wait=120.0, growth=1.5, most=8),
    Failure.NO_LINE: Rule(wait=30.0, growth=1.5, longest=300.0),
    Failure.WRONG_NUMBER: NEVER_AGAIN,
    Failure.REJECTED: Rule(wait=300.0, growth=2.0, most=3),
    # People that aren't a fax machine are left alone.
    Failure.VOICE: Rule(wait=900.0, most=3, most_unknown=1),
    Failure.MACHINE: Rule(wait=900.0, most=3, most_unknown=1),
    Failure.NO_FAX: Rule(wait=300.0, growth=2.0, most=4, most_unknown=2),
    Failure.TRAINING: Rule(wait=60.0),
    Failure.PAGE: Rule(wait=60.0),
    Failure.CUT: Rule(wait=60.0),
    Failure.TIMEOUT: Rule(wait=300.0, most=3),
    Failure.INCOMPATIBLE: Rule(wait=5.0, most=2),
    Failure.FAULT: Rule(wait=300.0, most=3),
    Failure.FILE: NEVER_AGAIN,
    Failure.ACCESS: NEVER_AGAIN,
    Failure.FORBIDDEN: NEVER_AGAIN,
    Failure.TOO_LATE: NEVER_AGAIN,
    Failure.STOPPED: AT_ONCE,
    # At once; but what brings the appliance down again and again does so more slowly.
    Failure.INTERRUPTED: Rule(wait=5.0, growth=2.0, first_wait=0.0, longest=300.0),
    Failure.NOT_REACHED: AT_ONCE,
}

OURS = frozenset({Failure.NO_LINE, Failure.NOT_REACHED})
"""Failures before any call was placed for the job: they count as no dial."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """:param retries: by class
    :param give_up: seconds from the first possible moment until a job has failed
    :param same_page: tries in a row without a page confirmed, after which it has failed
    :param zone: whose times of day windows are
    :param seed: of the chance in the waits
    """

    retries: Mapping[Failure, Rule] = field(default_factory=lambda: dict(RETRIES))
    give_up: float = 24 * 3600.0
    same_page: int = 3
    zone: tzinfo = UTC
    seed: str = "boardivr"

    def wait(self, job: FaxJob, failure: Failure) -> float:
        """Return the seconds until the next try of a job to which this has just happened."""
        rule = self.retries[failure]
        times = max(0, job.failures.get(failure.value, 1) - 1)
        if times == 0 and rule.first_wait is not None:
            return rule.first_wait
        seconds = min(rule.longest, rule.wait * rule.growth ** min(times, 50))
        if not rule.jitter:
            return seconds
        # By what the job is, not by when it is asked: the function stays pure.
        chance = random.Random(f"{self.seed}/{job.id}/{sum(job.failures.values())}")
        return seconds * chance.uniform(0.5, 1.5)

    def is_enough(self, job: FaxJob, failure: Failure, is_known: bool) -> bool:
        """Return whether a job has had so many of these failures that it is given up."""
        rule = self.retries[failure]
        unknown = rule.most if rule.most_unknown is None else rule.most_unknown
        return job.failures.get(failure.value, 0) >= (rule.most if is_known else unknown)

    def opens(self, job: FaxJob, when: datetime) -> datetime:
        """Return when a job may be sent, at ``when`` or later."""
        return next_open(job.window, self.zone, max(when, job.send_at))

    def kill_at(self, opens: datetime) -> datetime:
        """Return until when a job that may first be sent then is tried."""
        return opens + timedelta(seconds=self.give_up)
