"""Several results as one widget: a row for each, which opens into its own widget."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import traitlets as t
from ipywidgets import widget_serialization

from flair_lig_widget.export.html import heatmap
from flair_lig_widget.frontend import page
from flair_lig_widget.frontend.rows import check_labels, to_wire
from flair_lig_widget.frontend.wire import without_surrogates
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.widget.base import AttributionWidget
from flair_lig_widget.widget.styled import StyledWidget


class AttributionRows(StyledWidget):
    """Several results under each other, to look through and to open.

    A row has the true label if it is known, the prediction, what is explained, the sum of the
    scores and the coloured text, as they are when the rows are made.

    Parameters
    ----------
    shown : sequence of Attribution or AttributionWidget
        From top to bottom. A `LIGWidget` still computes in its row.
    labels : sequence of str or None, optional
        The true label of each text, where it is known.
    **options
        Traits of a widget, such as ``layout``.

    Raises
    ------
    ValueError
        If there is nothing to show, or not one label for each text.
    TypeError
        If something else than attributions and widgets is given.
    """

    _esm = page.bundle("rows.js")
    _css = page.bundle("rows.css")

    rows = t.List(t.Dict(), help="What each row shows.").tag(sync=True)
    widgets = t.List(t.Instance(AttributionWidget), help="The widget of each row.").tag(
        sync=True, **widget_serialization
    )

    _own: Sequence[AttributionWidget] = ()
    """The widgets that were made for the rows."""

    def __init__(
        self,
        shown: Sequence[Attribution | AttributionWidget],
        *,
        labels: Sequence[str | None] | None = None,
        **options: Any,
    ) -> None:
        check_labels(shown, labels)
        widgets = [
            each if isinstance(each, AttributionWidget) else AttributionWidget(each)
            for each in shown
        ]
        self._own = [w for w, each in zip(widgets, shown, strict=True) if w is not each]
        known = labels or [None] * len(widgets)
        found = [
            to_wire(widget.attribution, label) for widget, label in zip(widgets, known, strict=True)
        ]
        state = without_surrogates({"rows": found})
        super().__init__(**state, widgets=widgets, **options)

    @property
    def attributions(self) -> tuple[Attribution, ...]:
        """The results that are shown, in the order of the rows."""
        return tuple(widget.attribution for widget in self.widgets)

    def close(self) -> None:
        """Remove the rows, and the widgets that were made for them."""
        super().close()
        for widget in self._own:
            widget.close()

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The live view, and the pictures without scripts for readers without a kernel."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle[0]["text/html"] = "".join(heatmap(each) for each in self.attributions)
        return bundle
