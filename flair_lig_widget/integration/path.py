"""The straight line from the baseline to a text, and the derivatives of f along it."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from flair_lig_widget.integration.batching import does_not_fit
from flair_lig_widget.integration.objective import Objective
from flair_lig_widget.integration.quadrature import Floats
from flair_lig_widget.model.readers.sentences import sentence_starts
from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.marked import MarkedText

_Known = dict[float, tuple[float, Floats]]
"""For each node on the path the value of f, and its derivative for each token."""


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
    """The line from the baseline to one text, and what is known along it.

    It keeps the derivatives at every point that was requested, so no gradient is computed twice:
    rules that share nodes share the work, and a rule that was used before costs nothing.

    Parameters
    ----------
    wrapper : ModelWrapper
    text : str or MarkedText
    baseline, layer : str
        As in `attribute`.

    Attributes
    ----------
    baseline, layer : str
    encoding : Encoding
    sentence_starts : tuple of int
        Where each sentence of the text begins.
    endpoints : Tensor of shape (2, P, D)
        x' and x.
    data_points : tuple of DataPoint
        All that Flair gives a label.
    is_constant : bool
        Whether the text equals its baseline.
    prediction, baseline_prediction : dict of str to float
        The probability of every label, at the text and at the baseline.
    scores : dict of hashable to ndarray of shape (T,)
        What other algorithms found for the tokens, by the settings that they depend on.

    Raises
    ------
    MemoryError
        If both ends do not fit into the memory of a GPU.
    ValueError
        If the text has no word, or the model gives a number that is not finite.
    """

    def __init__(
        self, wrapper: ModelWrapper, *, text: str | MarkedText, baseline: str, layer: str
    ) -> None:
        self.baseline, self.layer = baseline, layer
        with (
            torch.inference_mode(False),  # gradients are computed from these tensors later
            torch.autocast(wrapper.device.type, enabled=False),  # ignore the caller's autocast
        ):
            self.encoding = wrapper.encode(text)
            self.data_points = self.encoding.data_points  # asks the model now, as it is
            try:
                ends, logits = wrapper.endpoints(self.encoding, baseline=baseline, layer=layer)
            except torch.OutOfMemoryError:
                raise does_not_fit(self.encoding.length) from None
        self.is_constant = torch.equal(ends[0], ends[1])
        if self.is_constant:  # the last bits of two rows of a batch can differ
            logits = logits[1:].expand_as(logits)
        self.endpoints = ends
        self._start = ends[:1]
        self._step = ends[1:] - ends[:1]
        self.logits = logits.cpu().double()
        check_finite(self.logits.numpy())
        self.sentence_starts = sentence_starts(self.encoding.text, self.encoding.starts)
        self.baseline_prediction, self.prediction = (
            dict(zip(wrapper.labels, probabilities, strict=True))
            for probabilities in wrapper.probabilities(self.logits).tolist()
        )
        self.scores: dict[Hashable, Floats] = {}
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
        """Bytes of both ends of the path, of the derivatives and of the scores."""
        points = sum(len(known) for known in list(self._known.values()))  # other threads may add
        rows = points + len(self.scores)
        row = len(self.encoding.tokens) * np.dtype(np.float64).itemsize
        return self.endpoints.nbytes + self._step.nbytes + rows * row

    def ends(self, objective: Objective) -> tuple[float, float]:
        """f(x') and f(x), always in the model's own precision."""
        at_baseline, at_text = objective(self.logits).tolist()
        return at_baseline, at_text

    def points(self, alphas: Sequence[float]) -> torch.Tensor:
        """The points at some positions on the path, shape (N, P, D): 0 is x', 1 is x."""
        at = torch.tensor(alphas, dtype=self.dtype, device=self.device)[:, None, None]
        return self._start + at * self._step

    def derivatives(self, gradients: torch.Tensor, dtype: torch.dtype) -> Floats:
        """Directional derivatives for each token, from gradients: (N, P, D) to (N, T)."""
        products = (gradients * self._step).sum(dim=-1, dtype=dtype).cpu().double().numpy()
        return self.encoding.sum_per_token(products)

    def known(self, objective: Objective, *, reduced: bool) -> _Known:
        """What is known of an objective, in the model's own precision or in bfloat16."""
        return self._known.setdefault((objective, reduced), {})


class Need:
    """Points of a path that a computation needs; a batch runner fills it.

    Parameters
    ----------
    path : IntegrationPath
    objectives : sequence of Objective
        One backward pass for each, after one forward pass for all.
    nodes : sequence of float
        Positions on the path.
    reduced : bool
        Whether the model may compute in bfloat16 (autocast).

    Attributes
    ----------
    error : Exception or None
        Why it cannot be filled.
    """

    def __init__(
        self,
        path: IntegrationPath,
        objectives: Sequence[Objective],
        nodes: Sequence[float],
        *,
        reduced: bool,
    ) -> None:
        self.path, self.objectives, self.reduced = path, tuple(objectives), reduced
        self.error: Exception | None = None
        self._nodes = list(nodes)
        self._stores = [path.known(objective, reduced=reduced) for objective in objectives]
        # One array for all derivatives: small arrays between the model's large ones would prevent
        # those from being freed, and memory would grow with the number of points.
        shape = len(self._stores), len(self.missing()), len(path.encoding.tokens)
        self._rows, self._n_kept = np.empty(shape), 0

    @property
    def n_known(self) -> int:
        """How many of the nodes are known."""
        return len(self._nodes) - len(self.missing())

    @property
    def is_settled(self) -> bool:
        """Whether all nodes are known, or cannot be."""
        return self.error is not None or not self.missing(1)

    def missing(self, most: int | None = None) -> list[float]:
        """The nodes that are not known yet, at most ``most`` of them."""
        missing = (a for a in self._nodes if any(a not in store for store in self._stores))
        return list(itertools.islice(missing, most))

    def missing_objectives(self, nodes: Sequence[float]) -> list[Objective]:
        """The objectives that are not known at all of these nodes."""
        return [
            objective
            for objective, store in zip(self.objectives, self._stores, strict=True)
            if any(alpha not in store for alpha in nodes)
        ]

    def keep(self, nodes: Sequence[float], found: Mapping[Objective, Samples]) -> None:
        """Keep what was computed at some of the missing nodes."""
        place = slice(self._n_kept, self._n_kept + len(nodes))
        self._n_kept = place.stop
        for objective, store, rows in zip(self.objectives, self._stores, self._rows, strict=True):
            if objective in found:
                rows[place] = found[objective].derivatives
                values = found[objective].values.tolist()
                store.update(zip(nodes, zip(values, rows[place], strict=True), strict=True))

    def result(self) -> list[Samples]:
        """Each objective at the nodes.

        Raises
        ------
        Exception
            `error`, if there is one.
        """
        if self.error is not None:
            raise self.error
        return [_gather(store, self._nodes) for store in self._stores]


def check_finite(numbers: Floats) -> None:
    """Raise a ValueError if the model gave NaN or infinity."""
    if not np.isfinite(numbers).all():
        raise ValueError(
            "the model gave a number that is not finite; check its weights for NaN and infinity"
        )


def _gather(store: _Known, nodes: Sequence[float]) -> Samples:
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
