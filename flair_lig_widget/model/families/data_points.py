"""What Flair predicts for the relations or spans of a text, as data points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flair_lig_widget.result.marked import DataPoint, Ranges

OUTSIDE = "O"
"""Flair's word for no label."""


def data_points(
    places: Iterable[Ranges], predicted: Mapping[Ranges, Mapping[str, float]]
) -> tuple[DataPoint, ...]:
    """Each place with its most probable label, or with none.

    Parameters
    ----------
    places : iterable of Ranges
    predicted : mapping of Ranges to mappings of str to float
        The probability of each label that Flair predicts; places without one may be missing.
    """
    found: list[DataPoint] = []
    for place in places:
        labels = predicted.get(place)
        label = max(labels, key=lambda each: labels[each]) if labels else OUTSIDE
        found.append(DataPoint(place, label, labels[label] if labels else None))
    return tuple(found)
