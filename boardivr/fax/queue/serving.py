"""What operators can have a running appliance do about faxes."""

from __future__ import annotations

from collections.abc import Mapping

from boardivr.control import Command, ControlError, Handler
from boardivr.fax.queue.desk import FaxDesk
from boardivr.fax.queue.probing import Probe


def handlers(desk: FaxDesk) -> Mapping[str, Handler]:
    """Return what the desk can be asked for."""

    def look(command: Command) -> object:
        """Look at the store: somebody has changed it."""
        desk.poke()
        return None

    def probe(command: Command) -> object:
        number = command.text("number")
        if number is None:
            raise ControlError("fax_probe: expected a number")
        one = Probe(desk, number)
        desk.ask(one.run)
        return one.wait()

    return {"fax_look": look, "fax_probe": probe}
