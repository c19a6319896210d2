"""Acoustic models: folders, one a language, that an operator drops in.

A model is what sphinxtrain makes, with a dictionary beside it (``*.dict``, ``*.dic``).
American English comes with pocketsphinx's wheel.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from boardivr.speech.errors import ModelError
from boardivr.speech.grammar import code

FILES = ("mdef", "means", "variances", "transition_matrices", "feat.params")
MIXTURES = ("sendump", "mixture_weights")  # one of them
WIDE = 16000
NARROW = 8000


@dataclass(frozen=True)
class Model:
    """:param rate: samples a second that it was trained on
    :param dictionary: words and their phones
    """

    folder: Path
    dictionary: Path
    rate: int


class Models:
    """The models there are.

    :param home: folder with a folder for each language
    :param named: by language, folders that the settings name; they come first
    """

    def __init__(self, home: Path, named: Mapping[str, Path] | None = None) -> None:
        self.home = home
        self._named = dict(named or {})

    def languages(self) -> list[str]:
        """Return the languages that have a folder, and English where pocketsphinx is there."""
        here = [p.name for p in sorted(self.home.glob("*")) if p.is_dir()]
        shipped = ["en"] if _shipped() else []
        return list(dict.fromkeys([*self._named, *here, *shipped]))

    def find(self, language: str) -> Model:
        """Return a language's model.

        :raises ModelError: there is none, or its folder isn't one
        """
        if importlib.util.find_spec("pocketsphinx") is None:
            raise ModelError("pocketsphinx isn't installed: pip install 'boardivr[speech]'")
        for tag in (language, code(language)):
            if tag in self._named:
                return read_model(self._named[tag])
            if (self.home / tag).is_dir():
                return read_model(self.home / tag)
        shipped = _shipped()
        if code(language) == "en" and shipped:
            return Model(shipped / "en-us", shipped / "cmudict-en-us.dict", WIDE)
        raise ModelError(f"no speech model for {language!r}: expected one in {self.home}")


def read_model(folder: Path) -> Model:
    """Return the model in a folder.

    :raises ModelError: it isn't one; with what is missing
    """
    if not folder.is_dir():
        raise ModelError(f"{folder}: expected a folder with a speech model")
    missing = [name for name in FILES if not (folder / name).is_file()]
    if not any((folder / name).is_file() for name in MIXTURES):
        missing.append(" or ".join(MIXTURES))
    dictionaries = sorted([*folder.glob("*.dict"), *folder.glob("*.dic")])
    if not dictionaries:
        missing.append("a dictionary (*.dict, *.dic)")
    if missing:
        raise ModelError(f"{folder}: not a speech model, without {', '.join(missing)}")
    return Model(folder, dictionaries[0], _rate(folder / "feat.params"))


def _rate(parameters: Path) -> int:
    """Models for telephones stop at 4 kHz (``-upperf``); others need twice the samples."""
    words = parameters.read_text("utf-8", "replace").split()
    try:
        upper = float(words[words.index("-upperf") + 1])
    except (ValueError, IndexError):
        raise ModelError(f"{parameters}: expected -upperf and a frequency, found none") from None
    return NARROW if upper <= NARROW / 2 else WIDE


def _shipped() -> Path | None:
    """Return the folder in pocketsphinx's wheel; without importing it, that is slow."""
    spec = importlib.util.find_spec("pocketsphinx")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "model" / "en-us"
    return folder if (folder / "en-us" / "mdef").exists() else None
