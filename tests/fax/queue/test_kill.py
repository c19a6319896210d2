"""The process is killed (SIGKILL) at random moments, again and again."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from boardivr.fax import tiff
from boardivr.fax.queue.job import FaxJob, JobState
from boardivr.fax.queue.order import FaxOrder
from boardivr.fax.queue.queue import FaxQueue
from boardivr.fax.settings import FaxSection
from boardivr.store import Store
from tests.manual_clock import ManualClock

PATIENT = FaxSection(max_dials=10_000, max_tries=10_000, same_page=10_000)
NUMBERS = ("7001", "7002")
JOBS, PAGES = 8, 3
DYING = 50
LEAST_ROWS = 60  # each page has rows of its own number, by which it is known where it arrives

SENDS = """
import sys
from pathlib import Path
from tests.fax.queue.rig import rig
from tests.fax.queue.test_kill import NUMBERS, PATIENT, are_over

with rig(Path(sys.argv[1]), PATIENT) as r:
    for number in NUMBERS:
        r.machine(number)
    print("ready", flush=True)
    while not are_over(r.queue):
        r.clock.sleep(5.0)
    print("over", flush=True)
"""

ACCEPTS = """
import sys
from pathlib import Path
from boardivr.fax.queue.order import FaxOrder
from tests.fax.queue.test_kill import opened

with opened(Path(sys.argv[1])) as queue:
    print("ready", flush=True)
    while True:
        files = (Path(sys.argv[1], "letter.txt"),)
        jobs = queue.submit(FaxOrder(files=files, numbers=("1", "2"), is_again=True))
        print(*[job.id for job in jobs], flush=True)
"""


@contextmanager
def opened(folder: Path) -> Iterator[FaxQueue]:
    with Store(folder / "boardivr.db") as store:
        if not store.applied():
            store.migrate()
        yield FaxQueue(store, PATIENT, folder / "out", ManualClock().wall)


def are_over(queue: FaxQueue) -> bool:
    return all(state.is_final for state in queue.file.counts())


@contextmanager
def killed_after(program: str, folder: Path, seconds: float, lines: int = 0) -> Iterator[list[str]]:
    """Run a program, kill it so long after it is ready and has said so many lines; give them."""
    command = [sys.executable, "-c", program, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline().strip() for _ in range(1 + lines)]
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=seconds)
        process.kill()
        said += process.stdout.read().split("\n")
    assert said[0] == "ready", said
    yield [line for line in said[1:] if line]


def check_files(queue: FaxQueue) -> None:
    """Every job has its pages, and nothing else is left once the appliance has begun anew."""
    queue.recover("main")
    for _ in range(DYING):
        found = {path.name for path in queue.spool.folder.iterdir()} - {".lock"}
        if found == queue.file.names():
            break
        time.sleep(0.1)  # of the system: a converter takes a moment to die with its parent
        queue.clean()
    assert found == queue.file.names()
    for job in queue.file.jobs(list(JobState), limit=100_000):
        assert job.state is not JobState.SENDING
        assert len(tiff.read(queue.spool.path(job.document).read_bytes())) == job.pages


@pytest.mark.parametrize("kills", [6, pytest.param(130, marks=pytest.mark.grid)])
def test_killed_while_sending(tmp_path: Path, kills: int) -> None:
    """Every fax is sent in the end; a page that was printed twice has its mark, none is missing."""
    chance = random.Random(20260921)
    with opened(tmp_path) as queue:
        done = order(queue, tmp_path)
    for _ in range(kills):
        with killed_after(SENDS, tmp_path, chance.uniform(0.0, 0.25)):
            pass
        with opened(tmp_path) as queue:
            check_files(queue)
            if are_over(queue):
                check_arrived(queue, tmp_path, done)
                done |= order(queue, tmp_path)
    with killed_after(SENDS, tmp_path, 60.0) as said:
        assert said == ["over"]
    with opened(tmp_path) as queue:
        check_arrived(queue, tmp_path, done)
        cut = [id for id in done if "interrupted" in queue.job(id).failures]
        assert cut, "no kill hit a fax: the test shows nothing"


def order(queue: FaxQueue, folder: Path) -> dict[int, list[int]]:
    """Queue faxes whose pages all have rows of their own; return those by fax."""
    done = {}
    taken = queue.file.counts().get(JobState.SENT, 0) * PAGES
    for place in range(JOBS):
        rows = [LEAST_ROWS + taken + place * PAGES + page for page in range(PAGES)]
        path = folder / "pages.tif"
        with path.open("wb") as file:
            tiff.write(file, [striped(count) for count in rows])
        number = NUMBERS[place % len(NUMBERS)]
        (job,) = queue.submit(FaxOrder(files=(path,), numbers=(number,)))
        assert job.pages == PAGES
        done[job.id] = rows
    return done


def striped(rows: int) -> tiff.Coded:
    page = Image.new("1", (1728, rows), 255)
    ImageDraw.Draw(page).rectangle((100, 10, 1600, rows - 10), fill=0)
    return tiff.Coded(columns=1728, rows=rows, lines_per_inch=196, data=tiff.code(page))


def check_arrived(queue: FaxQueue, folder: Path, done: dict[int, list[int]]) -> None:
    arrived = Counter(pages_in(folder))
    for id, rows in done.items():
        job = queue.job(id)
        assert (job.state, job.confirmed) == (JobState.SENT, PAGES)
        for page, count in enumerate(rows, 1):
            assert arrived[count] >= 1, f"page {page} of fax {id} never arrived"
            assert arrived[count] == 1 or page in job.doubtful, marks(job, page, arrived[count])


def marks(job: FaxJob, page: int, times: int) -> str:
    return f"page {page} of fax {job.id} was printed {times} times, marked are {job.doubtful}"


def pages_in(folder: Path) -> Iterator[int]:
    """Yield the rows of every page that the machines have."""
    for path in folder.glob("at-*/*.tif"):
        with suppress(OSError, SyntaxError), Image.open(path) as file:
            for place in range(getattr(file, "n_frames", 1)):
                file.seek(place)
                yield file.height


@pytest.mark.parametrize("kills", [4, pytest.param(70, marks=pytest.mark.grid)])
def test_killed_while_accepting(tmp_path: Path, kills: int) -> None:
    """What was told as accepted is there with its pages; of all else nothing is left."""
    chance = random.Random(20260922)
    (tmp_path / "letter.txt").write_text("Dear customer\n")
    accepted: set[int] = set()
    for kill in range(kills):
        with killed_after(ACCEPTS, tmp_path, chance.uniform(0.0, 0.5), kill % 2) as said:
            accepted |= {int(id) for line in said for id in line.split()}
        with opened(tmp_path) as queue:
            check_files(queue)
            kept = {job.id for job in queue.file.jobs(list(JobState), limit=100_000)}
            assert accepted <= kept
    assert accepted
