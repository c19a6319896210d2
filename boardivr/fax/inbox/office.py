"""All that an appliance has for received faxes, opened and closed together."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path

from boardivr.clock import Clock
from boardivr.closing import Closing
from boardivr.fax.inbox.delivering import Deliverer
from boardivr.fax.inbox.inbox import Inbox
from boardivr.fax.inbox.polls import read_polls
from boardivr.fax.inbox.taking import Taken, take
from boardivr.fax.settings import FaxSection
from boardivr.hal.channel import Channel
from boardivr.hal.types import FaxSettings, IncomingCall
from boardivr.store.store import Store


class FaxOffice(Closing):
    """Receives faxes, and delivers them from :meth:`start` on.

    :param home: the appliance's folder
    :param node: while its lock is held: what it was receiving when it died is put into boxes
    """

    def __init__(
        self,
        store: Store,
        section: FaxSection,
        home: Path,
        clock: Clock,
        *,
        node: str,
        pin_cost: int,
    ) -> None:
        self.section = section
        self._node = node
        self._clock = clock
        self.inbox = open_inbox(store, section, home, clock.wall, pin_cost=pin_cost)
        self.inbox.recover(node)
        self.deliverer = Deliverer(self.inbox, home / "fax" / "delivering", clock, base=home)
        self._offers = read_polls(section.inbox.polls, home, home / "fax" / "polls")
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to deliver."""
        self._thread = self._clock.spawn(self.deliverer.work, "fax deliveries")

    def settings(self) -> FaxSettings:
        """Return how our terminal behaves when it receives."""
        return FaxSettings(ident=self.section.ident, ecm=self.section.ecm)

    def take(self, channel: Channel, *, call: IncomingCall, call_id: str, box: str = "") -> Taken:
        """Take a fax on a connected channel; see :func:`boardivr.fax.inbox.taking.take`."""
        return take(
            self.inbox, channel, self.settings(), call=call, call_id=call_id, node=self._node,
            box=box, offers=self._offers,
        )  # fmt: skip

    def close(self) -> None:
        """End deliveries. Safe to repeat."""
        self.deliverer.stop()
        if self._thread is not None:
            self._clock.join(self._thread)
            self._thread = None


def open_inbox(
    store: Store,
    section: FaxSection,
    home: Path,
    wall: Callable[[], datetime],
    *,
    pin_cost: int,
) -> Inbox:
    """Return the inbox of an appliance, which may be running: commands use it, too."""
    zone: tzinfo = section.zone
    return Inbox(
        store,
        section.inbox,
        home / "fax" / "in",
        lambda: wall().astimezone(zone),
        pin_cost=pin_cost,
    )
