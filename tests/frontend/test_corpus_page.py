"""The page of a corpus: what it contains, what it may do, and how large it is."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html import unescape

import pytest
from support.corpora import LABELS, text_row, write_generated, write_rows
from support.hostile_corpus import IDS, MARKUP, RIGHT_TO_LEFT, write_hostile_corpus
from support.hostile_corpus import LABELS as HOSTILE
from support.markup import Reader

from flair_lig_widget.corpus.store import Corpus, load_corpus
from flair_lig_widget.frontend import corpus_page, corpus_wire
from flair_lig_widget.frontend.corpus_query import Query
from flair_lig_widget.frontend.corpus_snapshot import words_of_labels
from flair_lig_widget.frontend.page import STATIC
from flair_lig_widget.result.summary import number


@pytest.fixture
def hostile(tmp_path) -> Corpus:
    return load_corpus(write_hostile_corpus(tmp_path / "corpus"))


def state_of(source: str) -> dict:
    """What the script of a page reads."""
    (data,) = re.findall(r'<script type="application/json">(.*?)</script>', source, re.DOTALL)
    return json.loads(data)


def without_scripts(source: str) -> str:
    (found,) = re.findall(r"<noscript>(.*?)</noscript>", source, re.DOTALL)
    return found


def test_a_page_of_300_texts_has_less_than_3_megabytes_and_the_numbers_of_python(tmp_path):
    """The texts are those of the issue: 300 of about 30 words, of five labels."""
    corpus = load_corpus(write_generated(tmp_path / "corpus", n_texts=300, vocabulary=2000))
    source = corpus.to_html(tmp_path / "page.html")
    size = (tmp_path / "page.html").stat().st_size
    print(f"300 texts: {size / 1e6:.2f} MB")
    assert size < 3_000_000
    sent = state_of(source)["snapshot"]
    assert len(sent["states"]) > 250
    for label, answer in zip(LABELS, sent["words"], strict=True):
        frame = corpus.words(label).head(50)
        assert [row["word"] for row in answer["rows"]] == frame["word"].tolist()
        for name in ("total", "mean"):
            formatted = [number(value, 3, "+") for value in frame[name]]
            assert [row[name] for row in answer["rows"]] == formatted
    for answer in sent["concordances"][::10]:
        query = answer["query"]
        frame = corpus.concordance(query["word"], query["label"], limit=20)
        assert [row["id"] for row in answer["rows"]] == frame["id"].tolist()
        assert [row["score"] for row in answer["rows"]] == [
            number(score, 4, "+") for score in frame["score"]
        ]


def test_the_page_may_run_its_own_script_only_and_fetches_nothing(hostile):
    source = hostile.to_html()
    policy = unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', source)[1])
    script, style = (STATIC / "corpus-page.js").read_text(), (STATIC / "corpus.css").read_text()
    drawn = re.search(r"<style>(.*?)</style>", source, re.DOTALL)[1]
    assert drawn.endswith(style)
    assert f"<script>{script}</script>" in source
    for name, element in (("script-src", script), ("style-src", drawn)):
        digest = base64.b64encode(hashlib.sha256(element.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}';" in policy
    assert "default-src 'none'" in policy
    markup = source.replace(script, "").replace(style, "")
    assert not re.findall(r"<[^>]*\s(?:src|href|style|on\w+)=", markup)


def test_the_title_is_the_one_that_is_given(hostile):
    assert '<h1 dir="auto">A &lt; B</h1>' in hostile.to_html(title="A < B")
    assert "<title>What has the classifier learnt?</title>" in hostile.to_html()


def test_hostile_labels_words_and_ids_stay_text(hostile):
    source = hostile.to_html(title=MARKUP)
    assert source.count("<script") == 2  # the data and what draws them
    state = state_of(source)
    assert state["overview"]["labels"] == list(HOSTILE)
    assert set(IDS.values()) <= {row["id"] for row in state["snapshot"]["found"]["rows"]}
    plain = Reader(without_scripts(source))
    assert set(plain.tags) == {
        *("p", "table", "caption", "thead", "tbody", "tr", "th", "td", "bdi")
    }
    for text in (MARKUP, RIGHT_TO_LEFT, *HOSTILE[:2]):
        assert text in plain.text


def test_matrix_and_words_can_be_read_where_scripts_are_blocked(hostile):
    plain = Reader(without_scripts(hostile.to_html())).text
    assert "18 texts explained, 16 of 17 predicted rightly (94.1 %)" in plain
    assert "Explained: the logit of the predicted label." in plain
    assert "business610" in plain  # the row of the first gold label
    words = corpus_wire.words(hostile, Query(label=HOSTILE[0]))
    for row in words["rows"]:
        assert f"{row['word']}{row['total']}{row['interval']}{row['mean']}" in plain


def test_the_page_says_how_the_numbers_were_made(hostile):
    text = Reader(hostile.to_html()).text
    for fact in ("<i>model</i>", "0" * 16, "layer word_embeddings", "torch 2.13.0"):
        assert fact in text


def test_the_same_corpus_gives_the_same_bytes(hostile):
    again = load_corpus(hostile.folder)
    assert hostile.to_html() == again.to_html()
    known, answers = corpus_wire.overview(hostile), words_of_labels(hostile)
    assert corpus_page.plain(known, answers) == corpus_page.plain(
        corpus_wire.overview(again), words_of_labels(again)
    )


def test_what_no_document_may_contain_is_replaced(tmp_path):
    row = text_row(0, [("a\x00b", 0.5)])
    corpus = load_corpus(write_rows(tmp_path / "corpus", [row], model="\ud800"))
    source = corpus.to_html(title="\udfff")
    assert "\x00" not in source
    source.encode("utf-8")
    parts = state_of(source)["snapshot"]["found"]["rows"][0]["text"]
    assert parts == [["a\x00b", 1.0]]  # as data it can be kept
