"""What somebody wants to have sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from boardivr.errors import BoardIVRError
from boardivr.fax.queue.job import NORMAL, FaxJob

if TYPE_CHECKING:
    from boardivr.fax.model import Cover, Options


class OrderError(BoardIVRError):
    """An order that can't be accepted; nothing of it was."""


class DuplicateError(OrderError):
    """The same pages went or go to the same number."""

    def __init__(self, twin: FaxJob) -> None:
        super().__init__(
            f"the same pages to {twin.number} are fax {twin.id} already ({twin.state.value});"
            " say that they are to be sent again if that is meant"
        )
        self.twin = twin


@dataclass(frozen=True, kw_only=True)
class FaxOrder:
    """Documents for one or several numbers; what is empty or None is as the settings say.

    :param files: what :func:`boardivr.fax.document.convert` takes, in their order
    :param numbers: as people write them
    :param owner: whose fax it is: a user of the settings, or any name
    :param title: what it is about, for lists
    :param send_at: not before
    :param kill_at: not after
    :param window: times of day (:mod:`.windows`)
    :param lines: a group of lines of the settings
    :param is_again: also if the same pages went to the same number
    :param is_held: accepted, and not sent before it is released
    :param origin: the fax that this is a repetition of
    """

    files: tuple[Path, ...]
    numbers: tuple[str, ...]
    cover: Cover | None = None
    options: Options | None = None
    owner: str = ""
    title: str = ""
    priority: int = NORMAL
    send_at: datetime | None = None
    kill_at: datetime | None = None
    window: str = ""
    lines: str = ""
    ident: str = ""
    header: str = ""
    sub_address: str = ""
    ecm: bool | None = None
    max_rate: int | None = None
    is_again: bool = False
    is_held: bool = False
    origin: int = 0
