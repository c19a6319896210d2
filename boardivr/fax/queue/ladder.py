"""How careful a fax is sent: what a machine that had trouble is spared.

Most trouble is V.17's: its short training fails on lines that lose 14 to 22 dB.
Then V.29's is; error correction is left out at last, for without it nothing repairs
a page.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from boardivr.fax.queue.job import Destination, Failure, FaxJob
from boardivr.hal.types import ALL_MODEMS, FaxSettings, Modem

RELAX_AFTER = timedelta(days=30)
"""A machine that gave no new trouble for so long is tried one rung faster."""


@dataclass(frozen=True, kw_only=True)
class Rung:
    """:param words: what is spared"""

    modems: Modem = ALL_MODEMS
    max_rate: int = 14400
    ecm: bool = True
    words: str = ""


RUNGS = (
    Rung(),
    Rung(modems=Modem.V29 | Modem.V27TER, max_rate=9600, words="no V.17"),
    Rung(modems=Modem.V27TER, max_rate=4800, words="V.27ter only, 4800 bit/s"),
    Rung(modems=Modem.V27TER, max_rate=4800, ecm=False, words="4800 bit/s, no ECM"),
)
TRAINING_MOST = 2  # without a rate there is no page that error correction could hinder


def settings(job: FaxJob, level: int) -> FaxSettings:
    """Return what T.30 is told for a job, as careful as that."""
    rung = RUNGS[level]
    return FaxSettings(
        ident=job.ident,
        header=job.header,
        sub_address=job.sub_address,
        modems=rung.modems,
        max_rate=min(rung.max_rate, job.max_rate),
        ecm=rung.ecm and job.ecm,
    )


def level_now(known: Destination, now: datetime) -> int:
    """Return how careful to be with a machine by now."""
    if known.level_at is None:
        return known.level
    return max(0, known.level - (now - known.level_at) // RELAX_AFTER)


def learned(
    known: Destination, failure: Failure | None, level: int, has_progress: bool, now: datetime
) -> Destination:
    """Return what is known of a machine after a call in which a fax answered.

    :param level: with which the call went
    :param has_progress: at least one page was confirmed
    """
    if failure is Failure.TRAINING:
        higher = min(level + 1, TRAINING_MOST)
    elif failure in (Failure.PAGE, Failure.CUT, Failure.TIMEOUT) and not has_progress:
        higher = min(level + 1, len(RUNGS) - 1)
    else:
        # What went well keeps its rung; its time runs from when it was climbed.
        return replace(known, level=level, level_at=known.level_at if level else None)
    return replace(known, level=max(level, higher), level_at=now)
