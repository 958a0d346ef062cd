"""What the controls of the front end offer whatever the classifier is, and how people read it."""

from __future__ import annotations

from typing import Any

from flair_lig_widget.result.algorithms import ALGORITHMS, INTEGRATED_GRADIENTS
from flair_lig_widget.result.faithfulness import ERASURES
from flair_lig_widget.result.request import DEFAULT_STEPS
from flair_lig_widget.result.spans import GRANULARITIES
from flair_lig_widget.result.units import OUTPUTS, VALUE, name_of_output

_NAMES = {
    "gausslegendre": "Gauss-Legendre",
    "riemann_left": "left Riemann",
    "riemann_right": "right Riemann",
    "riemann_middle": "midpoint",
    "riemann_trapezoid": "trapezoid",
    "word_embeddings": "word embeddings",
    "embeddings": "whole embedding block",
    "subword": "subwords",
    "word": "words",
    "sentence": "sentences",
    # What follows "Take words away by".
    "delete": "deleting them",
    "mask": "masking them",
    "baseline": "putting the baseline in their place",
}
"""What people read in place of a value."""

CHOICES: dict[str, Any] = {
    "names": _NAMES,
    "outputs": {output: name_of_output(output) for output in OUTPUTS if output != VALUE},
    "algorithms": {
        key: {
            "name": algorithm.name,
            "has_delta": algorithm.has_delta,
            "samples": algorithm.samples,
        }
        for key, algorithm in ALGORITHMS.items()
        if key != INTEGRATED_GRADIENTS
    },
    "granularities": list(GRANULARITIES),
    "n_steps": [
        *(2, 3, 4, 5, 7, 9, 11, 13, 15, 17, 20, 25, 33, 40, 50, 65, 80, 100, 129, 160, 200),
        *(257, 300, 400, 500, 700, 1000),
    ],
    "tolerances": [0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001],
    "default_n_steps": DEFAULT_STEPS,
    "erasures": list(ERASURES),
}
"""The options by trait; the numbers are the stops of the sliders.

``algorithms`` has those other than integrated gradients. A saved notebook has its keys in another
order.
"""


def choices_of(output: str) -> dict[str, Any]:
    """The options where this output is explained: a regressor has no other than its value."""
    return {**CHOICES, "outputs": {VALUE: name_of_output(VALUE)}} if output == VALUE else CHOICES
