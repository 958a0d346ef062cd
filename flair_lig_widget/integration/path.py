"""The straight line from the reference input to a text, and the derivatives along it."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from flair_lig_widget.borrow import borrowed
from flair_lig_widget.families import UnsupportedClassifierError
from flair_lig_widget.objective import Objective
from flair_lig_widget.pace import Pace
from flair_lig_widget.quadrature import Floats
from flair_lig_widget.wrapper import ModelWrapper


class Cancelled(Exception):
    """The computation was told to stop; the derivatives that it has are kept."""


@dataclass(frozen=True, eq=False)
class Samples:
    """What is known of one objective at n points of a path.

    Attributes
    ----------
    values : ndarray of shape (n,)
        The objective.
    derivatives : ndarray of shape (n, T)
        Entry (i, t) is the inner product of the objective's gradient with respect to the
        embedding of token t at point i, and that embedding's step from x' to x.
    """

    values: Floats
    derivatives: Floats


class IntegrationPath:
    """The line from the reference input to one text, and what was found out along it.

    It keeps the derivatives at every point it was asked for, so that no gradient is computed
    twice: rules that share nodes share the work, and a rule that was used before costs nothing.

    Parameters
    ----------
    wrapper : ModelWrapper
    text, baseline, layer : str
        As in `attribute`.
    pace : Pace
        How many points go through the model at once.

    Attributes
    ----------
    baseline : str
    encoding : Encoding
    sentence_starts : tuple of int
        Where each sentence of the text begins.
    prediction, baseline_prediction : dict of str to float
        The probability of every label, at the text and at the reference input.
    """

    def __init__(
        self, wrapper: ModelWrapper, *, text: str, baseline: str, layer: str, pace: Pace
    ) -> None:
        self.baseline = baseline
        self._wrapper = wrapper
        self._layer = layer
        self._pace = pace
        with (
            torch.inference_mode(False),  # what is made here takes part in gradients below
            torch.autocast(wrapper.device.type, enabled=False),  # whatever the caller computes in
        ):
            self.encoding = wrapper.encode(text)
            try:
                ends, logits = wrapper.endpoints(self.encoding, baseline=baseline, layer=layer)
            except torch.OutOfMemoryError:
                pace.out_of_memory(points=1, length=self.encoding.length)
        self._start = ends[:1]
        self._step = ends[1:] - ends[:1]
        self._logits = logits.cpu().double()
        _check_finite(self._logits.numpy())
        self.sentence_starts = wrapper.sentence_starts(text)
        self.baseline_prediction, self.prediction = (
            dict(zip(wrapper.labels, probabilities, strict=True))
            for probabilities in wrapper.probabilities(self._logits).tolist()
        )
        self._known: dict[tuple[Objective, bool], dict[float, tuple[float, Floats]]] = {}

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
        """Bytes held by the two ends and by the derivatives."""
        points = sum(len(known) for known in list(self._known.values()))  # others may add
        derivative = len(self.encoding.tokens) * np.dtype(np.float64).itemsize
        return self._start.nbytes + self._step.nbytes + points * derivative

    def ends(self, objective: Objective) -> tuple[float, float]:
        """f(x') and f(x), always in the model's own precision."""
        before, after = objective(self._logits).tolist()
        return before, after

    def sample(
        self,
        objectives: Sequence[Objective],
        nodes: Sequence[float],
        *,
        reduced: bool = False,
        cancelled: Callable[[], bool],
        progress: Callable[[int], None],
    ) -> list[Samples]:
        """Objectives and their derivatives at some points; only what is new is computed.

        Parameters
        ----------
        objectives : sequence of Objective
            One backward pass each, after one forward pass for all.
        nodes : sequence of float
            Places on the path, 0 at the reference input and 1 at the text.
        reduced : bool
            Whether the model may compute in bfloat16 (autocast).
        cancelled : callable
            Asked before every batch of points.
        progress : callable
            Told after every batch how many of the nodes are known.

        Raises
        ------
        Cancelled
            Before the batch that follows on ``cancelled()`` becoming true.
        MemoryError
            If a single point does not fit into the memory of a GPU.
        ValueError
            If the model gives a number that is not finite.
        """
        stores = [self._known.setdefault((objective, reduced), {}) for objective in objectives]
        unknown = [alpha for alpha in nodes if any(alpha not in store for store in stores)]
        length = self.encoding.length
        # One piece of memory for all: small ones between the large ones of the model would keep
        # those from being given back, and memory would grow with the number of points.
        rows = np.empty((len(stores), len(unknown), len(self.encoding.tokens)))
        done = 0
        while done < len(unknown):
            if cancelled():
                raise Cancelled
            batch = unknown[done : done + self._pace.points(length)]
            lacking = [
                place
                for place, store in enumerate(stores)
                if any(alpha not in store for alpha in batch)
            ]
            try:
                outcome = self._derive([objectives[i] for i in lacking], batch, reduced)
            except torch.OutOfMemoryError:
                outcome = None  # what the batch held is free only after this clause
            if outcome is None:
                self._pace.out_of_memory(points=len(batch), length=length)
                continue
            found, seconds = outcome
            for place, (values, derivatives) in zip(lacking, found, strict=True):
                part = rows[place, done : done + len(batch)]
                part[:] = derivatives
                stores[place].update(zip(batch, zip(values, part, strict=True), strict=True))
            self._pace.took(seconds, points=len(batch), length=length)
            done += len(batch)
            progress(len(nodes) - len(unknown) + done)
        return [_gather(store, nodes) for store in stores]

    def _derive(
        self, objectives: Sequence[Objective], alphas: list[float], reduced: bool
    ) -> tuple[list[tuple[list[float], Floats]], float]:
        """For every objective its values and derivatives, shapes (N,) and (N, T); the seconds."""
        step = self._step
        wide = torch.float32 if step.device.type == "mps" else torch.float64  # MPS has no float64
        found = []
        with (
            torch.inference_mode(False),
            torch.enable_grad(),
            torch.autocast(step.device.type, enabled=False),  # whatever the caller computes in
            borrowed(self._wrapper.classifier),
        ):
            started = time.perf_counter()  # not before: others may have had the model
            at = torch.tensor(alphas, dtype=step.dtype, device=step.device)[:, None, None]
            points = (self._start + at * step).requires_grad_()
            with torch.autocast(step.device.type, torch.bfloat16, enabled=reduced):
                needs = [objective.needs for objective in objectives]
                wanted = None if None in needs else sorted(set().union(*filter(None, needs)))
                logits = self._wrapper.logits(
                    self.encoding, points, layer=self._layer, wanted=wanted
                )
            for objective in objectives:
                values = objective(logits.to(wide))  # near one, float32 hardly tells probabilities
                more = objective is not objectives[-1]
                (gradients,) = torch.autograd.grad(
                    values.sum(), points, retain_graph=more, allow_unused=True
                )
                if gradients is None:
                    raise UnsupportedClassifierError(
                        "cannot explain this classifier: its model does not read the embeddings "
                        f"that the path runs in ({self._wrapper.family.reason})"
                    )
                products = (gradients * step).sum(dim=-1, dtype=wide).cpu().double().numpy()
                _check_finite(products)
                found.append((values.tolist(), self.encoding.per_token(products)))
            return found, time.perf_counter() - started


def _check_finite(numbers: NDArray[np.floating]) -> None:
    if not np.isfinite(numbers).all():
        raise ValueError(
            "the model gave a number that is not finite; check its weights for NaN and infinity"
        )


def _gather(store: dict[float, tuple[float, Floats]], nodes: Iterable[float]) -> Samples:
    values, derivatives = zip(*(store[alpha] for alpha in nodes), strict=True)
    return Samples(np.array(values), np.stack(derivatives))


class PathCache:
    """Paths that were walked before; beyond a number of bytes the longest unused go first.

    Parameters
    ----------
    limit : int
        Bytes that may be kept. The path in use is kept even if it alone is larger.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._paths: OrderedDict[Hashable, IntegrationPath] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], IntegrationPath]) -> IntegrationPath:
        """The path kept under ``key``, or a new one."""
        path = self._paths.pop(key, None) or make()
        self._paths[key] = path
        return path

    def trim(self) -> None:
        """Forget the longest unused paths until the rest is within the limit."""
        while len(self._paths) > 1 and sum(p.nbytes for p in self._paths.values()) > self._limit:
            self._paths.popitem(last=False)

    def __len__(self) -> int:
        return len(self._paths)
