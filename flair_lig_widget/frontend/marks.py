"""Tokens, spans and entities of a text that have a label, as the front end marks and lists them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.marked import Range

_OUTSIDE = "O"
_ROLES = ("head", "tail")


def data_points_to_wire(attribution: Attribution) -> dict[str, Any]:
    """All data points, and the index of the one that is explained; nothing for a whole text."""
    a = attribution
    if not a.data_points:
        return {}
    explained = [i for i, point in enumerate(a.data_points) if point.ranges == a.data_point]
    return {
        "data_points": [
            {
                "ranges": [list(each) for each in point.ranges],
                "text": point.text_in(a.text),
                "label": point.label,
                "probability": point.probability,
            }
            for point in a.data_points
        ],
        "data_point": explained[0] if explained else None,
    }


def marks(attribution: Attribution, granularity: str) -> list[dict[str, Any]]:
    """The marks of a text; sentences have none.

    Of a relation, the entities are marked, with the role of the two that are explained. Otherwise
    each data point that has a label is, and the one that is explained.
    """
    a = attribution
    if granularity == "sentence" or not (a.data_points or a.entities):
        return []
    spans = [(span.start, span.end) for span in a.spans(granularity)]
    is_relation = a.data_point is not None and len(a.data_point) == len(_ROLES)
    found: list[tuple[Range, str, int | None]]
    if is_relation:
        found = [((start, end), label, None) for start, end, label in a.entities]
    else:
        found = [
            (point.ranges[0], point.label, index)
            for index, point in enumerate(a.data_points)
            if point.label != _OUTSIDE or point.ranges == a.data_point
        ]
    roles = dict(zip(a.data_point or (), _ROLES, strict=True)) if is_relation else {}
    in_order = sorted(found, key=lambda mark: (mark[0][0], -mark[0][1]))  # a longer one first
    return [
        {
            "spans": inside,
            "label": label,
            "role": roles.get(at, ""),
            "data_point": index,
            "chosen": at in (a.data_point or ()),
        }
        for at, label, index in in_order
        if (inside := _inside(spans, at))
    ]


def _inside(spans: Sequence[Range], at: Range) -> list[int]:
    """The indexes of the spans in a range of characters."""
    return [index for index, (start, end) in enumerate(spans) if start < at[1] and at[0] < end]
