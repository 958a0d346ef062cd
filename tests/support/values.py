"""Small results of a regressor that no model computed."""

from __future__ import annotations

from flair_lig_widget import Attribution
from flair_lig_widget.result.faithfulness import Band, Curve, Drop, Faithfulness
from support import attributions, faithfulness


def make(**changes) -> Attribution:
    """The words of `attributions.make`, explained for the value 3.42 of a rating."""
    fields = {
        "output": "value",
        "target": "rating",
        "prediction": {"rating": 3.42},
        "baseline_prediction": {"rating": 3.545},
        "predicted": (),
        "value": 3.42,
        "baseline_value": 3.545,
    }
    return attributions.make(**{**fields, **changes})


def example(**changes) -> Faithfulness:
    """The words of `faithfulness.example`; the value is -2 to 3.42, so no probability."""
    fields = {
        "output": "value",
        "target": "rating",
        "predicted": (),
        "value": 3.42,
        "baseline_value": -2.0,
        "probability": 3.42,
        "without": Curve(
            counts=(0, 1, 2, 3, 4),
            probabilities=[3.42, 2.1, 0.5, -1.0, -2.0],
            values=[3.42, 2.1, 0.5, -1.0, -2.0],
            band=Band(
                counts=(0, 1, 3), low=[3.42, 2.5, 1.0], median=[3.42, 3.0, 1.5], high=[3.42, 4.0, 2]
            ),
        ),
        "only": Curve(
            counts=(1, 2, 3, 4, 5),
            probabilities=[2.0, 2.5, 3.0, 3.5, 3.42],
            band=Band(counts=(2, 4, 5), low=[1, 2, 3.42], median=[1, 3, 3.42], high=[2, 4, 3.42]),
        ),
        "comprehensiveness": Drop(probability=1.72, log_odds=None),
        "sufficiency": Drop(probability=0.25, log_odds=None),
        "flip": None,
        "random_comprehensiveness": [1.0, 0.5],
    }
    return faithfulness.example(**{**fields, **changes})
