"""What faults are done to: a classifier, results to compare with, and a front end."""

from __future__ import annotations

import json
import logging
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import comm
import numpy as np
import torch
from comm.base_comm import BaseComm
from flair.data import Sentence
from flair.models import TextClassifier
from jupyter_client.session import json_packer
from support import tiny

from faults.outcome import Fault, Tally, described, in_words
from flair_lig_widget import Attribution, LIGWidget, attribute

TEXTS = ("Oil rose.", "The film won three awards.", "Profit fell 7% on Tuesday.")
SETTING = {"method": "riemann_middle", "n_steps": 4}


def own_classifier(**options: Any) -> TextClassifier:
    """A new tiny classifier in evaluation mode, with enough dropout to be seen in training mode."""
    with tempfile.TemporaryDirectory() as folder:
        classifier = tiny.classifier(tiny.save_encoder("bert", Path(folder) / "bert"), **options)
    for module in classifier.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.3
    return classifier


def predicted(classifier: TextClassifier, text: str = TEXTS[0]) -> np.ndarray:
    """The probabilities of ``classifier.predict``."""
    sentence = Sentence(text)
    classifier.predict(sentence, return_probabilities_for_all_classes=True)
    return np.array([label.score for label in sentence.get_labels()])


class Reference:
    """Results to compare with, each computed once, before or between the faults."""

    def __init__(self, classifier: TextClassifier) -> None:
        self.classifier = classifier
        self._results: dict[str, Attribution] = {}

    def result(self, **setting: Any) -> Attribution:
        """What `attribute` gives for the setting, one point at a time."""
        key = json.dumps(setting, sort_keys=True)
        if key not in self._results:
            self._results[key] = attribute(self.classifier, internal_batch_size=1, **setting)
        return self._results[key]

    def check(self, found: Attribution, **setting: Any) -> None:
        """Raise a `Fault` unless it is the result of the setting, to 1e-6 of its scores."""
        expected = self.result(**setting)
        for name in ("text", "target", "contrast", "output", "method", "n_steps", "baseline"):
            if getattr(found, name) != getattr(expected, name):
                raise Fault(
                    "wrong",
                    f"{name}={getattr(found, name)!r} instead of {getattr(expected, name)!r}",
                )
        allowed = 1e-6 * max(1.0, float(abs(expected.scores).max()))
        difference = float(abs(found.scores - expected.scores).max())
        if not difference <= allowed:
            raise Fault("wrong", f"a score differs by {difference:.2g} for {setting}")


@contextmanager
def front_ends() -> Iterator[dict[str, dict[str, Any]]]:
    """The state of each widget made in the block as its front end has it, by model id.

    Messages are packed as a kernel packs them. A front end keeps what it sent itself (`echo`), but
    only Python writes what Python computes.
    """
    known: dict[str, dict[str, Any]] = {}
    lock = threading.Lock()

    class Comm(BaseComm):
        def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
            state = json.loads(json_packer((data or {}).get("state", {})))
            with lock:
                known.setdefault(self.comm_id, {})
                if (data or {}).get("method") == "echo_update":
                    state = {name: state[name] for name in state if name in REQUESTED}
                known[self.comm_id].update(state)

    with mock.patch.object(comm, "create_comm", Comm):
        yield known


REQUEST = (
    *("text", "target", "contrast", "output", "method", "n_steps", "tolerance", "baseline"),
    *("layer", "precision", "algorithm", "entities", "data_point"),
)
"""The traits that state what is explained."""
REQUESTED = (*REQUEST, "granularity", "position", "checking", "erase", "edit", "kept")
"""The traits that the front end writes."""
COMPUTED = ("status", "error", "progress", "result", "checked", "edited")
"""Traits that Python writes after every request."""


def check_view(widget: LIGWidget, view: dict[str, Any]) -> None:
    """Raise a `Fault` if the front end shows another state than the widget has."""
    for name in (*REQUESTED, *COMPUTED):
        value = json.loads(json.dumps(getattr(widget, name)))
        if view[name] != value:
            raise Fault("wrong", f"the front end has {name}={view[name]!r}, the widget {value!r}")


def check_answer(widget: LIGWidget, found: Attribution, view: dict[str, Any]) -> None:
    """Raise a `Fault` unless the widget is at rest and shows the result that it returned."""
    if (widget.status, widget.error) != ("idle", ""):
        raise Fault("wrong", f"status {widget.status!r}, error {widget.error!r} after a result")
    request = {name: getattr(widget, name) for name in REQUEST}
    if widget.result.get("request") != request:
        raise Fault("wrong", f"shows the result of {widget.result.get('request')}, not {request}")
    if widget.result["scores"] != found.scores.tolist():
        raise Fault("wrong", "shows other scores than wait() returned")
    if tuple(widget.labels) != tuple(found.prediction):
        raise Fault("wrong", f"shows labels {widget.labels!r}")
    check_view(widget, view)


@contextmanager
def logged_faults(tally: Tally) -> Iterator[None]:
    """Count every error that the package logs in the block and that it does not say in words."""

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            error = record.exc_info[1] if record.exc_info else None
            if error is None or not in_words(error):
                text = record.getMessage() if error is None else described(error)
                tally.fault("crashed", f"logged: {text}")

    logger, handler = logging.getLogger("flair_lig_widget"), Handler(logging.ERROR)
    propagated = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagated
