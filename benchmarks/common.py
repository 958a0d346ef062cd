"""Shared by the benchmarks: texts, dense references, tables, the machine."""

from __future__ import annotations

import bisect
import random
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import torch
from flair.models import TextClassifier
from numpy.typing import NDArray

from flair_lig_widget import Encoding, ModelWrapper
from flair_lig_widget.demo.train import CORPUS, read_labelled

Floats = NDArray[np.float64]
Objective = Callable[[torch.Tensor], torch.Tensor]
"""From logits of shape (N, C) to one number a row, shape (N,)."""

LEAST_NODES = 13
"""Of a dense reference: half as many are still enough for the corrections at both ends."""

_DENSE_TOKENS = 512  # subwords in one batch of a dense reference


class Batch(NamedTuple):
    """One call of the encoder."""

    rows: int
    gradient: bool


@dataclass(eq=False)
class Subject:
    """One text, and the label that is explained of it.

    Attributes
    ----------
    batches : list of Batch
        The encoder calls of our last run on it.
    """

    wrapper: ModelWrapper
    text: str
    encoding: Encoding
    target: str
    batches: list[Batch] = field(default_factory=list)

    @property
    def classifier(self) -> TextClassifier:
        """The classifier explained."""
        return self.wrapper.classifier

    @property
    def encoder(self) -> Any:
        """Its model from the transformers library."""
        return self.classifier.embeddings.model

    @property
    def baseline(self) -> str:
        """The baseline that every contender integrates from: the classifier's default."""
        return self.wrapper.baselines[0]

    @property
    def output(self) -> int:
        """Index of the target among the logits."""
        return self.wrapper.labels.index(self.target)


@dataclass(frozen=True, eq=False)
class Reference:
    """Scores that other scores are compared with.

    Attributes
    ----------
    scores : ndarray of shape (T,)
    own_error : float
        Relative L2 change of the scores with half as many nodes: an upper bound of their error.
    """

    scores: Floats
    own_error: float


def make_subject(wrapper: ModelWrapper, *, length: int, seed: int) -> Subject:
    """A text of at most ``length`` subwords, special ones included, and its predicted label.

    The text consists of sentences of the corpus about one topic, and is cut after a word.
    """
    return cut_subject(wrapper, topic_words(random.Random(seed)), length=length)


def cut_subject(wrapper: ModelWrapper, words: Sequence[str], *, length: int) -> Subject:
    """The first words of a text, of at most ``length`` subwords, and the predicted label."""
    words = words[:length]  # a word has at least one subword

    def subwords(count: int) -> int:
        return len(wrapper.encode(" ".join(words[:count])).tokens)

    counts = range(1, len(words) + 1)
    return subject_of(
        wrapper, " ".join(words[: max(1, bisect.bisect_right(counts, length, key=subwords))])
    )


def subject_of(wrapper: ModelWrapper, text: str) -> Subject:
    """A text and its predicted label."""
    prediction = wrapper.predict(text)
    target = max(prediction, key=prediction.__getitem__)
    return Subject(wrapper, text, wrapper.encode(text), target)


def topic_words(choice: random.Random) -> list[str]:
    """The words of all sentences of the corpus about one topic, the sentences shuffled."""
    labels, texts = read_labelled(CORPUS)
    topic = choice.choice(sorted(set(labels)))
    sentences = [text for label, text in zip(labels, texts, strict=True) if label == topic]
    choice.shuffle(sentences)
    return " ".join(sentences).split()


def dense_references(
    subject: Subject,
    objectives: Sequence[Objective],
    *,
    nodes: int,
    baseline: str | None = None,
    layer: str = "word_embeddings",
) -> list[Reference]:
    """Scores of each objective by plain torch at equally spaced nodes, with end corrections.

    They use neither the engine nor Captum: `dense_derivatives` summed with `gregory` weights.
    """
    return [
        reference_of(derivatives)
        for derivatives in dense_derivatives(
            subject, objectives, nodes=nodes, baseline=baseline, layer=layer
        )
    ]


def reference_of(derivatives: Floats) -> Reference:
    """The integral of derivatives at equally spaced nodes, shape (nodes, T)."""
    fine, coarse = (gregory(len(table)) @ table for table in (derivatives, derivatives[::2]))
    return Reference(fine, relative_error(coarse, fine))


def dense_derivatives(
    subject: Subject,
    objectives: Sequence[Objective],
    *,
    nodes: int,
    baseline: str | None = None,
    layer: str = "word_embeddings",
) -> list[Floats]:
    """Derivatives of each objective along the path at equally spaced nodes, by plain torch.

    Gradients of `ModelWrapper.logits`, with one forward pass for all objectives and one backward
    pass for each. The default baseline is the classifier's.

    Returns
    -------
    list of ndarray of shape (nodes, T)
        What each token contributes to the derivative.
    """
    wrapper, encoding = subject.wrapper, subject.encoding
    ends, _ = wrapper.endpoints(encoding, baseline=baseline, layer=layer)
    start, step = ends[:1], ends[1:] - ends[:1]
    chunk = max(1, _DENSE_TOKENS // ends.shape[1])
    derivatives: list[list[torch.Tensor]] = [[] for _ in objectives]
    for at in torch.linspace(0, 1, nodes, dtype=torch.float64).split(chunk):
        points = (start + at.to(step)[:, None, None] * step).requires_grad_()
        logits = wrapper.logits(encoding, points, layer=layer)
        for objective, found in zip(objectives, derivatives, strict=True):
            values = objective(logits).sum()
            (gradients,) = torch.autograd.grad(values, points, retain_graph=True)
            found.append((gradients.double() * step.double()).sum(dim=-1))
    return [torch.cat(found).cpu().numpy() for found in derivatives]


def gregory(n: int) -> Floats:
    """Weights of n equally spaced nodes on [0, 1]: trapezoid, second-order end corrections.

    Press et al., Numerical Recipes, equation 4.1.14.
    """
    if n < 6:
        raise ValueError(f"{n} nodes are too few for corrections at both ends; take 6 or more")
    weights = np.ones(n)
    weights[:3] = weights[:-4:-1] = 3 / 8, 7 / 6, 23 / 24
    return weights / (n - 1)


def relative_error(found: Floats, true: Floats) -> float:
    """``|found - true| / |true|`` in the L2 norm."""
    return float(np.linalg.norm(found - true) / np.linalg.norm(true))


def progress(message: str) -> None:
    """Print a message to the standard error; only the tables go to the standard output."""
    print(f"[{datetime.now():%H:%M:%S}] {message}", file=sys.stderr, flush=True)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table with its columns aligned."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        f"| {' | '.join(cell.ljust(w) for cell, w in zip(line, widths, strict=True))} |"
        for line in lines
    )


def digits(number: float | None, significant: int = 3) -> str:
    """A number with so many significant digits and no exponent, or a dash for None."""
    if number is None:
        return "–"
    if not np.isfinite(number):
        return str(number)
    places = significant - 1 - int(np.floor(np.log10(abs(number)))) if number else 0
    return f"{number:.{max(places, 0)}f}"


def percent(share: float | None) -> str:
    """A share in percent with two digits; shares as small as rounding errors get a bound."""
    if share is None or not np.isfinite(share):
        return digits(share)
    return "< 0.001 %" if abs(share) < 1e-5 else f"{digits(100 * share, significant=2)} %"


def median(numbers: Iterable[float]) -> float | None:
    """The median, or None of no numbers."""
    known = list(numbers)
    return statistics.median(known) if known else None
