"""The engine's detectors as plain functions of a whole signal, for tests."""

from __future__ import annotations

from dataclasses import dataclass

from boardivr.media._engine import ffi, lib

from boardivr.media.tones import plan
from boardivr.media.tonespec import heard
from tests.media.signals import Signal, frames

CAP = 4096


@dataclass(frozen=True, kw_only=True)
class Digit:
    """A begin or an end of a key; times in samples from the signal's start."""

    begins: bool
    key: str
    told: int  # end of the frame in which it was told
    at: int  # where the tone began or ended
    duration: int
    levels: tuple[float, float]
    errors: tuple[float, float]
    residual: float


def digit_events(signal: Signal) -> list[Digit]:
    """Return all that the digit detector tells of a signal."""
    x = frames(signal)
    detector = ffi.new("struct bi_dtmf *")
    events = ffi.new("struct bi_dtmf_event[]", CAP)
    at = ffi.new("int32_t[]", CAP)
    lib.bi_dtmf_init(detector)
    count = lib.bi_dtmf_scan(
        detector, ffi.from_buffer("int16_t[]", x), len(x) // 160, events, at, CAP
    )
    assert count < CAP
    return [
        Digit(
            begins=event.kind == 1,
            key=event.key.decode("ascii"),
            told=160 * (frame + 1),
            at=160 * (frame + 1) - event.offset,
            duration=event.duration,
            levels=(event.level[0], event.level[1]),
            errors=(event.error[0], event.error[1]),
            residual=event.residual,
        )
        for event, frame in zip(list(events[0:count]), list(at[0:count]), strict=True)
    ]


def digits(signal: Signal) -> str:
    """Return the keys that the digit detector hears, in order."""
    return "".join(event.key for event in digit_events(signal) if event.begins)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A call-progress tone that was recognised."""

    name: str
    count: int
    told: float  # seconds from the signal's start
    lasted: float


def progress(signal: Signal, country: str) -> list[Progress]:
    """Return what the call-progress detector makes of a signal, by a country's plan."""
    tones = plan(country)
    specs = heard(tones)
    detector = ffi.new("struct bi_cpt *")
    events = ffi.new("struct bi_cpt_event[]", lib.BI_CPT_EVENTS)
    assert lib.bi_cpt_init(detector, ffi.new("struct bi_cpt_tone[]", specs), len(specs)) == 0
    told = []
    for i, frame in enumerate(frames(signal).reshape(-1, 160)):
        count = lib.bi_cpt_frame(detector, ffi.from_buffer("int16_t[]", frame.copy()), events)
        told += [
            Progress(
                name=tones.tones[event.id].name,
                count=event.count,
                told=0.02 * (i + 1),
                lasted=event.ms / 1000,
            )
            for event in list(events[0:count])
        ]
    return told
