from __future__ import annotations

from decimal import Decimal

import pytest

from boardivr.errors import SettingsError
from boardivr.hosts.opening import open_hosts
from boardivr.settings import HostSettings
from boardivr.store import Store


def test_hosts_of_the_settings(store: Store) -> None:
    """Hosts answer by the names that the settings give them."""
    hosts = open_hosts(
        {
            "bank": HostSettings(sql="bank"),
            "echo": HostSettings(python="tests.hosts.test_python:answer_anything"),
        },
        store,
    )

    assert hosts.call("bank", "balance", {"customer": "A"}, 30.0, "1")[0]["amount"] == Decimal(
        "10100.05"
    )
    assert hosts.call("echo", "1001", {}, 30.0, "1") == [{"txn": "1001"}]
    hosts.close()


def test_function_that_is_not_there(store: Store) -> None:
    """A function that can't be imported is found when the appliance starts."""
    with pytest.raises(SettingsError, match=r"host no\.such:thing"):
        open_hosts({"core": HostSettings(python="no.such:thing")}, store)
