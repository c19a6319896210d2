"""A pytest plugin: flows are called from a user's own tests.

Fixtures (docs/testing.md has a complete example)::

    virtual_board   makes an appliance around a flow, on a loopback board in virtual time
    telephone       calls it, and is where things are heard and pressed
    customer        signs a customer up
    host            says what hosts answer, and tells what they were asked

Installed with the package, under pytest's entry point ``pytest11``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from boardivr.customer import Customer
    from boardivr.testing.bench import Bench, BenchPhone, HostBench

# The bench is imported by its fixture: a suite that has no flows doesn't pay for it.


@pytest.fixture
def virtual_board(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A loopback board in virtual time; ``virtual_board.answer(flow_file)`` puts a flow on it."""
    from boardivr.testing.bench import Bench

    cache = getattr(request.config, "cache", None)
    prompts = tmp_path / "prompts" if cache is None else cache.mkdir("boardivr-prompts")
    with Bench(tmp_path, prompts) as bench:
        yield bench


@pytest.fixture
def telephone(virtual_board: Bench) -> BenchPhone:
    """A telephone on the board's exchange; it hangs up when the test is over."""
    return virtual_board.telephone()


@pytest.fixture
def customer(virtual_board: Bench) -> Callable[..., Customer]:
    """Sign a customer up: ``customer("wang", pin="246810", functions=["balance"])``."""
    return virtual_board.sign_up


@pytest.fixture
def host(virtual_board: Bench) -> HostBench:
    """The hosts: ``host.answers("balance", amount="10.50")``, and afterwards ``host.asked``."""
    return virtual_board.host
