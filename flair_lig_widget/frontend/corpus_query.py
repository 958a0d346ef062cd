"""What a front end asks of a corpus, and which part of it each answer belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from flair_lig_widget.corpus.filters import Filter
from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.request import join_labels

WINDOW = 200
"""How many texts are sent at once."""

_CHOICES = {
    "only": ("all", "wrong", "right", "failed"),
    "order": ("total", "mean"),
    "sort": ("errors", "probability", "input"),
}
_KINDS = {
    **dict.fromkeys(("gold", "predicted", "word", "open"), (str, type(None))),
    **dict.fromkeys(("search", "label", *_CHOICES), (str,)),
    "fold_case": (bool,),
    "first": (int,),
}
_NAMES = {str: "a string", bool: "True or False", int: "an integer", type(None): "None"}
_FILTER = ("gold", "predicted", "only", "search")


@dataclass(frozen=True, kw_only=True)
class Query:
    """A query, checked because a front end may send anything.

    Attributes
    ----------
    gold, predicted, only, search, fold_case
        As in a `Filter`.
    label : str
        The label whose words are listed.
    order : str
        By which the words are ordered: ``"total"`` or ``"mean"``.
    word : str or None
        The word whose occurrences are listed, and that the texts contain.
    sort : str
        How the texts are ordered: ``"errors"`` (these first), ``"probability"`` or ``"input"``.
    first : int
        The position of the first text that is sent.
    open : str or None
        The id of the text that is opened.

    Raises
    ------
    ValueError
        If a value is not possible; the message names it.
    """

    gold: str | None = None
    predicted: str | None = None
    only: str = "all"
    search: str = ""
    label: str = ""
    fold_case: bool = False
    order: str = "total"
    word: str | None = None
    sort: str = "errors"
    first: int = 0
    open: str | None = None

    def __post_init__(self) -> None:
        for name, kinds in _KINDS.items():
            value = getattr(self, name)
            if type(value) not in kinds:
                names = " or ".join(_NAMES[kind] for kind in kinds)
                raise ValueError(f"{name}={shown(value)} is not possible; give {names}")
        for name, choices in _CHOICES.items():
            value = getattr(self, name)
            if value not in choices:
                raise ValueError(f"unknown {name} {shown(value)}; use {join_labels(choices)}")
        if self.first < 0:
            raise ValueError(f"first={self.first} is not the position of a text; they start at 0")

    def filter(self, **more: Any) -> Filter:
        """The filter of all answers, and what else is given."""
        return Filter(**self._part(*_FILTER), fold_case=self.fold_case, **more)

    def to_wire(self) -> dict[str, Any]:
        """The query as the front end writes it."""
        return asdict(self)

    def of_words(self) -> dict[str, Any]:
        """What the answer about words depends on."""
        return self._part(*_FILTER, "label", "fold_case", "order")

    def of_concordance(self) -> dict[str, Any]:
        """What the answer about the occurrences of a word depends on."""
        return self._part(*_FILTER, "label", "fold_case", "word")

    def of_texts(self) -> dict[str, Any]:
        """What the answer about texts depends on."""
        return self._part(*_FILTER, "word", "fold_case", "sort", "first")

    def _part(self, *names: str) -> dict[str, Any]:
        return {name: getattr(self, name) for name in names}


def completed(given: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
    """What is given, with what is present in place of what is not.

    Raises
    ------
    ValueError
        If there is no such thing to ask.
    """
    known = [field.name for field in fields(Query)]
    unknown = [name for name in given if name not in known]
    if unknown:
        raise ValueError(f"unknown query {shown(unknown[0])}; use {join_labels(known)}")
    return {name: given.get(name, present.get(name)) for name in known}
