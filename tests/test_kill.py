"""An appliance that is killed in the middle of its work, again and again."""

from __future__ import annotations

import dataclasses
import random
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from boardivr.app import Appliance
from boardivr.calls.record import CallRecord, Ending
from boardivr.hal.loopback import open_board
from boardivr.settings import Settings, load_settings
from boardivr.store import Store
from boardivr.store.calls import CallArchive

FLOW = """boardivr: 1
flow: line
language: {default: en}
start: [talk]
defaults: {no_input: {after: 5s, then: hang_up}, on_error: hang_up}
prompts:
  press: {en: Press a key.}
  paid: {en: Paid.}
steps:
  talk:
    - input: number
      say: press
      digits: 6
    - tag: {business: "payment"}
    - send: {host: bank, txn: pay, data: {number: $number}}
    - receive: {into: answer, fields: {payments: number}}
    - play: paid
    - play: paid
"""

MOST_KILLS = 40

SETTINGS = """
pin_cost: 10
flows: flows
lines: {"*": line}
hosts:
  bank:
    sql: own
    transactions:
      pay:
        once: yes
        sql:
          - "insert into payments (number) values (:number)"
          - "select count(*) as payments from payments where number = :number"
"""

CALLS_UNTIL_KILLED = """
import itertools, sys
from boardivr.app import Appliance
from boardivr.hal.loopback import open_board
from boardivr.settings import load_settings

first = int(sys.argv[1])
board = open_board("loopback:?lines=4&number=100&time=virtual")

def caller(number):
    phone = board.telephone(str(number), "caller")
    for turn in itertools.count():
        phone.call("100")
        if phone.wait_for_answer():
            phone.hear("press@en")
            phone.press(f"{first + 4 * turn + number:06}")
            phone.hear("paid@en")
            phone.listen(0.1 * (turn % 9))  # some hang up, some hear it to its end
        phone.hang_up()
        print(first + 4 * turn + number, flush=True)

with Appliance(load_settings(), boards=[board]) as appliance:
    appliance.warm()
    appliance.start()
    threads = [board.clock.spawn(lambda n=n: caller(n), str(n)) for n in range(4)]
    for thread in threads:
        board.clock.join(thread)
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("BOARDIVR_HOME", str(tmp_path))
    (tmp_path / "boardivr.yaml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "line.yaml").write_text(FLOW, encoding="utf-8")
    settings = load_settings()
    with Store(settings.database) as store:
        store.migrate()
        with store.transaction() as work:
            work.execute("create table payments (number text)")
    return settings


@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.grid)])
def test_killed_again_and_again(settings: Settings, kills: int) -> None:
    """After every SIGKILL the database is whole, and nothing was paid twice or without its answer.

    Calls that went on are ended as "appliance stopped" when it starts again; a payment
    that is asked for once more, with its key, gives the first answer and pays nothing.
    """
    chance, first, stopped = random.Random(20260921), 1000, 0
    for turn in range(MOST_KILLS):
        if turn >= kills and stopped:
            break  # most kills fall between two commits, where no call is written down yet
        made = run_and_kill(first, chance)
        stopped += look(settings)
        first += 10 * (made + 10)

    assert stopped > 0, "no kill hit a call: the test shows nothing"


def run_and_kill(first: int, chance: random.Random) -> int:
    """Let the appliance work, kill it at a random moment; return the calls that were told."""
    process = subprocess.Popen(
        [sys.executable, "-c", CALLS_UNTIL_KILLED, str(first)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    told = chance.randint(1, 40)
    with process.stdout:
        for _ in range(told):
            assert process.stdout.readline(), "the appliance ended by itself"
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=chance.uniform(0.0, 0.05))
        process.kill()
        told += len(process.stdout.readlines())
    process.wait()
    return told


def look(settings: Settings) -> int:
    """Start the appliance again and see what there is; return how many calls were cut off."""
    with Store(settings.database) as store:
        assert store.row("pragma integrity_check") == {"integrity_check": "ok"}
        were_open = {
            str(row["id"]) for row in store.rows("select id from calls where ended is null")
        }
    quiet = dataclasses.replace(settings, boards=())
    with Appliance(quiet, boards=[open_board("loopback:?lines=1&time=virtual")]) as appliance:
        archive, store = appliance.archive, appliance.store
        records = archive.recent(1_000_000)
        assert all(record.ended is not None for record in records)
        cut = {r.id for r in records if r.ending is Ending.APPLIANCE_STOPPED}
        assert were_open <= cut
        for record in records:
            check_record(record, archive)
        check_payments(appliance, store)
    return len(were_open)


def check_record(record: CallRecord, archive: CallArchive) -> None:
    """A call's steps have no gaps, and one that wasn't cut off is whole."""
    steps = archive.steps(record.id)
    assert [step.number for step in steps] == list(range(1, len(steps) + 1))
    if record.ending in (Ending.WE_HUNG_UP, Ending.CALLER_HUNG_UP):
        assert (record.flow, record.flow_hash is not None) == ("line", True)
        assert record.tags == {"business": "payment"}
        assert any(step.name == "send" and step.detail["rows"] == 1 for step in steps)
    else:
        assert record.ending is Ending.APPLIANCE_STOPPED, record


def check_payments(appliance: Appliance, store: Store) -> None:
    """Each payment was made once, has its answer, and isn't made again."""
    paid = store.rows("select number, count(*) as times from payments group by number")
    answers = store.rows("select txn, key from host_answers")
    assert {row["times"] for row in paid} == {1}
    assert len(paid) == len(answers)
    for answer in answers[:5] + answers[-5:]:
        data = {"number": "again"}
        key = str(answer["key"])
        assert appliance.hosts.call("bank", "pay", data, 30.0, key) == [{"payments": 1}]
    assert store.row("select 1 from payments where number = 'again'") is None
