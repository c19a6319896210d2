"""The documents for those who poll: made into faxes once, when the appliance starts."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from pathlib import Path

from boardivr.errors import BoardIVRError
from boardivr.fax.inbox.settings import Poll
from boardivr.hal.types import FaxOffer

log = logging.getLogger(__name__)


def read_polls(polls: Sequence[Poll], base: Path, folder: Path) -> tuple[FaxOffer, ...]:
    """Return what is offered. A document that can't be faxed is left out, and complained about.

    :param base: what the files' names are relative to
    :param folder: for the faxes; those of other documents go
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    offers = []
    for poll in polls:
        source = base / Path(poll.file).expanduser()
        try:
            path = _fax_of(source, folder)
        except (BoardIVRError, OSError) as error:
            log.error("fax: inbox: polls: %s", error)
            continue
        offers.append(FaxOffer(path=path, address=poll.address, password=poll.password))
    keep = {offer.path for offer in offers}
    for path in folder.iterdir():
        if path not in keep:
            path.unlink(missing_ok=True)
    return tuple(offers)


def _fax_of(source: Path, folder: Path) -> Path:
    from boardivr.fax.document import convert

    with source.open("rb") as file:
        made = folder / f"p{hashlib.file_digest(file, 'sha256').hexdigest()[:16]}.tif"
    if not made.exists():
        convert([source], made)
    return made
