"""A widget whose styles stay in the page beside those of another version of this package."""

from __future__ import annotations

import hashlib
from typing import Any

import anywidget


class StyledWidget(anywidget.AnyWidget):
    """A widget that names its styles by what they are.

    By default anywidget names them by the class, and the last widget of a class replaces the styles
    of all others: a notebook of an older version would take them away from a newer one beside it.
    """

    def __init__(self, **traits: Any) -> None:
        digest = hashlib.sha256(self._css.encode()).hexdigest()
        super().__init__(_anywidget_id=f"flair-lig-{digest[:8]}", **traits)
