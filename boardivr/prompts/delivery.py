"""Taking in files by their names: which prompt a file is, in which language."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from boardivr.prompts.errors import PromptError
from boardivr.prompts.folder import SUFFIXES


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """:param root: the folder that was named, where its script may be"""

    path: Path
    prompt: str
    language: str
    root: Path


def files_in(places: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Yield files, those in folders too, each with the folder that it was named by."""
    for place in places:
        if not place.is_dir():
            yield place, place.parent
            continue
        for path in sorted(place.rglob("*")):
            if path.suffix.lower() in SUFFIXES and path.is_file():
                yield path, place


def recognise(
    path: Path,
    root: Path,
    prompts: Collection[str],
    languages: Sequence[str],
    *,
    prompt: str | None = None,
    language: str | None = None,
) -> Delivered:
    """Return which prompt a file is, by its name: ``zh-CN/welcome.wav``, ``welcome.zh-CN.wav``.

    :param prompt: instead of what the name says
    :param language: as well
    :raises PromptError: no such prompt, or no way to tell the language
    """
    stem, _, end = path.stem.rpartition(".")
    tag = next((tag for tag in languages if tag.lower() == end.lower()), None) if stem else None
    stem = stem if tag else path.stem
    folder = path.parent.name.lower()
    tag = language or tag or next((tag for tag in languages if tag.lower() == folder), None)
    if tag is None and len(languages) == 1:
        tag = languages[0]
    id = prompt or stem
    if id not in prompts:
        near = get_close_matches(id, list(prompts), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise PromptError(f"{path}: expected a prompt's id as its name, found {id!r}{hint}")
    if tag is None or tag not in languages:
        known = ", ".join(languages)
        raise PromptError(f"{path}: expected a language of {known}, found {tag or 'none'}")
    return Delivered(path=path, prompt=id, language=tag, root=root)
