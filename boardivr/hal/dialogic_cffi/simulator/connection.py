"""A library that is connected: its questions, and what is told to it."""

from __future__ import annotations

import logging
import os
import socket
import threading
from typing import TYPE_CHECKING

from boardivr.errors import BoardIVRError
from boardivr.hal.dialogic_cffi.simulator.device import Device, Refused
from boardivr.hal.dialogic_cffi.simulator.protocol import HEAD, MOST, Message, Op, unpack

if TYPE_CHECKING:
    from boardivr.hal.dialogic_cffi.simulator.firmware import Firmware

log = logging.getLogger(__name__)

SYSTEM_ERROR = 1  # EDX_SYSTEM


class Connection:
    """One program; worked by a thread of its own."""

    def __init__(self, firmware: Firmware, sock: socket.socket) -> None:
        self._firmware = firmware
        self._socket = sock
        self._sending = threading.Lock()
        self._open: list[Device] = []

    def run(self) -> None:
        """Serve until the program is gone."""
        try:
            while (received := self._receive()) is not None:
                message, fds = received
                try:
                    self._serve(message, fds)
                finally:
                    for fd in fds:
                        os.close(fd)
        except OSError as error:
            log.info("a program's connection broke: %s", error)
        finally:
            self.close()

    def send(self, message: Message) -> None:
        """Send to the library; where that is gone, nothing happens."""
        try:
            with self._sending:
                self._socket.sendall(message.pack())
        except OSError:
            log.debug("a message to a program that is gone")

    def close(self) -> None:
        for device in self._open:
            device.closed(self, is_gone=True)
        self._open.clear()
        self._firmware.forget(self)
        self._socket.close()

    def shut(self) -> None:
        """Have :meth:`run` end."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            log.debug("shut already")

    def _receive(self) -> tuple[Message, list[int]] | None:
        head, fds = self._read(HEAD.size)
        if len(head) < HEAD.size:
            return None
        size = HEAD.unpack(head)[0]
        if not HEAD.size <= size <= MOST:
            log.warning("a program sent a message of %d bytes: this isn't our protocol", size)
            return None
        data, more = self._read(size - HEAD.size)
        return unpack(head, data), fds + more

    def _read(self, size: int) -> tuple[bytes, list[int]]:
        data, fds = b"", list[int]()
        while len(data) < size:
            part, got, _, _ = socket.recv_fds(self._socket, size - len(data), 4)
            fds += got
            if not part:
                break
            data += part
        return data, fds

    def _serve(self, message: Message, fds: list[int]) -> None:
        try:
            reply = self._answer(message, fds)
        except Refused as refused:
            reply = Message(op=Op.REPLY, numbers=(refused.code,))
        except (BoardIVRError, ValueError, KeyError, IndexError) as error:
            log.warning("operation %d failed: %s", message.op, error)
            reply = Message(op=Op.REPLY, numbers=(SYSTEM_ERROR,))
        self.send(
            Message(
                op=Op.REPLY, device=reply.device, token=message.token,
                numbers=reply.numbers, data=reply.data,
            )
        )  # fmt: skip

    def _answer(self, message: Message, fds: list[int]) -> Message:
        if message.op == Op.HELLO:
            return Message(op=Op.REPLY, numbers=(0, self._firmware.layout.speed))
        if message.op == Op.OPEN:
            return self._open_device(message)
        if message.op == Op.BOARDS:
            text, following = self._firmware.describe(message.numbers[0])
            return Message(op=Op.REPLY, numbers=(0, following), data=text.encode())
        device = self._firmware.device(message.device)
        if message.op == Op.CLOSE:
            if device in self._open:
                self._open.remove(device)
            device.closed(self)
            return Message(op=Op.REPLY)
        return device.ask(self, message, fds)

    def _open_device(self, message: Message) -> Message:
        device = self._firmware.find(message.data.decode("ascii", "replace"), message.numbers[0])
        self._open.append(device)
        device.opened(self)
        numbers = (0, device.type, device.subdevices)
        return Message(op=Op.REPLY, device=device.number, numbers=numbers)
