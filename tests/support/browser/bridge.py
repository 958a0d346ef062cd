"""A kernel's comms without a kernel: widgets of this process talk to a page that Playwright drives.

The page polls for messages while a test waits for something.
"""

from __future__ import annotations

import base64
import queue
from collections.abc import Sequence

import comm
from comm.base_comm import BaseComm, CommManager
from ipywidgets import Widget
from playwright.sync_api import Page


class Bridge:
    """The other end of the comms of all widgets that are made while it exists.

    The page gets two functions: ``receiveMessages()`` returns the messages since the last call,
    and ``sendMessage(commId, data)`` resolves when the widget has handled the message.
    """

    def __init__(self, monkeypatch) -> None:
        self._sent: queue.SimpleQueue[dict] = queue.SimpleQueue()
        self._comms = CommManager()
        send = self._send

        class Comm(BaseComm):
            def publish_msg(
                self, msg_type, data=None, metadata=None, buffers=None, target_name=None, **keys
            ):
                content = {"comm_id": self.comm_id, "data": data or {}, "target_name": target_name}
                send(msg_type, content, metadata, buffers or [])

        monkeypatch.setattr(comm, "create_comm", Comm)
        monkeypatch.setattr(comm, "get_comm_manager", lambda: self._comms)

    def connect(self, page: Page) -> None:
        page.expose_function("receiveMessages", self._take)
        page.expose_function("sendMessage", self._handle)

    def show(self, widget: Widget) -> None:
        """Display a widget, as the last line of a cell does."""
        data = widget._repr_mimebundle_()[0]
        self._send("display_data", {"data": data})

    def _send(
        self,
        msg_type: str,
        content: dict,
        metadata: dict | None = None,
        buffers: Sequence[bytes] = (),
    ) -> None:
        self._sent.put(
            {
                "header": {"msg_type": msg_type},
                "content": content,
                "metadata": metadata or {},
                "buffers": [base64.b64encode(buffer).decode() for buffer in buffers],
            }
        )

    def _take(self) -> list[dict]:
        return [self._sent.get() for _ in range(self._sent.qsize())]

    def _handle(self, comm_id: str, data: dict) -> None:
        message = {"content": {"comm_id": comm_id, "data": data}, "buffers": []}
        self._comms.comms[comm_id].handle_msg(message)
