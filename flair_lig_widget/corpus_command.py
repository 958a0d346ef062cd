"""The command for many texts: explain a file of them, and print what the classifier has learnt."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flair_lig_widget.result.units import DIRECTION_MARKS, VALUE, visible
from flair_lig_widget.terminal import (
    BAR,
    add_request_options,
    bar,
    fail,
    has_colours,
    printable,
    request_settings,
)

if TYPE_CHECKING:
    from flair_lig_widget.corpus.store import Corpus

STOPPED = 130
"""The exit status after Ctrl-C."""

_GO_ON = "run the same command again to go on"
_RUN_OPTIONS = ("task", "target", "engine", "workers", "gpus", "address", "batch_size")

_MOST_LABELS, _MOST_FAILED, _MOST_SHORTCUTS = 12, 3, 10
_MOST_FOR, _MOST_AGAINST = 6, 3
"""Words of a label."""

_LONGEST, _LONGEST_SENTENCE = 24, 300
"""Characters of a word, label or id, and of a sentence; the rest is left out."""


def main(arguments: Sequence[str]) -> int:
    """Run the command.

    Returns
    -------
    int
        The exit status: 0; 2 if the texts cannot be explained, 130 if Ctrl-C ended it.
    """
    options = _parser().parse_args(arguments)
    try:
        import flair_lig_widget.corpus.run  # noqa: F401  # late: Flair takes seconds

        return _run(options)
    except KeyboardInterrupt:  # before the run, or once more while its end is reported
        print(f"stopped; {_GO_ON}", file=sys.stderr)
        return STOPPED
    except (ValueError, TypeError, ImportError, MemoryError, OSError, RuntimeError) as error:
        return fail(error)


def _run(options: argparse.Namespace) -> int:
    page = None if options.html is None else Path(options.html)
    if page is not None and not page.parent.is_dir():
        raise ValueError(f"no folder {page.parent} for the page; make it, or give another --html")
    try:
        corpus = _explain(options)
        print(report(corpus, colour=has_colours()))
        print(f"\nFolder: {printable(str(corpus.folder.resolve()))}")
        if page is not None:
            corpus.to_html(page)
            print(f"Page: {printable(str(page.resolve()))}")
    except KeyboardInterrupt:
        print(_stopped(Path(options.out)), file=sys.stderr)
        return STOPPED
    return 0


def _explain(options: argparse.Namespace) -> Corpus:
    from flair_lig_widget.corpus.run import explain_corpus
    from flair_lig_widget.demo import DEMO_NEWS, load_demo_classifier

    texts, labels, ids = options.texts, options.label_column, options.id_column
    if texts is None:
        texts, labels, ids = DEMO_NEWS, labels or "label", ids or "id"
    run = {name: getattr(options, name) for name in _RUN_OPTIONS}
    return explain_corpus(
        load_demo_classifier() if options.model is None else options.model,
        texts,
        labels=labels,
        ids=ids,
        text_column=_text_column(options.text_column),
        output_dir=options.out,
        retry_errors=options.retry_errors,
        **{name: value for name, value in run.items() if value is not None},
        **request_settings(options),
    )


def _text_column(given: list[str] | None) -> str | list[str]:
    columns = given or ["text"]
    return columns if len(columns) > 1 else columns[0]


def _stopped(folder: Path) -> str:
    """How far the run came, and what to do."""
    from flair_lig_widget.corpus.manifest import NAME
    from flair_lig_widget.corpus.store import load_corpus

    if not (folder / NAME).is_file():
        return f"stopped before the first text; {_GO_ON}"
    corpus = load_corpus(folder)
    n_texts = corpus.manifest.n_texts
    return f"stopped; {corpus.n_explained:,} of {n_texts:,} texts are explained; {_GO_ON}"


def report(corpus: Corpus, *, colour: bool) -> str:
    """What is in a corpus as plain text; with ANSI colours if ``colour``.

    How many texts were explained and predicted rightly, the matrix of gold and predicted labels,
    the words with the largest totals for each label and against it, and the shortcuts.
    """
    from flair_lig_widget.corpus.filters import Filter
    from flair_lig_widget.frontend import corpus_wire
    from flair_lig_widget.frontend.corpus_query import Query

    known = corpus_wire.overview(corpus)
    parts = [
        [_plain(f"{known['sentence']} Explained: {known['explained']}.", _LONGEST_SENTENCE)],
        list(_failed(corpus)),
        list(_matrix(known["matrix"])),
    ]
    n_texts = {label: corpus.count(Filter(target=label)) for label in corpus.labels}
    labels = [label for label, n in n_texts.items() if n > 0]
    if labels:
        parts.append([_ABOUT_WORDS.format(corpus_wire.MIN_DOCUMENTS)])
    for label in labels[:_MOST_LABELS]:
        rows = corpus_wire.words(corpus, Query(label=label))["rows"]
        title = Filter(target=label).describe(n_texts[label])
        parts.append([_plain(title, _LONGEST_SENTENCE), *_words(rows, corpus.unit, colour)])
    if len(labels) > _MOST_LABELS:
        parts.append([f"… and {len(labels) - _MOST_LABELS} more labels"])
    if corpus.manifest.request["output"] != VALUE:  # which has no label that texts could have
        parts.append(list(_shortcuts(known["shortcuts"])))
    return "\n\n".join("\n".join(part) for part in parts if part)


_ABOUT_WORDS = (
    "Words by total: the sum of a word's scores, divided by the number of texts explained for the\n"
    "label, with its 90 % bootstrap interval. Words in fewer than {} of these texts are left out."
)


def _failed(corpus: Corpus) -> Iterator[str]:
    from flair_lig_widget.corpus.filters import Filter

    if corpus.n_failed == 0:
        return
    yield "Could not be explained (--retry-errors tries again):"
    for row in corpus.texts(filter=Filter(only="failed"), limit=_MOST_FAILED):
        yield f"  {_plain(row['id'])}: {_plain(row['error'], _LONGEST_SENTENCE)}"
    if corpus.n_failed > _MOST_FAILED:
        yield f"  … and {corpus.n_failed - _MOST_FAILED:,} more"


def _matrix(matrix: Mapping[str, Any] | None) -> Iterator[str]:
    """The matrix of gold and predicted labels, as long as it fits."""
    if matrix is None:
        return
    if max(len(matrix["gold"]), len(matrix["predicted"])) > _MOST_LABELS:
        yield (
            "The matrix of gold and predicted labels is too large to print; corpus.confusion() "
            "has it, and the page of --html."
        )
        return
    counts = [[f"{count:,}" for count in row] for row in matrix["counts"]]
    head = ["gold \\ predicted", *(_plain(label or "no label") for label in matrix["predicted"])]
    names = [_plain(visible(label)) for label in matrix["gold"]]
    rows = [head, *([name, *row] for name, row in zip(names, counts, strict=True))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        cells = (f"{cell:>{width}}" for cell, width in zip(rest, widths[1:], strict=True))
        yield "  ".join([f"{first:{widths[0]}}", *cells])


def _words(rows: Sequence[Mapping[str, Any]], unit: str, colour: bool) -> Iterator[str]:
    """The first words for the label and against it."""
    best = [
        *[row for row in rows if row["bar"] > 0][:_MOST_FOR],
        *[row for row in rows if row["bar"] < 0][:_MOST_AGAINST],
    ]
    if not best:
        yield "  no word is in so many of them"
        return
    yield f"{unit:>10}  {'90 % interval':>20}  {'texts':>7}  {'':{BAR}}  word"
    most = max(abs(row["bar"]) for row in best)
    for row in best:
        cells = bar(row["bar"] / most, _plain(row["word"]), colour=colour)
        yield f"{row['total']:>10}  {row['interval']:>20}  {row['documents']:>7}  {cells}"


def _shortcuts(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not found:
        yield "Shortcuts: none was found, which does not show that there is none."
        return
    yield "Shortcuts to look at, which are no proof: open a few of the texts, take the word away."
    yield f"{'mean':>10}  {'texts':>7}  word"
    for row in found[:_MOST_SHORTCUTS]:
        why = f"{_plain(row['word'])}, for {_plain(row['label'])}: {row['reason']}"
        line = f"{row['mean']:>10}  {row['documents']:>7,}  {why}"
        yield _plain(line, _LONGEST_SENTENCE)
    if len(found) > _MOST_SHORTCUTS:
        yield f"{'':19}  … and {len(found) - _MOST_SHORTCUTS} more"


def _plain(text: str, longest: int = _LONGEST) -> str:
    """Text that moves no cursor: without control characters and marks of direction."""
    text = printable(DIRECTION_MARKS.sub("", text))
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="flair-lig corpus",
        description="Explain many texts into a folder, and print what the classifier has learnt. "
        "Run again, it goes on where it stopped.",
        epilog="Without TEXTS, 150 news reports that come with the demo classifier.",
    )
    add = parser.add_argument
    add("texts", nargs="?", metavar="TEXTS", help="a .csv, .tsv, .jsonl or .parquet file")
    add(
        "--text-column",
        action="append",
        metavar="NAME",
        help="column of the texts (text); given again for each text of a pair",
    )
    add("--label-column", metavar="NAME", help="column of the gold labels")
    add("--id-column", metavar="NAME", help="column of the ids (default: numbers from 0)")
    add("--out", default="why", metavar="FOLDER", help="where the results are kept (%(default)s)")
    add("--html", metavar="FILE", help="a page to write as well")
    add("--target", metavar="LABEL", help="predicted (the default), gold, or a label for all texts")
    add("--engine", help="local (the default), one process, or ray")
    add("--workers", type=int, metavar="N", help="Ray's processes, each with its own classifier")
    add("--gpus", type=float, metavar="N", help="GPUs of each of them, such as 1 or 0.5")
    add("--address", help="of a Ray cluster that is running, such as auto")
    add("--batch-size", type=int, metavar="N", help="texts explained and written together")
    add("--retry-errors", action="store_true", help="try again what could not be explained")
    add_request_options(parser)
    return parser
