"""Gradients in bfloat16, where the hardware supports it and its rounding is small enough."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import torch

from flair_lig_widget.integration.objective import Objective
from flair_lig_widget.integration.path import IntegrationPath, Need, Samples
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

    def __init__(self, path: IntegrationPath, *, precision: str, tolerance: float) -> None:
        self._path = path
        self._tolerance = tolerance
        self.reduced = precision == "auto" and computes_bfloat16(path.device)
        self.rounding: dict[Objective, float] = {}
        self.extra_evaluations = 0

    def sample(
        self, objectives: Sequence[Objective], nodes: Sequence[float]
    ) -> Generator[Need, None, list[Samples]]:
        """Objectives and their derivatives at some points; the first call measures the rounding.

        Yields
        ------
        Need
            To be filled before the generator continues.
        """
        if self.reduced and not self.rounding:
            yield from self._measure(objectives, nodes[len(nodes) // 2])
        need = Need(self._path, objectives, nodes, reduced=self.reduced)
        yield need
        return need.result()

    def fall_back(self, spent: int) -> None:
        """Continue in float32, after ``spent`` gradient evaluations that cannot be used."""
        self.reduced, self.rounding = False, {}
        self.extra_evaluations += spent

    def _measure(self, objectives: Sequence[Objective], node: float) -> Generator[Need, None, None]:
        """Compare bfloat16 with float32 at one point, and fall back if they differ too much."""
        low = Need(self._path, objectives, [node], reduced=True)
        yield low
        if isinstance(low.error, ValueError):
            # bfloat16 overflows earlier; float32 raises again if it does too
            self.fall_back(1)
            return
        high = Need(self._path, objectives, [node], reduced=False)
        yield high
        changes = [
            relative_change(exact.derivatives, rough.derivatives)
            for rough, exact in zip(low.result(), high.result(), strict=True)
        ]
        if max(changes) > min(SHARE * self._tolerance, 1.0):
            self.fall_back(1)
            return
        self.rounding = dict(zip(objectives, changes, strict=True))
        self.extra_evaluations += 1
