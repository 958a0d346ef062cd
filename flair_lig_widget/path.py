"""The straight line from the reference input to a text, and the derivatives along it."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

import numpy as np
import torch

from flair_lig_widget import __version__
from flair_lig_widget.attribution import Attribution
from flair_lig_widget.borrow import borrowed
from flair_lig_widget.encoding import Encoding
from flair_lig_widget.quadrature import Floats, rule
from flair_lig_widget.request import Request
from flair_lig_widget.wrapper import ModelWrapper

_CHUNK_TOKENS = 2048
"""Subwords in one batch of path points: enough to keep a processor busy, little to wait for."""


class Cancelled(Exception):
    """The computation was told to stop; what it had is gone, the model is as it was."""


class IntegrationPath:
    """The straight line from the reference input to one text, and what was found out along it.

    It keeps the derivative at every point it was asked for, so that rules which share nodes, as
    a trapezoid and its doubling do, share the work.
    """

    def __init__(
        self, wrapper: ModelWrapper, request: Request, internal_batch_size: int | None
    ) -> None:
        labels = wrapper.labels
        if request.target is not None and request.target not in labels:
            raise ValueError(f"unknown target {request.target!r}; labels are {', '.join(labels)}")
        self.wrapper = wrapper
        self.request = request
        with torch.inference_mode(False):  # what is made here takes part in gradients below
            self.encoding: Encoding = wrapper.encode(request.text)
            ends, logits = wrapper.endpoints(
                self.encoding, baseline=request.baseline, layer=request.layer
            )
        self.start = ends[:1]
        self.step = ends[1:] - ends[:1]
        self.prediction = dict(zip(labels, wrapper.probabilities(logits[1]).tolist(), strict=True))
        if request.target is None:
            self.target = max(self.prediction, key=self.prediction.__getitem__)
        else:
            self.target = request.target
        self.output = labels.index(self.target)
        self.baseline_value, self.value = logits[:, self.output].tolist()
        self.chunk = internal_batch_size or max(1, _CHUNK_TOKENS // ends.shape[1])
        self._known: dict[float, Floats] = {}

    def scores(self, method: str, n: int, cancelled: Callable[[], bool]) -> Floats:
        """Token scores by a fixed rule of n points, shape (T,)."""
        nodes, weights = rule(method, n)
        unknown = [a for a in nodes.tolist() if a not in self._known]
        for i in range(0, len(unknown), self.chunk):
            if cancelled():
                raise Cancelled
            chunk = unknown[i : i + self.chunk]
            self._known.update(zip(chunk, self._derivatives(chunk), strict=True))
        return weights @ np.stack([self._known[a] for a in nodes.tolist()])

    def attribution(
        self,
        scores: Floats,
        n_steps: int,
        *,
        error_estimate: float | None = None,
        tolerance: float | None = None,
    ) -> Attribution:
        """The scores with all that is known about them."""
        request = self.request
        return Attribution(
            text=request.text,
            tokens=self.encoding.tokens,
            scores=scores,
            value=self.value,
            baseline_value=self.baseline_value,
            prediction=self.prediction,
            target=self.target,
            method=request.method,
            n_steps=n_steps,
            n_evaluations=len(self._known),
            baseline=request.baseline,
            layer=request.layer,
            error_estimate=error_estimate,
            tolerance=tolerance,
            versions=_versions(),
        )

    def _derivatives(self, alphas: list[float]) -> Floats:
        """Directional derivative along the path, token by token: shape (len(alphas), T).

        Entry (i, t) is the inner product of the target logit's gradient with respect to the
        embedding of token t at point alpha_i, and that embedding's step from x' to x.
        """
        step = self.step
        with (
            torch.inference_mode(False),
            torch.enable_grad(),
            borrowed(self.wrapper.classifier),
        ):
            at = torch.tensor(alphas, dtype=step.dtype, device=step.device)[:, None, None]
            points = (self.start + at * step).requires_grad_()
            logits = self.wrapper.logits(self.encoding, points, layer=self.request.layer)
            (gradients,) = torch.autograd.grad(logits[:, self.output].sum(), points)
        wide = torch.float32 if step.device.type == "mps" else torch.float64  # MPS has no float64
        products = (gradients.to(wide) * step.to(wide)).sum(dim=-1)
        return products.cpu().double().numpy()


def _versions() -> dict[str, str]:
    packages = {name: version(name) for name in ("flair", "torch", "transformers")}
    return {"flair_lig_widget": __version__, **packages}
