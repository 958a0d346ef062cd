"""Fixtures that the tests of the widget share."""

from __future__ import annotations

import json
import sys
import threading
from types import ModuleType

import comm
import pytest
from comm.base_comm import BaseComm

LIMIT = 120
"""Seconds until a held prediction gives up; a test lets it go at once."""


@pytest.fixture
def front_end(monkeypatch) -> dict:
    """The state of every widget as its front end has it, by model id; messages are JSON."""
    known: dict[str, dict] = {}

    class Comm(BaseComm):
        def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
            json.dumps(data, ensure_ascii=False, allow_nan=False).encode()
            if msg_type == "comm_open" or (data or {}).get("method") == "update":
                known.setdefault(self.comm_id, {}).update(data["state"])

    monkeypatch.setattr(comm, "create_comm", Comm)
    return known


@pytest.fixture(params=["Pyodide", "Colab"])
def no_threads(monkeypatch, request):
    """No thread can be started, or it must not be, because nobody hears of what it does."""

    def start(thread):
        assert request.param == "Pyodide"
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    if request.param == "Colab":
        monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))


@pytest.fixture
def slow(monkeypatch):
    """Every batch of predictions waits until the test lets it go."""
    from flair_lig_widget.evaluation.predictions import Predictor

    class Gate:
        entered, open = threading.Event(), threading.Event()

    ask = Predictor._ask

    def wait(predictor, texts):
        Gate.entered.set()
        assert Gate.open.wait(LIMIT)
        return ask(predictor, texts)

    monkeypatch.setattr(Predictor, "_ask", wait)
    yield Gate
    Gate.open.set()
