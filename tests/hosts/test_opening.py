from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from boardivr.errors import BoardIVRError, SettingsError
from boardivr.hosts.opening import open_hosts
from boardivr.settings import HostSettings, load_settings
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


SETTINGS = """
hosts:
  web:
    http: "https://ivr:${TEST_SECRET}@bank.example/api"
    headers: {Authorization: "Bearer ${TEST_SECRET}"}
    transactions:
      balance: {path: "c/{customer}", method: get, rows: data, fields: {amount: money}}
      pay: {once: yes}
  front:
    tcp: "10.0.0.5:7000"
    encoding: gb18030
    separator: "^"
    ok: "00"
    echo: no
    connections: 4
    transactions:
      balance: {code: "1001", send: [customer], fields: {amount: cents}}
  crm:
    db: sqlite3
    url: ":memory:"
    parameters: {check_same_thread: no, timeout: 5}
    transactions:
      one: {sql: ["select 1 as one"]}
  own:
    sql: own
    transactions:
      names:
        sql: ["select name, 1 as is_open, '7' as n from customers where id = :id"]
        fields: {name: text, is_open: yes_no, n: number}
"""


def test_every_kind(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every kind of host is read from the settings and opened; secrets come from outside."""
    file = tmp_path / "boardivr.yaml"
    file.write_text(SETTINGS, encoding="utf-8")
    monkeypatch.setenv("TEST_SECRET", "s3cret")
    settings = load_settings(file)
    hosts = open_hosts(settings.hosts, store)

    assert hosts.call("crm", "one", {}, 30.0, "1") == [{"one": 1}]
    assert hosts.call("own", "names", {"id": "A"}, 30.0, "1") == [
        {"name": "王芳", "is_open": True, "n": Decimal("7")}
    ]
    assert "TEST_SECRET" not in repr(settings.hosts)
    hosts.close()


def test_secret_that_is_not_there(store: Store) -> None:
    """A name that isn't in the environment keeps the appliance from starting."""
    host = HostSettings(http="https://${NOT_THERE}/")
    with pytest.raises(SettingsError, match="host web: NOT_THERE isn't in the environment"):
        open_hosts({"web": host}, store)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{http: 'ftp://x'}", r"boardivr\.yaml:1:12: host h: http: expected an address"),
        ("{tcp: nowhere}", "tcp: expected address:port, found 'nowhere'"),
        ("{tcp: 'a:1', separator: '||'}", r"separator: expected one character, found '\|\|'"),
        ("{tcp: 'a:1', connections: 0}", "connections: expected 1 to 512, found 0"),
        ("{tcp: 'a:1', headers: {a: b}}", "headers is for http"),
        ("{db: x, transactions: {a: {once: yes}}}", "1:38: host h: a: sql is missing"),
        ("{db: x, transactions: {a: {path: x}}}", "a: path is for http"),
        ("{sql: bank, transactions: {a: {sql: [x]}}}", "transactions are for sql: own"),
        ("{sql: own, transactions: {a: {fields: {b: c}}}}", "expected text or number"),
    ],
)
def test_mistakes(tmp_path: Path, written: str, message: str) -> None:
    """What can't be meant is told with its place."""
    file = tmp_path / "boardivr.yaml"
    file.write_text(f"hosts: {{h: {written}}}", encoding="utf-8")

    with pytest.raises(BoardIVRError, match=message):
        load_settings(file)
