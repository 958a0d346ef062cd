"""Words that a model may have learnt in place of the content: what is listed, and what is not."""

from __future__ import annotations

import numpy as np
import pytest
from support.corpora import text_row, write_rows

from flair_lig_widget.corpus.store import load_corpus

CONTENT = ("oil", "shares", "bank", "price", "profit", "market", "trade", "tax", "loan", "fund")
N_TEXTS = 40


def planted(tmp_path, plant, *, label="business", other=()):
    """Texts of two labels; those of one have planted words, each with its score and place."""
    random = np.random.default_rng(0)
    rows = []
    for number in range(N_TEXTS):
        target = ("business", "sport")[number % 2]
        words = [(str(word), float(random.normal(0, 0.1))) for word in random.choice(CONTENT, 14)]
        for place, *planted_words in plant if target == label else other:
            at = int(random.integers(4, 10)) if place is None else place
            words[at:at] = planted_words
        rows.append(text_row(number, words, target=target, gold=target))
    return load_corpus(write_rows(tmp_path, rows))


def found(corpus, **options):
    return {
        (row["word"], row["label"]): row["reason"]
        for row in corpus.shortcuts(**options).to_dict("records")
    }


@pytest.mark.parametrize(
    ("plant", "expected"),
    [
        ([(None, ("2019", 1.0))], {"2019": "a number"}),
        ([(None, ("3.5%", 1.0))], {"3.5%": "a number"}),
        ([(None, ("***", 1.0))], {"***": "punctuation or a symbol"}),
        ([(None, ("Xylo", 1.0))], {"Xylo": "a name: capitalised inside sentences"}),
        ([(99, ("agency", 1.0))], {"agency": "at the end of the text in 100.0 % of places"}),
        ([(1, ("update", 1.0))], {"update": "at the start of the text in 100.0 % of places"}),
        (
            [(None, ("all", 0.0), ("rights", 1.0), ("reserved", 0.0))],
            {"rights": "between “all” and “reserved”"},
        ),
        (
            [(99, ("Xylo", 1.0))],
            {
                "Xylo": "a name: capitalised inside sentences, at the end of the text in 100.0 % "
                "of places"
            },
        ),
    ],
    ids=["number", "share", "symbol", "name", "end", "start", "boilerplate", "name at the end"],
)
def test_a_planted_word_is_listed_with_the_reason(tmp_path, plant, expected):
    corpus = planted(tmp_path, plant)
    assert found(corpus) == {(word, "business"): why for word, why in expected.items()}
    (row,) = corpus.shortcuts().to_dict("records")
    assert row["share"] == 1.0
    assert row["documents"] == N_TEXTS // 2
    same = corpus.words("business").set_index("word").loc[row["word"]]
    assert (row["total"], row["mean"]) == pytest.approx((same["total"], same["mean"]))


@pytest.mark.parametrize(
    ("plant", "other"),
    [
        ([(None, ("xylo", 1.0))], ()),
        ([(None, ("2019", 0.05))], ()),
        ([(None, ("2019", -1.0))], ()),
        ([(None, ("2019", 1.0))], [(None, ("2019", 1.0))]),
        ([(None, ("Xylo", 1.0)), (None, ("xylo", 0.0))], ()),
    ],
    ids=["content", "small", "against", "of both labels", "a word that is also in small letters"],
)
def test_other_words_are_not_listed(tmp_path, plant, other):
    assert found(planted(tmp_path, plant, other=other)) == {}


def test_a_word_that_begins_sentences_is_no_name(tmp_path):
    rows = [
        text_row(i, [("Xylo", 1.0), ("oil", 0.1), ("price", 0.1)], target=t, gold=t)
        if t == "business"
        else text_row(i, [("oil", 0.1), ("price", 0.1)], target=t, gold=t)
        for i, t in enumerate(["business", "sport"] * 10)
    ]
    assert found(load_corpus(write_rows(tmp_path, rows))) == {
        ("Xylo", "business"): "at the very start of the text, before “oil”"
    }


def test_all_labels_are_looked_at_and_the_largest_total_is_first(tmp_path):
    plant = [(None, ("11", 1.0)), (None, ("22", 2.0))]
    corpus = planted(tmp_path, plant, other=[(None, ("33", 1.5))])
    frame = corpus.shortcuts()
    assert frame["word"].tolist() == ["22", "33", "11"]
    assert frame["label"].tolist() == ["business", "sport", "business"]
    assert frame["total"].is_monotonic_decreasing
    assert corpus.shortcuts(limit=2).equals(frame.head(2))
    assert len(corpus.shortcuts(min_documents=21)) == 0
    with pytest.raises(ValueError, match="min_documents=0 is not possible"):
        corpus.shortcuts(min_documents=0)


def test_the_predicted_label_counts_where_no_gold_label_is_known(tmp_path):
    rows = [
        text_row(i, [("oil", 0.1), ("price", 0.1), (str(7 + i % 2), 1.0)], target=t, predicted=[t])
        for i, t in enumerate(["business", "sport"] * 10)
    ]
    assert set(found(load_corpus(write_rows(tmp_path, rows)))) == {
        ("7", "business"),
        ("8", "sport"),
    }


def test_where_all_texts_have_one_label_nothing_is_listed(tmp_path):
    rows = [text_row(i, [("oil", 0.1), ("7", 1.0)], gold="business") for i in range(10)]
    assert found(load_corpus(write_rows(tmp_path, rows))) == {}
