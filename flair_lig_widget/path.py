"""The straight line from the reference input to a text, and the derivatives along it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

import numpy as np
import torch

from flair_lig_widget.borrow import borrowed
from flair_lig_widget.quadrature import Floats, rule
from flair_lig_widget.wrapper import ModelWrapper

_CPU_CHUNK, _OTHER_CHUNK = 512, 4096
"""Subwords in one batch of path points. A processor is busy with 512 (four times as many take as
long a point, and a newer wish waits for the batch to end); other devices need more at once."""


class Cancelled(Exception):
    """The computation was told to stop; the derivatives that it has are kept."""


class IntegrationPath:
    """The line from the reference input to one text, and what was found out along it.

    It keeps the derivative at every point it was asked for, so that no gradient is computed
    twice: rules that share nodes share the work, and a rule that was used before costs nothing.

    Parameters
    ----------
    wrapper : ModelWrapper
    text, baseline, layer : str
        As in `attribute`.
    chunk : int, optional
        Points that go through the model at once; chosen by the length of the text if not given.

    Attributes
    ----------
    encoding : Encoding
    prediction : dict of str to float
        The probability of every label.
    values : dict of str to (float, float)
        For every label f(x') and f(x), its logit at the two ends.
    """

    def __init__(
        self, wrapper: ModelWrapper, *, text: str, baseline: str, layer: str, chunk: int | None
    ) -> None:
        self._wrapper = wrapper
        self._layer = layer
        with torch.inference_mode(False):  # what is made here takes part in gradients below
            self.encoding = wrapper.encode(text)
            ends, logits = wrapper.endpoints(self.encoding, baseline=baseline, layer=layer)
        self._start = ends[:1]
        self._step = ends[1:] - ends[:1]
        tokens = _CPU_CHUNK if ends.device.type == "cpu" else _OTHER_CHUNK
        self._chunk = chunk or max(1, tokens // ends.shape[1])
        labels = wrapper.labels
        self.prediction = dict(zip(labels, wrapper.probabilities(logits[1]).tolist(), strict=True))
        self.values = dict(zip(labels, zip(*logits.tolist(), strict=True), strict=True))
        self._known: dict[str, dict[float, Floats]] = {label: {} for label in labels}

    @property
    def nbytes(self) -> int:
        """Bytes held by the two ends and by the derivatives."""
        points = sum(len(known) for known in self._known.values())
        derivative = len(self.encoding.tokens) * np.dtype(np.float64).itemsize
        return self._start.nbytes + self._step.nbytes + points * derivative

    def scores(self, target: str, method: str, n: int, cancelled: Callable[[], bool]) -> Floats:
        """Token scores for a label by a fixed rule of n points, shape (T,).

        Raises
        ------
        Cancelled
            Before the chunk of points that follows on ``cancelled()`` becoming true.
        """
        nodes, weights = rule(method, n)
        known = self._known[target]
        unknown = [alpha for alpha in nodes.tolist() if alpha not in known]
        for i in range(0, len(unknown), self._chunk):
            if cancelled():
                raise Cancelled
            chunk = unknown[i : i + self._chunk]
            known.update(zip(chunk, self._derivatives(target, chunk), strict=True))
        return weights @ np.stack([known[alpha] for alpha in nodes.tolist()])

    def _derivatives(self, target: str, alphas: list[float]) -> Floats:
        """Directional derivative along the path, token by token: shape (len(alphas), T).

        Entry (i, t) is the inner product of the target logit's gradient with respect to the
        embedding of token t at point alpha_i, and that embedding's step from x' to x.
        """
        step, output = self._step, self._wrapper.labels.index(target)
        with (
            torch.inference_mode(False),
            torch.enable_grad(),
            borrowed(self._wrapper.classifier),
        ):
            at = torch.tensor(alphas, dtype=step.dtype, device=step.device)[:, None, None]
            points = (self._start + at * step).requires_grad_()
            logits = self._wrapper.logits(self.encoding, points, layer=self._layer)
            (gradients,) = torch.autograd.grad(logits[:, output].sum(), points)
        wide = torch.float32 if step.device.type == "mps" else torch.float64  # MPS has no float64
        products = (gradients.to(wide) * step.to(wide)).sum(dim=-1)
        return products.cpu().double().numpy()


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
