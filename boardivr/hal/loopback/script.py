"""A call made by a script: press, wait, hear, say, hang up, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from boardivr.hal.errors import CallEnded
from boardivr.hal.loopback.telephone import Telephone
from boardivr.hal.types import Clip

LISTEN = 60.0  # seconds that words are waited for

PAUSE = 1.0  # seconds that a comma among keys waits


@dataclass(frozen=True, kw_only=True)
class Action:
    """One thing that the caller does.

    :param value: keys, seconds, words, or a sound file, by what is done
    """

    what: Literal["press", "wait", "hear", "say", "hang_up"]
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of a call.

    :param missed: words that the script waited for and that didn't come
    """

    is_answered: bool
    cause: int | None
    missed: Sequence[str] = ()


def run_script(phone: Telephone, number: str, ani: str | None, actions: Sequence[Action]) -> Result:
    """Make a call and do what the script says, until it or the call is over; then hang up.

    :raises OSError: a sound file can't be read
    """
    sounds = {a.value: _sound(Path(a.value)) for a in actions if a.what == "say"}
    phone.call(number, ani)
    is_answered = phone.wait_for_answer()
    left = list(actions)
    missed: list[str] = []
    try:
        while is_answered and left and not missed:
            action = left[0]
            if action.what == "hear":
                missed += _hear(phone, action.value)
            else:
                _act(phone, action, sounds)
            left.pop(0)
    except CallEnded:
        pass  # the other side hung up: the script is over too
    missed += [action.value for action in left if action.what == "hear"]
    phone.look()
    cause = phone.cause
    phone.hang_up()
    return Result(is_answered=is_answered, cause=cause, missed=missed)


def press(phone: Telephone, keys: str) -> None:
    """Press keys, secret ones to the log; a comma waits a second.

    :raises CallEnded: the other side hung up
    """
    for n, part in enumerate(keys.split(",")):
        if n:
            phone.listen(PAUSE)
        if part:
            phone.press(part, is_secret=True)


def _act(phone: Telephone, action: Action, sounds: dict[str, Clip]) -> None:
    if action.what == "press":
        press(phone, action.value)
    elif action.what == "wait":
        phone.listen(float(action.value))
    elif action.what == "say":
        phone.say(sounds[action.value])
    elif action.what == "hang_up":
        phone.hang_up()
        raise CallEnded("we hung up")
    if phone.is_released:
        raise CallEnded("the other side hung up")


def _hear(phone: Telephone, words: str) -> list[str]:
    try:
        phone.hear(words, LISTEN)
    except AssertionError:
        return [words]
    return []


def _sound(path: Path) -> Clip:
    from boardivr.media.audiofile import read_clip

    return read_clip(path, name=path.name)
