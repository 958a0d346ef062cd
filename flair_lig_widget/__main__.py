"""The command line: explain a text, print its words as a coloured table, and write a page."""

from __future__ import annotations

import argparse
import io
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flair_lig_widget import __version__
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.marked import Entity, checked_ranges
from flair_lig_widget.result.request import Request
from flair_lig_widget.result.summary import number, summary
from flair_lig_widget.result.texts import one_text, text_at
from flair_lig_widget.result.tokens import Span
from flair_lig_widget.result.units import visible
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
    from flair.nn import Model


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit status is 0, or 2 if the text cannot be explained.

    If the first argument is ``corpus``, the others are those of `corpus_command.main`.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # the terminal's encoding may not have them
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments and arguments[0] == "corpus":
        from flair_lig_widget import corpus_command

        return corpus_command.main(arguments[1:])
    options = _parser().parse_args(arguments)
    page = Path(options.page)
    from flair_lig_widget.integration.engine import LIGEngine  # imported late: Flair takes seconds

    try:
        texts = _texts(options.text)
        engine = LIGEngine(_classifier(options.model), task=options.task)
        text = _one_text(texts, engine.wrapper.n_texts)
        request = Request(
            text=text,
            target=options.target,
            entities=[_entity(each, text) for each in options.entity],
            data_point=options.data_point or None,
            **request_settings(options),
        )
        attribution = engine.attribute(request)
        rows = table(attribution, top=options.top, colour=has_colours())
        attribution.to_html(page, title=f"Why {visible(attribution.target)}?")
    except (ValueError, ImportError, MemoryError, OSError) as error:
        return fail(error)
    print(rows)
    print(f"\nPage: {page.resolve()}")
    if Path("Makefile").exists() and Path("examples/01_quickstart.ipynb").exists():
        print("Notebook, with sliders: make lab")
    return 0


def table(attribution: Attribution, *, top: int, colour: bool) -> str:
    """A summary and the words with the largest scores; with ANSI colours if ``colour``."""
    words = attribution.top(top)
    most = abs(words[0].score) if words else 0.0
    number_of_text = "text  " if len(attribution.texts) > 1 else ""
    head = f"{'rank':>4}  {'score':>9}  {'share':>7}  {number_of_text}{'':{BAR}}  word"
    lines = [
        printable(summary(attribution)),
        "",
        head,
        *(_row(attribution, word, most, colour) for word in words),
    ]
    left = len(attribution.words()) - len(words)
    if left > 0:
        lines.append(f"      … and {left} more word{'s' if left > 1 else ''}")
    return "\n".join(lines)


def _row(attribution: Attribution, word: Span, most: float, colour: bool) -> str:
    share = "" if word.share is None else f"{word.share:.1%}"
    starts = attribution.text_starts
    number_of_text = f"{text_at(starts, word.start) + 1:>4}  " if len(starts) > 1 else ""
    cells = bar(word.score / most if most else 0, word.text, colour=colour)
    return f"{word.rank:>4}  {number(word.score, 4, '+'):>9}  {share:>7}  {number_of_text}{cells}"


def _texts(given: Sequence[str]) -> tuple[str, ...]:
    from flair_lig_widget.demo import DEMO_TEXT

    if given:
        return tuple(given)
    if sys.stdin is None or sys.stdin.isatty():
        return (DEMO_TEXT,)
    print("Reading the text from standard input.", file=sys.stderr)
    piped = sys.stdin.read()
    return (piped if piped.strip() else DEMO_TEXT,)


def _one_text(texts: tuple[str, ...], n_texts: int) -> str:
    if len(texts) != n_texts:
        raise ValueError(
            f"the model reads {n_texts} TEXT at once, and {len(texts)} "
            f"{'is' if len(texts) == 1 else 'are'} given; give {n_texts}, each in quotes"
        )
    return one_text(texts if n_texts > 1 else texts[0], n_texts)


def _entity(given: str, text: str) -> Entity:
    """An entity that is given as its words and its label."""
    words, equals, label = given.rpartition("=")
    if not equals:
        raise ValueError(f"--entity {given} has no label; give WORDS=LABEL")
    ((start, end),) = checked_ranges(words, text, "--entity")
    return start, end, label


def _classifier(model: str | None) -> Model:
    if model is None:
        from flair_lig_widget.demo import load_demo_classifier

        return load_demo_classifier()
    from flair.nn import Model

    if not Path(model).is_file():
        raise ValueError(f"no file {model}; give the path of a classifier saved by Flair")
    logging.getLogger("flair").setLevel(logging.WARNING)  # it prints what a tagger predicts
    try:
        return Model.load(model)
    except Exception as error:  # unpickling can fail in any way
        raise ValueError(f"{model} is not a classifier saved by Flair: {error}") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="flair-lig",
        description="Explain the prediction of a Flair text classifier for a text.",
        epilog="Without TEXT, standard input is explained, or a demo text if that is empty. "
        "`flair-lig corpus` explains the texts of a file, see `flair-lig corpus --help`; the text "
        '"corpus" is explained by `flair-lig -- corpus`.',
    )
    parser.add_argument(
        "text",
        nargs="*",
        metavar="TEXT",
        help="the text to explain; several for a model that reads them at once, such as a pair",
    )
    parser.add_argument(
        "--target", metavar="LABEL", help="label to explain (default: the predicted one)"
    )
    add_request_options(parser)
    parser.add_argument(
        "--entity",
        action="append",
        default=[],
        metavar="WORDS=LABEL",
        help="an entity of the text, for a model that reads entities; may be given several times",
    )
    parser.add_argument(
        "--data-point",
        action="append",
        default=[],
        metavar="WORDS",
        help="the token or span to explain (default: the first that has a label); of a relation, "
        "give the head, and again the tail",
    )
    parser.add_argument(
        "--top", type=int, default=20, metavar="K", help="words to print (%(default)s)"
    )
    parser.add_argument(
        "--page", default="explanation.html", metavar="FILE", help="page to write (%(default)s)"
    )
    parser.add_argument("--version", action="version", version=__version__)
    return parser


if __name__ == "__main__":
    sys.exit(main())
