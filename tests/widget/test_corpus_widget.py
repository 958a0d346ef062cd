"""Many explained texts as a widget: its answers, the texts that it opens, and its errors."""

from __future__ import annotations

import json
import threading

import pytest
import traitlets
from support import models
from support.attributions import make
from support.corpora import text_row, write_attributions, write_rows
from support.hostile_corpus import FAILED, IDS, LABELS, MARKUP, write_hostile_corpus
from support.processes import run_python
from support.tasks import multitask
from support.texts import NEWS

from flair_lig_widget import AttributionWidget, LIGWidget, attribute
from flair_lig_widget.corpus.store import Corpus, load_corpus
from flair_lig_widget.frontend import corpus_page, corpus_wire
from flair_lig_widget.frontend.corpus_query import Query
from flair_lig_widget.frontend.corpus_snapshot import snapshot, words_of_labels
from flair_lig_widget.model.weights import digest
from flair_lig_widget.result.request import Request
from flair_lig_widget.widget.corpus import CorpusWidget


@pytest.fixture
def hostile(tmp_path) -> Corpus:
    return load_corpus(write_hostile_corpus(tmp_path / "corpus"))


@pytest.fixture
def held(monkeypatch):
    """The first list of texts that is asked for with a search waits until the test lets it go."""

    class Gate:
        entered, open = threading.Event(), threading.Event()

    find = corpus_wire.found

    def wait(corpus, query):
        if query.search == "hold":
            Gate.entered.set()
            assert Gate.open.wait(60)
        return find(corpus, query)

    monkeypatch.setattr(corpus_wire, "found", wait)
    yield Gate
    Gate.open.set()


def test_it_answers_its_first_query_and_every_other(hostile):
    widget = CorpusWidget(hostile)
    assert widget.overview == corpus_wire.overview(hostile)
    assert widget.query == Query(label=LABELS[0]).to_wire()
    assert widget.words == corpus_wire.words(hostile, Query(label=LABELS[0]))
    assert widget.concordance == {}
    assert widget.found == corpus_wire.found(hostile, Query(label=LABELS[0]))
    widget.query = {"label": LABELS[1], "word": MARKUP, "search": "word1"}
    widget.wait()
    query = Query(label=LABELS[1], word=MARKUP, search="word1")
    assert widget.query == query.to_wire()
    assert widget.words == corpus_wire.words(hostile, query)
    assert widget.concordance == corpus_wire.concordance(hostile, query)
    assert widget.found == corpus_wire.found(hostile, query)
    assert (widget.status, widget.error) == ("idle", "")


def test_the_state_that_is_saved_works_without_a_kernel(hostile, front_end):
    widget = CorpusWidget(hostile)
    sent, saved = json.loads(json.dumps([front_end[widget.model_id], widget.get_state()]))
    expected = json.loads(json.dumps(snapshot(hostile, words_of_labels(hostile))))
    assert sent["snapshot"] == saved["snapshot"] == expected
    assert sent["opened_widget"] is None


def test_readers_without_a_kernel_get_tables(hostile):
    (data, _) = CorpusWidget(hostile)._repr_mimebundle_()
    known, answers = corpus_wire.overview(hostile), words_of_labels(hostile)
    assert data["text/html"] == corpus_page.plain(known, answers)


def test_a_front_end_writes_the_query_and_nothing_else(hostile, front_end):
    widget = CorpusWidget(hostile)
    asked = {**widget.query, "search": "text 6"}
    widget.set_state({"query": asked, "words": {"rows": []}, "error": "forged"})
    widget.wait()
    assert (widget.found["total"], widget.error) == (1, "")
    assert widget.words["query"] == Query(label=LABELS[0], search="text 6").of_words()
    assert front_end[widget.model_id]["found"]["query"]["search"] == "text 6"


def test_a_stale_answer_is_never_written(hostile, held):
    widget = CorpusWidget(hostile)
    seen = []
    widget.observe(lambda change: seen.append(change["new"]["query"]["search"]), names="found")
    widget.query = {"search": "hold"}
    assert held.entered.wait(60)
    assert widget.status == "running"
    widget.query = {"search": "text 6"}  # while the other one is being answered
    held.open.set()
    widget.wait()
    assert seen == ["text 6"]
    assert widget.status == "idle"


def test_an_answer_that_is_known_is_not_asked_for_again(hostile, monkeypatch):
    widget = CorpusWidget(hostile)
    asked = []
    for name in ("words", "found"):
        monkeypatch.setattr(corpus_wire, name, lambda *given, name=name: asked.append(name) or {})
    widget.query = {"open": "text 0"}
    widget.wait()
    assert asked == []


def test_an_error_is_a_sentence_and_the_last_answers_stay(hostile, monkeypatch):
    widget = CorpusWidget(hostile)
    good = widget.words
    widget.query = {"label": "finance"}
    with pytest.raises(ValueError, match="finance"):
        widget.wait()
    assert widget.status == "error"
    assert "finance" in widget.error
    assert widget.words == good
    widget.query = {"label": LABELS[1]}
    widget.wait()
    assert (widget.status, widget.error) == ("idle", "")

    def broken(*given):
        raise OSError("the disk is gone")

    monkeypatch.setattr(corpus_wire, "found", broken)
    widget.query = {"search": "word1"}
    with pytest.raises(OSError, match="the disk is gone"):
        widget.wait()
    assert (widget.status, widget.error) == ("error", "the disk is gone")


def test_a_query_that_is_not_possible_is_named(hostile):
    widget = CorpusWidget(hostile)
    with pytest.raises(traitlets.TraitError, match="unknown query 'lable'"):
        widget.query = {"lable": "sport"}
    widget.query = {"sort": "size"}
    with pytest.raises(ValueError, match="unknown sort 'size'; use errors, probability, input"):
        widget.wait()
    assert widget.status == "error"
    widget.query = {"sort": "input"}
    widget.wait()
    assert [row["id"] for row in widget.found["rows"]][:2] == ["text 0", IDS[1]]


def test_a_text_opens_as_it_was_saved_and_is_closed_with_the_next(hostile):
    widget = CorpusWidget(hostile)
    widget.query = {"open": IDS[1]}
    widget.wait()
    assert widget.opened == {"id": IDS[1], "error": ""}
    first = widget.opened_widget
    assert isinstance(first, AttributionWidget)
    assert not first.computes
    assert first.attribution == hostile.attribution(IDS[1])
    widget.query = {"open": IDS[2]}
    widget.wait()
    second = widget.opened_widget
    assert (first.comm, second.attribution.text) == (None, hostile.attribution(IDS[2]).text)
    widget.query = {"open": None}
    widget.wait()
    assert (widget.opened, widget.opened_widget, second.comm) == ({}, None, None)


def test_a_text_that_cannot_be_opened_says_why(hostile):
    widget = CorpusWidget(hostile)
    widget.query = {"open": FAILED}
    widget.wait()
    assert widget.opened["id"] == FAILED
    assert f"{MARKUP} is not possible" in widget.opened["error"]
    assert (widget.opened_widget, widget.status) == (None, "idle")
    widget.query = {"open": "nowhere"}
    widget.wait()
    assert "nowhere" in widget.opened["error"]


def live_corpus(folder, classifier, text=NEWS) -> Corpus:
    request = {name: value for name, value in vars(Request(text="x")).items() if name != "text"}
    del request["target"]
    request |= {"method": "riemann_left", "n_steps": 4}
    found = attribute(classifier, text, method="riemann_left", n_steps=4)
    written = write_attributions(
        folder,
        [found],
        ids=["news"],
        request=request,
        weights_digest=digest(classifier),
    )
    return load_corpus(written)


def test_with_its_classifier_a_text_opens_live_with_the_settings_of_the_corpus(
    tmp_path, tiny_classifier
):
    classifier = tiny_classifier("bert")
    corpus = live_corpus(tmp_path / "corpus", classifier)
    widget = CorpusWidget(corpus, classifier, query={"open": "news"})
    assert widget.opened == {"id": "news", "error": ""}
    live = widget.opened_widget
    assert isinstance(live, LIGWidget)
    assert (live.method, live.n_steps) == ("riemann_left", 4)
    saved = corpus.attribution("news")
    assert live.target == saved.target
    assert live.attribution.scores == pytest.approx(saved.scores, abs=1e-5)
    widget.close()
    assert live.comm is None
    with pytest.raises(RuntimeError, match="the widget is closed"):
        live.wait()


def test_a_text_of_a_task_opens_live(tmp_path, encoder_folder):
    model = multitask(encoder_folder("bert"))
    corpus = live_corpus(tmp_path / "corpus", model.tasks["tone"])
    widget = CorpusWidget(corpus, model, task="tone", query={"open": "news"})
    assert widget.opened == {"id": "news", "error": ""}
    assert (widget.opened_widget.task, widget.opened_widget.text) == ("tone", NEWS)
    for task, message in ((None, "several tasks; give task="), ("topic", "other weights than")):
        other = CorpusWidget(corpus, model, task=task, query={"open": "news"})
        assert message in other.opened["error"]


def test_a_pair_opens_live(tmp_path, tiny_classifier):
    pairs = models.pair(tiny_classifier("bert").embeddings)
    corpus = live_corpus(tmp_path / "corpus", pairs, (NEWS, "Oil rose."))
    widget = CorpusWidget(corpus, pairs, query={"open": "news"})
    assert widget.opened == {"id": "news", "error": ""}
    assert widget.opened_widget.attribution.texts == (NEWS, "Oil rose.")


def test_another_classifier_is_named_instead_of_its_numbers(tmp_path, tiny_classifier):
    corpus = live_corpus(tmp_path / "corpus", tiny_classifier("bert"))
    other = tiny_classifier("bert", multi_label=True, labels=("one", "two"))
    widget = CorpusWidget(corpus, other, query={"open": "news"})
    assert widget.opened_widget is None
    assert "other weights than the one that explained these texts" in widget.opened["error"]
    assert widget.status == "idle"


def test_a_closed_widget_answers_nothing(hostile, held):
    widget = CorpusWidget(hostile, query={"open": "text 0"})
    opened = widget.opened_widget
    found = widget.found
    widget.query = {"search": "hold"}
    assert held.entered.wait(60)
    widget.close()
    held.open.set()
    widget.wait()
    widget.query = {"search": "word1"}
    assert (widget.found, widget.comm, opened.comm) == (found, None, None)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        ["ValueError: too long"],
        [make()],
        [make(multi_label=True, predicted=())],
    ],
    ids=["empty", "failed", "without gold labels", "multi-label"],
)
def test_corpora_of_every_kind_are_shown(tmp_path, rows):
    several = any(getattr(each, "multi_label", False) for each in rows)
    folder = write_attributions(tmp_path / "corpus", rows, multi_label=several, n_texts=7)
    widget = CorpusWidget(load_corpus(folder))
    assert widget.overview["matrix"] is None
    assert widget.overview["sentence"].endswith(f"{7 - len(rows)} still to be explained.")
    assert widget.found["total"] == len(rows)
    assert widget.words["rows"] == []
    assert widget.snapshot["found"]["total"] == len(rows)
    assert (widget.status, widget.error) == ("idle", "")


def test_what_is_no_corpus_is_named(hostile):
    with pytest.raises(TypeError, match=r"str is not a Corpus; give what explain_corpus\(...\)"):
        CorpusWidget("why/")
    with pytest.raises(TypeError, match="unknown option 'labels'; options are query and layout"):
        CorpusWidget(hostile, labels=["a"])


def test_it_needs_neither_torch_nor_flair(tmp_path):
    folder = write_rows(tmp_path / "corpus", [text_row(0, [("a", 1.0)])])
    code = (
        "import sys\n"
        "from flair_lig_widget.corpus.store import load_corpus\n"
        "from flair_lig_widget.widget.corpus import CorpusWidget\n"
        "widget = CorpusWidget(load_corpus(sys.argv[1]), query={'open': 'text 0'})\n"
        "print(widget.opened, sorted({'torch', 'flair'} & set(sys.modules)))\n"
    )
    assert run_python(code, str(folder)) == "{'id': 'text 0', 'error': ''} []\n"
