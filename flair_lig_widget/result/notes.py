"""What a reader of the scores must know besides, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from flair_lig_widget.attribution import Attribution

_NEUTRAL = 0.5
"""A reference input is told not to be neutral if its entropy is a smaller share of the largest."""

_COARSE = 0.1
"""The scores of a fixed rule are told to be off if their error may be larger; ``auto`` has a
tolerance, and says whether it was met."""


def notes(attribution: Attribution) -> tuple[str, ...]:
    """What was not read, what was read besides, a baseline that is not neutral, too few steps."""
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
    error = a.error_estimate or 0.0
    if a.tolerance is None and error > _COARSE:
        steps = "1 step is" if a.n_steps == 1 else f"{a.n_steps} steps are"
        how = f"off by up to {100 * error:.0f} %" if error < 1 else "wrong altogether"
        found.append(f"{steps} too few here: the scores may be {how}.")
    return tuple(found)
