"""Gradients in bfloat16, where the hardware supports it and its rounding is small enough."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import torch

from flair_lig_widget.integration.objective import Objective
from flair_lig_widget.integration.path import IntegrationPath, Samples
from flair_lig_widget.integration.quadrature import relative_change

SHARE = 0.7
"""The fraction of the tolerance that rounding may use; beyond it, float32 is used."""


def computes_bfloat16(device: torch.device) -> bool:
    """Whether a device multiplies bfloat16 in hardware, rather than converting it to float32."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device.type == "cpu":
        able: dict[str, bool] = getattr(torch.cpu, "get_capabilities", dict)()  # not in torch 2.5
        return any(able.get(name, False) for name in ("avx512_bf16", "amx_bf16", "bf16"))
    return False


class Sampler:
    """Samples a path in the precision that a request allows.

    Parameters
    ----------
    path : IntegrationPath
    precision : str
        ``"float32"`` or ``"auto"``.
    tolerance : float
        The allowed error; bfloat16 is not used if its rounding takes more than `SHARE` of it.
    cancelled : callable
        Called before every batch of points.

    Attributes
    ----------
    reduced : bool
        Whether the samples are computed in bfloat16.
    rounding : dict of Objective to float
        Relative L2 error of the bfloat16 derivatives at one point in the middle of the path;
        empty in float32.
    extra_evaluations : int
        Gradient evaluations spent in addition to those that were requested.
    """

    def __init__(
        self,
        path: IntegrationPath,
        *,
        precision: str,
        tolerance: float,
        cancelled: Callable[[], bool],
    ) -> None:
        self._path = path
        self._tolerance = tolerance
        self._cancelled = cancelled
        self.reduced = precision == "auto" and computes_bfloat16(path.device)
        self.rounding: dict[Objective, float] = {}
        self.extra_evaluations = 0

    def sample(
        self,
        objectives: Sequence[Objective],
        nodes: Sequence[float],
        progress: Callable[[int], None],
    ) -> list[Samples]:
        """`IntegrationPath.sample`; the first call measures the rounding."""
        if self.reduced and not self.rounding:
            self._measure(objectives, nodes[len(nodes) // 2])
        return self._path.sample(
            objectives,
            nodes,
            reduced=self.reduced,
            cancelled=self._cancelled,
            progress=progress,
        )

    def fall_back(self, spent: int) -> None:
        """Continue in float32, after ``spent`` gradient evaluations that cannot be used."""
        self.reduced, self.rounding = False, {}
        self.extra_evaluations += spent

    def _measure(self, objectives: Sequence[Objective], node: float) -> None:
        """Compare bfloat16 with float32 at one point, and fall back if they differ too much."""
        sample = functools.partial(
            self._path.sample,
            objectives,
            [node],
            cancelled=self._cancelled,
            progress=lambda known: None,
        )
        try:
            low = sample(reduced=True)
        except ValueError:  # bfloat16 overflows earlier; float32 raises again if it does too
            self.fall_back(1)
            return
        changes = [
            relative_change(exact.derivatives, rough.derivatives)
            for rough, exact in zip(low, sample(reduced=False), strict=True)
        ]
        if max(changes) > min(SHARE * self._tolerance, 1.0):
            self.fall_back(1)
            return
        self.rounding = dict(zip(objectives, changes, strict=True))
        self.extra_evaluations += 1
