"""How many points of a path go through the model at once."""

from __future__ import annotations

SECONDS, SECONDS_OF_MANY = 0.1, 0.5
"""The time that one batch should take: for one text, where a newer request waits until the running
batch ends, and for many, where nobody watches each."""

_CPU_TOKENS, _OTHER_TOKENS = 512, 4096
"""Subwords in the first batch. Above 512, a CPU needs as long per point as below."""

_LEAST_TOKENS = 128
"""A slow model does not get smaller batches than this: the weights have to be read for every
batch, and half as many subwords take much more than half the time."""


class BatchSizer:
    """The batch size, learned from the time that earlier batches took.

    The size changes only if a batch takes less than a third or more than three times the intended
    time: another size gives other last bits, and one machine should always give the same numbers.

    Parameters
    ----------
    points : int or None
        Points in every batch; None to choose the number.
    device : str
        Type of the device, such as ``"cpu"``.
    seconds : float
        The time that one batch should take.
    timed : bool
        Whether to learn from the clock. Without it, the same work is split into the same batches
        in every run, however busy the machine is, so the last bits are the same too.
    """

    def __init__(
        self, points: int | None, device: str, *, seconds: float = SECONDS, timed: bool = True
    ) -> None:
        self._points = points
        self._seconds = seconds
        self._timed = timed
        self._tokens = float(_CPU_TOKENS if device == "cpu" else _OTHER_TOKENS)
        self._most = _CPU_TOKENS if device == "cpu" else float("inf")

    def points(self, length: int) -> int:
        """Number of points for the next batch of a text of ``length`` subwords."""
        return self._points or max(1, int(self._tokens / length))

    def record(self, seconds: float, *, points: int, length: int) -> None:
        """Learn from the time that a batch took."""
        if not self._timed:
            return
        too_long = seconds > 3 * self._seconds
        too_short = seconds < self._seconds / 3 and points >= self.points(length)
        if too_long or too_short:
            factor = min(max(self._seconds / max(seconds, 1e-9), 0.25), 4.0)
            self._tokens = min(max(points * length * factor, _LEAST_TOKENS), self._most)

    def out_of_memory(self, *, points: int, length: int) -> None:
        """Halve the batch size after a batch of several points that did not fit."""
        self._tokens = self._most = points // 2 * length
        if self._points is not None:
            self._points = points // 2


def does_not_fit(length: int) -> MemoryError:
    """The error for a text of which not even a single point fits."""
    return MemoryError(
        f"one point of a path of {length} subwords does not fit into the device's memory; "
        "shorten the text, free memory, or move the classifier to another device"
    )
