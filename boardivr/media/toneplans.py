"""The countries' tone plans, as tables.

Frequencies and cadences: ITU-T E.180 and its list "Various tones used in national networks"
(Operational Bulletin 781 annex, 2003), and the national documents: China GB/T 3380; USA
Telcordia GR-506 and GR-674 (precise tones); Great Britain BT SIN 350; Germany 1 TR 110.
SIT: E.180 section 5, 950, 1400 and 1800 Hz of 330 ms; USA: GR-1162's intercept.
Caller ID: China YD/T 1277 and 1031; USA GR-30; Great Britain SIN 227; Germany EN 300 659.
"""

from __future__ import annotations

from math import inf

from boardivr.media.tones import (
    CallerIdStandard,
    Disconnect,
    Sine,
    Step,
    Tone,
    TonePlan,
)


def _steps(sines: tuple[Sine, ...], cadence: tuple[float, ...]) -> tuple[Step, ...]:
    pairs = zip(cadence[::2], cadence[1::2], strict=True)
    return tuple(Step(sines=sines, on=on, off=off) for on, off in pairs)


def _tone(name: str, sines: tuple[Sine, ...], *cadence: float, cycles: int = 1) -> Tone:
    """Return a tone that repeats; without a cadence it is continuous."""
    return Tone(name=name, steps=_steps(sines, cadence or (inf, 0.0)), cycles=cycles)


def _beep(hz: float, on: float, level: float = -13.0) -> Tone:
    """Return the beep before a recording: once."""
    return Tone(name="beep", steps=_steps(((hz, level),), (on, 0.0)), repeats=False)


def _sit(*sounds: tuple[float, float], level: float) -> Tone:
    """Return a special information tone: Hz and seconds of each part, a second between."""
    steps = [Step(sines=((hz, level),), on=on) for hz, on in sounds]
    last = Step(sines=steps[-1].sines, on=steps[-1].on, off=1.0)
    return Tone(name="sit", steps=(*steps[:-1], last))


_SIT = ((950.0, 0.33), (1400.0, 0.33), (1800.0, 0.33))
_CN = ((450.0, -10.0),)
_GB_FAINT = ((400.0, -19.0),)
_DE = ((425.0, -10.0),)
_US_BUSY = ((480.0, -16.0), (620.0, -16.0))

CN = TonePlan(
    country="cn",
    tones=(
        _tone("dial", _CN),
        _tone("ringback", _CN, 1.0, 4.0),
        _tone("busy", _CN, 0.35, 0.35, cycles=2),
        _tone("congestion", _CN, 0.7, 0.7, cycles=2),
        _tone("unobtainable", _CN, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.4, 0.4),
        _sit(*_SIT, level=-13.0),
        _tone("call_waiting", _CN, 0.4, 4.0),
        _beep(950.0, 0.4),
    ),
    ring=(1.0, 4.0),
    caller_id=(CallerIdStandard.BELLCORE, CallerIdStandard.DTMF),
    disconnect=Disconnect.BUSY_TONE,
)

US = TonePlan(
    country="us",
    tones=(
        _tone("dial", ((350.0, -13.0), (440.0, -13.0))),
        _tone("ringback", ((440.0, -16.0), (480.0, -16.0)), 2.0, 4.0),
        _tone("busy", _US_BUSY, 0.5, 0.5, cycles=2),
        _tone("congestion", _US_BUSY, 0.25, 0.25, cycles=2),
        _sit((913.8, 0.274), (1370.6, 0.274), (1776.7, 0.38), level=-16.0),
        _tone("call_waiting", ((440.0, -13.0),), 0.3, 10.0),
        _beep(1400.0, 0.5),
    ),
    ring=(2.0, 4.0),
    caller_id=(CallerIdStandard.BELLCORE,),
    disconnect=Disconnect.LOOP_DROP,
)

GB = TonePlan(
    country="gb",
    tones=(
        _tone("dial", ((350.0, -13.0), (440.0, -13.0))),
        _tone("ringback", ((400.0, -16.0), (450.0, -16.0)), 0.4, 0.2, 0.4, 2.0),
        _tone("busy", ((400.0, -13.0),), 0.375, 0.375, cycles=2),
        Tone(
            name="congestion",
            steps=(
                Step(sines=_GB_FAINT, on=0.4, off=0.35),
                Step(sines=((400.0, -13.0),), on=0.225, off=0.525),
            ),
            cycles=2,
        ),
        _tone("unobtainable", ((400.0, -13.0),)),
        _sit(*_SIT, level=-15.0),
        _tone("call_waiting", ((400.0, -13.0),), 0.1, 3.0),
        _beep(1400.0, 0.5),
    ),
    ring=(0.4, 0.2, 0.4, 2.0),
    caller_id=(CallerIdStandard.V23,),
    disconnect=Disconnect.LOOP_DROP,
)

DE = TonePlan(
    country="de",
    tones=(
        _tone("dial", _DE),
        _tone("ringback", _DE, 1.0, 4.0),
        _tone("busy", _DE, 0.48, 0.48, cycles=2),
        _tone("congestion", _DE, 0.24, 0.24, cycles=2),
        _sit(*_SIT, level=-13.0),
        _tone("call_waiting", _DE, 0.2, 0.2, 0.2, 5.0),
        _beep(1400.0, 0.5),
    ),
    ring=(1.0, 4.0),
    caller_id=(CallerIdStandard.ETSI,),
    disconnect=Disconnect.BUSY_TONE,
)

PLANS = {plan.country: plan for plan in (CN, US, GB, DE)}
