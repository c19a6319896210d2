"""One flow's prompts as an operator works on them: what is played, and where it lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from boardivr.hal.types import Clip
from boardivr.media.audiofile import read_clip
from boardivr.prompts.check import Cell
from boardivr.prompts.errors import PromptError
from boardivr.prompts.folder import RecordingFolder
from boardivr.prompts.history import Version
from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.pieces import PromptRef
from boardivr.prompts.problems import PromptProblem

if TYPE_CHECKING:
    from boardivr.flows.model import Flow


@dataclass(frozen=True, kw_only=True)
class Desk:
    """:param own: the appliance's own recordings of the flow
    :param shipped: those beside the flow's file
    """

    flow: Flow
    library: PromptLibrary
    own: RecordingFolder
    shipped: RecordingFolder

    @property
    def name(self) -> str:
        return str(self.flow.name)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(str(tag) for tag in self.flow.language.all)

    @cached_property
    def uses(self) -> Mapping[str, tuple[str, ...]]:
        """Where each prompt is said."""
        from boardivr.flows.uses import uses

        return uses(self.flow)

    @cached_property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """The groups that each prompt is in, as the flow has them."""
        found: dict[str, list[str]] = {str(name): [] for name in self.flow.prompts}
        for group, names in self.flow.prompt_groups.items():
            for name in names:
                found.setdefault(str(name), []).append(str(group))
        return {name: tuple(groups) for name, groups in found.items()}

    def cells(self, progress: Callable[[], None] | None = None) -> tuple[Cell, ...]:
        """Return what is played for each prompt in each language, and what is wrong there."""
        return self.library.matrix(self.languages, uses=self.uses, progress=progress)

    def spare(self) -> tuple[PromptProblem, ...]:
        """Return recordings that no prompt plays."""
        return self.library.spare()

    def clip(self, prompt: str, language: str, number: int | None = None) -> Clip:
        """Return a prompt as callers hear it, or an older version of its recording.

        :raises PromptError: no such prompt or version
        """
        self.text(prompt, language)
        if number is None:
            return self.library.clip(PromptRef(prompt), language)
        for folder in (self.own, self.shipped):
            for version in folder.history.versions(prompt, language):
                path = folder.kept(version.sha256, version.suffix)
                if version.number == number and path.exists():
                    return read_clip(path, name=f"{prompt}@{language}:{number}", text=version.text)
        raise PromptError(f"{prompt}@{language}: expected a version that is kept, found none")

    def versions(self, prompt: str, language: str) -> tuple[Version, ...]:
        """Return the versions of a recording: the appliance's own, else the shipped one's."""
        own = self.own.history.versions(prompt, language)
        return own or self.shipped.history.versions(prompt, language)

    def places(self, prompt: str) -> list[str]:
        """Return where the flow's files name a prompt: ``bank.yaml:40:3``."""
        from boardivr.flows.parts import SayPiece
        from boardivr.flows.walk import every

        marks = [
            *(name.at for flow in self.flow.variants for name in flow.prompts if name == prompt),
            *(
                piece.prompt.at
                for flow in self.flow.variants
                for piece in every(SayPiece, flow)
                if piece.prompt == prompt and piece.prompt is not None
            ),
        ]
        return [str(mark) for mark in sorted(dict.fromkeys(marks))]

    def text(self, prompt: str, language: str) -> str:
        """Return a prompt's words.

        :raises PromptError: the flow has no such prompt, or not in this language
        """
        source = self.library.need(prompt).sources.get(language)
        if source is None:
            tags = ", ".join(self.languages)
            raise PromptError(f"{prompt}: expected a language of {tags}, found {language!r}")
        return source.text

    def chosen(
        self,
        ids: Sequence[str] = (),
        languages: Sequence[str] = (),
        groups: Sequence[str] = (),
        progress: Callable[[], None] | None = None,
    ) -> tuple[Cell, ...]:
        """Return the cells that are asked for; all where nothing is.

        :raises PromptError: a prompt, language or group that isn't there
        """
        for id in ids:
            self.library.need(id)
        for group in groups:
            if group not in self.flow.prompt_groups:
                known = ", ".join(self.flow.prompt_groups) or "none"
                raise PromptError(f"{self.name}: expected a group of {known}, found {group!r}")
        for tag in languages:
            if tag not in self.languages:
                known = ", ".join(self.languages)
                raise PromptError(f"{self.name}: expected a language of {known}, found {tag!r}")
        return tuple(
            cell
            for cell in self.cells(progress)
            if (not ids or cell.prompt in ids)
            and (not languages or cell.language in languages)
            and (not groups or set(groups) & set(self.groups[cell.prompt]))
        )
