"""The command line: explain a text, print its words as a coloured table, and write a page."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flair_lig_widget import __version__
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.request import Request
from flair_lig_widget.result.summary import number, summary
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
    from flair.nn import Classifier


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
        text = _text(options.text)
        classifier = _classifier(options.model)
        request = Request(text=text, target=options.target, **request_settings(options))
        attribution = LIGEngine(classifier).attribute(request)
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
    head = f"{'rank':>4}  {'score':>9}  {'share':>7}  {'':{BAR}}  word"
    lines = [
        printable(summary(attribution)),
        "",
        head,
        *(_row(word, most, colour) for word in words),
    ]
    left = len(attribution.words()) - len(words)
    if left > 0:
        lines.append(f"      … and {left} more word{'s' if left > 1 else ''}")
    return "\n".join(lines)


def _row(word: Span, most: float, colour: bool) -> str:
    share = "" if word.share is None else f"{word.share:.1%}"
    cells = bar(word.score / most if most else 0, word.text, colour=colour)
    return f"{word.rank:>4}  {number(word.score, 4, '+'):>9}  {share:>7}  {cells}"


def _text(given: str | None) -> str:
    from flair_lig_widget.demo import DEMO_TEXT

    if given is not None:
        return given
    if sys.stdin is None or sys.stdin.isatty():
        return DEMO_TEXT
    print("Reading the text from standard input.", file=sys.stderr)
    piped = sys.stdin.read()
    return piped if piped.strip() else DEMO_TEXT


def _classifier(model: str | None) -> Classifier:
    if model is None:
        from flair_lig_widget.demo import load_demo_classifier

        return load_demo_classifier()
    from flair.nn import Classifier

    if not Path(model).is_file():
        raise ValueError(f"no file {model}; give the path of a classifier saved by Flair")
    try:
        return Classifier.load(model)
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
    parser.add_argument("text", nargs="?", metavar="TEXT", help="the text to explain")
    parser.add_argument(
        "--target", metavar="LABEL", help="label to explain (default: the predicted one)"
    )
    add_request_options(parser)
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
