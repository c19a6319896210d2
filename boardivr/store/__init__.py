"""Everything that lasts: customers, calls, parameters, the sample bank.

The embedded database is SQLite through sqlite-utils, and no other package
knows it. Start with :class:`boardivr.store.store.Store`.
"""

from boardivr.store.errors import Busy, NotFound, StoreError
from boardivr.store.store import Store

__all__ = ["Busy", "NotFound", "Store", "StoreError"]
