"""Digit detection: cost of a frame, ports a core, false digits; beside spandsp's detector.

Both hear the same audio and must hear the same keys in what was dialled. Speech is
espeak-ng's; with Debian's asterisk-core-sounds-en-wav installed also people's.
"""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import numpy as np
from boardivr.media._engine import ffi, lib

from tests.media.signals import KEYS, Signal, alaw, frames, key, noise, samples, silence
from tests.media.speech import VOICES, at_level, spoken

PORTS = 120
FRAMES_A_SECOND = 50
PEOPLE = Path("/usr/share/asterisk/sounds/en_US_f_Allison")
LEVELS = (-26.0, -16.0, -10.0)


def hear(signal: Signal, theirs: bool, ports: int = 1) -> tuple[str, float]:
    """Return the keys that a detector hears, and nanoseconds a frame and port."""
    x = frames(signal)
    count = len(x) // 160
    keys = ffi.new("char[]", 100000)
    runs = [
        lib.bi_dtmf_bench(ffi.from_buffer("int16_t[]", x), count, ports, theirs, keys, 100000)
        for _ in range(3)
    ]
    return ffi.string(keys).decode(), min(runs) / count / ports


def dialled(keys: str) -> Signal:
    """Return keys at ten a second, with a line's noise."""
    parts = [np.concatenate([key(k, samples(50)), silence(samples(50))]) for k in keys]
    signal = np.concatenate([silence(800), *parts, silence(800)])
    return alaw(signal + noise(len(signal), -55.0))


def people() -> list[Signal]:
    """Return recorded prompts, if they are installed; speech only."""
    signals = []
    for path in sorted(PEOPLE.rglob("*.wav")):
        with wave.open(str(path)) as file:
            x = np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(float)
        if len(x) >= 800 and np.abs(x).max() > 50 and "monkeys" not in path.name:
            signals.append(at_level(x, -16.0))
    return signals


def false_digits(signals: list[Signal]) -> dict[str, Any]:
    """Return digits heard in speech, at three levels and three places in a frame."""
    heard = {"ours": 0, "spandsp": 0}
    length = 0
    for signal in signals:
        for level in LEVELS:
            for shift in (0, 53, 107):
                x = alaw(np.concatenate([silence(shift), signal * 10 ** ((level + 16) / 20)]))
                length += len(x)
                for name, theirs in (("ours", False), ("spandsp", True)):
                    heard[name] += len(hear(x, theirs)[0])
    return {"hours": length / 8000 / 3600, **heard}


def main() -> dict[str, object]:
    """Measure, and return figures by name."""
    keys = KEYS * 40
    speech = np.concatenate([spoken(*voice) for voice in VOICES[::6]])
    audio = {"silence": silence(80000), "speech": alaw(speech), "ten_keys_a_second": dialled(keys)}
    figures: dict[str, object] = {"ports": PORTS}
    for name, signal in audio.items():
        ours, theirs = (hear(signal, which, PORTS)[1] for which in (False, True))
        figures[name] = {
            "ours_ns": ours,
            "spandsp_ns": theirs,
            "ours_ports_a_core": int(1e9 / ours / FRAMES_A_SECOND),
            "spandsp_ports_a_core": int(1e9 / theirs / FRAMES_A_SECOND),
        }
    ours, theirs = (hear(audio["ten_keys_a_second"], which)[0] for which in (False, True))
    figures["same_keys"] = {"dialled": len(keys), "ours": ours == keys, "spandsp": theirs == keys}
    figures["false_digits_espeak"] = false_digits([spoken(*voice) for voice in VOICES])
    if recorded := people():
        figures["false_digits_people"] = false_digits(recorded)
    return figures
