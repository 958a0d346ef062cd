"""Which texts of a corpus a question is about, as SQL and in words."""

from __future__ import annotations

from dataclasses import dataclass

from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.units import isolated

ONLY = ("all", "wrong", "right", "failed")
"""Texts by what became of them; see `Filter`."""

_ONLY_IN_WORDS = {
    "wrong": "predicted wrongly",
    "right": "predicted rightly",
    "failed": "could not be explained",
}
_ONLY_IN_SQL = {
    "wrong": "gold IS NOT NULL AND NOT list_contains(predicted, gold)",
    "right": "list_contains(predicted, gold)",
    "failed": "error IS NOT NULL",
}
_SEARCH = (
    "(contains(lower(coalesce(text, '')), lower($search)) OR contains(lower(id), lower($search)))"
)


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Some texts of a corpus: those for which everything that is given holds.

    Attributes
    ----------
    gold : str, optional
        Their gold label.
    predicted : str, optional
        A label that is predicted for them; ``""`` if none is.
    target : str, optional
        The label that is explained.
    word : str, optional
        A word that occurs in them, exactly as typed.
    search : str
        A part of the text or of the id. Upper and lower case are the same; no character has a
        special meaning.
    only : str
        ``"all"``; ``"wrong"`` or ``"right"``, where the gold label is known and is not, or is,
        predicted; ``"failed"``, texts that could not be explained.
    fold_case : bool
        Whether upper and lower case are the same in ``word``.

    Raises
    ------
    ValueError
        If ``only`` is none of these.
    """

    gold: str | None = None
    predicted: str | None = None
    target: str | None = None
    word: str | None = None
    search: str = ""
    only: str = "all"
    fold_case: bool = False

    def __post_init__(self) -> None:
        if self.only not in ONLY:
            raise ValueError(f"unknown only={shown(self.only)}; use {', '.join(ONLY)}")

    def describe(self, n: int) -> str:
        """The filter in words, such as ``"24 texts: gold politics, predicted business"``.

        Parameters
        ----------
        n : int
            How many texts there are.
        """
        found = []
        if self.gold is not None:
            found.append(f"gold {isolated(self.gold)}")
        if self.predicted is not None:
            label = isolated(self.predicted) if self.predicted else "no label"
            found.append(f"predicted {label}")
        if self.target is not None:
            found.append(f"explained for {isolated(self.target)}")
        if self.word is not None:
            found.append(f"with the word “{isolated(self.word)}”")
        if self.search:
            found.append(f"containing “{isolated(self.search)}”")
        if self.only != "all":
            found.append(_ONLY_IN_WORDS[self.only])
        texts = f"{n:,} text{'' if n == 1 else 's'}"
        return f"{texts}: {', '.join(found)}" if found else texts

    def to_sql(self) -> tuple[str, dict[str, str]]:
        """The condition on a row, and the values of its parameters."""
        conditions, values = ["true"], {}
        if self.gold is not None:
            conditions.append("gold = $gold")
            values["gold"] = storable(self.gold)
        if self.predicted is not None:
            none = " OR len(predicted) = 0" if self.predicted == "" else ""
            conditions.append(f"(list_contains(predicted, $predicted){none})")
            values["predicted"] = storable(self.predicted)
        if self.target is not None:
            conditions.append("target = $target")
            values["target"] = storable(self.target)
        if self.word is not None:
            conditions.append(has_word("$word", fold_case=self.fold_case))
            values["word"] = storable(self.word)
        if self.search:
            conditions.append(_SEARCH)
            values["search"] = storable(self.search)
        if self.only != "all":
            conditions.append(f"({_ONLY_IN_SQL[self.only]})")
        return " AND ".join(conditions), values


ALL = Filter()
"""Every text."""


def has_word(parameter: str, *, fold_case: bool) -> str:
    """The condition that a parameter is among the words of a row.

    A word is a part of its text, which rules out most texts more quickly than their words do.
    """
    fold = "lower" if fold_case else ""
    return (
        f"(contains({fold}(text), {fold}({parameter})) "
        f"AND list_contains([{fold}(w.text) for w in words], {fold}({parameter})))"
    )


def storable(text: str) -> str:
    """The text as the files have it, where a question mark replaces a lone surrogate."""
    return text.encode("utf-8", "replace").decode("utf-8")
