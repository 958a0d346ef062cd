"""How many points of a path go through the model at once."""

from __future__ import annotations

_SECONDS = 0.1
"""What one batch is to take: a newer wish waits for the batch that is running to end."""

_CPU_TOKENS, _OTHER_TOKENS = 512, 4096
"""Subwords in the first batch. A processor is busy with 512: more take as long a point."""

_LEAST_TOKENS = 128
"""A slow model is not given less: the weights have to be read for each batch, and half as many
subwords take much more than half as long."""


class Pace:
    """The size of a batch, learnt from what the last one took.

    It is left alone while a batch takes between a third and three times of what it should:
    another size gives other last bits, and on one machine the numbers should come out the same.

    Parameters
    ----------
    points : int or None
        Points in every batch; None to choose.
    device : str
        Type of the device, such as ``"cpu"``.
    timed : bool
        Whether to learn from the clock. Without it the same work is cut in the same batches on
        every run, however busy the machine is, and the last bits are the same too.
    """

    def __init__(self, points: int | None, device: str, *, timed: bool = True) -> None:
        self._points = points
        self._timed = timed
        self._tokens = float(_CPU_TOKENS if device == "cpu" else _OTHER_TOKENS)
        self._most = _CPU_TOKENS if device == "cpu" else float("inf")

    def points(self, length: int) -> int:
        """Points of a text of ``length`` subwords that the next batch should have."""
        return self._points or max(1, int(self._tokens / length))

    def took(self, seconds: float, *, points: int, length: int) -> None:
        """Learn from a batch that is done."""
        if not self._timed:
            return
        too_long = seconds > 3 * _SECONDS
        too_short = seconds < _SECONDS / 3 and points >= self.points(length)
        if too_long or too_short:
            factor = min(max(_SECONDS / max(seconds, 1e-9), 0.25), 4.0)
            self._tokens = min(max(points * length * factor, _LEAST_TOKENS), self._most)

    def out_of_memory(self, *, points: int, length: int) -> None:
        """Learn from a batch that did not fit: half as many points from now on.

        Raises
        ------
        MemoryError
            If it was a single point.
        """
        if points == 1:
            raise MemoryError(
                f"one point of a path of {length} subwords does not fit into the device's memory; "
                "shorten the text, free memory, or move the classifier to another device"
            )
        self._tokens = self._most = points // 2 * length
        if self._points is not None:
            self._points = points // 2
