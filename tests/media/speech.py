"""Speech to try the detectors on: a bank's sentences, spoken by espeak-ng, at 8 kHz."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache

import numpy as np
import pytest

from tests.media.signals import Signal, amplitude

TEXTS = {
    "en": (
        "Welcome to the telephone bank. For your balance press one, for transfers press two, "
        "for foreign exchange press three. Please enter your six digit password, followed by "
        "the pound key. The balance of your account ending in four four seven one is twelve "
        "thousand three hundred and forty five dollars and sixty seven cents. Your call is "
        "important to us; you are number three in the queue. Wrong password. You have two more "
        "tries. Every evening the yellow moon rises above the quiet harbour. "
        "Eighty eight, ninety nine, eleven, one hundred and one. Goodbye, and thank you."
    ),
    "cmn": (
        "欢迎致电电话银行。查询余额请按一，转账请按二，外汇买卖请按三，人工服务请按零。"
        "请输入您的六位密码，按井号键结束。您尾号四四七一的账户余额为一万二千三百四十五元六角七分。"
        "密码错误，您还有两次机会，请重新输入。您前面还有三位客户，预计等待时间两分钟。"
        "今日美元卖出价七点二四五六。对不起，没有收到您的输入，通话即将结束。感谢您的来电，再见。"
    ),
}
VOICES = [
    (voice + variant, pitch, speed)
    for voice in ("en-us", "en-gb", "cmn")
    for variant in ("", "+f2", "+f5", "+m3")
    for pitch, speed in ((35, 150), (55, 175), (80, 210))
]


@cache
def spoken(voice: str, pitch: int, speed: int) -> Signal:
    """Return the sentences in a voice, at -16 dBm0 (active speech level, roughly P.56)."""
    import soxr

    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed")
    text = TEXTS["cmn" if voice.startswith("cmn") else "en"]
    command = ["espeak-ng", "-v", voice, "-p", str(pitch), "-s", str(speed), "--stdout"]
    wave = subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout
    signal = soxr.resample(np.frombuffer(wave[44:], np.int16).astype(float), 22050, 8000)
    return at_level(signal, -16.0)


def at_level(signal: Signal, dbm0: float) -> Signal:
    """Return speech whose active frames have that level."""
    power = (signal[: len(signal) // 160 * 160].reshape(-1, 160) ** 2).mean(axis=1)
    active = power[power > 0.003 * power.max()].mean()
    return signal * (amplitude(dbm0) / np.sqrt(2 * active))
