"""What an engine keeps for one state of the model's weights, and drops when they change."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from flair_lig_widget.integration.batching import SECONDS, SECONDS_OF_MANY, BatchSizer
from flair_lig_widget.integration.path import PathCache
from flair_lig_widget.integration.sampling import BatchRunner
from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.provenance import reproducible

CACHE_BYTES = 256 * 2**20
"""How many bytes of earlier requests an engine keeps."""


@dataclass(frozen=True, eq=False)
class Session:
    """One state of the weights.

    Attributes
    ----------
    fingerprint : hashable
        That of the model.
    weights_digest : str
    batches, batches_of_many : BatchRunner
        For one request, and for many of which nobody waits for the first.
    cache : PathCache
    """

    fingerprint: Hashable
    weights_digest: str
    batches: BatchRunner
    batches_of_many: BatchRunner
    cache: PathCache

    @classmethod
    def of(cls, wrapper: ModelWrapper, internal_batch_size: int | None) -> Session:
        """A session of the present weights, in which nothing is known."""

        def runner(seconds: float) -> BatchRunner:
            device = wrapper.device.type
            sizer = BatchSizer(
                internal_batch_size, device, seconds=seconds, timed=not reproducible()
            )
            return BatchRunner(wrapper, sizer)

        return cls(
            fingerprint=wrapper.fingerprint(),
            weights_digest=wrapper.digest(),
            batches=runner(SECONDS),
            batches_of_many=runner(SECONDS_OF_MANY),
            cache=PathCache(CACHE_BYTES),
        )
