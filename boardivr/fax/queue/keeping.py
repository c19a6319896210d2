"""Faxes that are over are kept for a time; then they go, into an archive if there is one.

An archive has a folder a month, and in it for each fax its pages (``fax-17.tif``) and
what is known of it (``fax-17.json``).
"""

from __future__ import annotations

import json
import logging
import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from boardivr.fax.queue.facts import job_facts, plain
from boardivr.fax.queue.job import FaxJob
from boardivr.fax.queue.queue import FaxQueue

log = logging.getLogger(__name__)

AT_ONCE = 100
"""Faxes that go in one transaction: whoever wants to write waits no longer."""


def purge(queue: FaxQueue, now: datetime, archive: Path | None) -> int:
    """Let faxes go whose time is over; return how many.

    :raises OSError: the archive can't be written; what isn't in it stays
    """
    before = now - timedelta(seconds=queue.section.keep)
    gone = 0
    while jobs := queue.file.over(before, AT_ONCE):
        if archive is not None:
            for job in jobs:
                _keep(queue, job, archive)
        with queue.file.change() as pen:
            names = pen.forget([job.id for job in jobs])
        for name in names:
            queue.spool.path(name).unlink(missing_ok=True)
        gone += len(jobs)
    if gone:
        log.info("%d faxes were kept long enough: %s", gone, archive or "gone")
    return gone


def _keep(queue: FaxQueue, job: FaxJob, archive: Path) -> None:
    """Put a fax into the archive, whole and on the disk; again is fine."""
    folder = archive / f"{job.ended or job.made:%Y-%m}"
    folder.mkdir(parents=True, exist_ok=True)
    pages = folder / f"fax-{job.id}.tif"
    if (source := queue.spool.path(job.document)).exists():
        shutil.copyfile(source, pages.with_suffix(".new"))
        _settle(pages.with_suffix(".new"), pages)
    facts = {**job_facts(job), "calls": [plain(one) for one in queue.log.tries(job.id)]}
    text = json.dumps(facts, indent=2, ensure_ascii=False, default=str)
    pages.with_suffix(".json.new").write_text(text, encoding="utf-8")
    _settle(pages.with_suffix(".json.new"), pages.with_suffix(".json"))


def _settle(made: Path, path: Path) -> None:
    with made.open("rb") as file:
        os.fsync(file.fileno())
    made.replace(path)
