"""What the commands about queued faxes share: the queue, times, how jobs are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from boardivr.cli.context import AppContext
from boardivr.cli.output import print_json, print_table

if TYPE_CHECKING:
    from boardivr.fax.queue.job import FaxJob
    from boardivr.fax.queue.queue import FaxQueue

UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
COLUMNS = ("fax", "to", "pages", "state", "how", "priority", "dials", "owner", "title")


@contextmanager
def open_queue(app: AppContext) -> Iterator[FaxQueue]:
    """Open the queue beside the appliance, which may be working it."""
    from boardivr.clock import SystemClock
    from boardivr.fax.queue.queue import FaxQueue

    with app.store() as store:
        settings = app.settings
        yield FaxQueue(store, settings.fax, settings.fax_folder, SystemClock().wall)


def tell_appliance(app: AppContext) -> bool:
    """Have the running appliance look at the queue; False where none runs."""
    from boardivr.control import ControlError, ask

    try:
        ask(app.settings.control, "fax_look", within=10.0)
    except (ControlError, FileNotFoundError):
        return False
    return True


class Moment(click.ParamType[datetime]):
    """A time: ``22:00`` (the next one), ``2026-11-27 08:00``, or ``30min`` from now."""

    name = "time"

    def convert(self, value: Any, parameter: Any, context: Any) -> datetime:
        if isinstance(value, datetime):
            return value
        now = datetime.now().astimezone()
        if found := re.fullmatch(r"\+?(\d{1,4}) ?(s|min|h|d)", value):
            return now + timedelta(seconds=int(found[1]) * UNITS[found[2]])
        try:
            if re.fullmatch(r"\d{1,2}:\d{2}", value):
                hour, minute = map(int, value.split(":"))
                today = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
                return today if today > now else today + timedelta(days=1)
            return datetime.fromisoformat(value).astimezone()
        except ValueError:
            self.fail(f"expected 22:00, 2026-11-27 08:00 or 30min, found {value!r}")


class Priority(click.ParamType[int]):
    """``high``, ``normal``, ``bulk``, or 0 to 255."""

    name = "priority"

    def convert(self, value: Any, parameter: Any, context: Any) -> int:
        from boardivr.fax.queue.job import PRIORITIES

        if isinstance(value, int):
            return value
        if value in PRIORITIES:
            return PRIORITIES[value]
        if not re.fullmatch(r"\d{1,3}", value) or int(value) > 255:
            self.fail(f"expected high, normal, bulk, or 0 to 255, found {value!r}")
        return int(value)


def print_jobs(jobs: Sequence[FaxJob], as_json: bool) -> None:
    """Print jobs as a table or as JSON."""
    from boardivr.fax.queue.facts import job_facts, sentence
    from boardivr.fax.queue.numbers import shown

    if as_json:
        print_json([job_facts(job) for job in jobs])
        return
    now = datetime.now().astimezone()
    print_table(
        COLUMNS,
        [
            (job.id, shown(job.number, job.extra), f"{job.confirmed}/{job.pages}",
             job.state.value, sentence(job, now), job.priority, job.dials, job.owner, job.title)
            for job in jobs
        ],
    )  # fmt: skip
