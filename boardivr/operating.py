"""What operators can have a running appliance do, and what it tells them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from boardivr.app import Appliance, Worker
from boardivr.control import Command, ControlError, ControlServer, Handler
from boardivr.fax.queue.desk import FaxDesk
from boardivr.fax.queue.serving import handlers as fax_handlers
from boardivr.prompts.folder import RecordingFolder
from boardivr.prompts.library import PromptLibrary
from boardivr.prompts.recorded import folders_of
from boardivr.prompts.studio import handlers as prompt_handlers
from boardivr.shelf import Loaded
from boardivr.watch import FolderWatch


def serve(appliance: Appliance) -> ExitStack:
    """Take commands on the appliance's socket, and watch its flows if it is set so.

    :return: close it before the appliance
    """
    with ExitStack() as undo:
        server = ControlServer(appliance.settings.control, handlers(appliance))
        undo.callback(server.close)
        appliance.desk.poke()  # faxes that came while nobody could tell it
        if appliance.settings.watch:
            watch = FolderWatch(
                lambda: flow_files(appliance), lambda: appliance.shelf.load("watch")
            )
            undo.callback(watch.close)
            watch.start()
        return undo.pop_all()


def handlers(appliance: Appliance) -> Mapping[str, Handler]:
    """Return what can be asked of an appliance."""

    def load(command: Command) -> object:
        folder = command.text("folder")
        loaded = appliance.shelf.load(command.who, None if folder is None else Path(folder))
        return load_facts(loaded)

    return {
        "load": load,
        "status": lambda command: status(appliance),
        **fax_handlers(appliance.desk),
        **prompt_handlers(appliance.desk.ask, lambda name: _studio(appliance, name)),
    }


def _studio(appliance: Appliance, name: str) -> tuple[PromptLibrary, RecordingFolder]:
    """Return a flow's prompts, and where the appliance's own recordings of it are."""
    flow = appliance.flows.get(name)
    if flow is None:
        known = ", ".join(appliance.flows)
        raise ControlError(f"expected a flow of {known}, found {name!r}")
    return appliance.shelf.voice(flow), folders_of(name, flow.path, appliance.settings.home)[0]


def flow_files(appliance: Appliance) -> list[Path]:
    """Return the files that the flows in force come from, and others of their folder."""
    files = set(appliance.shelf.folder.glob("*.yaml"))
    for flow in appliance.flows.values():
        for prompt in flow.prompt_sources().values():
            files |= {source.file for source in prompt.sources.values() if source.file}
    return sorted(files)


def load_facts(loaded: Loaded) -> dict[str, object]:
    """Return what a reload did, as JSON has it."""
    return {
        "folder": str(loaded.folder),
        "seconds": round(loaded.seconds, 3),
        "rendered": loaded.rendered,
        "changes": [
            {"kind": one.kind, "flow": one.flow, "what": one.what, "name": one.name}
            for one in loaded.changes
        ],
    }


def status(appliance: Appliance) -> dict[str, object]:
    """Return how an appliance does: channels, flows, hosts, the writer of call records."""
    hosts = appliance.hosts.pool.health()
    return {
        "node": appliance.settings.node,
        "folder": str(appliance.shelf.folder),
        "channels": [_channel(worker, appliance.desk) for worker in appliance.workers],
        "flows": _versions(appliance),
        "hosts": {"working": hosts.working, "idle": hosts.idle, "hanging": hosts.stuck},
        "writer": dataclasses.asdict(appliance.writer.health()),
        "faxes": {state.value: count for state, count in appliance.faxes.file.counts().items()},
        "parameters": {one.name: one.value for one in appliance.parameters.all()},
    }


def _versions(appliance: Appliance) -> list[dict[str, object]]:
    """Return the flows that new calls get, and older ones that calls still have."""
    found = {flow.hash: name for name, flow in appliance.flows.items()}
    current = set(found)
    for worker in appliance.workers:
        session = worker.attendant.session
        if session is not None and session.record.flow_hash is not None:
            found.setdefault(session.record.flow_hash, session.record.flow or "")
    return [
        {"flow": str(name), "hash": hash, "is_current": hash in current}
        for hash, name in found.items()
    ]


def _channel(worker: Worker, desk: FaxDesk) -> dict[str, object]:
    channel, session = worker.attendant.channel, worker.attendant.session
    facts: dict[str, object] = {
        "channel": channel.name,
        "board": worker.board.name,
        "state": channel.state.name.lower().replace("_", "-"),
        "works": worker.thread.is_alive(),
        "calls": worker.attendant.calls,
        "call": None,
        "flow": None,
        "seconds": None,
    }
    if faxes := desk.faxes_on(channel.name):
        facts["call"] = f"fax {', '.join(map(str, faxes))}"
    if session is not None:
        record = session.record
        seconds = (channel.clock.wall() - record.started).total_seconds()
        facts |= {"call": record.id, "flow": record.flow, "seconds": round(seconds, 1)}
        facts |= {"from": record.ani, "customer": record.customer}
    return facts
