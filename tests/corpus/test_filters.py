"""Which texts a question is about, as SQL and in words."""

from __future__ import annotations

import pytest
from support.corpora import text_row, write_rows
from support.hostile import HOSTILE, LONGEST

from flair_lig_widget.corpus.columns import failed_row
from flair_lig_widget.corpus.filters import Filter
from flair_lig_widget.corpus.store import load_corpus


@pytest.mark.parametrize(
    ("chosen", "n", "expected"),
    [
        (Filter(), 1, "1 text"),
        (Filter(), 1234, "1,234 texts"),
        (
            Filter(gold="politics", predicted="business"),
            24,
            "24 texts: gold politics, predicted business",
        ),
        (Filter(predicted=""), 0, "0 texts: predicted no label"),
        (
            Filter(target="sport", only="wrong"),
            2,
            "2 texts: explained for sport, predicted wrongly",
        ),
        (
            Filter(word="oil", search="50 %", only="right"),
            2,
            "2 texts: with the word “oil”, containing “50 %”, predicted rightly",
        ),
        (Filter(only="failed"), 1, "1 text: could not be explained"),
        (Filter(gold="עסקים"), 3, "3 texts: gold \u2068עסקים\u2069"),
    ],
)
def test_a_filter_is_described_in_words(chosen, n, expected):
    assert chosen.describe(n) == expected


def test_an_unknown_choice_is_refused_with_the_choices():
    with pytest.raises(ValueError, match="unknown only='bad'; use all, wrong, right, failed"):
        Filter(only="bad")


def test_nothing_in_a_search_has_a_special_meaning(tmp_path):
    texts = ["50 % off", "50 percent", "a_b", "axb", "a*b", "A\\B", "it's", "ÄÖ"]
    rows = [text_row(i, [(text, 1.0)], id=f"row-{i}") for i, text in enumerate(texts)]
    corpus = load_corpus(write_rows(tmp_path, rows))

    def found(search):
        return [row["text"] for row in corpus.texts(sort="input", filter=Filter(search=search))]

    assert found("50 %") == ["50 % off"]
    assert found("a_b") == ["a_b"]
    assert found("a*b") == ["a*b"]
    assert found("a\\b") == ["A\\B"]
    assert found("'") == ["it's"]
    assert found("äö") == ["ÄÖ"]
    assert found("ROW-3") == ["axb"]
    assert found("%") == ["50 % off"]
    assert found("row-") == texts


def test_texts_that_failed_are_found_by_their_text_and_id_and_are_neither_right_nor_wrong(tmp_path):
    failed = failed_row({"row": 1, "id": "broken", "text": None, "gold": "sport"}, "ValueError: x")
    corpus = load_corpus(write_rows(tmp_path, [text_row(0, [("a", 1.0)], gold="sport"), failed]))
    assert corpus.count(Filter(search="broken")) == corpus.count(Filter(only="failed")) == 1
    assert corpus.count(Filter(only="wrong")) == 1
    assert corpus.count(Filter(only="right")) == 0
    assert corpus.count(Filter(predicted="")) == 0
    assert corpus.count(Filter(gold="sport")) == 2


def test_what_a_user_gives_is_a_value_and_never_part_of_a_query(tmp_path):
    """Hostile strings as words, texts, ids and labels; each finds itself and nothing else."""
    strings = [s for s in HOSTILE if s.encode("utf-8", "replace").decode() == s and s != LONGEST]
    rows = [
        text_row(i, [(s, 1.0)], id=f"{i} {s}", gold=s, target=s, predicted=[s])
        for i, s in enumerate(strings)
    ]
    corpus = load_corpus(write_rows(tmp_path, rows, labels=tuple(strings)))
    for i, s in enumerate(strings[::15]):
        for chosen in (Filter(gold=s), Filter(predicted=s), Filter(target=s), Filter(word=s)):
            assert corpus.table(filter=chosen)["gold"].tolist() == [s]
        assert corpus.count(Filter(search=f"{15 * i} {s}")) == 1
        assert corpus.words(s, min_documents=1)["word"].tolist() == [s]
        (line,) = corpus.concordance(s, s).to_dict("records")
        assert (line["word"], line["id"]) == (s, f"{15 * i} {s}")
    assert corpus.confusion().to_numpy().trace() == len(strings)


def test_a_lone_surrogate_is_looked_up_as_the_question_mark_that_replaces_it(tmp_path):
    corpus = load_corpus(write_rows(tmp_path, [text_row(0, [("a?b", 1.0)], id="?")]))
    assert corpus.count(Filter(word="a\ud800b")) == 1
    assert corpus.count(Filter(search="\udfff")) == 1
    assert corpus.attribution("\ud800").text == "a?b"
