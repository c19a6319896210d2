"""What fax documents raise."""

from __future__ import annotations

from boardivr.errors import BoardIVRError


class DocumentError(BoardIVRError):
    """A document that can't be faxed: what, where, what was found, what was expected."""
