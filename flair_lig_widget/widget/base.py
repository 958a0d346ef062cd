"""A finished explanation as a widget: all of the widget that needs no classifier."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t

from flair_lig_widget import page
from flair_lig_widget.attribution import Attribution
from flair_lig_widget.pieces import GRANULARITIES
from flair_lig_widget.wire import request_of, sendable, to_wire

_STATIC = Path(__file__).parent / "static"


class AttributionWidget(anywidget.AnyWidget):
    """An explanation to hover over, without the classifier that it is of.

    `load_attribution` makes one of a saved explanation; `LIGWidget` is the one that computes.

    Parameters
    ----------
    attribution : Attribution
        What to show.
    **options
        Traits such as ``granularity`` and ``layout``.
    """

    _esm = _STATIC / "widget.js"
    _css = _STATIC / "widget.css"

    # The request: written by the front end or from Python.
    text = t.Unicode(help="The text to explain.").tag(sync=True)
    target = t.Unicode(None, allow_none=True, help="Label to explain; None: predicted.").tag(
        sync=True
    )
    contrast = t.Unicode(
        None, allow_none=True, help="Label whose output is subtracted; None: none."
    ).tag(sync=True)
    output = t.Unicode("logit", help="What is explained: logit, probability, log_odds.").tag(
        sync=True
    )
    method = t.Unicode("auto", help="Integration rule.").tag(sync=True)
    n_steps = t.Int(None, allow_none=True, help="Path points; None: the method's own.").tag(
        sync=True
    )
    tolerance = t.Float(0.01, help="What auto is to reach, as a share.").tag(sync=True)
    baseline = t.Unicode(
        None, allow_none=True, help="Kind of reference input; None: the classifier's first."
    ).tag(sync=True)
    layer = t.Unicode("word_embeddings", help="Where the path runs.").tag(sync=True)
    precision = t.Unicode("float32", help="float32, or auto: bfloat16 where it is safe.").tag(
        sync=True
    )

    granularity = t.Enum(GRANULARITIES, "word", help="What is coloured as one.").tag(sync=True)
    position = t.Int(0, help="Which of the texts is explained, or was before editing.").tag(
        sync=True
    )

    # The answer: written here, only read by the front end.
    computes = t.Bool(False, help="Whether a classifier is there to ask.").tag(sync=True)
    labels = t.List(t.Unicode(), help="The classifier's labels.").tag(sync=True)
    methods = t.List(t.Unicode(), help="The integration rules.").tag(sync=True)
    baselines = t.List(t.Unicode(), help="The kinds of reference input.").tag(sync=True)
    layers = t.List(t.Unicode(), help="Where the path can run.").tag(sync=True)
    texts = t.List(t.Unicode(), help="The texts to leaf through.").tag(sync=True)
    result = t.Dict(help="The current picture with the request it answers.").tag(sync=True)
    snapshots = t.Dict(help="Answers computed beforehand, for pages without a kernel.").tag(
        sync=True
    )
    parity = t.Float(
        None, allow_none=True, help="Largest difference from the probabilities Flair predicts."
    ).tag(sync=True)
    status = t.Enum(("idle", "running", "error"), "idle", help="State of the kernel.").tag(
        sync=True
    )
    progress = t.Float(0.0, help="Share of the work that is done, while it runs.").tag(sync=True)
    error = t.Unicode(help="Why the newest request has no answer, or empty.").tag(sync=True)

    _attribution: Attribution

    def __init__(self, attribution: Attribution, **options: Any) -> None:
        if not isinstance(attribution, Attribution):
            raise TypeError(
                f"{type(attribution).__name__} is not an Attribution; give what attribute(...) "
                "returns, or the path of a saved one to load_attribution"
            )
        unknown = [name for name in options if not self.has_trait(name)]
        if unknown:
            raise TypeError(f"unknown option {unknown[0]!r}; options are granularity and layout")
        self._attribution = attribution
        request = sendable(request_of(attribution))
        shown = {
            **request,
            "labels": sorted(attribution.prediction),
            "methods": [attribution.method],
            "baselines": [attribution.baseline],
            "layers": [attribution.layer],
            "result": to_wire(attribution, request),
        }
        super().__init__(**sendable({**shown, **options}))

    @property
    def attribution(self) -> Attribution:
        """The explanation that is shown."""
        return self._attribution

    def to_html(self, path: str | os.PathLike[str] | None = None, *, title: str = "") -> str:
        """One page that holds all it needs: it runs without kernel and network.

        It draws what the widget draws; after `bake` its controls move among the answers that
        were computed beforehand.

        Parameters
        ----------
        path : path, optional
            Where to write the page as well.
        title : str, optional
            Its title; if not given, what is explained.

        Returns
        -------
        str
            The page. The same answers give the same bytes.
        """
        return page.to_html([self], path, title=title)

    def as_html(self, *, title: str = "", height: int | None = None) -> page.Frame:
        """`to_html` in a frame, for the output of a cell that outlives the widgets' state.

        Parameters
        ----------
        title : str, optional
            As for `to_html`.
        height : int, optional
            In pixels; guessed from the length of the text if not given. A frame that runs
            nothing of its page's own cannot tell the page how high it is.
        """
        return page.as_html([self], title=title, height=height)

    def page_state(self) -> dict[str, Any]:
        """What a page without kernel draws from: the traits that the front end reads."""
        names = AttributionWidget.class_own_traits(sync=True)
        state = {name: getattr(self, name) for name in names if not name.startswith("_")}
        # A page does not change from one run to the next; the time that an answer took does.
        done = {"computes": False, "status": "idle", "progress": 0.0, "error": ""}
        return sendable({**state, **done, "result": {**self.result, "seconds": None}})

    def __repr__(self) -> str:
        text = self.text if len(self.text) <= 40 else self.text[:39] + "…"
        target, method = self.result["target"], self.method
        return f"{type(self).__name__}({text!r}, target={target!r}, method={method!r})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The live view, and for readers without a kernel the picture without scripts."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle[0]["text/html"] = self._attribution._repr_html_()
        return bundle


def load_attribution(path: str | os.PathLike[str], **options: Any) -> AttributionWidget:
    """Show an explanation again that `Attribution.to_json` saved.

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
        If the file holds no attribution.
    OSError
        If it cannot be read.
    """
    try:
        attribution = Attribution.from_json(Path(path).read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{os.fspath(path)!r}: {error}") from error
    return AttributionWidget(attribution, **options)
