from __future__ import annotations

from boardivr.hal.loopback.telephone import Heard
from boardivr.hal.loopback.transcript import lines


def heard(at: float, text: str, seconds: float, *, is_whole: bool = True) -> Heard:
    return Heard(at=at, what="heard", text=text, seconds=seconds, is_whole=is_whole)


def test_clips_in_a_row_are_one_line() -> None:
    """Words that follow each other at once are told as one utterance, at its beginning."""
    log = [heard(12.0, "For balance,", 1.0), heard(13.0, "press", 0.5), heard(13.6, "1.", 0.3)]

    assert lines(log, 10.0) == ["    2.00  hears   For balance, press 1."]


def test_a_pause_parts_utterances() -> None:
    """After a silence the words go on in a line of their own."""
    log = [heard(0.0, "One", 1.0), heard(3.0, "two", 1.0)]

    assert lines(log) == ["    0.00  hears   One", "    3.00  hears   two"]


def test_chinese_is_joined_without_spaces() -> None:
    """Chinese words stand side by side, as they are written."""
    log = [heard(0.0, "余额是", 1.0), heard(1.0, "一百元。", 1.0)]

    assert lines(log) == ["    0.00  hears   余额是一百元。"]


def test_what_was_cut_is_marked() -> None:
    """Words that weren't heard to their end say so; what comes then isn't their rest."""
    log = [heard(0.0, "欢迎致电", 0.4, is_whole=False), heard(0.4, "Balance", 1.0)]

    assert lines(log) == ["    0.00  hears   欢迎致电 …", "    0.40  hears   Balance"]


def test_secret_keys_are_dots() -> None:
    """A PIN is told by its length alone, unless keys are asked for."""
    log = [
        Heard(at=1.0, what="pressed", text="2"),
        Heard(at=2.0, what="pressed", text="246810#", is_secret=True),
    ]

    assert lines(log) == ["    1.00  presses 2", "    2.00  presses •••••••"]
    assert lines(log, show_keys=True)[1] == "    2.00  presses 246810#"
    assert "246810" not in repr(log[1])


def test_the_rest_of_a_call() -> None:
    """Calling, answer and both ways to end are told in words."""
    log = [
        Heard(at=0.0, what="called", text="95588"),
        Heard(at=5.0, what="answered"),
        Heard(at=6.0, what="heard", name="beat", seconds=2.0, is_whole=True),
        Heard(at=9.0, what="released", text="16"),
        Heard(at=9.5, what="hung up"),
    ]

    assert lines(log) == [
        "    0.00  calls 95588",
        "    5.00  answered",
        "    6.00  hears   [beat]",
        "    9.00  the other side hangs up (cause 16)",
        "    9.50  hangs up",
    ]


def test_menus_read_as_they_sound() -> None:
    """A pause within an announcement is a stroke; a comma follows its word."""
    log = [
        heard(0.0, "For your balance", 1.0),
        heard(1.0, ", press one", 1.0),
        Heard(at=2.0, what="heard", name="pause:0.25", seconds=0.25, is_whole=True),
        heard(2.25, "For rates", 1.0),
    ]

    assert lines(log) == ["    0.00  hears   For your balance, press one / For rates"]
