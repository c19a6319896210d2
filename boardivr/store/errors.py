"""What the store raises."""

from __future__ import annotations

from boardivr.errors import BoardIVRError


class StoreError(BoardIVRError):
    """The database can't be opened, read or written; the message names its file."""


class Busy(StoreError):
    """Another process holds what this one needs: the database, or a node's place."""


class NotFound(StoreError):
    """No such customer, call or parameter."""
