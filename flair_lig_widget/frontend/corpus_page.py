"""A page of many texts in one file, with what can be looked at without a kernel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from flair_lig_widget.corpus.store import Corpus
from flair_lig_widget.export.html import printable
from flair_lig_widget.frontend import page
from flair_lig_widget.frontend.corpus_query import Query
from flair_lig_widget.frontend.corpus_snapshot import snapshot, words_of_labels
from flair_lig_widget.frontend.corpus_wire import overview
from flair_lig_widget.frontend.wire import without_surrogates
from flair_lig_widget.result.files import FilePath, returned
from flair_lig_widget.result.units import visible

_MOST_WORDS = 20
"""Words a label in the picture without scripts."""


def to_html(corpus: Corpus, path: FilePath | None = None, *, title: str = "") -> str:
    """The view of a corpus on one page, which runs without kernel or network.

    It has the matrix of gold and predicted labels, the best 50 words of each label, up to 20
    occurrences of each, and up to 1,000 texts: those, and the first errors.

    Parameters
    ----------
    corpus : Corpus
    path : path, optional
        Where to write the page as well.
    title : str, optional
        Its title; if not given, the question that it answers.

    Returns
    -------
    str
        The page. Its content security policy lets it run its own script and fetch nothing. The
        same corpus gives the same bytes.
    """
    known, answers = overview(corpus), words_of_labels(corpus)
    state = without_surrogates(
        {
            "overview": known,
            "query": query_of(corpus),
            "words": {},
            "concordance": {},
            "found": {},
            "opened": {},
            "opened_widget": None,
            "snapshot": snapshot(corpus, answers),
            "status": "idle",
            "error": "",
            "computes": False,
        }
    )
    view = page.mount("flair-lig-corpus-mount", state, plain(known, answers))
    source = page.document(
        view + page.about(_facts(corpus)),
        title=title or "What has the classifier learnt?",
        script=page.bundle("corpus-page.js"),
        style=page.bundle("corpus.css"),
    )
    return returned(source, path)


def query_of(corpus: Corpus) -> dict[str, Any]:
    """What is shown first: the words of the first label, and all texts."""
    return Query(label=corpus.labels[0]).to_wire()


def plain(overview: Mapping[str, Any], answers: Sequence[Mapping[str, Any]]) -> str:
    """The matrix and the best words of each label as tables, without scripts or styles.

    Parameters
    ----------
    overview : dict
        As `corpus_wire.overview` returns it.
    answers : sequence of dict
        The words of each label, as `corpus_wire.words` returns them.
    """
    matrix = overview["matrix"]
    parts = [f"<p>{escape(overview['sentence'])} Explained: {escape(overview['explained'])}.</p>"]
    if matrix is not None:
        head = ["gold \\ predicted", *(label or "no label" for label in matrix["predicted"])]
        counts = zip(matrix["gold"], matrix["counts"], strict=True)
        body = [[visible(gold), *(f"{count:,}" for count in row)] for gold, row in counts]
        parts.append(_table("Texts by gold and predicted label", head, body))
    for answer in answers:
        body = [
            [row[name] for name in ("word", "total", "interval", "mean", "documents", "positive")]
            for row in answer["rows"][:_MOST_WORDS]
        ]
        head = ["word", "total", "90 % interval", "mean where it occurs", "texts", "positive"]
        parts.append(_table(answer["sentence"], head, body))
    return printable("".join(parts))


def _table(caption: str, head: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """The first cell of each row names the row."""
    names = "".join(f'<th scope="col">{_cell(name)}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row">{_cell(first)}</th>'
        f"{''.join(f'<td>{_cell(each)}</td>' for each in rest)}</tr>"
        for first, *rest in rows
    )
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{names}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _cell(text: str) -> str:
    return f"<bdi>{escape(text)}</bdi>"


def _facts(corpus: Corpus) -> dict[str, str]:
    """How the numbers were made; what is not known is left out."""
    manifest = corpus.manifest
    options = {"target": manifest.target, **manifest.request}
    facts = {
        "model": manifest.model,
        "weights digest": manifest.weights_digest,
        "options": ", ".join(
            f"{name} {value}" for name, value in options.items() if value is not None
        ),
        "versions": ", ".join(f"{name} {value}" for name, value in manifest.versions.items()),
        "created at": manifest.created_at,
    }
    return {name: value for name, value in facts.items() if value}
