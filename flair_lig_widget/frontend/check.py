"""What taking words away showed, as the front end draws it; `js/model.d.ts` has the same shape."""

from __future__ import annotations

from typing import Any

from flair_lig_widget.export.faithfulness_schema import band_to_dict
from flair_lig_widget.result.faithfulness import Curve, Faithfulness
from flair_lig_widget.result.summary import number
from flair_lig_widget.result.verdict import agreement_sentence, flip_sentence

Baselines = list[dict[str, Any]]
"""For each baseline its ``name``, ``comprehensiveness``, ``sufficiency`` and ``entropy``."""


def check_to_wire(
    faithfulness: Faithfulness, *, baselines: Baselines | None = None
) -> dict[str, Any]:
    """The numbers and sentences of the panel "Check".

    Parameters
    ----------
    faithfulness : Faithfulness
        It may be incomplete.
    baselines : list of dict, optional
        How well each baseline explains this text, the default first.
    """
    f = faithfulness
    verdict = f.verdict
    flipped = () if f.flip is None else f.order[: f.flip.n_words]
    return {
        "request": _request(f),
        "erase": f.erase,
        "order": list(f.order),
        "without": _curve(f.without),
        "only": _curve(f.only),
        "verdict": {"kind": verdict.kind, "sentence": verdict.sentence},
        "flip": {"words": list(flipped), "sentence": flip_sentence(f)},
        "agreement": agreement_sentence(f),
        "numbers": _numbers(f),
        "baselines": baselines,
    }


def _numbers(f: Faithfulness) -> str:
    drops = (
        "Mean drop of the probability at 5, 10, 20 and 50 % of the words: "
        f"{number(f.comprehensiveness.probability, 3)} without the best (comprehensiveness), "
        f"{number(f.sufficiency.probability, 3)} with the best alone (sufficiency)."
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
    }


def _curve(curve: Curve) -> dict[str, Any]:
    return {
        "counts": list(curve.counts),
        "probabilities": curve.probabilities.tolist(),
        "band": None if curve.band is None else band_to_dict(curve.band),
    }
