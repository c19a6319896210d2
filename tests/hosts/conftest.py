from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from boardivr.store import Store
from boardivr.store.customers import CustomerFile
from boardivr.store.sample import seed
from tests.manual_clock import ManualClock


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with the sample bank."""
    with Store(tmp_path / "boardivr.db") as store:
        store.migrate()
        seed(store, CustomerFile(store, ManualClock(), pin_cost=4), {"A": "1234", "B": "4321"})
        yield store
