"""Faxes that go out: real T.30 to fax machines, in virtual time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from boardivr.fax.queue import events
from boardivr.fax.queue.job import Failure, JobState
from boardivr.fax.queue.probing import Probe, ProbeError
from boardivr.fax.settings import DestinationRule, FaxSection, LineGroup
from boardivr.hal.loopback.faults import Fault, inflict
from boardivr.hal.loopback.faxmachine import FaxMachine, FaxManner
from boardivr.hal.types import FaxSettings, Modem, Resolution, State
from boardivr.media.faxfaults import ALWAYS, FaxFaults
from tests.fax.queue.rig import Rig, rig

SECTION = FaxSection(ident="95588", header="A bank")  # type: ignore[arg-type]
BUSY = 17  # cause of ITU-T Q.850


def pages_of(machine: FaxMachine) -> list[int]:
    """How many pages each call brought."""
    counts = []
    for path in machine.files:
        if path.exists():
            with Image.open(path) as got:
                counts.append(getattr(got, "n_frames", 1))
        else:
            counts.append(0)
    return counts


def refuse(r: Rig, number: str, cause: int) -> None:
    r.board.exchange.treat(number, r.board.exchange.plan.tone("busy"), cause)


@pytest.mark.parametrize("kind", ["e1", "fxo"])
def test_sent(tmp_path: Path, kind: str) -> None:
    """A fax goes out by itself, and every page of it arrives as it was made."""
    with rig(tmp_path, SECTION, kind=kind) as r:
        machine = r.machine("7001", FaxManner(settings=FaxSettings(ident="7001")))
        (job,) = r.finish(*r.send("7001", pages=2))

        assert (job.state, job.confirmed, job.dials, job.tries) == (JobState.SENT, 2, 1, 1)
        assert r.log.destination("7001").ident == "7001"
        (one,) = r.log.tries(job.id)
        assert (one.failure, one.confirmed, one.rate) == (None, 2, 14400)
        assert any("DIS" in line for line in one.trace)
        assert pages_of(machine) == [2]
        assert all(channel.state is State.ON_HOOK for channel in r.board.channels)


def test_cut_again_and_again(tmp_path: Path) -> None:
    """A machine that hangs up after a page gets the next one in the next call, none twice."""
    with rig(tmp_path, SECTION) as r:
        machine = r.machine("7001", FaxManner(hangs_up_in="C", hangs_up_after=1))
        (job,) = r.finish(*r.send("7001", pages=3))

        assert (job.state, job.dials, job.failures) == (JobState.SENT, 3, {"cut": 2})
        assert pages_of(machine) == [1, 1, 1]
        assert [one.first_page for one in r.log.tries(job.id)] == [0, 1, 2]


def test_v17_trouble(tmp_path: Path) -> None:
    """After V.17 has failed it is left out, for this number also the next time."""
    with rig(tmp_path, SECTION) as r:
        machine = r.machine("7001")
        # A loss on which V.17's short training fails and V.29 doesn't.
        inflict(r.board.exchange, machine.telephone.station, Fault(loss=17.0))
        (first,) = r.finish(*r.send("7001"))
        (second,) = r.finish(*r.send("7001", is_again=True))

        assert (first.state, second.state) == (JobState.SENT, JobState.SENT)
        tries = r.log.tries(first.id)
        assert [one.settings for one in tries] == ["", "no V.17"]
        assert [one.failure for one in tries] == [Failure.PAGE, None]
        assert [(one.settings, one.rate) for one in r.log.tries(second.id)] == [("no V.17", 9600)]


def test_no_training_at_all(tmp_path: Path) -> None:
    """A machine that no training satisfies is called three times, more carefully each time."""
    refuses = FaxFaults(instead_of="CFR", says="FTT", says_times=ALWAYS)
    with rig(tmp_path, SECTION) as r:
        r.machine("7001", FaxManner(faults=refuses))
        (job,) = r.finish(*r.send("7001"))

        assert (job.state, job.failure, job.tries) == (JobState.FAILED, Failure.TRAINING, 3)
        assert "page 1 failed 3 times in a row" in job.words
        tried = [one.settings for one in r.log.tries(job.id)]
        assert tried == ["", "no V.17", "V.27ter only, 4800 bit/s"]


def test_a_plain_machine(tmp_path: Path) -> None:
    """A machine that has no fine lines gets the pages in standard ones."""
    with rig(tmp_path, SECTION) as r:
        plain = FaxSettings(resolutions=Resolution.STANDARD)
        machine = r.machine("7001", FaxManner(settings=plain))
        (job,) = r.finish(*r.send("7001", pages=2))

        assert (job.state, job.failures) == (JobState.SENT, {"incompatible": 1})
        assert pages_of(machine)[-1] == 2
        with Image.open(machine.files[-1]) as got:
            assert 90 < float(got.info["dpi"][1]) < 110
        (again,) = r.finish(*r.send("7001", is_again=True))
        assert (again.state, again.failures) == (JobState.SENT, {})  # known by now


def test_one_call_for_several_faxes(tmp_path: Path) -> None:
    """What is ready for one number goes out in one call, and each fax has its own pages."""
    with rig(tmp_path, SECTION) as r:
        machine = r.machine("7001")
        jobs = [r.send("7001", pages=pages, is_again=True)[0] for pages in (1, 2, 1)]
        done = r.finish(*jobs)

        assert [job.state for job in done] == [JobState.SENT] * 3
        assert [job.confirmed for job in done] == [1, 2, 1]
        assert pages_of(machine) == [4]
        assert [path.name[0] for path in r.queue.spool.folder.glob("*.tif")] == ["d"] * 3


def test_one_call_that_is_cut(tmp_path: Path) -> None:
    """Of several faxes in a call that is cut, those behind the cut page count no dial."""
    with rig(tmp_path, SECTION) as r:
        r.machine("7001", FaxManner(hangs_up_in="C", hangs_up_after=1))
        jobs = [r.send("7001", is_again=True)[0] for _ in range(3)]
        done = r.finish(*jobs)

        assert [job.state for job in done] == [JobState.SENT] * 3
        assert done[0].failures == {}
        assert done[1].failures == {"cut": 1}
        assert done[2].failures["not reached"] >= 1
        assert done[2].dials <= 2


def test_busy_until_it_isnt(tmp_path: Path) -> None:
    """A busy number is called again after some minutes."""
    with rig(tmp_path, SECTION) as r:
        refuse(r, "7001", BUSY)
        (job,) = r.send("7001")
        r.clock.sleep(300.0)
        assert r.queue.job(job.id).failure is Failure.BUSY
        del r.board.exchange._treatments["7001"]
        r.machine("7001")
        (done,) = r.finish(job)

        assert done.state is JobState.SENT
        assert done.dials == done.failures["busy"] + 1


def test_a_busy_number_isnt_hammered(tmp_path: Path) -> None:
    """Several faxes to a busy number make no more calls than one."""
    with rig(tmp_path, replace(SECTION, batch=2)) as r:
        refuse(r, "7001", BUSY)
        jobs = [r.send("7001", is_again=True)[0] for _ in range(5)]
        r.clock.sleep(60.0)
        assert sum(r.queue.job(job.id).dials > 0 for job in jobs) == 2
        assert len({one.began for job in jobs for one in r.log.tries(job.id)}) == 1
        assert r.queue.file.next_due() > "2026-09-21T08:01:30"


def test_wrong_number(tmp_path: Path) -> None:
    """A number that isn't in service is called once."""
    with rig(tmp_path, SECTION) as r:
        (job,) = r.finish(*r.send("4711"))

        assert (job.state, job.failure, job.dials) == (JobState.FAILED, Failure.WRONG_NUMBER, 1)


def test_a_person_answers(tmp_path: Path) -> None:
    """Who picks up and isn't a fax is called twice at most."""
    with rig(tmp_path, SECTION) as r:
        phone = r.board.telephone("7002")

        def attend() -> None:
            while True:
                phone.wait_for_ring()
                phone.answer()
                phone.wait_for_end(300.0)
                phone.hang_up()

        r.clock.spawn(attend, "a person")
        (job,) = r.finish(*r.send("7002"))

        assert (job.state, job.failure, job.dials) == (JobState.FAILED, Failure.NO_FAX, 2)
        assert not r.log.destination("7002").is_fax


def test_cancelled_while_sending(tmp_path: Path) -> None:
    """The call is ended, the line is free, and the fax is not sent again."""
    with rig(tmp_path, SECTION) as r:
        r.machine("7001")
        (job,) = r.send("7001", pages=5)
        r.until(lambda: r.queue.job(job.id).confirmed > 0)
        r.queue.advance(job.id, events.Cancelled())
        r.clock.sleep(10.0)

        now = r.queue.job(job.id)
        assert (now.state, now.dials) == (JobState.CANCELLED, 1)
        assert 0 < now.confirmed < 5
        assert all(channel.state is State.ON_HOOK for channel in r.board.channels)


@pytest.mark.parametrize(("keep_free", "at_once"), [(1, 1), (0, 2)])
def test_lines_are_kept_for_callers(tmp_path: Path, keep_free: int, at_once: int) -> None:
    """A group of lines leaves some of them to callers."""
    section = replace(SECTION, lines={"all": LineGroup(keep_free=keep_free)})
    with rig(tmp_path, section) as r:
        r.machine("7001"), r.machine("7002")
        jobs = r.send("7001", "7002")
        r.clock.sleep(8.0)
        busy = [channel for channel in r.board.channels if channel.state is not State.ON_HOOK]
        assert len(busy) == at_once
        assert [job.state for job in r.finish(*jobs)] == [JobState.SENT] * 2


def test_one_call_at_a_time_to_a_number(tmp_path: Path) -> None:
    """A number is never called while another fax to it is on a line."""
    section = replace(SECTION, lines={"all": LineGroup(keep_free=0)}, batch=1)
    with rig(tmp_path, section) as r:
        machine = r.machine("7001")
        jobs = [r.send("7001", is_again=True)[0] for _ in range(3)]
        done = r.finish(*jobs)

        assert [job.dials for job in done] == [1, 1, 1]
        assert pages_of(machine) == [1, 1, 1]


def test_forbidden_meanwhile(tmp_path: Path) -> None:
    """A number that the settings forbid by now isn't called."""
    with rig(tmp_path, SECTION) as r:
        (job,) = r.send("7001", is_held=True)
    forbidding = replace(SECTION, rules=(DestinationRule(match="7*", forbid=True),))
    with rig(tmp_path, forbidding) as r:
        r.queue.advance(job.id, events.Released())
        (done,) = r.finish(job)
        assert (done.state, done.failure, done.dials) == (JobState.FAILED, Failure.FORBIDDEN, 0)


def test_the_appliance_stops(tmp_path: Path) -> None:
    """A fax that is cut off by the end goes on afterwards at its first unconfirmed page."""
    with rig(tmp_path, SECTION) as r:
        r.machine("7001")
        (job,) = r.send("7001", pages=4)
        r.until(lambda: r.queue.job(job.id).confirmed > 0)
    tmp_path.joinpath("at-7001").rename(tmp_path / "before")
    with rig(tmp_path, SECTION) as r:
        between = r.queue.job(job.id)
        assert between.failure is Failure.STOPPED
        assert 0 < between.confirmed < 4
        machine = r.machine("7001")
        (done,) = r.finish(job)
        assert done.state is JobState.SENT
        assert pages_of(machine) == [4 - between.confirmed]


def test_probe(tmp_path: Path) -> None:
    """A probe tells what a machine can do, prints nothing there, and remembers it."""
    with rig(tmp_path, SECTION) as r:
        settings = FaxSettings(ident="7001", modems=Modem.V27TER, ecm=False)
        machine = r.machine("7001", FaxManner(settings=settings))
        probe = Probe(r.desk, "7001")
        r.desk.ask(probe.run)
        r.until(lambda: bool(machine.results))
        r.clock.sleep(5.0)
        found = probe.wait(0.0)

        assert (found["outcome"], found["ident"]) == ("fax", "7001")
        assert (found["can"]["rate"], found["can"]["ecm"]) == (4800, False)
        assert "DCN" in found["trace"][-1]
        assert pages_of(machine) == [0]
        assert r.log.destination("7001").is_fax
        assert all(channel.state is State.ON_HOOK for channel in r.board.channels)


def test_probe_of_nothing(tmp_path: Path) -> None:
    """A probe of a number that isn't in service says so."""
    with rig(tmp_path, SECTION) as r:
        probe = Probe(r.desk, "4711")
        r.desk.ask(probe.run)
        r.clock.sleep(30.0)
        assert probe.wait(0.0)["outcome"] == "intercept"
        with pytest.raises(ProbeError, match="all lines may be busy"):
            Probe(r.desk, "4711").wait(0.0)


def test_a_channel_that_doesnt_come(tmp_path: Path) -> None:
    """A channel whose thread is dead holds up nobody: another one sends."""
    with rig(tmp_path, SECTION, lines=3) as r:
        r.machine("7001")
        last = r.attendants[-1]
        last.stop()
        r.clock.sleep(1.0)
        (job,) = r.finish(*r.send("7001"))

        assert job.state is JobState.SENT
        assert r.log.tries(job.id)[0].channel != last.channel.name
