"""Echoes to try the canceller on: what a hybrid makes of speech, and what is left of it."""

from __future__ import annotations

import numpy as np
from boardivr.media._engine import ffi, lib

from tests.media.signals import Signal, alaw, frames, noise

ALAW = lib.BI_ALAW


def hybrid(loss_db: float, seed: int = 1) -> Signal:
    """Return the response of a hybrid that rings for some milliseconds; its power is the loss."""
    response = np.random.default_rng(seed).standard_normal(64) * np.exp(-np.arange(64) / 10)
    return response * (10 ** (-loss_db / 20) / np.sqrt((response**2).sum()))


def echo(sent: Signal, response: Signal, delay: int) -> Signal:
    """Return the echo of what is sent, so many samples later."""
    return np.concatenate([np.zeros(delay), np.convolve(sent, response)])[: len(sent)]


def on_line(signal: Signal) -> Signal:
    """Return a signal as it comes from a line with a little noise, in A-law."""
    return alaw(signal + noise(len(signal), -72.0)).astype(float)


def cancelled(sent: Signal, heard: Signal) -> tuple[int, Signal]:
    """Return the lag of the path that was found, -1 for none, and what is left."""
    parts = [coded(signal) for signal in (sent, heard)]
    left = np.zeros(len(frames(sent)), np.int16)
    out = ffi.from_buffer("int16_t[]", left, require_writable=True)
    lag = lib.bi_echo_run(ALAW, parts[0], parts[1], out, len(left) // 160)
    return lag, left.astype(float)


def coded(signal: Signal) -> bytes:
    """Return a signal in A-law, whole frames of it."""
    linear = frames(signal)
    out = ffi.new("uint8_t[]", len(linear))
    lib.bi_encode(ALAW, ffi.from_buffer("int16_t[]", linear), out, len(linear))
    return bytes(ffi.buffer(out))


def weaker_db(heard: Signal, left: Signal, seconds: slice) -> float:
    """Return how much of what was heard was taken out, between two seconds."""
    part = slice(seconds.start * 8000, seconds.stop * 8000)
    return float(10 * np.log10((heard[part] ** 2).mean() / ((left[part] ** 2).mean() + 1e-9)))
