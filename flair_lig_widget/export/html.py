"""The picture without scripts: for notebooks that were not run, for mail, for the command line."""

from __future__ import annotations

import re
from decimal import Decimal
from html import escape

from flair_lig_widget.attribution import Attribution
from flair_lig_widget.tokens import Word

POSITIVE = (20, 125, 195)
NEGATIVE = (200, 85, 0)
STRONGEST = 0.6
"""Red, green, blue and the greatest opacity of a word's ground; `js/widget.css` has the same."""
_UNPRINTABLE = re.compile("[\x00\ud800-\udfff]")


def heatmap(attribution: Attribution) -> str:
    """The text with its words coloured by their scores, and one line of account below it.

    Colours lie over the ground of the page, so they suit light and dark; the sign shows in the
    underline as well. The scores are in the ``title`` of each word. Everything from outside is
    escaped, styles are inline, and the same attribution always gives the same string.
    """
    words = attribution.words()
    most = max((abs(word.score) for word in words), default=0.0)
    pieces = [
        _word(text, words[place], len(words), most, attribution.unit)
        if isinstance(place, int)
        else escape(text)
        if place is None
        else f'<span title="not read by the model" style="opacity:0.65">{escape(text)}</span>'
        for text, place in attribution.segments()
    ]
    against = "against it" if attribution.contrast is None else f"for {attribution.contrast}"
    account = f"{summary(attribution)} Blue: for {attribution.target}, orange: {against}."
    made = "; ".join(f"{name}: {value}" for name, value in provenance(attribution).items())
    return printable(
        '<div class="flair-lig-static" style="max-width:60em;line-height:1.8">'
        f'<div dir="auto" style="white-space:pre-wrap;overflow-wrap:anywhere">{"".join(pieces)}'
        f'</div><div style="margin-top:0.6em;font-size:smaller">{escape(account)}</div>'
        '<div style="margin-top:0.6em;font-size:x-small;overflow-wrap:anywhere">'
        f"{escape(made)}</div></div>"
    )


def plain(attribution: Attribution, top: int = 20) -> str:
    """The text, the account and the largest scores without any style, where no script may run."""
    words = attribution.top(top)
    n_words, unit = len(attribution.words()), attribution.unit
    rows = "".join(
        f"<li><bdi>{escape(word.text)}</bdi>: {escape(describe(word, n_words, unit))}</li>"
        for word in words
    )
    return (
        f'<p dir="auto">{escape(attribution.text)}</p><p>{escape(summary(attribution))}</p>'
        f"<ol>{rows}</ol>"
    )


def provenance(attribution: Attribution) -> dict[str, str]:
    """What the numbers were made with, in words for people."""
    a = attribution
    found = {
        "model": a.model,
        "weights": a.weights,
        "explained": a.explained,
        "f(x), f(x′), delta": f"{a.value!r}, {a.baseline_value!r}, {a.delta!r}",
        "method": f"{a.method}, {a.n_steps} steps, {a.n_evaluations} evaluations",
        "baseline": a.baseline,
        "layer": a.layer,
        "versions": ", ".join(f"{name} {version}" for name, version in a.versions.items()),
        "made": a.made,
    }
    return {name: value for name, value in found.items() if value}


def printable(source: str) -> str:
    """Markup without what no document may hold: NUL and half characters (lone surrogates)."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", source)


def summary(attribution: Attribution) -> str:
    """What was predicted and explained, and how exactly, in one line of plain text."""
    a = attribution
    share = "" if a.relative_delta is None else f" ({percent(a.relative_delta)} of f(x) − f(x′))"
    note = "" if a.relative_delta is not None else " f(x) equals f(x′), so no word has a share."
    within = ", error of the scores not known"
    if a.error_estimate is not None:
        within = f", scores within {percent(a.error_estimate)}"
    rounded = "" if a.rounding is None else f", {a.precision} (rounding {percent(a.rounding)})"
    end = {None: "", True: ", converged", False: ", not converged"}[a.converged]
    notes = "".join(f" {sentence}" for sentence in a.notes)
    return (
        f"{prediction(a)} Explaining {a.explained}: "
        f"f(x) = {number(a.value, 3)}, f(x′) = {number(a.baseline_value, 3)}, "
        f"delta {number(a.delta, 4)}{share}{within}; {a.method}, {a.n_steps} steps{end}, "
        f"baseline {a.baseline}{rounded}.{note}{notes}"
    )


def prediction(attribution: Attribution) -> str:
    """The labels that Flair predicts, with their probabilities, in a sentence."""
    a = attribution
    if a.predicted:
        chosen = [f"{label} ({percent(a.prediction[label])})" for label in a.predicted]
        return f"Predicted {', '.join(chosen)}."
    label, probability = max(a.prediction.items(), key=lambda item: item[1])
    return f"Predicted no label; {label} comes closest ({percent(probability)})."


def number(x: float, digits: int, sign: str = "-") -> str:
    """Fixed digits, but never rounded to a zero that it is not; ``"+"`` shows every sign.

    `js/format.js` has the same.
    """
    text = f"{x:{sign}.{digits}f}"
    if x == 0 or float(text) != 0:
        return text
    one_digit = Decimal(f"{x:.0e}")
    return f"{one_digit:{sign}f}" if abs(one_digit) >= Decimal("1e-6") else f"{one_digit:{sign}g}"


def percent(fraction: float) -> str:
    """A share of a hundred, as `js/format.js` has it too."""
    return f"{number(100 * fraction, 1)} %"


def describe(word: Word, n_words: int, unit: str) -> str:
    """Score, share, rank and subwords of a word as plain text."""
    share = "" if word.share is None else f", {percent(word.share)} of f(x) − f(x′)"
    whole = any(word.text.casefold() in subword.casefold() for subword in word.subwords)
    read = "" if whole else ", read as " + " ".join(word.subwords)
    return f"{number(word.score, 4, '+')} {unit}{share}, rank {word.rank} of {n_words}{read}"


def _word(text: str, word: Word, n_words: int, most: float, unit: str) -> str:
    opacity = STRONGEST * abs(word.score) / most if most else 0.0
    rgb, line = (POSITIVE, "solid") if word.score >= 0 else (NEGATIVE, "dotted")
    colour = f"rgba({rgb[0]},{rgb[1]},{rgb[2]},{opacity:.3f})"
    return (
        f'<span title="{escape(describe(word, n_words, unit))}" style="background-color:{colour};'
        f'border-bottom:2px {line} {colour};border-radius:2px">{escape(text)}</span>'
    )
