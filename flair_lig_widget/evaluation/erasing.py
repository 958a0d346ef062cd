"""What a model says of a text when some of its words are kept and the others are taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from flair_lig_widget.evaluation.deletion import TextWords
from flair_lig_widget.evaluation.predictions import Predictor, finding_data_point, stop_if
from flair_lig_widget.integration.objective import Objective
from flair_lig_widget.model.encoding import Encoding, TextPoints
from flair_lig_widget.model.lock import exclusive_eval
from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.marked import MarkedText, Range
from flair_lig_widget.result.spans import span_of_tokens

Kept = frozenset[int]
"""The indexes of the words that are kept."""

Floats = NDArray[np.float64]

_LAYER = "word_embeddings"
# Small enough that a cancelled evaluation stops at once on a CPU.
_BATCH_ROWS = 8
_BATCH_POSITIONS = 1024


class Eraser(Protocol):
    """A way of taking words away.

    Attributes
    ----------
    ranges : tuple of (int, int), length m
        Where the words are that can be taken away. Orders and sets of words have their indexes, 0
        to m - 1.
    fewest_kept : int
        How many of them must be kept.
    """

    ranges: tuple[Range, ...]
    fewest_kept: int

    def deletable_first(self, order: Sequence[int]) -> tuple[int, ...]:
        """An order of these words in which those come last that must be kept."""
        ...

    def probabilities(self, kept: Sequence[Kept]) -> Floats:
        """The probability of every label, shape (N, C), for N sets of words that are kept."""
        ...

    def values(self, kept: Sequence[Kept]) -> Floats:
        """f, shape (N,)."""
        ...


class Deleter:
    """Deletes words from the text; Flair reads and predicts what is left.

    Parameters
    ----------
    wrapper : ModelWrapper
    objective : Objective
        f as a function of the logits.
    words : TextWords
    predictor : Predictor
    cancelled : callable
        Called before every text.
    """

    def __init__(
        self,
        wrapper: ModelWrapper,
        objective: Objective,
        words: TextWords,
        predictor: Predictor,
        cancelled: Callable[[], bool],
    ) -> None:
        self._wrapper = wrapper
        self._objective = objective
        self.ranges, self.fewest_kept = words.ranges, words.fewest_kept
        self._words = words
        self._predictor = predictor
        self._cancelled = cancelled
        self._known: dict[str | MarkedText, float] = {}

    def deletable_first(self, order: Sequence[int]) -> tuple[int, ...]:
        """Of each text the word that is last in the order comes last."""
        return self._words.deletable_first(order)

    def probabilities(self, kept: Sequence[Kept]) -> Floats:
        """As ``classifier.predict`` gives them."""
        return self._predictor.probabilities([self._words.keep(each) for each in kept])

    def values(self, kept: Sequence[Kept]) -> Floats:
        """From the logits, which ``predict`` does not return."""
        return self.values_of([self._words.keep(each) for each in kept])

    def values_of(self, texts: Sequence[str | MarkedText]) -> Floats:
        """The same for any texts: f, shape (N,)."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        for batch in self._batches(missing):
            stop_if(self._cancelled)
            values = self._objective(self._logits(list(batch.values())).cpu().double())
            self._known.update(zip(batch, values.tolist(), strict=True))
        return np.array([self._known[text] for text in texts])

    def _batches(
        self, texts: Sequence[str | MarkedText]
    ) -> Iterator[dict[str | MarkedText, Encoding]]:
        """Texts of the same length share a batch, where they can: there is nothing to pad."""
        of_length: dict[int, dict[str | MarkedText, Encoding]] = {}
        for text in texts:
            stop_if(self._cancelled)
            with finding_data_point(text):
                encoding = self._wrapper.encode(text)
            if not self._wrapper.family.can_share_batch(encoding):
                yield {text: encoding}
                continue
            batch = of_length.setdefault(encoding.length, {})
            batch[text] = encoding
            if len(batch) >= _rows(encoding.length):
                yield of_length.pop(encoding.length)
        yield from of_length.values()

    def _logits(self, encodings: Sequence[Encoding]) -> torch.Tensor:
        """Logits of the texts of one batch, shape (N, C); of one text those that f needs."""
        family = self._wrapper.family
        with (
            exclusive_eval(self._wrapper.classifier),
            torch.no_grad(),
            torch.autocast(self._wrapper.device.type, enabled=False),
        ):
            texts = [TextPoints(each, family.reader.text_point(each)) for each in encodings]
            if len(texts) > 1:
                return family.logits_of_texts(texts, _LAYER)
            needs = self._objective.needs
            wanted = None if needs is None else sorted(needs)
            return family.logits(encodings[0], texts[0].points, _LAYER, wanted)


class Replacer:
    """Puts the embeddings of a baseline in the place of words; all others stay where they are.

    Parameters
    ----------
    wrapper : ModelWrapper
    objective : Objective
        f as a function of the logits.
    attribution : Attribution
        It says which tokens belong to which word.
    baseline : str
        What takes the place of a word.
    cancelled : callable
        Called before every batch.
    """

    fewest_kept = 0

    def __init__(
        self,
        wrapper: ModelWrapper,
        objective: Objective,
        attribution: Attribution,
        baseline: str,
        cancelled: Callable[[], bool],
    ) -> None:
        self._wrapper = wrapper
        self._objective = objective
        self._layer = attribution.layer
        self._cancelled = cancelled
        self.ranges = tuple((word.start, word.end) for word in attribution.words())
        with torch.autocast(wrapper.device.type, enabled=False):
            self._encoding = wrapper.encode(attribution.marked)
            self._ends, _ = wrapper.endpoints(self._encoding, baseline=baseline, layer=self._layer)
        # The index of the word at each position; -1 where there is none.
        spans = span_of_tokens(attribution.tokens, "word", attribution.sentence_starts)
        word_of_token = [-1 if span is None else span for span in spans]
        n_not_read = len(self._encoding.tokens) - len(word_of_token)
        owners = torch.tensor([*word_of_token, *[-1] * n_not_read, -1])
        self._word_of_position = owners[self._encoding.token_of_position]
        self._known: dict[Kept, Floats] = {}

    def deletable_first(self, order: Sequence[int]) -> tuple[int, ...]:
        """The order as it is: all words can be replaced."""
        return tuple(order)

    def probabilities(self, kept: Sequence[Kept]) -> Floats:
        """From the logits, as the classifier computes them."""
        logits = torch.from_numpy(self._logits(kept))
        probabilities: Floats = self._wrapper.probabilities(logits).numpy()
        return probabilities

    def values(self, kept: Sequence[Kept]) -> Floats:
        """From the logits."""
        values: Floats = self._objective(torch.from_numpy(self._logits(kept))).numpy()
        return values

    def _logits(self, kept: Sequence[Kept]) -> Floats:
        """Logits of shape (N, C); no set is asked for twice."""
        missing = [each for each in dict.fromkeys(kept) if each not in self._known]
        rows = _rows(self._ends.shape[1])
        for start in range(0, len(missing), rows):
            stop_if(self._cancelled)
            batch = missing[start : start + rows]
            stays = torch.stack([self._stays(each) for each in batch])[:, :, None]
            points = torch.where(stays.to(self._ends.device), self._ends[1:], self._ends[:1])
            with torch.no_grad(), torch.autocast(self._wrapper.device.type, enabled=False):
                logits = self._wrapper.logits(self._encoding, points, layer=self._layer)
            self._known.update(zip(batch, logits.cpu().double().numpy(), strict=True))
        return np.stack([self._known[each] for each in kept])

    def _stays(self, kept: Iterable[int]) -> torch.Tensor:
        """Whether each position keeps the embedding of the text, shape (P,)."""
        return torch.isin(self._word_of_position, torch.tensor([-1, *kept]))


def _rows(length: int) -> int:
    """How many rows of so many positions go through the model at once."""
    return max(1, min(_BATCH_ROWS, _BATCH_POSITIONS // length))
