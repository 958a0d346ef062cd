"""What a `Faithfulness` says, without scripts: for notebooks that were not run, and for mail."""

from __future__ import annotations

from html import escape

from flair_lig_widget.export.html import printable
from flair_lig_widget.result.faithfulness import Drop, Faithfulness
from flair_lig_widget.result.summary import amount, number, percent
from flair_lig_widget.result.verdict import agreement_sentence, flip_sentence


def summary(faithfulness: Faithfulness) -> str:
    """The verdict, the words that change the prediction, and the key numbers.

    All text is escaped, styles are inline, and the same result always gives the same string.
    """
    f = faithfulness
    sentences = " ".join(filter(None, (flip_sentence(f), agreement_sentence(f))))
    rows = "".join(
        f'<tr><th scope="row" style="text-align:left;font-weight:normal">{escape(name)}</th>'
        f'<td style="text-align:right">{escape(value)}</td></tr>'
        for name, value in _numbers(f).items()
    )
    return printable(
        '<div class="flair-lig-static" style="max-width:60em;overflow-wrap:anywhere">'
        f'<div style="font-weight:bold">{escape(f.verdict.sentence)}</div>'
        f'<div style="margin-top:0.3em">{escape(sentences)}</div>'
        f'<table style="margin-top:0.6em;font-size:smaller">{rows}</table></div>'
    )


def _numbers(f: Faithfulness) -> dict[str, str]:
    """The measures in words; what is not known is left out."""
    p_value, area, infidelity = f.p_value, f.area, f.infidelity
    numbers = {
        "Comprehensiveness (larger is better)": _drop(f.comprehensiveness),
        "Sufficiency (smaller is better)": _drop(f.sufficiency),
        "p-value against random orders": "" if p_value is None else number(p_value, 3),
        "Area below random orders": "" if area is None else number(area, 3),
        "Infidelity": "" if infidelity is None else f"{number(infidelity, 3)} {f.unit}",
        "Words": str(f.n_words),
        "Random orders": str(f.n_random),
    }
    return {name: value for name, value in numbers.items() if value}


def _drop(drop: Drop) -> str:
    if drop.log_odds is None:
        return amount(drop.probability)
    return f"{percent(drop.probability)}, {number(drop.log_odds, 2)} log-odds"
