"""What a prediction becomes without some words, or with others in their place."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from flair_lig_widget.result.marked import Entity, Ranges, judged, overlap
from flair_lig_widget.result.provenance import Provenance
from flair_lig_widget.result.summary import amount, number, percent
from flair_lig_widget.result.units import OUTPUTS, VALUE, describe_output, isolated

_LONG = 40
"""Characters of a text in a sentence; the rest is left out."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Edit:
    """One edit of a text, what it changes, and what the scores promised.

    Attributes
    ----------
    original : str
        The text that was explained.
    start, end : int
        The words edited are in ``original[start:end]``.
    replacement : str or None
        What took their place in the text; None if they were taken away.
    erase : str
        How they were taken away: ``"delete"``, ``"mask"`` or ``"baseline"``. A replacement edits
        the text, as ``"delete"`` does.
    text : str or None
        The text after the edit. None for ``"mask"`` and ``"baseline"``, which replace embeddings,
        so that no text is read like this.
    target, contrast, output, baseline
        What was explained; see `Attribution`.
    value, edited_value : float
        f before and after the edit.
    promised : float
        The sum of the scores of the words, in the unit of f.
    before, prediction : mapping of str to float
        The probability of every label before and after the edit; of a regressor the value.
    predicted_before, predicted : tuple of str
        What Flair predicts before and after it; for a data point its most probable label, none for
        ``"O"``.
    data_point : tuple of (int, int), or None
        Where the token, span or relation is that was explained; None for a whole text.
    edited_data_point : tuple of (int, int), or None
        Where it is in ``text``.
    edited_entities : tuple of (int, int, str)
        The entities that the model is given in ``text``, without those whose words are gone.
    provenance : Provenance
    """

    original: str
    start: int
    end: int
    replacement: str | None
    erase: str
    text: str | None
    target: str
    contrast: str | None
    output: str
    baseline: str
    value: float
    edited_value: float
    promised: float
    before: Mapping[str, float] = field(hash=False)
    prediction: Mapping[str, float] = field(hash=False)
    predicted_before: tuple[str, ...]
    predicted: tuple[str, ...]
    data_point: Ranges | None = None
    edited_data_point: Ranges | None = None
    edited_entities: tuple[Entity, ...] = ()
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        for name in ("before", "prediction"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __reduce__(self) -> tuple[Any, ...]:
        # A read-only mapping cannot be pickled or copied, so both go through plain data.
        fields = {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        fields |= {"before": dict(self.before), "prediction": dict(self.prediction)}
        return functools.partial(Edit, **fields), ()

    def __repr__(self) -> str:
        return f"Edit: {self.summary}"

    @property
    def change(self) -> float:
        """What f loses by the edit: f before it minus f after it, in the unit of f.

        It has the sign of ``Faithfulness.leave_one_out``, and is comparable to `promised`: positive
        where the words spoke for the target, or raised the value.
        """
        return self.value - self.edited_value

    @property
    def unit(self) -> str:
        """The unit of f: logit, probability or log-odds; "units" for a value."""
        return OUTPUTS[self.output]

    @property
    def explained(self) -> str:
        """F in words."""
        return describe_output(self.output, self.target, self.contrast)

    @property
    def summary(self) -> str:
        """The edit in words: the probability or value, what was promised, and what came."""
        without = "" if self.replacement is None else " without it"
        sentence = (
            f"{self._how} {self._prediction}; the score promised that "
            f"{self.explained} {_moves(self.promised, 'falls', 'rises', 'stays')}{without}, and it "
            f"{_moves(self.change, 'fell', 'rose', 'stayed')}."
        )
        if set(self.predicted) == set(self.predicted_before):
            return sentence
        labels = ", ".join(isolated(label) for label in self.predicted)
        if self.data_point is not None:
            return f"{sentence} The most probable label is then {labels or 'O'}."
        return f"{sentence} The model then predicts {labels or 'no label'}."

    @property
    def _how(self) -> str:
        words = _quoted(self.original[self.start : self.end])
        if self.replacement is not None:
            return f"With {_quoted(self.replacement)} in place of {words},"
        return {
            "delete": f"Without {words}",
            "mask": f"With {words} masked,",
            "baseline": f"With {words} at the baseline ({self.baseline}),",
        }[self.erase]

    @property
    def _prediction(self) -> str:
        """What became of the prediction."""
        first, second = self.before[self.target], self.prediction[self.target]
        if self.output == VALUE:
            before, after = amount(first), amount(second)
            changed = f"is {after}, not {before}"
            return f"the value {f'stays at {after}' if before == after else changed}"
        before, after = percent(first), percent(second)
        label = judged(self.target, self.original, self.data_point)
        own = any(overlap(each, (self.start, self.end)) for each in self.data_point or ())
        if own and self.replacement is not None:
            label = f"the probability of {isolated(self.target)}"  # the words are others
        if before == after:
            return f"{label} stays at {after}"
        return f"{label} {'falls' if second < first else 'rises'} from {before} to {after}"


def _moves(fall: float, falls: str, rises: str, stays: str) -> str:
    if fall == 0:
        return stays
    return f"{falls if fall > 0 else rises} by {number(abs(fall), 2)}"


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    short = line if len(line) <= _LONG else f"{line[:_LONG].rstrip()}…"
    return f"“{isolated(short)}”"
