"""bfloat16 where the hardware computes it and its rounding does not matter."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import torch

from flair_lig_widget.objective import Objective
from flair_lig_widget.path import IntegrationPath, Samples
from flair_lig_widget.quadrature import relative_change

SHARE = 0.7
"""The part of the tolerance that rounding may use up; beyond it, float32 computes on."""


def computes_bfloat16(device: torch.device) -> bool:
    """Whether a device multiplies bfloat16 itself, rather than by way of float32."""
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
        The error that is allowed; bfloat16 is given up if its rounding takes more than `SHARE`.
    cancelled : callable
        Asked before every batch of points.

    Attributes
    ----------
    reduced : bool
        Whether the samples are of bfloat16.
    rounding : dict of Objective to float
        Relative L2 error that bfloat16 makes in the derivatives at one point in the middle; empty
        in float32.
    extra : int
        Gradient evaluations besides those that were asked for.
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
        self.extra = 0

    def sample(
        self,
        objectives: Sequence[Objective],
        nodes: Sequence[float],
        progress: Callable[[int], None],
    ) -> list[Samples]:
        """`IntegrationPath.sample`, with the rounding measured the first time."""
        if self.reduced and not self.rounding:
            self._measure(objectives, nodes[len(nodes) // 2])
        return self._path.sample(
            objectives,
            nodes,
            reduced=self.reduced,
            cancelled=self._cancelled,
            progress=progress,
        )

    def give_up(self, spent: int) -> None:
        """Go on in float32, after so many gradient evaluations in vain."""
        self.reduced, self.rounding = False, {}
        self.extra += spent

    def _measure(self, objectives: Sequence[Objective], node: float) -> None:
        """Compare bfloat16 with float32 at one point, and give it up if that is too much."""
        sample = functools.partial(
            self._path.sample,
            objectives,
            [node],
            cancelled=self._cancelled,
            progress=lambda known: None,
        )
        try:
            low = sample(reduced=True)
        except ValueError:  # bfloat16 overflows sooner; float32 will tell if it does too
            self.give_up(1)
            return
        changes = [
            relative_change(exact.derivatives, rough.derivatives)
            for rough, exact in zip(low, sample(reduced=False), strict=True)
        ]
        if max(changes) > min(SHARE * self._tolerance, 1.0):
            self.give_up(1)
            return
        self.rounding = dict(zip(objectives, changes, strict=True))
        self.extra += 1
