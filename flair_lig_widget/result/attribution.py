"""The result: one frozen explanation of one prediction, with its own measures of accuracy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from flair_lig_widget.result.algorithms import (
    ALGORITHMS,
    INTEGRATED_GRADIENTS,
    check_algorithm,
)
from flair_lig_widget.result.files import FilePath, returned, write_bytes
from flair_lig_widget.result.marked import DataPoint, Entity, MarkedText, Ranges, words_at
from flair_lig_widget.result.notes import notes
from flair_lig_widget.result.numbers import check_numbers, fraction, read_only
from flair_lig_widget.result.provenance import Provenance, without_time
from flair_lig_widget.result.spans import Segment, group_tokens, segment_text, span_of_tokens
from flair_lig_widget.result.texts import check_texts, split_at, text_at
from flair_lig_widget.result.tokens import Span, Token
from flair_lig_widget.result.units import OUTPUTS, VALUE, describe_output

if TYPE_CHECKING:
    import pandas

_ROUNDING = 1e-5
"""The part of a delta that float32 rounding explains, as a fraction of the scores' L2 norm."""


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Attribution:
    """What every token of a text contributed to f, an output of one label.

    Values, scores and deltas are in the unit of f. The methods ``to_…`` give the same bytes for the
    same attribution; if a ``path`` is given they also write that file, in UTF-8. If that fails, an
    OSError names the path, and the file that was there before is unchanged.

    Attributes
    ----------
    text : str
        The text as it was typed; the texts of a pair or triple are joined by U+2029.
    tokens : tuple of Token, length T
        The subwords that the model read, special tokens included.
    scores : ndarray of float64, shape (T,), read-only
        The contribution of each token. If the algorithm has a delta, they sum to
        ``value - baseline_value + delta``.
    value, baseline_value : float
        f(x) and f(x'), at the text and at the baseline.
    prediction, baseline_prediction : dict of str to float
        The classifier's probability of every label, at the text and at the baseline; of a
        regressor the value, whose label is the label type.
    predicted : tuple of str
        What Flair predicts: one label, or all whose probability is above their threshold; none
        for a regressor.
    multi_label : bool
        Whether the probabilities are independent, one sigmoid per label.
    target : str
        The label explained.
    contrast : str or None
        The label whose output is subtracted from that of the target.
    output : str
        What is explained of a label: ``"logit"``, ``"probability"`` or ``"log_odds"``; of a
        regressor ``"value"``.
    method : str
        The integration rule; for another algorithm its name.
    n_steps : int
        Number of path points that the scores are computed from; for another algorithm, of random
        samples.
    n_evaluations : int
        Gradients that the scores need, or evaluations of f if they take none; cached ones included.
    baseline, layer : str
        The kind of baseline, and where the path runs.
    precision : str
        The precision of the gradients: the model's own, usually ``"float32"``, or ``"bfloat16"``.
    rounding : float or None
        Estimated relative L2 error of the scores from bfloat16; None without it.
    error_estimate : float or None
        The same with rounding and integration together; None if it has no bound.
    tolerance : float or None
        The tolerance of ``auto``; None for a fixed rule.
    sentence_starts : tuple of int
        Where each sentence of the text begins, by Flair's splitter; the first is 0.
    text_starts : tuple of int
        Where each text of a pair or triple begins; ``(0,)`` for a single text.
    truncated : tuple of (int, int)
        The model did not read ``text[start:end]`` of each range; usually there is none.
    entities : tuple of (int, int, str)
        Start, end and label of each entity that the model was given.
    data_point : tuple of (int, int), or None
        Where the token, span or relation (head and tail) is that is explained; None for a whole
        text.
    data_points : tuple of DataPoint
        All tokens, spans or relations that Flair gives a label.
    paired_text : str or None
        What the model read next to the text to judge the target, such as its name (TARS).
    path_profile : ndarray of float64, shape (K, T), read-only, or None
        What each token gained in each of K equal bins of the path from x' to x, from a spline
        through its points, rounded for drawing. None if it is not known.
    algorithm : str
        ``"integrated_gradients"``, or one of Captum's algorithms to compare with.
    seed : int or None
        Of the random samples; None if there are none.
    provenance : Provenance
        Which model and packages the numbers come from. Comparisons ignore its time.

    Raises
    ------
    ValueError
        If a number is not finite or beyond 1e150, there is not one score per token, the two
        predictions do not have the same labels with a probability each (a regressor: one label with
        a value), or there is something that the algorithm does not have.
    """

    text: str
    tokens: tuple[Token, ...]
    scores: NDArray[np.float64]
    value: float
    baseline_value: float
    prediction: Mapping[str, float]
    baseline_prediction: Mapping[str, float]
    predicted: tuple[str, ...]
    target: str
    method: str
    n_steps: int
    n_evaluations: int
    baseline: str
    layer: str
    contrast: str | None = None
    output: str = "logit"
    precision: str = "float32"
    rounding: float | None = None
    error_estimate: float | None = None
    tolerance: float | None = None
    multi_label: bool = False
    sentence_starts: tuple[int, ...] = (0,)
    text_starts: tuple[int, ...] = (0,)
    truncated: tuple[tuple[int, int], ...] = ()
    entities: tuple[Entity, ...] = ()
    data_point: Ranges | None = None
    data_points: tuple[DataPoint, ...] = ()
    paired_text: str | None = None
    path_profile: NDArray[np.float64] | None = None
    algorithm: str = INTEGRATED_GRADIENTS
    seed: int | None = None
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        frozen: dict[str, Any] = {
            "scores": read_only(self.scores),
            "predicted": tuple(self.predicted),
            "sentence_starts": tuple(self.sentence_starts),
            "prediction": MappingProxyType(dict(self.prediction)),
            "baseline_prediction": MappingProxyType(dict(self.baseline_prediction)),
            "text_starts": tuple(self.text_starts),
            "truncated": tuple((start, end) for start, end in self.truncated),
            "path_profile": None if self.path_profile is None else read_only(self.path_profile),
        }
        for name, value in frozen.items():
            object.__setattr__(self, name, value)
        check_numbers(self)
        check_texts(self)
        check_algorithm(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Attribution):
            return False
        return without_time(self.to_dict()) == without_time(other.to_dict())

    def __reduce__(self) -> tuple[Any, ...]:
        # Copies and pickles go through plain data, so that they are frozen again.
        return Attribution.from_dict, (self.to_dict(),)

    def __repr__(self) -> str:
        delta = "None" if self.delta is None else f"{self.delta:.2g}"
        return (
            f"Attribution(target={self.target!r}, {len(self.words())} words, "
            f"f(x)={self.value:.4g}, f(x')={self.baseline_value:.4g}, delta={delta}, "
            f"method={self.method!r}, n_steps={self.n_steps})"
        )

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of a pair or triple; for other models the one text."""
        return split_at(self.text, self.text_starts)

    @property
    def text_sums(self) -> tuple[float, ...]:
        """The sum of the scores of each text; together they are ``f(x) - f(x') + delta``."""
        sums = np.zeros(len(self.text_starts))
        for token, score in zip(self.tokens, self.scores, strict=True):
            sums[text_at(self.text_starts, token.start)] += score
        return tuple(sums.tolist())

    @property
    def marked(self) -> MarkedText:
        """The text with its entities and the data point, as the model reads it."""
        return MarkedText(self.text, self.entities, self.data_point)

    @property
    def explained(self) -> str:
        """F in words, such as ``"the logit of sport minus that of tech"``."""
        f = describe_output(self.output, self.target, self.contrast)
        if self.data_point is None:
            return f
        return f"{f} for “{words_at(self.text, self.data_point)}”"

    @property
    def unit(self) -> str:
        """The unit of every value and score: logit, probability or log-odds.

        For a regressor it is "units", those of its training data.
        """
        return OUTPUTS[self.output]

    @property
    def residual(self) -> float:
        """Sum of the scores minus ``f(x) - f(x')``, whatever the algorithm."""
        return float(self.scores.sum() - (self.value - self.baseline_value))

    @property
    def delta(self) -> float | None:
        """Sum of the scores minus ``f(x) - f(x')``: Captum's convergence delta.

        It is None for ``"gradient_x_input"`` and ``"feature_ablation"``, whose scores are not meant
        to sum to that difference.
        """
        return self.residual if ALGORITHMS[self.algorithm].has_delta else None

    @property
    def relative_delta(self) -> float | None:
        """`delta` as a fraction of ``f(x) - f(x')``; None where that difference is zero.

        It is also None where the difference is too small to divide by, as for `Span.share`.
        """
        if self.delta is None:
            return None
        return fraction(self.delta, self.value - self.baseline_value)

    @property
    def converged(self) -> bool | None:
        """Whether ``auto`` met its tolerance in both delta and scores; None for any other method.

        Where f(x) almost equals f(x'), a fraction of their difference may be too small for
        float32; a delta that is only rounding is good enough.
        """
        if self.tolerance is None:
            return None
        if self.error_estimate is None or self.error_estimate > self.tolerance:
            return False
        allowed = self.tolerance * abs(self.value - self.baseline_value)
        return abs(self.residual) <= max(allowed, _ROUNDING * float(np.linalg.norm(self.scores)))

    @property
    def special_score(self) -> float:
        """Sum of the scores of the special tokens; exactly 0, as they do not move on the path."""
        return float(sum(s for t, s in zip(self.tokens, self.scores, strict=True) if t.special))

    @property
    def baseline_entropy(self) -> float | None:
        """Entropy in bits of the prediction at the baseline; None for a value, which has none.

        It is largest, log2 of the number of labels, where the classifier prefers no label, as it
        should at a baseline. For a multi-label classifier it is the mean over the labels, at
        most 1.
        """
        if self.output == VALUE:
            return None
        p = np.clip(np.array(list(self.baseline_prediction.values())), 1e-300, 1.0)
        if not self.multi_label:
            return float(-(p * np.log2(p)).sum())
        q = np.clip(1.0 - p, 1e-300, 1.0)
        return float(-(p * np.log2(p) + q * np.log2(q)).mean())

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that a reader of the scores must not miss; usually none."""
        return notes(self)

    def words(self) -> tuple[Span, ...]:
        """The words in the order of the text, each with the sum of its tokens' scores."""
        return self.spans("word")

    def subwords(self) -> tuple[Span, ...]:
        """The subwords; those of the same characters, such as the bytes of an emoji, are one."""
        return self.spans("subword")

    def sentences(self) -> tuple[Span, ...]:
        """The sentences that Flair's splitter finds; a token belongs to the one it begins in."""
        return self.spans("sentence")

    def spans(self, granularity: str = "word") -> tuple[Span, ...]:
        """The text by ``"subword"``, ``"word"`` or ``"sentence"``.

        Raises
        ------
        ValueError
            If the granularity is none of these.
        """
        cache: dict[str, tuple[Span, ...]] = self.__dict__.setdefault("_spans", {})
        if granularity not in cache:
            span_of_token = span_of_tokens(self.tokens, granularity, self.sentence_starts)
            difference = self.value - self.baseline_value
            cache[granularity] = group_tokens(
                self.text, self.tokens, self.scores, span_of_token, difference
            )
        return cache[granularity]

    def top(self, k: int = 10) -> tuple[Span, ...]:
        """The ``k`` words with the largest absolute scores, largest first."""
        if k < 1:
            raise ValueError(f"k={k} is too few; ask for at least 1 word")
        return tuple(sorted(self.words(), key=lambda word: word.rank)[:k])

    def segments(self, granularity: str = "word") -> tuple[Segment, ...]:
        """The whole text, cut at the boundaries of spans, of texts and of what was not read."""
        return segment_text(self.text, self.spans(granularity), self.truncated, self.text_starts)

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, strings and numbers, ready for JSON."""
        from flair_lig_widget.export import schema

        return schema.to_dict(self)

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> Attribution:
        """The attribution that `to_dict` wrote; a ValueError says what is wrong with the data."""
        from flair_lig_widget.export import schema

        return schema.from_dict(data)

    def to_json(self, path: FilePath | None = None) -> str:
        """The attribution as JSON that `from_json` reads; see `docs/format.md`."""
        from flair_lig_widget.export import schema

        return returned(schema.to_json(self), path)

    @staticmethod
    def from_json(text: str) -> Attribution:
        """The attribution that `to_json` returned or wrote, the same to the last bit.

        ``text`` is the JSON, not a path; a ValueError says what is wrong with it.
        """
        from flair_lig_widget.export import schema

        return schema.from_json(text)

    def to_csv(self, path: FilePath | None = None, *, granularity: str = "word") -> str:
        """One row per span, after comment lines of provenance; see `export.table.to_csv`."""
        from flair_lig_widget.export import table

        return returned(table.to_csv(self, granularity), path)

    def to_pandas(self, granularity: str = "word") -> pandas.DataFrame:
        """One row per span, with provenance in ``attrs``; see `export.table.to_pandas`."""
        from flair_lig_widget.export import table

        return table.to_pandas(self, granularity)

    def to_latex(self, path: FilePath | None = None, *, granularity: str = "word") -> str:
        r"""The coloured text as a fragment to ``\input``; see `export.latex.to_latex`."""
        from flair_lig_widget.export import latex

        return returned(latex.to_latex(self, granularity), path)

    def to_svg(self, path: FilePath | None = None, *, granularity: str = "word") -> str:
        """The coloured text as a figure for a paper, by matplotlib; see `export.figure.to_svg`."""
        from flair_lig_widget.export import figure

        return returned(figure.to_svg(self, granularity), path)

    def to_png(self, path: FilePath, *, granularity: str = "word", dpi: int = 200) -> None:
        """The figure of `to_svg` in pixels, 6.5 inches wide; see `export.figure.to_png`."""
        from flair_lig_widget.export import figure

        write_bytes(path, figure.to_png(self, granularity, dpi))

    def to_html(self, path: FilePath | None = None, *, title: str = "") -> str:
        """One interactive page without kernel or network; see `frontend.page.to_html`."""
        from flair_lig_widget.frontend import page

        return page.to_html([self], path, title=title)

    def _repr_html_(self) -> str:
        """The text in colour, without scripts."""
        from flair_lig_widget.export import html

        return html.heatmap(self)
