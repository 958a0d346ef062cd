"""Points of one path, or of several, through the model in one batch."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from flair_lig_widget.integration.batching import BatchSizer, does_not_fit
from flair_lig_widget.integration.objective import Objective
from flair_lig_widget.integration.path import IntegrationPath, Need, Samples, check_finite
from flair_lig_widget.model.encoding import TextPoints
from flair_lig_widget.model.errors import UnsupportedClassifierError
from flair_lig_widget.model.lock import exclusive_eval
from flair_lig_widget.model.wrapper import ModelWrapper

_ROUNDING = 100
"""How many units of rounding two batches may differ by in a logit of the same text."""


class Cancelled(Exception):
    """The computation was cancelled; the derivatives computed so far are kept."""


@dataclass(frozen=True, eq=False)
class _Part:
    """The points of one need that are in a batch."""

    need: Need
    nodes: list[float]

    @property
    def length(self) -> int:
        return self.need.path.encoding.length


class BatchRunner:
    """Fills needs, batch after batch.

    Parameters
    ----------
    wrapper : ModelWrapper
    sizer : BatchSizer
        Decides how many points go through the model at once.
    """

    def __init__(self, wrapper: ModelWrapper, sizer: BatchSizer) -> None:
        self._wrapper = wrapper
        self._sizer = sizer
        self._padded_length: dict[str, int] = {}  # that was tried, for each layer
        self._padding_is_exact: dict[str, bool] = {}

    def room(self, need: Need) -> int:
        """How many points of the text of a need go through the model at once."""
        return self._sizer.points(need.path.encoding.length)

    def can_share(self, need: Need, other: Need) -> bool:
        """Whether points of both can be in one batch."""
        if need is other:
            return True
        a, b, family = need.path, other.path, self._wrapper.family
        if (a.layer, need.reduced) != (b.layer, other.reduced):
            return False
        if not (family.can_share_batch(a.encoding) and family.can_share_batch(b.encoding)):
            return False
        if a.encoding.length == b.encoding.length:
            return True
        return self._is_exact_when_padded(max(a, b, key=lambda path: path.encoding.length))

    def fill(
        self, need: Need, *, cancelled: Callable[[], bool], after_batch: Callable[[], None]
    ) -> None:
        """Compute all that is missing, or set the error of the need.

        Raises
        ------
        Cancelled
            Before the next batch, once ``cancelled()`` is true.
        """
        while not need.is_settled:
            if cancelled():
                raise Cancelled
            self.run([need])
            after_batch()

    def run(self, needs: Sequence[Need]) -> None:
        """Compute one batch of the points that are missing, those of the first need first.

        All needs are of texts that can share a batch. If a batch fails, the points of each text
        are computed alone, so that only the need of a text that fails gets an error.
        """
        parts: list[_Part] = []
        fits = True
        try:
            with exclusive_eval(self._wrapper.classifier):
                parts = self._compose(needs)
                if not parts:  # another thread has computed them
                    return
                started = time.perf_counter()  # after the wait for the lock
                self._differentiate(parts)
                seconds = time.perf_counter() - started
        except torch.OutOfMemoryError:
            fits = False  # the memory of the batch is free only after this clause
        except Exception as error:
            if not parts:
                raise
            if len(parts) == 1:
                parts[0].need.error = error
            else:
                for part in parts:
                    self.run([part.need])
            return
        points = sum(len(part.nodes) for part in parts)
        length = max(part.length for part in parts)
        if fits:
            self._sizer.record(seconds, points=points, length=length)
        elif points > 1:
            self._sizer.out_of_memory(points=points, length=length)
        else:
            parts[0].need.error = does_not_fit(length)

    def _compose(self, needs: Sequence[Need]) -> list[_Part]:
        """As many missing points as go through the model at once."""
        parts: list[_Part] = []
        points = length = 0
        for need in needs:
            length = max(length, need.path.encoding.length)
            room = self._sizer.points(length) - points
            nodes = need.missing(max(room, 0))
            if not nodes:
                break
            parts.append(_Part(need, nodes))
            points += len(nodes)
        return parts

    def _differentiate(self, parts: Sequence[_Part]) -> None:
        """One forward pass, and a backward pass for each objective of a path."""
        device = parts[0].need.path.device
        with (
            torch.inference_mode(False),
            torch.enable_grad(),
            torch.autocast(device.type, enabled=False),  # ignore the caller's autocast
        ):
            points = [part.need.path.points(part.nodes).requires_grad_() for part in parts]
            wanted = [part.need.missing_objectives(part.nodes) for part in parts]
            logits = self._logits(parts, points, wanted)
            # Close to one, float32 hardly distinguishes probabilities; MPS has no float64.
            wide = torch.float32 if device.type == "mps" else torch.float64
            rows = torch.split(logits.to(wide), [len(part.nodes) for part in parts])
            n_passes = max(map(len, wanted))
            found: list[dict[Objective, Samples]] = [{} for _ in parts]
            for turn in range(n_passes):
                involved = [i for i in range(len(parts)) if turn < len(wanted[i])]
                values = [wanted[i][turn](rows[i]) for i in involved]
                gradients = torch.autograd.grad(
                    torch.cat(values).sum(),
                    [points[i] for i in involved],
                    retain_graph=turn < n_passes - 1,
                    allow_unused=True,
                )
                for i, value, gradient in zip(involved, values, gradients, strict=True):
                    self._check_used(gradient)
                    derivatives = parts[i].need.path.derivatives(gradient, wide)
                    check_finite(derivatives)
                    samples = Samples(value.detach().cpu().double().numpy(), derivatives)
                    found[i][wanted[i][turn]] = samples
        for part, samples_of in zip(parts, found, strict=True):
            part.need.keep(part.nodes, samples_of)

    def _logits(
        self,
        parts: Sequence[_Part],
        points: Sequence[torch.Tensor],
        wanted: Sequence[Sequence[Objective]],
    ) -> torch.Tensor:
        first = parts[0].need
        layer = first.path.layer
        texts = [
            TextPoints(part.need.path.encoding, at) for part, at in zip(parts, points, strict=True)
        ]
        with torch.autocast(first.path.device.type, torch.bfloat16, enabled=first.reduced):
            if len(texts) > 1:
                return self._wrapper.family.logits_of_texts(texts, layer)
            labels = _labels_needed(wanted[0])
            return self._wrapper.family.logits(first.path.encoding, points[0], layer, labels)

    def _is_exact_when_padded(self, path: IntegrationPath) -> bool:
        """Whether padding leaves logits as they are, tried on one word padded to this length."""
        layer, length = path.layer, path.encoding.length
        if length > self._padded_length.get(layer, 0):
            word = IntegrationPath(
                self._wrapper,
                text=self._wrapper.family.shortest_text,
                baseline=path.baseline,
                layer=layer,
            )
            texts = [TextPoints(each.encoding, each.points([1.0])) for each in (word, path)]
            with (
                exclusive_eval(self._wrapper.classifier),
                torch.no_grad(),
                torch.autocast(path.device.type, enabled=False),
            ):
                logits = self._wrapper.family.logits_of_texts(texts, layer).cpu().double()
            alone = torch.stack([word.logits[1], path.logits[1]])
            bound = _ROUNDING * torch.finfo(path.dtype).eps * (1 + alone.abs().max())
            self._padded_length[layer] = length
            self._padding_is_exact[layer] = bool((logits - alone).abs().max() <= bound)
        return self._padding_is_exact[layer]

    def _check_used(self, gradient: torch.Tensor | None) -> None:
        if gradient is None:
            raise UnsupportedClassifierError(
                "cannot explain this classifier: its model does not read the embeddings "
                f"that the path runs in ({self._wrapper.family.reason})"
            )


def _labels_needed(objectives: Sequence[Objective]) -> list[int] | None:
    """The labels whose logits some objective reads; None for all of them."""
    needed: set[int] = set()
    for objective in objectives:
        if objective.needs is None:
            return None
        needed |= objective.needs
    return sorted(needed)
