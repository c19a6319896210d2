"""Call progress analysis on the board: what it is told, and what its results mean.

Tones and times of a country go into the board's definitions (dx_chgfreq(), dx_chgdur(),
dx_chgrepcnt(), in force after dx_initcallp()), the rest into a DX_CAP. Voice API
Library Reference: dx_dial(), "DX_CAP", ATDX_CPTERM(), ATDX_CONNTYPE().
"""

from __future__ import annotations

from math import inf
from typing import Any

from boardivr.hal.dialogic_cffi.names import C, in_group
from boardivr.hal.dialogic_cffi.options import Analysis, Options
from boardivr.hal.errors import BoardError
from boardivr.hal.types import AnsweredBy, CallProgress, Outcome
from boardivr.media.tones import Tone, TonePlan, plan

HZ_ROOM = 30  # Hz that an exchange may be off
TIME_ROOM = 0.2  # share that a cadence may be off

BOARD_TONES = {
    "dial": "TID_DIAL_LCL",
    "ringback": "TID_RNGBK1",
    "busy": "TID_BUSY1",
    "congestion": "TID_BUSY2",
}
"""The board's definitions, by a plan's names. The second busy is the fast one."""

ANALYSES = {
    Analysis.MACHINES: C.DX_PAMDOPTEN,
    Analysis.VOICE: C.DX_PVDOPTEN,
    Analysis.CADENCE: C.DX_OPTDIS,
}

OUTCOMES = {
    C.CR_BUSY: Outcome.BUSY,
    C.CR_NOANS: Outcome.NO_ANSWER,
    C.CR_NORB: Outcome.NO_RINGBACK,
    C.CR_CEPT: Outcome.INTERCEPT,
    C.CR_NODIALTONE: Outcome.NO_DIAL_TONE,
    C.CR_STOPD: Outcome.STOPPED,
    C.CR_CNCT: Outcome.CONNECTED,
    C.CR_FAXTONE: Outcome.CONNECTED,
}

WHO = {C.CON_PVD: AnsweredBy.VOICE, C.CON_PAMD: AnsweredBy.MACHINE}


def define_tones(api: Any, country: str) -> list[str]:
    """Tell the boards' analysis a country's tones; return the functions that were refused.

    The definitions are the library's; each channel takes them by dx_initcallp().
    """
    refused = []
    tones = plan(country)
    for name, board_name in BOARD_TONES.items():
        number, tone = getattr(C, board_name), tones.tone(name)
        calls = {
            "dx_chgfreq": (number, *_frequencies(tone)),
            "dx_chgdur": (number, *_durations(tone)),
            "dx_chgrepcnt": (number, 0 if tone.is_continuous else tone.cycles),
        }
        for function, arguments in calls.items():
            if getattr(api, function)(*arguments) == -1:
                refused.append(f"{function} of {board_name}")
    return refused


def _frequencies(tone: Tone) -> tuple[int, int, int, int]:
    """Return two frequencies and how far each may be off; the second is 0 for a single one."""
    pairs = [(round(hz), HZ_ROOM) for hz in tone.frequencies[:2]]
    (first, room), (second, room2) = [*pairs, (0, 0)][:2]
    return first, room, second, room2


def _durations(tone: Tone) -> tuple[int, int, int, int]:
    """Return on and off in 10 ms, and how far each may be off; a continuous tone has no off."""
    on, off = (*tone.cadence, inf, 0.0)[:2]
    if on == inf:
        return 100, 50, 0, 0
    return (
        round(on * 100), round(on * 100 * TIME_ROOM), round(off * 100),
        round(off * 100 * TIME_ROOM),
    )  # fmt: skip


def cap(api: Any, options: Options, timeout: float) -> Any:
    """Return a DX_CAP: zeros, which are the board's defaults, and what is known better.

    :param timeout: the longest time of ringing, seconds
    """
    block = api.new("DX_CAP *")
    api.dx_clrcap(block)
    tones: TonePlan = plan(options.country)
    cycle = sum(tones.tone("ringback").cadence) or 6.0
    block.ca_nbrdna = max(1, round(timeout / cycle) + 2)  # rings; ca_noanswer ends it first
    block.ca_noanswer = min(65535, round(timeout * 100))
    block.ca_intflg = ANALYSES[options.analysis]
    block.ca_pamd_spdval = C.PAMD_ACCU
    for member, value in options.cap.items():
        setattr(block, member, value)
    return block


def result(api: Any, handle: int, name: str) -> CallProgress:
    """Return what became of the call that dx_dial() made.

    :raises BoardError: the analysis itself failed

    Congestion is the board's second busy tone: ATDX_CRTNID() tells which it was.
    """
    code = int(api.ATDX_CPTERM(handle))
    outcome = OUTCOMES.get(code)
    if outcome is None:
        words = in_group("call_analysis_results_CR", "CR_").get(code, f"result {code}")
        raise BoardError(
            f"{name}: call progress analysis: {words}", function="ATDX_CPERROR",
            code=int(api.ATDX_CPERROR(handle)),
        )  # fmt: skip
    if outcome is Outcome.BUSY and api.ATDX_CRTNID(handle) == C.TID_BUSY2:
        outcome = Outcome.CONGESTION
    who = AnsweredBy.UNKNOWN
    if code == C.CR_FAXTONE:
        who = AnsweredBy.FAX
    elif code == C.CR_CNCT:
        who = WHO.get(int(api.ATDX_CONNTYPE(handle)), AnsweredBy.UNKNOWN)
    return CallProgress(outcome=outcome, answered_by=who)
