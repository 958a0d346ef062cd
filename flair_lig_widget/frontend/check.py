"""What taking words away showed, as the front end draws it; `js/model.d.ts` has the same shape."""

from __future__ import annotations

from typing import Any

from flair_lig_widget.export.faithfulness_schema import band_to_dict
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.faithfulness import Curve, Faithfulness
from flair_lig_widget.result.summary import amount, number
from flair_lig_widget.result.units import VALUE
from flair_lig_widget.result.verdict import agreement_sentence, flip_sentence

Baselines = list[dict[str, Any]]
"""For each baseline its ``name``, ``comprehensiveness``, ``sufficiency`` and ``entropy``."""


def check_to_wire(
    faithfulness: Faithfulness,
    attribution: Attribution | None = None,
    *,
    baselines: Baselines | None = None,
) -> dict[str, Any]:
    """The numbers and sentences of the panel "Check".

    Parameters
    ----------
    faithfulness : Faithfulness
        It may be incomplete.
    attribution : Attribution, optional
        The front end counts its words. If None, these are the words that were taken away.
    baselines : list of dict, optional
        How well each baseline explains this text, the default first.
    """
    f = faithfulness
    verdict = f.verdict
    order = _order(f, attribution)
    flipped = [] if f.flip is None else order[: f.flip.n_words]
    return {
        "request": _request(f),
        "erase": f.erase,
        "order": order,
        "without": _curve(f.without),
        "only": _curve(f.only),
        "verdict": {"kind": verdict.kind, "sentence": verdict.sentence},
        "flip": {"words": flipped, "sentence": flip_sentence(f)},
        "agreement": agreement_sentence(f),
        "numbers": _numbers(f),
        "baselines": baselines,
    }


def _order(f: Faithfulness, attribution: Attribution | None) -> list[int]:
    """The words in their order, by their indexes among those of the attribution."""
    places, words = frozenset(f.words), () if attribution is None else attribution.words()
    taken = [i for i, word in enumerate(words) if (word.start, word.end) in places]
    is_of_these = len(taken) == f.n_words
    return [taken[index] for index in f.order] if is_of_these else list(f.order)


def _numbers(f: Faithfulness) -> str:
    without, only = f.comprehensiveness.probability, f.sufficiency.probability
    if f.output == VALUE:
        measure, drop = "value", (amount(without), amount(only))
    else:
        measure, drop = "probability", (number(without, 3), number(only, 3))
    drops = (
        f"Mean drop of the {measure} at 5, 10, 20 and 50 % of the words: "
        f"{drop[0]} without the best (comprehensiveness), "
        f"{drop[1]} with the best alone (sufficiency)."
    )
    if f.p_value is None:
        return drops
    orders = "1 random order" if f.n_random == 1 else f"{f.n_random} random orders"
    return f"{drops} p = {number(f.p_value, 3)}, from {orders}."


def _request(f: Faithfulness) -> dict[str, Any]:
    return {
        "text": f.text,
        "target": f.target,
        "contrast": f.contrast,
        "output": f.output,
        "baseline": f.baseline,
        "layer": f.layer,
        "algorithm": f.algorithm,
        "data_point": None if f.data_point is None else [list(each) for each in f.data_point],
    }


def _curve(curve: Curve) -> dict[str, Any]:
    return {
        "counts": list(curve.counts),
        "probabilities": curve.probabilities.tolist(),
        "band": None if curve.band is None else band_to_dict(curve.band),
    }
