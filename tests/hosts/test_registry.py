from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping

import pytest

from boardivr.customer import Value
from boardivr.flows.services import HostError, Hosts, HostTimeout
from boardivr.hosts.host import Rows
from boardivr.hosts.pool import HostPool, Task
from boardivr.hosts.registry import HostRegistry

LONG = 30.0  # seconds; only a test that fails waits for it
AT_ONCE = 0.02


class Scripted:
    """A host that hangs until it is let go, or does what it is told."""

    def __init__(self, once: bool = False) -> None:
        self.once = once
        self.asked: list[str] = []
        self.asked_changed = threading.Condition()
        self.let_go = threading.Event()
        self.hangs = False
        self.act: Callable[[], Rows] = lambda: [{"ok": True}]

    def is_once(self, txn: str) -> bool:
        return self.once

    def close(self) -> None:
        """It keeps nothing open."""

    def call(self, txn: str, data: Mapping[str, Value], key: str, within: float = 5.0) -> Rows:
        with self.asked_changed:
            self.asked.append(key)
            self.asked_changed.notify_all()
        if self.hangs:
            self.let_go.wait(LONG)
        return self.act()


@pytest.fixture
def host() -> Iterator[Scripted]:
    host = Scripted()
    yield host
    host.let_go.set()


def registry_of(host: Scripted, **limits: int) -> HostRegistry:
    return HostRegistry({"core": host}, HostPool(**limits))


def wait_until(pool: HostPool, ready: Callable[[], bool]) -> None:
    with pool._changed:
        assert pool._changed.wait_for(ready, LONG)


def test_answers(host: Scripted) -> None:
    """A host's rows come back; it has the flows' protocol."""
    hosts: Hosts = registry_of(host)

    assert hosts.call("core", "1001", {}, LONG, "k") == [{"ok": True}]


def test_unknown_host(host: Scripted) -> None:
    """A host that isn't there is told with those that are."""
    with pytest.raises(HostError, match="no host 'cord'; there are core"):
        registry_of(host).call("cord", "1001", {}, LONG, "k")


def test_time_out(host: Scripted) -> None:
    """A host that hangs has failed when its time is up; its late answer is dropped."""
    registry = registry_of(host)
    host.hangs = True

    with pytest.raises(HostTimeout, match=r"core 1001: no answer within 0\.02 s"):
        registry.call("core", "1001", {}, AT_ONCE, "k")
    assert registry.pool.health().stuck == {"core": 1}
    host.let_go.set()
    wait_until(registry.pool, lambda: not registry.pool._stuck["core"])
    host.hangs = False
    assert registry.call("core", "1002", {}, LONG, "k2") == [{"ok": True}]


@pytest.mark.parametrize("error", [ValueError("no such account"), SystemExit(1)])
def test_failure_is_a_host_error(host: Scripted, error: BaseException) -> None:
    """Whatever a host raises is a host error with its words; the pool goes on."""
    registry = registry_of(host)

    def fail() -> Rows:
        raise error

    host.act = fail
    with pytest.raises(HostError, match=f"core 1001: {type(error).__name__}: {error}"):
        registry.call("core", "1001", {}, LONG, "k")
    health = registry.pool.health()
    assert (health.working, health.stuck) == (0, {})


def test_hanging_host_is_refused_in_the_end(host: Scripted) -> None:
    """A host that holds too many threads gets no more, until one comes back; others go on."""
    other = Scripted()
    registry = HostRegistry({"core": host, "other": other}, HostPool(workers=2, stuck=3))
    host.hangs = True
    for number in range(3):
        with pytest.raises(HostTimeout):
            registry.call("core", "1001", {}, AT_ONCE, str(number))

    with pytest.raises(HostError, match="core: 3 requests hang; no more are sent"):
        registry.call("core", "1001", {}, LONG, "4")
    assert registry.call("other", "1001", {}, LONG, "5") == [{"ok": True}]
    host.let_go.set()
    wait_until(registry.pool, lambda: registry.pool._stuck["core"] == 0)
    assert registry.call("core", "1001", {}, LONG, "6") == [{"ok": True}]


def test_all_threads_busy(host: Scripted) -> None:
    """When every thread works, the next request waits within its time and then fails."""
    registry = registry_of(host, workers=1)
    host.hangs = True
    first = threading.Thread(target=lambda: registry.call("core", "1", {}, LONG, "1"))
    first.start()
    with host.asked_changed:
        assert host.asked_changed.wait_for(lambda: host.asked == ["1"], LONG)

    with pytest.raises(HostTimeout):
        registry.call("core", "1", {}, AT_ONCE, "2")
    host.let_go.set()
    first.join()
    assert registry.call("core", "1", {}, LONG, "3") == [{"ok": True}]
    assert host.asked == ["1", "3"]


def test_threads_are_used_again(host: Scripted) -> None:
    """A thousand requests one after the other take one thread."""
    registry = registry_of(host)
    before = threading.active_count()
    for number in range(1000):
        registry.call("core", "1", {}, LONG, str(number))

    assert threading.active_count() <= before + 2
    registry.close()
    with pytest.raises(HostError, match="the hosts are closed"):
        registry.call("core", "1", {}, LONG, "late")


def test_many_at_once(host: Scripted) -> None:
    """Requests of many channels all get their own answers."""
    registry = registry_of(host, workers=4, idle=2)
    answers: list[object] = []

    def ask(number: int) -> None:
        for turn in range(25):
            answers.append(registry.call("core", "1", {}, LONG, f"{number}-{turn}"))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 300
    assert sorted(host.asked) == sorted(f"{n}-{t}" for n in range(12) for t in range(25))


def test_retry_of_one_that_is_on_its_way(host: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a time-out a retry of a once transaction waits for the first, and asks no second."""
    host.once = host.hangs = True
    registry = registry_of(host)
    with pytest.raises(HostTimeout):
        registry.call("core", "pay", {}, AT_ONCE, "k")
    wait = registry.pool.wait

    def let_go_and_wait(task: Task, within: float) -> Rows:
        host.let_go.set()  # not before the retry has its task
        return wait(task, within)

    monkeypatch.setattr(registry.pool, "wait", let_go_and_wait)
    assert registry.call("core", "pay", {}, LONG, "k") == [{"ok": True}]
    assert host.asked == ["k"]
