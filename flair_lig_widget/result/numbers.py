"""How large the numbers of a result may be, so that sums, squares and fractions of them exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.units import VALUE

if TYPE_CHECKING:
    from flair_lig_widget.result.attribution import Attribution

LARGEST = 1e150
"""The largest absolute number of a result: the sum of a million squares is still a float."""

PROBABILITY_ROUNDING = 1e-6
"""How far a probability may be outside 0 to 1."""


def read_only(numbers: Any) -> NDArray[np.float64]:
    """The numbers as an array that cannot be written to."""
    array = np.array(numbers, dtype=np.float64)
    array.setflags(write=False)
    return array


def fraction(part: float, whole: float) -> float | None:
    """``part / whole``; None if ``whole`` is zero, or too small for a fraction that means much."""
    if abs(part) > LARGEST * abs(whole) or whole == 0:
        return None
    return part / whole


def check_numbers(attribution: Attribution) -> None:
    """Raise a ValueError if the numbers of an attribution cannot be those of an explanation."""
    a = attribution
    shape = a.scores.shape
    if shape != (len(a.tokens),):
        raise ValueError(f"{len(a.tokens)} tokens need as many scores, not {shape}")
    profile = np.zeros((1, *shape)) if a.path_profile is None else a.path_profile
    if profile.ndim != 2 or profile.shape[1:] != shape:
        raise ValueError(f"path_profile of {shape[0]} tokens cannot have the shape {profile.shape}")
    accuracy = [x for x in (a.rounding, a.error_estimate, a.tolerance) if x is not None]
    for numbers in ((a.value, a.baseline_value), accuracy, a.scores, profile):
        if not (np.abs(numbers) <= LARGEST).all():  # which NaN is not either
            raise ValueError(
                f"the model gave a number that is not finite or beyond {LARGEST:g} "
                f"(f(x) = {a.value}, f(x') = {a.baseline_value}); check its weights for NaN and "
                "infinity"
            )
    if set(a.prediction) != set(a.baseline_prediction):
        raise ValueError("prediction and baseline_prediction must have the same labels")
    if a.output == VALUE:
        _check_value(a)
        return
    for prediction in (a.prediction, a.baseline_prediction):
        for label, probability in prediction.items():
            if not -PROBABILITY_ROUNDING <= probability <= 1 + PROBABILITY_ROUNDING:
                raise ValueError(
                    f"the prediction of {shown(label)} is {shown(probability)}, which is not a "
                    "probability"
                )


def _check_value(attribution: Attribution) -> None:
    """Raise a ValueError if the prediction is not one value that a regressor gives."""
    a = attribution
    if set(a.prediction) != {a.target} or a.predicted or a.contrast is not None:
        raise ValueError(
            f"output {VALUE!r} is that of a regressor, which predicts one number for "
            f"{shown(a.target)}: prediction must have that alone, predicted must be empty, and "
            "contrast None"
        )
    for value in (a.prediction[a.target], a.baseline_prediction[a.target]):
        if not abs(value) <= LARGEST:  # which NaN is not either
            raise ValueError(f"the value {value} is not finite or beyond {LARGEST:g}")
