"""What a reader of the scores must know besides, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from flair_lig_widget.attribution import Attribution

_NEUTRAL = 0.5
"""A reference input is told not to be neutral if its entropy is a smaller share of the largest."""


def notes(attribution: Attribution) -> tuple[str, ...]:
    """What was not read, what was read besides, and a baseline that is not neutral."""
    a = attribution
    found = []
    if a.unseen is not None:
        start, end = a.unseen
        where = "last" if end == len(a.text) else "first"
        found.append(
            f"The model did not read the {where} {end - start:,} of {len(a.text):,} "
            "characters (grey): the text is longer than what it takes in."
        )
    if a.beside is not None:
        found.append(
            f"The model reads the text together with “{a.beside}”."
            if a.beside
            else "The text leaves no room for the label, which the model does not see."
        )
    most = np.log2(len(a.baseline_prediction))
    if not a.independent and a.baseline_entropy < _NEUTRAL * most:
        label, probability = max(a.baseline_prediction.items(), key=lambda item: item[1])
        found.append(
            f"The baseline is not neutral: there the model says {label} "
            f"({100 * probability:.0f} %), "
            "and the scores tell what moved it from that. Another baseline may prefer none."
        )
    return tuple(found)
