"""What the commands share: the options of a request, and text that a terminal can show."""

from __future__ import annotations

import argparse
import os
import sys

from flair_lig_widget.result.request import METHODS, Request, RequestSettings
from flair_lig_widget.result.units import OUTPUTS

BAR = 12
"""Width of the longest bar of a table, in characters."""

JOINER = "\u200d"
"""Joins the parts of an emoji."""


def add_request_options(parser: argparse.ArgumentParser) -> None:
    """Add the classifier, and the options that `request_settings` reads."""
    parser.add_argument(
        "--model",
        metavar="PATH",
        help="a classifier saved by Flair, instead of the demo; loading one unpickles it, "
        "which can run any code, so load only files that you trust",
    )
    parser.add_argument("--task", metavar="NAME", help="which task of a model that has several")
    parser.add_argument(
        "--contrast", metavar="LABEL", help="label whose output is subtracted: why not this one?"
    )
    parser.add_argument(
        "--output",
        choices=OUTPUTS,
        default=Request.output,
        help="what is explained of the label (%(default)s)",
    )
    parser.add_argument(
        "--method", choices=METHODS, default=Request.method, help="integration rule (%(default)s)"
    )
    parser.add_argument("--n-steps", type=int, metavar="N", help="points on the path")
    parser.add_argument(
        "--tolerance", type=float, default=Request.tolerance, help="for auto (%(default)s)"
    )
    parser.add_argument("--baseline", help="unk, pad, mask, zero or mean")


def request_settings(options: argparse.Namespace) -> RequestSettings:
    """The options of a request that were given, but for its text and target."""
    return {
        "contrast": options.contrast,
        "output": options.output,
        "method": options.method,
        "n_steps": options.n_steps,
        "tolerance": options.tolerance,
        "baseline": options.baseline,
    }


def printable(text: str) -> str:
    """Text without control characters, which could move the cursor or change colours."""
    return "".join(c if c.isprintable() or c == JOINER else "�" for c in text)


def has_colours() -> bool:
    """Whether the output is a terminal whose user has not set NO_COLOR."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def bar(share: float, word: str, *, colour: bool) -> str:
    """A bar and a word, with ANSI colours if ``colour``.

    Parameters
    ----------
    share : float
        The length, as a fraction of the longest; below 0 it is drawn as against.
    word : str
    colour : bool
    """
    cells = f"{('█' if share >= 0 else '▒') * round(BAR * abs(share)):{BAR}}  {printable(word)}"
    return f"\x1b[{'34' if share >= 0 else '33'}m{cells}\x1b[0m" if colour else cells


def fail(error: Exception) -> int:
    """Print an error as one line; the exit status."""
    message = printable(" ".join(str(error).splitlines()))
    print(f"flair_lig_widget: {message}", file=sys.stderr)
    return 2
