"""A small `Faithfulness` that no model computed, and one of any text."""

from __future__ import annotations

import re

from flair_lig_widget import Provenance
from flair_lig_widget.result.faithfulness import Band, Curve, Drop, Faithfulness, Flip


def example(**changes) -> Faithfulness:
    """Five words, ``Oil <rose>  🎉 in London``, two random orders; without "<rose>" it flips."""
    fields = {
        "text": "Oil <rose>  🎉 in London",
        "target": "business",
        "contrast": None,
        "output": "logit",
        "baseline": "pad",
        "layer": "word_embeddings",
        "erase": "delete",
        "seed": 7,
        "words": ((0, 3), (4, 10), (12, 13), (14, 16), (17, 23)),
        "scores": [0.5, 0.75, 0.125, -0.25, 0.0],
        "order": (1, 0, 2, 4, 3),
        "value": 3.0,
        "baseline_value": 1.875,
        "probability": 0.75,
        "predicted": ("business",),
        "without": Curve(
            counts=(0, 1, 2, 3, 4),
            probabilities=[0.75, 0.5, 0.25, 0.125, 0.0625],
            values=[3.0, 2.0, 1.0, 0.5, 0.25],
            band=Band(
                counts=(0, 1, 3),
                low=[0.75, 0.5, 0.25],
                median=[0.75, 0.625, 0.375],
                high=[0.75, 0.6875, 0.5],
            ),
        ),
        "only": Curve(
            counts=(1, 2, 3, 4, 5),
            probabilities=[0.5, 0.625, 0.6875, 0.75, 0.75],
            values=[2.0, 2.5, 2.75, 3.0, 3.0],
            band=Band(
                counts=(2, 4, 5),
                low=[0.25, 0.5, 0.75],
                median=[0.375, 0.625, 0.75],
                high=[0.5, 0.6875, 0.75],
            ),
        ),
        "comprehensiveness": Drop(probability=0.34375, log_odds=1.5),
        "sufficiency": Drop(probability=0.203125, log_odds=0.875),
        "flip": Flip(n_words=1, predicted=("sport",), probability=0.5),
        "leave_one_out": [0.25, 1.0, 0.125, -0.125, 0.0],
        "agreement": 0.8,
        "infidelity": 0.0625,
        "random_comprehensiveness": [0.75, 0.5],
        "provenance": Provenance(versions={"torch": "2.13.0"}),
    }
    return Faithfulness(**{**fields, **changes})


def first(**changes) -> Faithfulness:
    """The example before f, single words and random orders are known."""
    curves = {
        name: Curve(counts=curve.counts, probabilities=curve.probabilities)
        for name, curve in (("without", example().without), ("only", example().only))
    }
    unknown = dict.fromkeys(("leave_one_out", "agreement", "infidelity"))
    return example(**{**curves, **unknown, "random_comprehensiveness": [], **changes})


def hostile(text: str, label: str | None = None) -> Faithfulness:
    """A result of the text, twice, with the text also as label, model, versions and the rest."""
    label = text if label is None else label
    words = [found.span() for found in re.finditer(r"\S+", f"{text} {text} a b")]
    m = len(words)
    shares = sorted({0, m} | {max(1, -(-m * percent // 100)) for percent in (5, 10, 20, 50)})
    falling = [1 - count / m for count in shares]
    rising = [count / m for count in shares]
    return example(
        text=f"{text} {text} a b",
        target=label,
        contrast=label,
        baseline=text,
        layer=text,
        words=words,
        scores=[1 - i / m for i in range(m)],
        order=range(m),
        predicted=(label,),
        without=Curve(counts=shares, probabilities=falling, band=flat(shares, falling)),
        only=Curve(counts=shares, probabilities=rising, band=flat(shares, rising)),
        flip=Flip(n_words=1, predicted=(text,), probability=0.5),
        leave_one_out=None,
        provenance=Provenance(
            model=text,
            weights_digest=text,
            versions={"torch": text, text: "1.0"},
            created_at=text,
        ),
    )


def flat(counts, median) -> Band:
    """A band without width."""
    return Band(counts=counts, low=median, median=median, high=median)
