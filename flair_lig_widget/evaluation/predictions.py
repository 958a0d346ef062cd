"""What Flair itself predicts for many texts: in batches, and no text twice."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from flair_lig_widget.integration.sampling import Cancelled
from flair_lig_widget.model.lock import exclusive_eval
from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.marked import MarkedText
from flair_lig_widget.result.messages import shown

# Small enough that a cancelled evaluation stops at once on a processor, where larger batches are
# no faster for each text.
_BATCH_TEXTS = 8
_BATCH_CHARACTERS = 2**12  # with padding: some 1,000 subwords
_TIMES_ON_GPU = 4
_NUMBERS_KEPT = 2**22  # probabilities, 32 MB

_SMALLEST = float(np.finfo(np.float32).tiny)
_HALF_STEP = float(np.finfo(np.float32).epsneg) / 2
"""A float32 closer to 1 than this is 1."""


class Predictor:
    """Asks ``classifier.predict`` for the probabilities of texts, and remembers them.

    Parameters
    ----------
    wrapper : ModelWrapper
    cancelled : callable
        Called before every batch.
    """

    def __init__(
        self, wrapper: ModelWrapper, *, cancelled: Callable[[], bool] = lambda: False
    ) -> None:
        self._wrapper = wrapper
        self._cancelled = cancelled
        self._known: dict[str | MarkedText, NDArray[np.float64]] = {}
        self._n_known = max(1, _NUMBERS_KEPT // max(1, len(wrapper.labels)))

    def probabilities(self, texts: Sequence[str | MarkedText]) -> NDArray[np.float64]:
        """The probability of every label, in the order of ``wrapper.labels``.

        Of a text with a data point they are those of the data point; for a tagger they are the
        softmax of the logits of Flair's own forward pass, because ``predict`` returns none.

        Texts of similar length share a batch. A text that was asked before is not asked again,
        unless very many others came in between.

        Returns
        -------
        ndarray of shape (N, C)

        Raises
        ------
        Cancelled
            Within one batch of ``cancelled()`` becoming true.
        ValueError
            If Flair finds no word in a text, or does not find its data point.
        """
        found = {text: self._known[text] for text in texts if text in self._known}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        times = 1 if self._wrapper.device.type == "cpu" else _TIMES_ON_GPU
        for batch in _batches(missing, times * _BATCH_TEXTS, times * _BATCH_CHARACTERS):
            stop_if(self._cancelled)
            found.update(zip(batch, self._ask(batch), strict=True))
        self._remember(found)
        return np.stack([found[text] for text in texts])

    def _ask(self, texts: Sequence[str | MarkedText]) -> list[NDArray[np.float64]]:
        family, predictions = self._wrapper.family, list[dict[str, float]]()
        are_marked = any(isinstance(text, MarkedText) for text in texts)
        with exclusive_eval(self._wrapper.classifier):
            for batch in [[text] for text in texts] if are_marked else [texts]:
                with finding_data_point(batch[0]):
                    predictions += family.flair_probabilities(batch)
        return [self._row(text, p) for text, p in zip(texts, predictions, strict=True)]

    def _row(self, text: str | MarkedText, prediction: dict[str, float]) -> NDArray[np.float64]:
        """The probabilities of one text, shape (C,)."""
        if not prediction:
            raise ValueError(f"Flair finds no word in {shown(str(text))}, a part of a text")
        # Flair reads the label "O" as none, and leaves it out.
        rest = max(0.0, 1.0 - sum(prediction.values()))
        return np.array([prediction.get(label, rest) for label in self._wrapper.labels])

    def _remember(self, found: dict[str | MarkedText, NDArray[np.float64]]) -> None:
        self._known.update(found)
        for text in list(self._known)[: -self._n_known]:
            del self._known[text]


@contextlib.contextmanager
def finding_data_point(text: str | MarkedText) -> Iterator[None]:
    """While an edited text is read: say what it means if its data point is not found."""
    try:
        yield
    except ValueError as error:
        if isinstance(text, str):
            raise
        raise ValueError(
            f"Flair does not find the data point in the edited text {shown(str(text))} ({error}); "
            "make another edit, or use erase='mask' or 'baseline', which leave words in place"
        ) from error


def stop_if(cancelled: Callable[[], bool]) -> None:
    """Raise `Cancelled` once ``cancelled()`` is true."""
    if cancelled():
        raise Cancelled("the evaluation was cancelled")


def part_of(progress: Callable[[float], None], index: int, n: int) -> Callable[[float], None]:
    """The progress of one of n equal parts, reported as that of all of them."""
    return lambda done: progress((index + done) / n)


def log_odds(
    probabilities: NDArray[np.float64], target: int, *, multi_label: bool
) -> NDArray[np.float64]:
    """The log-odds of a label, log p / (1 - p).

    For a softmax, 1 - p is the sum of the other labels' probabilities. Small terms of a softmax
    keep their relative precision, so the log-odds are accurate where p rounds to 1, up to +-87,
    the range of float32. For independent labels 1 - p is all there is: it has steps of 6e-8, so
    log-odds above 14 are rounded by more than 0.03, and none is above 17.3. TARS computes some
    probabilities as 1 minus another, which bounds its log-odds on the other side as well.

    Parameters
    ----------
    probabilities : ndarray of shape (N, C)
    target : int
        The index of the label.
    multi_label : bool
        Whether each label has its own probability, instead of a softmax over all.

    Returns
    -------
    ndarray of shape (N,)
    """
    p = probabilities[:, target]
    if multi_label:
        other = np.maximum(1.0 - p, _HALF_STEP)
    else:
        other = np.maximum(np.delete(probabilities, target, axis=1).sum(axis=1), _SMALLEST)
    odds: NDArray[np.float64] = np.log(np.maximum(p, _SMALLEST)) - np.log(other)
    return odds


def _batches(
    texts: Sequence[str | MarkedText], n_texts: int, n_characters: int
) -> Iterator[list[str | MarkedText]]:
    """Batches of texts of similar length, the longest first, bounded with their padding."""
    batch: list[str | MarkedText] = []
    for text in sorted(texts, key=len, reverse=True):
        if batch and (len(batch) == n_texts or (len(batch) + 1) * len(batch[0]) > n_characters):
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch
