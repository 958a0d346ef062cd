"""Whether scores depend on what a model has learned: its layers become random, one by one."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from flair.nn import Model
from numpy.typing import NDArray

from flair_lig_widget.evaluation.predictions import Predictor, part_of, stop_if
from flair_lig_widget.evaluation.random_weights import Layer, copy_classifier, layers_of
from flair_lig_widget.evaluation.sanity_report import Correlation, SanityReport, SanityRow
from flair_lig_widget.evaluation.texts import Given, choose_targets, read_texts, request_for
from flair_lig_widget.integration.engine import LIGEngine
from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.correlation import spearman
from flair_lig_widget.result.marked import MarkedText
from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.request import positive_int

FEWEST = 5
"""Words that a text needs: fewer have too few orders for a correlation to mean anything."""

TOLERANCE = 0.05
"""That of the explanations; the order of the words needs no better one."""

_ROUNDING = 1e-5
"""By how much a logit can change through rounding, as a fraction of itself or of 1."""

Scores = Mapping[tuple[int, int], float]
"""The score of each word by its range in the text."""


def sanity_check(
    classifier: Model,
    texts: Sequence[Given],
    *,
    task: str | None = None,
    targets: Sequence[str] | None = None,
    max_words: int = 60,
    seed: int = 0,
    progress: Callable[[float], None] = lambda done: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> SanityReport:
    """Replace the weights of a classifier by random ones, and see whether the scores change.

    An explanation of what a model has learned must change when that is taken away (Adebayo et
    al., "Sanity Checks for Saliency Maps", 2018, cascading randomization). The decoder becomes
    random, then also the layers of the encoder from the top, then also the input embeddings: each
    weight is replaced by normal numbers with the mean and the standard deviation that it had.
    After each layer the texts are explained again, for the same labels, with the default baseline
    and a tolerance of 5 %, and the scores of the words are compared with the original ones by
    Spearman's rank correlation. A layer that changes no logit of these texts, such as a pooler
    that Flair does not use, has no row. A regressor has no other label to compare with, so there
    is no row for two labels.

    The classifier itself is never changed, not even for a moment: a copy of it becomes random. So
    it is as it was after an error, a cancel or an interrupt, too. The copy takes as much memory as
    the classifier.

    Parameters
    ----------
    classifier : flair.nn.Model
        See `ModelWrapper` for what is supported.
    texts : sequence of str, tuple of str, or flair.data.Sentence
        Texts such as those that will be explained; ten or more for a verdict. Each is explained
        once for every layer; of a tagger or relation classifier the first data point with a label.
    task : str, optional
        As for `attribute`.
    targets : sequence of str, optional
        The label to explain of each text; by default the most probable one. It stays the same
        when weights become random.
    max_words : int
        Longer texts are cut after so many words.
    seed : int
        Of the random weights.
    progress : callable
        Called now and then with the share of the work that is done.
    cancelled : callable
        Called before every batch of path points and of predictions.

    Returns
    -------
    SanityReport

    Raises
    ------
    ValueError
        If there is no text, one has fewer than five words or cannot be explained, all its words
        have the same score, a target is unknown or missing, or an option has a value that is not
        possible.
    Cancelled
        Within one batch of ``cancelled()`` becoming true.
    RuntimeError
        If the weights change before they are copied.
    UnsupportedClassifierError
        If the classifier is of a kind that cannot be explained or copied, or its weights are
        quantized.
    """
    if operator.index(seed) < 0:
        raise ValueError(f"seed={seed} is negative; give 0 or more")
    wrapper = ModelWrapper(classifier, task=task)
    read = read_texts(
        wrapper,
        texts,
        positive_int("max_words", max_words),
        fewest=FEWEST,
        purpose="for their order to mean anything",
    )
    predictor = Predictor(wrapper, cancelled=cancelled)
    chosen = choose_targets(wrapper, predictor, read, targets)
    probabilities = predictor.probabilities(read)
    copied = copy_classifier(wrapper.classifier)
    _check_copy(Predictor(ModelWrapper(copied), cancelled=cancelled), read, probabilities)
    check = _Check(LIGEngine(copied), list(zip(read, chosen, strict=True)), cancelled)
    others = _most_probable_others(wrapper.labels, chosen, probabilities)
    return check.run(others, np.random.default_rng(seed), progress)


@dataclass(frozen=True)
class _Check:
    """Explains texts again and again, while the classifier of the engine becomes random.

    Attributes
    ----------
    engine : LIGEngine
        Of a classifier that may be changed.
    texts : sequence of (str or MarkedText, str)
        Texts, each with the label to explain.
    """

    engine: LIGEngine
    texts: Sequence[tuple[str | MarkedText, str]]
    cancelled: Callable[[], bool]

    def run(
        self,
        others: Sequence[str],
        generator: np.random.Generator,
        progress: Callable[[float], None],
    ) -> SanityReport:
        layers = layers_of(self.engine.wrapper.classifier, lambda: self._logits(self.texts[:1]))
        n, n_steps = len(self.texts), len(layers) + 1
        of_others = [(text, other) for (text, _), other in zip(self.texts, others, strict=False)]
        explained = self._explain([*self.texts, *of_others], part_of(progress, 0, n_steps))
        original = [_scores(attribution) for attribution in explained[:n]]
        _check_scores(self.texts, original)
        two_labels = correlation(original, [_scores(a) for a in explained[n:]]) if others else None
        rows = []
        logits = self._logits(self.texts)
        for done, layer in enumerate(layers, start=1):
            layer.randomise(generator)
            before, logits = logits, self._logits(self.texts)
            if _differ(before, logits):
                found = self._explain_random(layer, part_of(progress, done, n_steps))
                explained += found
                scores = [_scores(attribution) for attribution in found]
                rows.append(SanityRow(layer.name, correlation(original, scores)))
            progress((done + 1) / n_steps)
        if not rows:
            raise ValueError(
                "random weights change no logit of these texts, because the weights of each layer "
                "are all equal; train the classifier first"
            )
        return SanityReport(
            rows=tuple(rows),
            two_labels=two_labels,
            n_texts=n,
            n_explanations=len(explained),
            n_unconverged=sum(not attribution.converged for attribution in explained),
            tolerance=TOLERANCE,
        )

    def _explain_random(self, layer: Layer, progress: Callable[[float], None]) -> list[Attribution]:
        try:
            return self._explain(self.texts, progress)
        except ValueError as error:
            raise ValueError(f"with random weights down to {layer.name}: {error}") from error

    def _explain(
        self, texts: Sequence[tuple[str | MarkedText, str]], progress: Callable[[float], None]
    ) -> list[Attribution]:
        requests = [request_for(text, target=target, tolerance=TOLERANCE) for text, target in texts]
        found = self.engine.attribute_many(requests, cancelled=self.cancelled, progress=progress)
        return cast(list[Attribution], found)  # errors are raised

    def _logits(self, texts: Sequence[tuple[str | MarkedText, str]]) -> torch.Tensor:
        """Shape (N, C)."""
        wrapper, found = self.engine.wrapper, []
        for text, _ in texts:
            stop_if(self.cancelled)
            _, logits = wrapper.endpoints(wrapper.encode(text))
            found.append(logits[1])
        return torch.stack(found)


def correlation(first: Sequence[Scores], second: Sequence[Scores]) -> Correlation:
    """The rank correlations of two lists of scores of the same texts."""
    pairs = [_in_common(a, b) for a, b in zip(first, second, strict=True)]
    return Correlation(
        per_text_signed=np.array([_spearman(pair) for pair in pairs]),
        per_text_absolute=np.array([_spearman(abs(pair)) for pair in pairs]),
    )


def _in_common(a: Scores, b: Scores) -> NDArray[np.float64]:
    """The scores of the words that both have, shape (2, m).

    TARS may read fewer words of a long text next to a longer label.
    """
    words = [word for word in a if word in b]
    return np.array([[a[word] for word in words], [b[word] for word in words]])


def _spearman(pair: NDArray[np.float64]) -> float:
    """NaN if one of the two has the same score for all words."""
    found = spearman(*pair)
    return math.nan if found is None else found


def _differ(before: torch.Tensor, after: torch.Tensor) -> bool:
    """Whether logits differ by more than rounding."""
    return not torch.allclose(before, after, rtol=_ROUNDING, atol=_ROUNDING, equal_nan=True)


def _scores(attribution: Attribution) -> Scores:
    return {(word.start, word.end): word.score for word in attribution.words()}


def _most_probable_others(
    labels: Sequence[str], targets: Sequence[str], probabilities: NDArray[np.float64]
) -> list[str]:
    """For each target the most probable other label; none if there is no other."""
    if len(labels) < 2:
        return []
    ranked = (np.argsort(-row, kind="stable") for row in probabilities)
    return [
        next(labels[index] for index in order if labels[index] != target)
        for order, target in zip(ranked, targets, strict=True)
    ]


def _check_copy(
    predictor: Predictor, texts: Sequence[str | MarkedText], probabilities: NDArray[np.float64]
) -> None:
    """Raise a RuntimeError if the copy does not predict what the classifier does."""
    differences = abs(predictor.probabilities(texts) - probabilities)
    if not (differences <= _ROUNDING * np.maximum(1.0, abs(probabilities))).all():
        raise RuntimeError(
            f"the copy of the classifier predicts otherwise (a probability or value differs by "
            f"{differences.max():.2g}); unless it is being trained, please report this as a bug"
        )


def _check_scores(texts: Sequence[tuple[str | MarkedText, str]], scores: Sequence[Scores]) -> None:
    """Raise a ValueError if all words of a text have the same score."""
    for index, ((text, target), found) in enumerate(zip(texts, scores, strict=True)):
        if len(set(found.values())) < 2:
            raise ValueError(
                f"texts[{index}]={shown(str(text))}: all its words have the same score for "
                f"{target}, so there is no order that could change; leave the text out"
            )
