"""The straight line from the baseline to a text, and the derivatives of f along it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from flair_lig_widget.integration.batching import BatchSizer
from flair_lig_widget.integration.objective import Objective
from flair_lig_widget.integration.quadrature import Floats
from flair_lig_widget.model.errors import UnsupportedClassifierError
from flair_lig_widget.model.families.sentences import sentence_starts
from flair_lig_widget.model.lock import exclusive_eval
from flair_lig_widget.model.wrapper import ModelWrapper

_Known = dict[float, tuple[float, Floats]]
"""For each node on the path the value of f, and its derivative for each token."""


class Cancelled(Exception):
    """The computation was cancelled; the derivatives computed so far are kept."""


@dataclass(frozen=True, eq=False)
class Samples:
    """One objective at n points of a path.

    Attributes
    ----------
    values : ndarray of shape (n,)
        The objective.
    derivatives : ndarray of shape (n, T)
        Entry (i, t) is the inner product of the objective's gradient with respect to the
        embedding of token t at point i, and the difference of that embedding between x and x'.
    """

    values: Floats
    derivatives: Floats


class IntegrationPath:
    """The line from the baseline to one text, with the derivatives computed along it.

    It keeps the derivatives at every point that was requested, so no gradient is computed twice:
    rules that share nodes share the work, and a rule that was used before costs nothing.

    Parameters
    ----------
    wrapper : ModelWrapper
    text, baseline, layer : str
        As in `attribute`.
    batch_sizer : BatchSizer
        Decides how many points go through the model at once.

    Attributes
    ----------
    baseline : str
    encoding : Encoding
    sentence_starts : tuple of int
        Where each sentence of the text begins.
    prediction, baseline_prediction : dict of str to float
        The probability of every label, at the text and at the baseline.
    """

    def __init__(
        self,
        wrapper: ModelWrapper,
        *,
        text: str,
        baseline: str,
        layer: str,
        batch_sizer: BatchSizer,
    ) -> None:
        self.baseline = baseline
        self._wrapper = wrapper
        self._layer = layer
        self._batch_sizer = batch_sizer
        with (
            torch.inference_mode(False),  # gradients are computed from these tensors later
            torch.autocast(wrapper.device.type, enabled=False),  # ignore the caller's autocast
        ):
            self.encoding = wrapper.encode(text)
            try:
                ends, logits = wrapper.endpoints(self.encoding, baseline=baseline, layer=layer)
            except torch.OutOfMemoryError:
                batch_sizer.out_of_memory(points=1, length=self.encoding.length)
        self._start = ends[:1]
        self._step = ends[1:] - ends[:1]
        self._logits = logits.cpu().double()
        _check_finite(self._logits.numpy())
        self.sentence_starts = sentence_starts(text)
        self.baseline_prediction, self.prediction = (
            dict(zip(wrapper.labels, probabilities, strict=True))
            for probabilities in wrapper.probabilities(self._logits).tolist()
        )
        self._known: dict[tuple[Objective, bool], _Known] = {}

    @property
    def device(self) -> torch.device:
        """Where the derivatives are computed."""
        return self._step.device

    @property
    def dtype(self) -> torch.dtype:
        """The model's own precision."""
        return self._step.dtype

    @property
    def nbytes(self) -> int:
        """Bytes of both ends of the path and of the derivatives."""
        points = sum(len(known) for known in list(self._known.values()))  # other threads may add
        derivative = len(self.encoding.tokens) * np.dtype(np.float64).itemsize
        return self._start.nbytes + self._step.nbytes + points * derivative

    def ends(self, objective: Objective) -> tuple[float, float]:
        """f(x') and f(x), always in the model's own precision."""
        at_baseline, at_text = objective(self._logits).tolist()
        return at_baseline, at_text

    def sample(
        self,
        objectives: Sequence[Objective],
        nodes: Sequence[float],
        *,
        reduced: bool = False,
        cancelled: Callable[[], bool],
        progress: Callable[[int], None],
    ) -> list[Samples]:
        """Objectives and their derivatives at some points; only new points are computed.

        Parameters
        ----------
        objectives : sequence of Objective
            One backward pass for each, after one forward pass for all.
        nodes : sequence of float
            Positions on the path: 0 at the baseline, 1 at the text.
        reduced : bool
            Whether the model may compute in bfloat16 (autocast).
        cancelled : callable
            Called before every batch of points.
        progress : callable
            Called after every batch with the number of nodes that are known.

        Raises
        ------
        Cancelled
            Before the next batch, once ``cancelled()`` is true.
        MemoryError
            If a single point does not fit into the memory of a GPU.
        ValueError
            If the model gives a number that is not finite.
        """
        stores = [self._known.setdefault((objective, reduced), {}) for objective in objectives]
        unknown = [alpha for alpha in nodes if any(alpha not in store for store in stores)]
        length = self.encoding.length
        # One array for all derivatives: small arrays between the model's large ones would prevent
        # those from being freed, and memory would grow with the number of points.
        rows = np.empty((len(stores), len(unknown), len(self.encoding.tokens)))
        done = 0
        while done < len(unknown):
            if cancelled():
                raise Cancelled
            batch = unknown[done : done + self._batch_sizer.points(length)]
            missing = [
                index
                for index, store in enumerate(stores)
                if any(alpha not in store for alpha in batch)
            ]
            samples: list[Samples] | None
            try:
                with exclusive_eval(self._wrapper.classifier):
                    started = time.perf_counter()  # after the wait for the lock
                    samples = self._differentiate([objectives[i] for i in missing], batch, reduced)
                    seconds = time.perf_counter() - started
            except torch.OutOfMemoryError:
                samples = None  # the memory of the batch is free only after this clause
            if samples is None:
                self._batch_sizer.out_of_memory(points=len(batch), length=length)
                continue
            for index, found in zip(missing, samples, strict=True):
                kept = rows[index, done : done + len(batch)]
                kept[:] = found.derivatives
                values = found.values.tolist()
                stores[index].update(zip(batch, zip(values, kept, strict=True), strict=True))
            self._batch_sizer.record(seconds, points=len(batch), length=length)
            done += len(batch)
            progress(len(nodes) - len(unknown) + done)
        return [_gather(store, nodes) for store in stores]

    def _differentiate(
        self, objectives: Sequence[Objective], alphas: list[float], reduced: bool
    ) -> list[Samples]:
        """Samples of every objective at N points, from one forward pass."""
        with (
            torch.inference_mode(False),
            torch.enable_grad(),
            torch.autocast(self.device.type, enabled=False),  # ignore the caller's autocast
        ):
            at = torch.tensor(alphas, dtype=self.dtype, device=self.device)[:, None, None]
            points = (self._start + at * self._step).requires_grad_()
            with torch.autocast(self.device.type, torch.bfloat16, enabled=reduced):
                logits = self._wrapper.logits(
                    self.encoding, points, layer=self._layer, wanted=_labels_needed(objectives)
                )
            # Close to one, float32 hardly distinguishes probabilities; MPS has no float64.
            wide = torch.float32 if self.device.type == "mps" else torch.float64
            logits = logits.to(wide)
            samples = []
            for objective in objectives:
                values = objective(logits)
                is_last = objective is objectives[-1]
                (gradients,) = torch.autograd.grad(
                    values.sum(), points, retain_graph=not is_last, allow_unused=True
                )
                if gradients is None:
                    raise UnsupportedClassifierError(
                        "cannot explain this classifier: its model does not read the embeddings "
                        f"that the path runs in ({self._wrapper.reason})"
                    )
                products = (gradients * self._step).sum(dim=-1, dtype=wide).cpu().double().numpy()
                _check_finite(products)
                derivatives = self.encoding.sum_per_token(products)
                samples.append(Samples(np.array(values.tolist()), derivatives))
            return samples


def _labels_needed(objectives: Sequence[Objective]) -> list[int] | None:
    """The labels whose logits some objective reads; None for all of them."""
    needed: set[int] = set()
    for objective in objectives:
        if objective.needs is None:
            return None
        needed |= objective.needs
    return sorted(needed)


def _check_finite(numbers: NDArray[np.floating]) -> None:
    if not np.isfinite(numbers).all():
        raise ValueError(
            "the model gave a number that is not finite; check its weights for NaN and infinity"
        )


def _gather(store: _Known, nodes: Iterable[float]) -> Samples:
    values, derivatives = zip(*(store[alpha] for alpha in nodes), strict=True)
    return Samples(np.array(values), np.stack(derivatives))


class PathCache:
    """Paths of earlier requests; above a number of bytes the least recently used are dropped.

    Parameters
    ----------
    limit : int
        Bytes that may be kept. The path in use is kept even if it alone is larger.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._paths: OrderedDict[Hashable, IntegrationPath] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], IntegrationPath]) -> IntegrationPath:
        """The path cached under ``key``, or a new one."""
        path = self._paths.pop(key, None) or make()
        self._paths[key] = path
        return path

    def trim(self) -> None:
        """Drop the least recently used paths until the rest is within the limit."""
        while len(self._paths) > 1 and sum(p.nbytes for p in self._paths.values()) > self._limit:
            self._paths.popitem(last=False)

    def __len__(self) -> int:
        return len(self._paths)
