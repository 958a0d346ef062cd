"""What an edit changed, as the front end draws it; `js/model.d.ts` describes the same shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flair_lig_widget.frontend.wire import most_probable_first
from flair_lig_widget.result.edit import Edit


def edit_to_wire(found: Edit, edit: Mapping[str, Any]) -> dict[str, Any]:
    """The sentence and the numbers of an edit.

    Parameters
    ----------
    found : Edit
    edit : dict
        What the front end asked for. It gets it back as it came, and compares the two.
    """
    moved = {}
    if found.edited_data_point is not None:
        moved = {
            "data_point": [list(each) for each in found.edited_data_point],
            "entities": [list(each) for each in found.edited_entities],
        }
    return {
        "edit": dict(edit),
        "summary": found.summary,
        "text": found.text,
        **moved,
        "prediction": most_probable_first(found.prediction),
        "predicted": list(found.predicted),
    }
