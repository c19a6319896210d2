"""The demo: six callers at the sample bank, on a loopback board, in real audio.

Two customers with different functions open hear different menus; one caller
says nothing, one hangs up in the middle. One has his statement faxed: a real fax,
to a machine on the same board. Also the main job's acceptance test.
"""

from __future__ import annotations

import dataclasses
import functools
import operator
import shutil
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from boardivr.app import Appliance
from boardivr.calls.record import CallRecord
from boardivr.clock import Clock
from boardivr.hal import Board, BoardError, CallEnded, FaxResult, Feature
from boardivr.hal.loopback import Heard, Telephone
from boardivr.hal.loopback.faxmachine import FaxMachine
from boardivr.hal.registry import open_board
from boardivr.settings import Settings
from boardivr.store.sample import JONES, SMITH, WANG, ZHAO, seed

BANK = "95588"
FAX = "66010000"
PINS = {"A": "135790", "B": "246801", "D": "864201", "E": "975310"}
FAX_PATIENCE = 180.0  # seconds for the statement to arrive
REDIALS = 9
REDIAL_AFTER = 10.0  # seconds on-hook before a caller who found the bank busy tries again
WRONG_PIN = "111111"
URL = f"loopback:?lines=8&kind=fxo&country=cn&number={BANK}&time="


NewTelephone = Callable[[str, str], Telephone]
"""Makes a telephone on the board's exchange, of a number and a name."""


@dataclass(frozen=True, kw_only=True)
class Caller:
    """:param act: what he does once the bank has answered
    :param needs: he doesn't call where no channel can do it
    """

    title: str
    number: str
    act: Callable[[Telephone], None]
    is_recorded: bool = False
    needs: Feature = Feature.NONE


@dataclass(frozen=True, kw_only=True)
class DemoCall:
    """A call as the caller heard it.

    :param recording: both sides, where the call was recorded
    """

    title: str
    log: Sequence[Heard]
    recording: Path | None


@dataclass(frozen=True, kw_only=True)
class DemoFax:
    """The statement, as the fax machine has it.

    :param picture: of its page, as PNG
    :param is_exact: dot by dot what was sent
    """

    result: FaxResult
    picture: Path
    is_exact: bool


@dataclass(frozen=True, kw_only=True)
class DemoResult:
    """:param seconds: line time from the first call to the end of the last
    :param fax: None where it didn't arrive, or the board has no fax
    """

    calls: Sequence[DemoCall]
    fax: DemoFax | None
    records: Sequence[CallRecord]
    seconds: float


def wang(phone: Telephone) -> None:
    """She knows the menus: she types ahead through them, and cuts what she hears."""
    phone.listen(1.0)
    phone.press(f"{WANG.card}#")
    phone.press(PINS["A"], is_secret=True)
    phone.press("1")
    phone.hear("balance_is")
    phone.hear("say:money")
    phone.hear("rates@zh-CN")
    phone.press("2")
    phone.hear("foreign_balances")
    phone.press("*")
    phone.hear("end_call")
    phone.hear("五")
    phone.press("5")
    phone.wait_for_end()


def smith(phone: Telephone) -> None:
    """He listens to everything, and mistypes his PIN once."""
    phone.hear("enter_card")
    phone.listen(5.0)
    phone.press(f"{SMITH.card}#")
    phone.hear("enter_pin")
    phone.listen(4.0)
    phone.press(WRONG_PIN, is_secret=True)
    phone.hear("wrong_pin")
    phone.listen(5.0)
    phone.press(PINS["B"], is_secret=True)
    phone.hear("agent@en")
    phone.press("1")
    phone.hear("balance_is")
    phone.hear("anything_else")
    phone.press("4")
    phone.wait_for_end()


def zhao(phone: Telephone) -> None:
    """She has her statement faxed to a machine elsewhere."""
    phone.hear("enter_card")
    phone.press(f"{ZHAO.card}#")
    phone.press(PINS["D"], is_secret=True)
    phone.hear("statement@zh-CN")
    phone.press("1")
    phone.hear("fax_it_elsewhere")
    phone.press("2")
    phone.hear("enter_fax_number")
    phone.press(f"{FAX}#")
    phone.hear("确认无误")
    phone.press("1")
    phone.hear("fax_is_ordered")
    phone.hear("end_call")
    phone.press("2")
    phone.wait_for_end()


def jones(phone: Telephone) -> None:
    """She says what she wants, and keys the amount."""
    phone.hear("enter_card")
    phone.press(f"{JONES.card}#")
    phone.press(PINS["E"], is_secret=True)
    phone.hear("how_can_we_help@en")
    phone.listen(1.0)
    _say(phone, "transfer")
    phone.hear("savings_to_card@en")
    phone.press("1")
    phone.hear("enter_amount@en")
    phone.press("250#")
    phone.hear("about_to_transfer@en")
    phone.press("1")
    phone.hear("transfer_done@en")
    phone.hear("savings_to_card@en")
    _say(phone, "go back")
    phone.hear("anything_else@en")
    phone.listen(1.0)
    _say(phone, "end this call")
    phone.wait_for_end()


def _say(phone: Telephone, words: str) -> None:
    from boardivr.speech.samples import caller_says

    phone.say(caller_says(words))


def silent(phone: Telephone) -> None:
    """He says and presses nothing."""
    phone.wait_for_end(120.0)


def impatient(phone: Telephone) -> None:
    """He hangs up in the middle of a sentence."""
    phone.hear("enter_card")
    phone.listen(1.0)


CALLERS = (
    Caller(title="王芳 (foreign exchange open)", number=WANG.ani or "", act=wang, is_recorded=True),
    Caller(title="John Smith (no foreign exchange)", number=SMITH.ani or "", act=smith),
    Caller(title="赵敏 (her statement by fax)", number=ZHAO.ani or "", act=zhao, needs=Feature.FAX),
    Caller(
        title="Ann Jones (says what she wants)",
        number=JONES.ani or "",
        act=jones,
        needs=Feature.SPEECH,
    ),
    Caller(title="a caller who stays silent", number="13900000003", act=silent),
    Caller(title="a caller who hangs up", number="13900000004", act=impatient),
)


def demo_settings(settings: Settings, folder: Path) -> Settings:
    """Return settings for a bank of its own in a folder; its database is a new one."""
    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "demo.db"
    for part in ("", "-wal", "-shm"):
        Path(f"{database}{part}").unlink(missing_ok=True)
    shutil.rmtree(folder / "fax", ignore_errors=True)
    return dataclasses.replace(settings, home=folder, database=database, lines={"*": "bank"})


def run_demo(
    settings: Settings,
    folder: Path,
    *,
    is_real_time: bool = False,
    url: str | None = None,
    ready: Callable[[Appliance], None] = lambda appliance: None,
) -> DemoResult:
    """Run the calls at once, each on a line of its own.

    :param settings: of the demo's own bank (:func:`demo_settings`)
    :param folder: where the recording goes
    :param url: a board with an exchange of its own; None: a loopback board
    :param ready: called before the calls begin; prompts can be rendered there
    """
    url = url or URL + ("real" if is_real_time else "virtual")
    board = open_board(url)
    telephone = _telephones(board, url)
    with Appliance(settings, boards=[board]) as appliance:
        seed(appliance.store, appliance.customers, PINS)
        ready(appliance)
        appliance.start()
        machine = FaxMachine(telephone(FAX, "a fax machine"), _emptied(folder / "machine"))
        can = functools.reduce(operator.or_, (channel.features for channel in board.channels))
        has_fax = Feature.FAX in can
        if has_fax:
            machine.attend()
        callers = [caller for caller in CALLERS if caller.needs in can]
        calls, seconds = _make_calls(board.clock, telephone, folder, callers)
        if has_fax:
            board.clock.wait(lambda: bool(machine.results), FAX_PATIENCE)
        fax = _fax(appliance, machine, folder)
        appliance.stop(5.0)
        appliance.writer.flush()
        records = sorted(appliance.archive.recent(), key=lambda r: (r.started, r.channel))
    return DemoResult(calls=calls, fax=fax, records=records, seconds=seconds)


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _fax(appliance: Appliance, machine: FaxMachine, folder: Path) -> DemoFax | None:
    """Look at what has arrived at the machine, beside what was sent."""
    from boardivr.fax.document import export
    from boardivr.fax.queue.job import JobState

    if not machine.results or not machine.files[0].exists():
        return None
    board = appliance.boards[0]
    board.clock.wait(lambda: not appliance.faxes.file.jobs([JobState.SENDING]), FAX_PATIENCE)
    (job,) = appliance.faxes.file.jobs([JobState.SENT])
    sent = appliance.faxes.spool.path(job.document)
    (picture,) = export(machine.files[0], folder / "statement.png")
    is_exact = _dots(sent) == _dots(machine.files[0])
    return DemoFax(result=machine.results[0], picture=picture, is_exact=is_exact)


def _dots(path: Path) -> tuple[tuple[int, int], bytes]:
    from PIL import Image

    with Image.open(path) as page:
        black = page.convert("1")
        return black.size, black.tobytes()


def _telephones(board: Board, url: str) -> NewTelephone:
    """Return what makes a board's telephones; close the board, if it has none."""
    found: NewTelephone | None = getattr(board, "telephone", None)
    if found is None:
        board.close()
        raise BoardError(f"{url}: expected a board with telephones: loopback: or dialogic:sim")
    return found


def _make_calls(
    clock: Clock, telephone: NewTelephone, folder: Path, callers: Sequence[Caller]
) -> tuple[list[DemoCall], float]:
    began = clock.now()
    calls: list[DemoCall] = []
    threads = []
    for caller in callers:
        phone = telephone(caller.number, caller.title)
        recording = folder / "call-1.wav" if caller.is_recorded else None
        calls.append(DemoCall(title=caller.title, log=phone.log, recording=recording))
        threads.append(clock.spawn(partial(_call, phone, caller, recording), caller.title))
    for thread in threads:
        clock.join(thread)
    return calls, clock.now() - began


def _call(phone: Telephone, caller: Caller, recording: Path | None) -> None:
    with ExitStack() as stack:
        if recording is not None:
            stack.enter_context(phone.recording(recording))
        for _ in range(REDIALS + 1):
            phone.call(BANK)
            if phone.wait_for_answer():
                with suppress(CallEnded):  # the bank may hang up first
                    caller.act(phone)
                break
            phone.hang_up()  # all lines are busy, where there are fewer than callers
            phone.clock.sleep(REDIAL_AFTER)
        phone.hang_up()
