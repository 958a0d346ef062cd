"""A corpus of explained texts: opened without a model, and asked by DuckDB where the files are."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import pandas

from flair_lig_widget.corpus import texts, words
from flair_lig_widget.corpus.columns import attribution_of
from flair_lig_widget.corpus.filters import ALL, Filter, storable
from flair_lig_widget.corpus.manifest import Manifest, read_manifest
from flair_lig_widget.corpus.parts import part_files
from flair_lig_widget.corpus.queries import Queries
from flair_lig_widget.corpus.shortcuts import find_shortcuts
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.files import FilePath
from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.request import join_labels
from flair_lig_widget.result.units import OUTPUTS


def load_corpus(folder: FilePath) -> Corpus:
    """The corpus that `explain_corpus` wrote.

    Raises
    ------
    ValueError
        If the folder has no corpus, or one that cannot be read.
    """
    return Corpus(Path(folder))


class Corpus:
    """Explained texts in a folder, and what can be asked of them.

    It reads the files that are there when it is opened. If a run still goes on, `load_corpus` it
    again to see more. Methods may be called from several threads. They raise a ValueError if an
    argument is not possible, such as a label that the classifier does not have, and an OSError if a
    file is damaged or no longer there.

    Attributes
    ----------
    folder : Path
    manifest : Manifest
        Which model, which settings and which texts.
    labels : tuple of str
        The classifier's labels.
    multi_label : bool
        Whether several labels, or none, may be predicted for a text.
    unit : str
        The unit of every value and score: logit, probability or log-odds; "units" for a regressor.
    n_explained, n_failed : int
        How many texts are explained, and how many could not be.
    has_gold : bool
        Whether the gold label of any text is known.
    queries : Queries
        For questions that have no method here.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: Manifest = read_manifest(folder)
        self.labels = self.manifest.labels
        self.multi_label = self.manifest.multi_label
        self.unit = OUTPUTS[self.manifest.request["output"]]
        self.queries = Queries(folder, part_files(folder))
        n_done, n_failed, n_gold = self.queries.row(
            "SELECT count(*), count(error), count(gold) FROM {texts}"
        )
        self.n_explained: int = n_done - n_failed
        self.n_failed: int = n_failed
        self.has_gold = n_gold > 0

    def __repr__(self) -> str:
        return (
            f"Corpus({str(self.folder)!r}: {len(self):,} of {self.manifest.n_texts:,} texts, "
            f"{self.n_failed:,} of them could not be explained)"
        )

    @cached_property
    def scale(self) -> float:
        """The largest absolute score of a word in the corpus; 0 if there is no word."""
        return words.largest_score(self.queries)

    def __len__(self) -> int:
        """How many texts have been done, explained or not."""
        return self.n_explained + self.n_failed

    def count(self, filter: Filter = ALL) -> int:
        """How many texts pass the filter."""
        return texts.count(self.queries, filter)

    def table(
        self,
        *,
        errors_first: bool = True,
        filter: Filter = ALL,
        limit: int | None = None,
        offset: int = 0,
    ) -> pandas.DataFrame:
        """A row for each text.

        Parameters
        ----------
        errors_first : bool
            Texts that are predicted wrongly, then those that failed, then the others; in each group
            the most probable target first. Otherwise in the order of the input.
        filter : Filter
        limit, offset : int
            The most rows, and how many are left out at the start.

        Returns
        -------
        pandas.DataFrame
            Columns ``id``, ``text``, ``gold``, ``predicted`` (a label, ``""`` if none is predicted;
            for a multi-label classifier a list of labels), ``probability`` (of the target; of a
            regressor, which predicts no label, the value),
            ``target``, ``value`` (f(x)), ``baseline_value`` (f(x')), ``delta`` and ``error``.
        """
        sort = "errors" if errors_first else "input"
        return texts.table(
            self.queries, self.manifest, sort=sort, filter=filter, limit=limit, offset=offset
        )

    def texts(
        self,
        *,
        sort: str = "errors",
        filter: Filter = ALL,
        limit: int | None = None,
        offset: int = 0,
    ) -> list[dict[str, Any]]:
        """The same as plain values, with the words of each text.

        Parameters
        ----------
        sort : str
            ``"errors"`` first, as in `table`; ``"probability"``, the most probable target first;
            ``"input"``, the order of the input.
        filter, limit, offset
            As in `table`.

        Returns
        -------
        list of dict
            The columns of `table`, where ``predicted`` is always a list, and ``words``: a list of
            dicts with ``text``, ``start``, ``end`` and ``score``. What is not known is None: all
            but id, text, gold and error of a text that could not be explained.
        """
        return texts.texts(
            self.queries, self.manifest, sort=sort, filter=filter, limit=limit, offset=offset
        )

    def confusion(self, filter: Filter = ALL) -> pandas.DataFrame:
        """How often each label is predicted (columns) for each gold label (rows).

        Texts without a gold label, or that could not be explained, are not counted. In a
        multi-label corpus a text counts once for each label that is predicted; the column ``""``
        is no label. Rows and columns are the labels that occur, in the order of the classifier.
        """
        return texts.confusion(self.queries, self.manifest, filter)

    def words(
        self,
        label: str,
        *,
        min_documents: int = 5,
        fold_case: bool = False,
        filter: Filter = ALL,
        order: str = "total",
        limit: int | None = None,
    ) -> pandas.DataFrame:
        """What each word contributes to a label, over all texts that were explained for it.

        Parameters
        ----------
        label : str
        min_documents : int
            Words in fewer texts are left out.
        fold_case : bool
            Whether upper and lower case are the same; the word is then shown in lower case.
        filter : Filter
        order : str
            Sorted by the absolute ``"total"`` or ``"mean"``, largest first.
        limit : int, optional
            The most rows; with it, fewer intervals are computed.

        Returns
        -------
        pandas.DataFrame
            Columns ``word``; ``total``, the sum of its scores divided by the number of texts, with
            ``low`` and ``high``; ``mean``, its mean score where it occurs, with ``mean_low`` and
            ``mean_high``; ``occurrences``; ``documents``; ``positive``, the share of occurrences
            with a score above 0. The intervals are 90 % bootstrap intervals over texts, see
            `corpus.intervals`. ``attrs`` has ``n_texts``; ``n_words``, without the limit; and the
            means over these texts of f(x), f(x') and the residual: ``value``, ``baseline_value``
            and ``residual``. Over all words (``min_documents=1``), the totals sum to ``value -
            baseline_value + residual``.
        """
        self._check_label(label)
        return words.words(
            self.queries,
            label,
            min_documents=min_documents,
            fold_case=fold_case,
            filter=filter,
            order=order,
            limit=limit,
        )

    def concordance(
        self,
        word: str,
        label: str,
        *,
        limit: int | None = 100,
        fold_case: bool = False,
        filter: Filter = ALL,
        width: int = 40,
    ) -> pandas.DataFrame:
        """Every occurrence of a word in the texts that were explained for a label.

        Parameters
        ----------
        word, label : str
        limit, fold_case, filter
            As in `words`.
        width : int
            Characters before and after the word.

        Returns
        -------
        pandas.DataFrame
            Columns ``id``, ``before``, ``word``, ``after``, ``score``, ``start``, ``end`` (offsets
            into the text), ``gold`` and ``predicted``, as in `table`. The largest absolute score is
            first. ``attrs["occurrences"]`` is their number without the limit.
        """
        self._check_label(label)
        return words.concordance(
            self.queries,
            word,
            label,
            multi_label=self.multi_label,
            limit=limit,
            fold_case=fold_case,
            filter=filter,
            width=width,
        )

    def shortcuts(self, *, min_documents: int = 5, limit: int | None = 20) -> pandas.DataFrame:
        """Words to look at, because the model may have learnt them in place of content.

        See `corpus.shortcuts` for the criteria, and for what they miss. There are none for a
        regressor, as it has no label that texts with a word could have.

        Returns
        -------
        pandas.DataFrame
            Columns ``word``, ``label``; ``total``, ``mean`` and ``documents`` as in `words`;
            ``share``, of the texts with the word, that have the label; and ``reason``, in words.
            The largest total is first.
        """
        return find_shortcuts(self.queries, min_documents=min_documents, limit=limit)

    def attribution(self, id: str) -> Attribution:
        """The whole attribution of a text, for `AttributionWidget` and every export.

        Raises
        ------
        ValueError
            If there is no such id, or the text could not be explained; the message says why.
        """
        found = self.queries.table("SELECT * FROM {texts} WHERE id = $id", id=storable(str(id)))
        if len(found) == 0:
            raise ValueError(f"no text has the id {shown(id)}; the table shows the ids")
        (row,) = found.to_pylist()
        if row["error"] is not None:
            raise ValueError(f"the text {shown(id)} could not be explained: {row['error']}")
        return attribution_of(row, self.manifest)

    def to_pandas(self) -> pandas.DataFrame:
        """All texts in the order of the input: `table`, and how the scores were computed."""
        return texts.table(self.queries, self.manifest, sort="input", filter=ALL, with_method=True)

    def to_html(self, path: FilePath | None = None, *, title: str = "") -> str:
        """One interactive page without kernel or network; see `frontend.corpus_page.to_html`."""
        from flair_lig_widget.frontend import corpus_page

        return corpus_page.to_html(self, path, title=title)

    def _check_label(self, label: str) -> None:
        if label not in self.labels:
            raise ValueError(f"unknown label {shown(label)}; labels are {join_labels(self.labels)}")
