from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from boardivr.store import Store
from boardivr.store.customers import CustomerFile
from boardivr.store.sample import seed
from tests.manual_clock import ManualClock

PINS = {"A": "246810", "B": "135790"}
CHEAP = 4  # rounds of a PIN's hash, as a power of two: tests needn't be slow


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "boardivr.db") as store:
        store.migrate()
        yield store


@pytest.fixture
def customers(store: Store, clock: ManualClock) -> CustomerFile:
    """The sample bank's two customers."""
    file = CustomerFile(store, clock, pin_cost=CHEAP)
    seed(store, file, PINS)
    return file
