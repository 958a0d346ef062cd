"""Many explained texts as a widget: what the classifier has learnt, down to each text."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets as t
from ipywidgets import widget_serialization

from flair_lig_widget.corpus.store import Corpus
from flair_lig_widget.frontend import corpus_wire, page
from flair_lig_widget.frontend.corpus_page import plain, query_of
from flair_lig_widget.frontend.corpus_query import Query, completed
from flair_lig_widget.frontend.corpus_snapshot import snapshot, words_of_labels
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.widget.base import AttributionWidget
from flair_lig_widget.widget.host import is_watched
from flair_lig_widget.widget.runner import Runner
from flair_lig_widget.widget.threads import ThreadedWidget

if TYPE_CHECKING:
    from flair.nn import Model

    from flair_lig_widget.widget.live import LIGWidget

_OTHER_CLASSIFIER = (
    "The classifier has other weights than the one that explained these texts. Make a CorpusWidget "
    "with that one, or without any to open what was saved."
)

_OPTIONS = {"query", *anywidget.AnyWidget.class_trait_names()}

logger = logging.getLogger(__name__)


class CorpusWidget(ThreadedWidget):
    """What a classifier has learnt, from the explanations of many texts.

    The matrix of gold and predicted labels leads to the words of each label, a word to its
    occurrences, and an occurrence to the widget of its text. Questions are answered in the
    background; the newest one wins.

    Parameters
    ----------
    corpus : Corpus
        What `explain_corpus` or `load_corpus` returns.
    classifier : flair.nn.Model, optional
        The classifier that explained the texts. With it, the texts that are opened are live.
    task : str, optional
        That of `explain_corpus`.
    **options
        ``query``, what is shown first, as a dict with any fields of `frontend.corpus_query.Query`;
        and traits of a widget such as ``layout``.

    Raises
    ------
    TypeError
        If the first argument is not a Corpus, or an option is unknown.
    """

    # Not paths: anywidget watches those for changes, and then never lets go of a widget.
    _esm = page.bundle("corpus.js")
    _css = page.bundle("corpus.css")

    query = t.Dict(help="What is asked; written by the front end or from Python.").tag(sync=True)

    # Written here, only read by the front end.
    overview = t.Dict(help="What is known of the corpus as a whole.").tag(sync=True)
    words = t.Dict(help="The words of a label, with the query that they belong to.").tag(sync=True)
    concordance = t.Dict(help="The occurrences of a word, with their query.").tag(sync=True)
    found = t.Dict(help="The texts that pass the filter, with their query.").tag(sync=True)
    opened = t.Dict(help="The id of the text that is open, or why it is not.").tag(sync=True)
    opened_widget = t.Instance(
        AttributionWidget, allow_none=True, help="The widget of the text that is open."
    ).tag(sync=True, **widget_serialization)
    snapshot = t.Dict(help="Answers for pages without a kernel.").tag(sync=True)
    computes = t.Bool(True, help="Whether a kernel answers.").tag(sync=True)
    status = t.Enum(("idle", "running", "error"), "idle", help="State of the kernel.").tag(
        sync=True
    )
    error = t.Unicode(help="Why the newest query has no answer, or empty.").tag(sync=True)

    _is_open = False  # until the constructor has succeeded

    def __init__(
        self,
        corpus: Corpus,
        classifier: Model | None = None,
        *,
        task: str | None = None,
        **options: Any,
    ) -> None:
        if not isinstance(corpus, Corpus):
            raise TypeError(
                f"{type(corpus).__name__} is not a Corpus; give what explain_corpus(...) returns, "
                "or load_corpus(folder)"
            )
        unknown = [name for name in options if name not in _OPTIONS]
        if unknown:
            raise TypeError(f"unknown option {unknown[0]!r}; options are query and layout")
        self._corpus, self._classifier, self._task = corpus, classifier, task
        self._runner = Runner(self._settle)
        self._failure: Exception | None = None  # why the newest query has no answer
        self._words_of_labels = words_of_labels(corpus)
        self._first_query = query_of(corpus)
        options = {"query": self._first_query, **options}
        super().__init__(overview=corpus_wire.overview(corpus), **options)
        self.observe(self._on_query, names="query")
        self._is_open = True
        self._on_query(None)
        if not is_watched():
            self.wait()

    @property
    def corpus(self) -> Corpus:
        """The corpus that is shown."""
        return self._corpus

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take over what a front end sent: the query."""
        super().set_state({name: sync_data[name] for name in ("query",) if name in sync_data})

    def wait(self, timeout: float | None = None) -> None:
        """Block until the newest query is answered.

        Raises
        ------
        TimeoutError
            If that takes longer than ``timeout`` seconds; the work continues.
        Exception
            Whatever prevented the answer, such as a ValueError for an unknown label.
        """
        if not self._runner.wait(timeout):
            raise TimeoutError(f"no answer after {timeout} seconds; the work continues")
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        """Stop answering, and remove the widget and that of the text that is open."""
        with self._runner.lock:
            self._is_open = False
            self._runner.cancel()
        super().close()
        if self.opened_widget is not None:
            self.opened_widget.close()

    @t.validate("query")
    def _complete_query(self, proposal: Any) -> dict[str, Any]:
        """The whole query: what is not given stays as it is."""
        try:
            return completed(proposal["value"], {**self._first_query, **self.query})
        except ValueError as error:
            raise t.TraitError(str(error)) from error

    def _on_query(self, change: object) -> None:
        with self._runner.lock:  # no other thread can ask in between, so the newest wins
            if not self._is_open:
                return
            self._runner.put(partial(self._run, dict(self.query)))
        if not self._runner.is_working:  # from then on, the thread that works writes it
            self.status = "running"
        self._runner.start()

    def _run(self, asked: dict[str, Any], stale: Callable[[], bool]) -> None:
        """Answer a query, and keep why it has no answer."""
        self._failure = None
        try:
            self.status = "running"
            query = Query(**asked)
            self._answer(query, stale)
            self._open(query.open, stale)
            if not self.snapshot:
                self._publish("snapshot", partial(self._snapshot, stale), stale)
        except Exception as error:
            if not isinstance(error, ValueError):  # a ValueError explains itself to the user
                logger.error("the query failed", exc_info=error)
            self._failure = error

    def _settle(self) -> None:
        """Show how the newest query ended; if it failed, the last good answers stay."""
        failure = self._failure
        self.error = "" if failure is None else str(failure) or type(failure).__name__
        self.status = "idle" if failure is None else "error"

    def _answer(self, query: Query, stale: Callable[[], bool]) -> None:
        """Publish the answers that are not there yet."""
        for name, asked, answer in (
            ("words", query.of_words(), self._words),
            ("concordance", query.of_concordance(), self._concordance),
            ("found", query.of_texts(), partial(corpus_wire.found, self._corpus)),
        ):
            if getattr(self, name).get("query") != asked:
                self._publish(name, partial(answer, query), stale)

    def _publish(
        self, name: str, answer: Callable[[], dict[str, Any]], stale: Callable[[], bool]
    ) -> None:
        """Write an answer into its trait, unless a newer query has arrived."""
        if not stale():
            value = answer()
            if not stale():
                self.set_trait(name, value)

    def _words(self, query: Query) -> dict[str, Any]:
        known = (each for each in self._words_of_labels if each["query"] == query.of_words())
        return next(known, None) or corpus_wire.words(self._corpus, query)

    def _concordance(self, query: Query) -> dict[str, Any]:
        return {} if query.word is None else corpus_wire.concordance(self._corpus, query)

    def _snapshot(self, stale: Callable[[], bool]) -> dict[str, Any]:
        return snapshot(self._corpus, self._words_of_labels, cancelled=stale)

    def _open(self, id: str | None, stale: Callable[[], bool]) -> None:
        """Put the widget of a text in the place of the one that is open."""
        if stale() or id == self.opened.get("id"):
            return
        widget, opened = None, {}
        if id is not None:
            try:
                widget, opened = self._widget_of(id), {"id": id, "error": ""}
            except ValueError as error:  # which explains itself
                opened = {"id": id, "error": str(error)}
        if stale():
            if widget is not None:
                widget.close()
            return
        before = self.opened_widget
        self.opened_widget, self.opened = widget, opened
        if before is not None:
            before.close()

    def _widget_of(self, id: str) -> AttributionWidget:
        """The widget of a text; it computes if there is a classifier."""
        attribution = self._corpus.attribution(id)
        if self._classifier is None:
            return AttributionWidget(attribution)
        return self._live_widget_of(attribution, self._classifier)

    def _live_widget_of(self, attribution: Attribution, classifier: Model) -> LIGWidget:
        # Late, because a corpus is looked at without torch and Flair.
        from flair_lig_widget.model.tasks import model_of_task
        from flair_lig_widget.model.weights import digest
        from flair_lig_widget.widget.live import LIGWidget

        manifest = self._corpus.manifest
        if digest(model_of_task(classifier, self._task)) != manifest.weights_digest:
            raise ValueError(_OTHER_CLASSIFIER)
        options: Any = {"target": attribution.target, **manifest.request}
        return LIGWidget(classifier, attribution.text, task=self._task, **options)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._corpus!r})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The live view, and tables without scripts for readers without a kernel."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is not None:
            bundle[0]["text/html"] = plain(self.overview, self._words_of_labels)
        return bundle
