from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boardivr.customer import Customer, PinVerdict
from boardivr.store import NotFound, Store, StoreError
from boardivr.store.customers import CustomerEntry, CustomerFile
from boardivr.store.pins import COST, hash_pin, is_pin
from boardivr.store.tries import LOCKED_FOR, MAX_WRONG
from tests.manual_clock import ManualClock
from tests.store.conftest import CHEAP, PINS

RIGHT, WRONG, LOCKED = PinVerdict.RIGHT, PinVerdict.WRONG, PinVerdict.LOCKED


class TestHash:
    @settings(max_examples=20)
    @given(st.text("0123456789", min_size=4, max_size=12), st.text("0123456789", min_size=4))
    def test_only_its_own_pin(self, pin: str, other: str) -> None:
        """A hash fits its PIN and no other."""
        hashed = hash_pin(pin, CHEAP)

        assert is_pin(pin, hashed)
        assert is_pin(other, hashed) == (pin == other)

    def test_salted(self) -> None:
        """Two customers with one PIN have different hashes, and neither holds the PIN."""
        one, other = hash_pin("246810", CHEAP), hash_pin("246810", CHEAP)

        assert one != other
        assert "246810" not in one

    def test_carries_its_cost(self) -> None:
        """A hash says how it was made, so the cost can change later."""
        assert hash_pin("1234", 5).startswith("scrypt$5$8$1$")
        assert COST == 14

    @pytest.mark.parametrize("text", ["", "246810", "md5$1$2$3$4$5", "scrypt$x$8$1$AA==$AA=="])
    def test_unreadable(self, text: str) -> None:
        """Something else in its place is an error that doesn't repeat it."""
        with pytest.raises(StoreError, match=r"^a PIN's hash in the database can't be read$"):
            is_pin("1234", text)


class TestVerify:
    def test_right_and_wrong(self, customers: CustomerFile) -> None:
        """The right PIN is right, another is wrong."""
        assert customers.verify_pin("A", PINS["A"]) is RIGHT
        assert customers.verify_pin("A", PINS["B"]) is WRONG

    def test_unknown(self, customers: CustomerFile) -> None:
        """Nobody, or a customer without a PIN, is UNKNOWN."""
        customers.add(CustomerEntry(customer=Customer(id="C")))

        assert customers.verify_pin("nobody", "1234") is PinVerdict.UNKNOWN
        assert customers.verify_pin("C", "") is PinVerdict.UNKNOWN

    def test_third_wrong_one_locks(self, customers: CustomerFile) -> None:
        """The third wrong PIN locks; then the right one is refused as well."""
        verdicts = [customers.verify_pin("A", "0000") for _ in range(MAX_WRONG)]

        assert verdicts == [WRONG, WRONG, LOCKED]
        assert customers.verify_pin("A", PINS["A"]) is LOCKED
        assert customers.verify_pin("B", PINS["B"]) is RIGHT

    def test_right_one_gives_all_tries_back(self, customers: CustomerFile) -> None:
        """Two wrong, one right, two wrong: not locked."""
        wrong_twice = [customers.verify_pin("A", "0000") for _ in range(2)]
        customers.verify_pin("A", PINS["A"])
        again = [customers.verify_pin("A", "0000") for _ in range(2)]

        assert wrong_twice == again == [WRONG, WRONG]
        assert customers.locked_until("A") is None

    def test_lock_ends_after_a_day(self, customers: CustomerFile, clock: ManualClock) -> None:
        """Locked for 24 hours by the clock; then there are three tries again."""
        locked_at = clock.wall()
        for _ in range(MAX_WRONG):
            customers.verify_pin("A", "0000")
        until = customers.locked_until("A")
        clock.advance(hours=23, minutes=59, seconds=59)
        before = customers.verify_pin("A", PINS["A"])
        clock.advance(seconds=1)

        assert until == locked_at + LOCKED_FOR == locked_at + timedelta(days=1)
        assert before is LOCKED
        assert customers.locked_until("A") is None
        assert [customers.verify_pin("A", "0000") for _ in range(2)] == [WRONG, WRONG]
        assert customers.verify_pin("A", PINS["A"]) is RIGHT

    def test_tries_outlive_the_process(self, store: Store, customers: CustomerFile) -> None:
        """Another call, another process: the count is the same one."""
        for _ in range(MAX_WRONG - 1):
            customers.verify_pin("A", "0000")
        with Store(store.path) as other:
            again = CustomerFile(other, ManualClock(), pin_cost=CHEAP)

            assert again.verify_pin("A", "0000") is LOCKED

    def test_guessing_on_many_channels_at_once(self, customers: CustomerFile) -> None:
        """Eight channels that guess at the same moment get three tries between them.

        A guess that used up a try is looked at; so the right PIN among ten
        guesses is found only if it is one of three.
        """
        start = threading.Barrier(8)
        verdicts: list[PinVerdict] = []

        def guess(pin: str) -> None:
            start.wait()
            verdicts.append(customers.verify_pin("A", pin))

        threads = [threading.Thread(target=guess, args=(f"{n:04}",)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(verdict.name for verdict in verdicts) == ["LOCKED"] * 6 + ["WRONG"] * 2
        assert customers.verify_pin("A", PINS["A"]) is LOCKED

    def test_a_try_is_counted_before_the_pin_is_looked_at(
        self, customers: CustomerFile, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A process that dies while it looks has used up a try."""

        def dies(pin: str, hashed: str) -> bool:
            raise KeyboardInterrupt

        monkeypatch.setattr("boardivr.store.customers.is_pin", dies)
        for _ in range(MAX_WRONG):
            with pytest.raises(KeyboardInterrupt):
                customers.verify_pin("A", PINS["A"])

        assert customers.verify_pin("A", PINS["A"]) is LOCKED


class TestSetPin:
    def test_new_pin_and_unlock(self, customers: CustomerFile) -> None:
        """A new PIN unlocks and is right; the old one isn't; unlock() keeps the PIN."""
        for _ in range(MAX_WRONG):
            customers.verify_pin("A", "0000")
            customers.verify_pin("B", "0000")
        customers.set_pin("A", "987654")
        customers.unlock("B")

        assert customers.verify_pin("A", PINS["A"]) is WRONG
        assert customers.verify_pin("A", "987654") is RIGHT
        assert customers.verify_pin("B", PINS["B"]) is RIGHT

    @pytest.mark.parametrize("pin", ["", "123", "1234567890123", "12a4", "１２３４"])
    def test_not_a_pin(self, customers: CustomerFile, pin: str) -> None:
        """Only 4 to 12 digits that a telephone has; the message doesn't repeat it."""
        with pytest.raises(StoreError, match=r"^expected a PIN of 4 to 12 digits$"):
            customers.set_pin("A", pin)

    def test_nobody(self, customers: CustomerFile) -> None:
        """There is nobody to give it to."""
        with pytest.raises(NotFound, match="no customer 'nobody'"):
            customers.set_pin("nobody", "1234")

    def test_never_plain(self, store: Store, customers: CustomerFile) -> None:
        """The PIN isn't in the database's files, nor in an entry's representation."""
        customers.set_pin("A", "90817263")
        files = list(store.path.parent.iterdir())

        assert files
        assert all(b"90817263" not in path.read_bytes() for path in files)
        assert "90817263" not in repr(CustomerEntry(customer=Customer(id="A"), pin="90817263"))
