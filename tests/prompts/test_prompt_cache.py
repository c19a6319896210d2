"""Clips in memory: how many stay, and who waits for whom."""

from __future__ import annotations

import threading

import pytest

from boardivr.hal.types import Clip
from boardivr.prompts.cache import ClipMemory


def clip_of(size: int) -> Clip:
    return Clip(data=b"x" * size)


def test_values_make_room():
    """The least recently used go when the room is full; kept ones never do."""
    memory = ClipMemory(room=250)
    made: list[str] = []

    def get(key: str, keep: bool = False) -> Clip:
        return memory.get(key, lambda: made.append(key) or clip_of(100), keep=keep)

    get("prompt", keep=True)
    for key in ("a", "b", "a", "c"):  # c pushes b out: a was used since
        get(key)
    made.clear()
    for key in ("prompt", "a", "c", "b"):
        get(key)

    assert made == ["b"]


def test_one_that_is_larger_than_the_room():
    """A clip beyond the room is there until the next comes."""
    memory = ClipMemory(room=10)
    big = memory.get("big", lambda: clip_of(100), keep=False)

    assert memory.get("big", lambda: clip_of(1), keep=False) is big


def test_an_error_reaches_all_who_wait():
    """Threads that wait for a clip that can't be made get the error; the next one tries again."""
    memory = ClipMemory()
    started, go_on = threading.Event(), threading.Event()
    errors: list[str] = []

    def fail() -> Clip:
        started.set()
        go_on.wait(30)
        raise ValueError("no clip")

    def ask() -> None:
        with pytest.raises(ValueError, match="no clip") as caught:
            memory.get("a", fail, keep=True)
        errors.append(str(caught.value))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    started.wait(30)
    go_on.set()
    for thread in threads:
        thread.join()

    assert errors == ["no clip"] * 3
    assert memory.get("a", lambda: clip_of(1), keep=True).data == b"x"


def test_others_do_not_wait():
    """While one clip is being made, another key is served at once."""
    memory = ClipMemory()
    started, go_on = threading.Event(), threading.Event()

    def slow() -> Clip:
        started.set()
        go_on.wait(30)
        return clip_of(1)

    thread = threading.Thread(target=lambda: memory.get("slow", slow, keep=True))
    thread.start()
    started.wait(30)

    assert memory.get("quick", lambda: clip_of(2), keep=True).data == b"xx"
    go_on.set()
    thread.join()
