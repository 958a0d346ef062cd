"""A saved result as a widget: everything of the widget that needs no classifier."""

from __future__ import annotations

import dataclasses
import os
from typing import Any

import traitlets as t

from flair_lig_widget.export.html import heatmap
from flair_lig_widget.export.schema import read_json
from flair_lig_widget.frontend import page
from flair_lig_widget.frontend.check import check_to_wire
from flair_lig_widget.frontend.wire import state_of, without_surrogates
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.faithfulness import ERASURES, Faithfulness
from flair_lig_widget.result.request import Request, RequestOptions
from flair_lig_widget.result.spans import GRANULARITIES
from flair_lig_widget.widget.threads import Finite, ThreadedWidget

REQUEST_TRAITS = tuple(field.name for field in dataclasses.fields(Request))
"""The traits that state what is asked."""

_FROM_FRONT_END = (
    *("task", *REQUEST_TRAITS, "granularity", "position"),
    *("checking", "erase", "edit", "kept"),
)
"""The traits that the front end writes; all others are written here."""


class WidgetOptions(RequestOptions, total=False):
    """The options of `attribute`, and those of the view."""

    granularity: str
    layout: Any


class AttributionWidget(ThreadedWidget):
    """A result to hover over, without its classifier.

    `load_attribution` makes one from a saved result; `LIGWidget` is the one that computes.

    Parameters
    ----------
    attribution : Attribution
        The result to show.
    faithfulness : Faithfulness, optional
        What `evaluate` found for it, for the panel "Check".
    **options
        Traits such as ``granularity`` and ``layout``.

    Raises
    ------
    TypeError
        If the first argument is not an Attribution, or an option is unknown.
    """

    # Not paths: anywidget watches those for changes, and then never lets go of a widget.
    _esm = page.bundle("widget.js")
    _css = page.bundle("widget.css")

    # The request: written by the front end or from Python.
    text = t.Unicode(help="The text to explain.").tag(sync=True)
    target = t.Unicode(None, allow_none=True, help="Label to explain; None: predicted.").tag(
        sync=True
    )
    contrast = t.Unicode(
        None, allow_none=True, help="Label whose output is subtracted; None: none."
    ).tag(sync=True)
    output = t.Unicode(
        Request.output, help="What is explained: logit, probability, log_odds or value."
    ).tag(sync=True)
    method = t.Unicode(Request.method, help="Integration rule.").tag(sync=True)
    n_steps = t.Int(
        None, allow_none=True, help="Path points; None: the default of the method."
    ).tag(sync=True)
    tolerance = Finite(Request.tolerance, help="Tolerance of auto, as a fraction.").tag(sync=True)
    baseline = t.Unicode(
        None, allow_none=True, help="Kind of baseline; None: the classifier's default."
    ).tag(sync=True)
    layer = t.Unicode(Request.layer, help="Where the path runs.").tag(sync=True)
    precision = t.Unicode(
        Request.precision, help="float32, or auto: bfloat16 where its rounding is small enough."
    ).tag(sync=True)
    algorithm = t.Unicode(
        Request.algorithm, help="integrated_gradients, or one to compare with, by Captum."
    ).tag(sync=True)

    entities: t.List[Any] = t.List(
        help="Start, end and label of each entity that the model is given."
    ).tag(sync=True)
    data_point: t.List[Any] = t.List(
        default_value=None,
        allow_none=True,
        help="Where the token, span or relation is; None: the first.",
    ).tag(sync=True)
    task = t.Unicode(None, allow_none=True, help="Task that is explained; None: no tasks.").tag(
        sync=True
    )
    granularity = t.Enum(GRANULARITIES, "word", help="What is coloured as one span.").tag(sync=True)
    position = t.Int(0, help="Index of the text that is shown, or was before it was edited.").tag(
        sync=True
    )
    checking = t.Bool(False, help="Whether the result is checked by taking words away.").tag(
        sync=True
    )
    erase = t.Enum(ERASURES, ERASURES[0], help="How words are taken away.").tag(sync=True)
    edit = t.Dict(
        default_value=None,
        allow_none=True,
        help="Words of the result that are edited, and how; None: none.",
    ).tag(sync=True)

    kept = t.Dict(help="The result that others are compared with, as it was sent.").tag(sync=True)

    # Written here, only read by the front end.
    computes = t.Bool(False, help="Whether there is a classifier to compute with.").tag(sync=True)
    choices = t.Dict(help="What can be chosen whatever the classifier is.").tag(sync=True)
    tasks = t.List(t.Unicode(), help="The tasks of the model to choose from.").tag(sync=True)
    labels = t.List(t.Unicode(), help="The classifier's labels.").tag(sync=True)
    methods = t.List(t.Unicode(), help="The integration rules.").tag(sync=True)
    baselines = t.List(t.Unicode(), help="The kinds of baseline.").tag(sync=True)
    layers = t.List(t.Unicode(), help="Where the path can run.").tag(sync=True)
    texts = t.List(t.Unicode(), help="The texts to choose from.").tag(sync=True)
    result = t.Dict(help="The current result, with its request.").tag(sync=True)
    snapshots = t.Dict(help="Precomputed results, for pages without a kernel.").tag(sync=True)
    parity = t.Float(
        None, allow_none=True, help="Largest difference from the probabilities Flair predicts."
    ).tag(sync=True)
    checked = t.Dict(help="What taking words away showed, with what was explained.").tag(sync=True)
    edited = t.Dict(help="What the model says after the edit, with the edit.").tag(sync=True)
    other = t.Dict(
        default_value=None,
        allow_none=True,
        help="The result of the classifier to compare with; None: there is no such classifier.",
    ).tag(sync=True)
    status = t.Enum(
        ("idle", "running", "checking", "error"), "idle", help="State of the kernel."
    ).tag(sync=True)
    progress = t.Float(0.0, help="Share of the work that is done, while running.").tag(sync=True)
    error = t.Unicode(help="Why the newest request has no result, or empty.").tag(sync=True)

    _attribution: Attribution
    _faithfulness: Faithfulness | None
    _own_layout: Any = None
    _remark = ""
    """What is said below the picture without scripts."""

    def __init__(
        self,
        attribution: Attribution,
        *,
        faithfulness: Faithfulness | None = None,
        **options: Any,
    ) -> None:
        if not isinstance(attribution, Attribution):
            raise TypeError(
                f"{type(attribution).__name__} is not an Attribution; give what attribute(...) "
                "returns, the path of a saved one to load_attribution, or several to "
                "AttributionRows"
            )
        unknown = [name for name in options if not self.has_trait(name)]
        if unknown:
            raise TypeError(f"unknown option {unknown[0]!r}; options are granularity and layout")
        self._attribution, self._faithfulness = attribution, faithfulness
        state = state_of(attribution)
        if faithfulness is not None:
            checked = check_to_wire(faithfulness, attribution)
            state |= {"checked": checked, "erase": faithfulness.erase}
        state |= {name: value for name, value in options.items() if name in state}
        super().__init__(**{**options, **state})
        self.observe(self._on_texts, names="texts")
        self.observe(self._on_position, names="position")
        # A layout that the user made may belong to other widgets too.
        self._own_layout = None if options.get("layout") is self.layout else self.layout

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take over what a front end sent: the request, and how it is shown."""
        state = {name: sync_data[name] for name in _FROM_FRONT_END if name in sync_data}
        for name in ("task", "position", "text"):
            if name in state:
                # It brings its own target, text or data point, which another one must replace.
                super().set_state({name: state.pop(name)})
        super().set_state(state)

    def close(self) -> None:
        """Remove the widget from the front end, and its layout with it."""
        super().close()
        if self._own_layout is not None:
            self._own_layout.close()

    @t.validate("position")
    def _check_position(self, proposal: Any) -> int:
        position: int = proposal["value"]
        if not 0 <= position < max(len(self.texts), 1):
            raise t.TraitError(
                f"position={position} is not an index of the {len(self.texts)} texts, "
                "which start at 0"
            )
        return position

    def _on_texts(self, change: Any) -> None:
        """Keep the position among the texts; the text that is shown stays."""
        if self.position >= max(len(self.texts), 1):
            self.position = max(len(self.texts) - 1, 0)

    def _on_position(self, change: Any) -> None:
        """Show the text at the new position, unless the old one no longer exists."""
        if change["old"] < len(self.texts):
            self.text = self.texts[self.position]

    @property
    def attribution(self) -> Attribution:
        """The result that is shown; after a new request, call `LIGWidget.wait` first."""
        return self._attribution

    @property
    def faithfulness(self) -> Faithfulness | None:
        """What is known of the faithfulness of the result that is shown; None if nothing."""
        return self._faithfulness

    def to_html(self, path: str | os.PathLike[str] | None = None, *, title: str = "") -> str:
        """One page that holds all it needs and runs without kernel or network.

        It draws what the widget draws; its controls choose among the results of `precompute`.

        Parameters
        ----------
        path : path, optional
            Where to write the page as well.
        title : str, optional
            Its title; if not given, what is explained.

        Returns
        -------
        str
            The page. The same results give the same bytes.
        """
        return page.to_html([self], path, title=title)

    def as_html(self, *, title: str = "", height: int | None = None) -> page.Frame:
        """`to_html` in a frame, for a cell output that does not need the saved widget state.

        Parameters
        ----------
        title : str, optional
            As for `to_html`.
        height : int, optional
            In pixels; estimated from the length of the text if not given. A sandboxed frame
            cannot tell the notebook how high it is.
        """
        return page.as_html([self], title=title, height=height)

    def page_state(self) -> dict[str, Any]:
        """The traits that a page without a kernel reads."""
        names = AttributionWidget.class_own_traits(sync=True)
        state = {name: getattr(self, name) for name in names if not name.startswith("_")}
        # A page must be the same in every run, but the time that a result took is not.
        at_rest = {"computes": False, "status": "idle", "progress": 0.0, "error": ""}
        return without_surrogates({**state, **at_rest, "result": {**self.result, "seconds": None}})

    def __repr__(self) -> str:
        text = self.text if len(self.text) <= 40 else self.text[:39] + "…"
        target, method = self._attribution.target, self._attribution.method
        return f"{type(self).__name__}({text!r}, target={target!r}, method={method!r})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The live view, and the picture without scripts for readers without a kernel."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle[0]["text/html"] = heatmap(self._attribution, remark=self._remark)
        return bundle


def load_attribution(path: str | os.PathLike[str], **options: Any) -> AttributionWidget:
    """Show a result that `Attribution.to_json` saved.

    Neither the classifier nor torch nor Flair is needed.

    Parameters
    ----------
    path : path
        The file.
    **options
        As for `AttributionWidget`, whose ``attribution`` has the numbers.

    Raises
    ------
    ValueError
        If the file does not contain an attribution.
    OSError
        If it cannot be read.
    """
    try:
        attribution = read_json(path)
    except ValueError as error:
        raise ValueError(f"{os.fspath(path)!r}: {error}") from error
    return AttributionWidget(attribution, **options)
