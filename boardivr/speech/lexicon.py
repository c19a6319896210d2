"""How words are pronounced: looked up in a model's dictionary, only those that are needed.

A decoder with ten words starts in milliseconds, one with all of a dictionary in half
a second. What the dictionary lacks is put together: a compound or an ending in English,
characters in Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from threading import Lock

from boardivr.speech.errors import WordError
from boardivr.speech.grammar import code

Phones = str
"""Phones with blanks between."""

ENDINGS = ("'s", "s")
PART = 3  # letters of a compound's part at least


class Lexicon:
    """A model's dictionary; read through once for each lot of new words, then remembered."""

    def __init__(self, path: Path, language: str) -> None:
        self.path = path
        self.language = language
        self._known: dict[str, tuple[Phones, ...]] = {}
        self._asked: set[str] = set()
        self._phones: frozenset[str] = frozenset()
        self._lock = Lock()

    @property
    def phones(self) -> frozenset[str]:
        """Return all phones of the language, without fillers."""
        with self._lock:
            if not self._phones:
                self._look_up(set())
            return self._phones

    def of(self, words: Collection[str]) -> Mapping[str, tuple[Phones, ...]]:
        """Return the pronunciations of words.

        :raises WordError: some can't be pronounced; it names all of them
        """
        with self._lock:
            parts = {part for word in words for part in (word, *self._parts(word))}
            if new := parts - self._asked:
                self._look_up(new)
            found = {word: self._pronounce(word) for word in words}
        if unknown := tuple(sorted(word for word, phones in found.items() if not phones)):
            raise WordError(self.language, unknown)
        return found

    def _look_up(self, wanted: set[str]) -> None:
        phones: set[str] = set()
        with self.path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                name, _, spoken = line.strip().partition("\t") if "\t" in line else _halves(line)
                if not self._phones:
                    phones.update(spoken.split())
                word = re.sub(r"\(\d+\)$", "", name)
                if word in wanted:
                    self._known[word] = (*self._known.get(word, ()), " ".join(spoken.split()))
        self._asked |= wanted
        self._phones = self._phones or frozenset(phones)

    def _parts(self, word: str) -> Iterator[str]:
        if code(self.language) in ("zh", "yue"):
            for start in range(len(word)):
                yield from (word[start:end] for end in range(start + 1, len(word) + 1))
            return
        for end in ENDINGS:
            if word.endswith(end):
                yield word.removesuffix(end)
                yield from self._parts(word.removesuffix(end))
        for at in range(PART, len(word) - PART + 1):
            yield from (word[:at], word[at:])

    def _pronounce(self, word: str) -> tuple[Phones, ...]:
        if word in self._known:
            return self._known[word]
        if code(self.language) in ("zh", "yue"):
            return self._longest_parts(word)
        for end in ENDINGS:
            if word.endswith(end) and (stem := self._pronounce(word.removesuffix(end))):
                return tuple(f"{phones} Z" for phones in stem)
        for at in range(len(word) - PART, PART - 1, -1):
            first, second = self._known.get(word[:at]), self._known.get(word[at:])
            if first and second:
                return (f"{first[0]} {second[0]}",)
        return ()

    def _longest_parts(self, text: str) -> tuple[Phones, ...]:
        """Cut from the left into the longest words that are known."""
        spoken: list[Phones] = []
        while text:
            size = next((n for n in range(len(text), 0, -1) if text[:n] in self._known), 0)
            if not size:
                return ()
            spoken.append(self._known[text[:size]][0])
            text = text[size:]
        return (" ".join(spoken),)


def _halves(line: str) -> tuple[str, str, str]:
    return line.strip().partition(" ")
