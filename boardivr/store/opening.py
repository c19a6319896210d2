"""Opening the appliance's database as commands and the appliance itself do."""

from __future__ import annotations

from pathlib import Path

from boardivr.store.errors import StoreError
from boardivr.store.store import Store


def open_store(path: Path) -> Store:
    """Open a database that is ready for use; a new one gets its tables.

    :raises StoreError: it can't be used, or its schema is another version's
    """
    store = Store(path)
    try:
        if not store.applied():
            store.migrate()
        missing = store.missing()
        if missing:
            older = f"made by an older version, it lacks {missing[0]}"
            raise StoreError(f"{path}: {older}; run `boardivr db migrate`")
        store.refuse_newer()
    except BaseException:
        store.close()
        raise
    return store
