"""What each word contributes to a label, and every place where it occurs."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.corpora import LABELS, text_row, write_generated, write_rows

from flair_lig_widget.corpus.filters import Filter
from flair_lig_widget.corpus.intervals import PERCENTILES, intervals, percentiles
from flair_lig_widget.corpus.store import load_corpus
from flair_lig_widget.corpus.word_sums import Groups, word_sums


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three hundred texts in three files."""
    return write_generated(
        tmp_path_factory.mktemp("words"), n_texts=300, n_words=25, vocabulary=200, rows_a_file=100
    )


@pytest.fixture(scope="module")
def corpus(folder):
    return load_corpus(folder)


def rows_of(folder):
    """The rows of the explained texts, read by pyarrow alone."""
    rows = [
        row for path in sorted(folder.glob("*.parquet")) for row in pq.read_table(path).to_pylist()
    ]
    return [row for row in rows if row["error"] is None]


def scores_of(rows, fold=str):
    """For each word the scores of its occurrences, and the texts that it is in."""
    scores, texts = defaultdict(list), defaultdict(set)
    for row in rows:
        for word in row["words"]:
            scores[fold(word["text"])].append(word["score"])
            texts[fold(word["text"])].add(row["row"])
    return scores, texts


def check(frame, rows, fold=str, fewest=5):
    """Every number of a frame, against sums in plain Python."""
    scores, texts = scores_of(rows, fold)
    assert set(frame["word"]) == {word for word in scores if len(texts[word]) >= fewest}
    for word in frame.to_dict("records"):
        own = scores[word["word"]]
        assert word["total"] == pytest.approx(math.fsum(own) / len(rows), abs=1e-12)
        assert word["mean"] == pytest.approx(math.fsum(own) / len(own), abs=1e-12)
        assert word["occurrences"] == len(own)
        assert word["documents"] == len(texts[word["word"]])
        assert word["positive"] == pytest.approx(sum(s > 0 for s in own) / len(own))
        assert word["low"] <= word["high"]
        assert word["mean_low"] <= word["mean_high"]


def test_every_number_is_that_of_a_plain_sum(corpus, folder):
    for label in LABELS:
        rows = [row for row in rows_of(folder) if row["target"] == label]
        frame = corpus.words(label)
        assert len(frame) > 20
        check(frame, rows)
        assert frame.attrs["n_texts"] == len(rows)
        assert frame.attrs["n_words"] == len(frame)


def test_words_of_all_texts_in_one_batch_or_in_many_are_the_same(corpus, monkeypatch):
    expected = corpus.words("sport")
    monkeypatch.setattr("flair_lig_widget.corpus.words._READ_AT_ONCE", 1)
    assert corpus.words("sport").equals(expected)


def test_words_that_differ_in_case_are_one_word_if_asked(corpus, folder):
    rows = [row for row in rows_of(folder) if row["target"] == "world"]
    frame = corpus.words("world", fold_case=True)
    check(frame, rows, fold=str.lower)
    assert len(frame) < len({*scores_of(rows)[0]})


@pytest.mark.parametrize(
    ("chosen", "keeps"),
    [
        (Filter(gold="sport"), lambda row: row["gold"] == "sport"),
        (Filter(predicted="world"), lambda row: row["predicted"] == ["world"]),
        (Filter(only="wrong"), lambda row: row["gold"] not in row["predicted"]),
        (Filter(only="right"), lambda row: row["gold"] in row["predicted"]),
        (Filter(search="BE"), lambda row: "be" in row["text"].lower()),
        (Filter(word="Be"), lambda row: "Be" in [w["text"] for w in row["words"]]),
        (
            Filter(word="Be", fold_case=True),
            lambda row: "be" in [w["text"].lower() for w in row["words"]],
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, Filter) else "",
)
def test_words_of_some_texts_are_those_of_a_plain_sum(corpus, folder, chosen, keeps):
    rows = [row for row in rows_of(folder) if row["target"] == "world" and keeps(row)]
    frame = corpus.words("world", filter=chosen, min_documents=1)
    check(frame, rows, fewest=1)
    assert (
        frame.attrs["n_texts"]
        == len(rows)
        == corpus.count(Filter(**{**vars(chosen), "target": "world"}))
    )


def test_the_totals_of_all_words_are_the_account_of_the_texts(corpus, folder):
    """Sum of T_w = mean f(x) - mean f(x') + mean residual: each text's scores sum to its share."""
    for label in LABELS:
        frame = corpus.words(label, min_documents=1)
        a = frame.attrs
        expected = a["value"] - a["baseline_value"] + a["residual"]
        assert frame["total"].sum() == pytest.approx(expected, abs=1e-12)
        rows = [row for row in rows_of(folder) if row["target"] == label]
        for name in ("value", "baseline_value", "residual"):
            assert a[name] == pytest.approx(np.mean([row[name] for row in rows]), abs=1e-12)


def test_the_largest_words_come_first_and_a_limit_keeps_them(corpus):
    for order in ("total", "mean"):
        frame = corpus.words("business", order=order)
        size = frame[order].abs().to_numpy()
        assert (np.diff(size) <= 0).all()
        few = corpus.words("business", order=order, limit=7)
        assert few.equals(frame.head(7))
        assert few.attrs == pytest.approx(frame.attrs, abs=1e-12)
    with pytest.raises(ValueError, match="unknown order 'size'; use total, mean"):
        corpus.words("business", order="size")
    with pytest.raises(ValueError, match="min_documents=0 is not possible"):
        corpus.words("business", min_documents=0)


def test_a_label_without_texts_has_no_words(tmp_path):
    corpus = load_corpus(write_rows(tmp_path, [text_row(0, [("a", 1.0)])]))
    frame = corpus.words("sport", min_documents=1)
    assert len(frame) == frame.attrs["n_texts"] == 0
    assert list(frame) == list(corpus.words("business", min_documents=1))


def test_an_unknown_label_is_refused_with_the_labels(corpus):
    for ask in (corpus.words, lambda label: corpus.concordance("be", label)):
        with pytest.raises(ValueError, match=r"unknown label 'sprot'; labels are business, pol"):
            ask("sprot")


@pytest.mark.parametrize(("word", "fold"), [("be", False), ("BE", True), (".", False)])
def test_every_occurrence_is_found_where_it_is(corpus, folder, word, fold):
    folded = str.lower if fold else str
    expected = {
        (row["id"], w["start"], w["end"], w["score"])
        for row in rows_of(folder)
        if row["target"] == "sport"
        for w in row["words"]
        if folded(w["text"]) == folded(word)
    }
    frame = corpus.concordance(word, "sport", limit=None, fold_case=fold, width=12)
    found = frame.to_dict("records")
    assert {tuple(row[n] for n in ("id", "start", "end", "score")) for row in found} == expected
    assert len(found) == len(expected) == frame.attrs["occurrences"]
    assert (np.diff(frame["score"].abs()) <= 0).all()
    texts = {row["id"]: row for row in rows_of(folder)}
    for row in found:
        text = texts[row["id"]]["text"]
        assert row["word"] == text[row["start"] : row["end"]]
        assert row["before"] == text[: row["start"]][-12:]
        assert row["after"] == text[row["end"] :][:12]
        assert (row["gold"], [row["predicted"]]) == tuple(
            texts[row["id"]][name] for name in ("gold", "predicted")
        )
    few = corpus.concordance(word, "sport", limit=3, fold_case=fold, width=12)
    assert few.equals(frame.head(3))
    assert few.attrs["occurrences"] == len(expected)


def test_the_texts_of_a_concordance_can_be_those_with_another_word(corpus, folder):
    frame = corpus.concordance("be", "sport", limit=None, filter=Filter(word="bi"))
    words = {row["id"]: [w["text"] for w in row["words"]] for row in rows_of(folder)}
    assert len(frame) > 0
    assert all("bi" in words[id] for id in frame["id"])


def simulated(n_texts, seed):
    """Texts with 400 words, each there with probability 0.3, once or twice, with mean score 1."""
    random = np.random.default_rng(seed)
    times = (random.random((n_texts, 400)) < 0.3) * random.integers(1, 3, (n_texts, 400))
    words = [np.repeat(np.arange(400), row).astype(str).tolist() for row in times]
    scores = [random.normal(1, 2, len(row)).tolist() for row in words]
    batch = pa.record_batch({"row": np.arange(n_texts), "words": words, "scores": scores})
    return batch, word_sums([batch], Groups(range(n_texts) if n_texts <= 256 else None))


@pytest.mark.parametrize("n_texts", [100, 2000])
def test_intervals_are_those_of_the_ordinary_bootstrap(n_texts):
    """Against 2,000 resamples of single texts by numpy, to a fraction of the width.

    A percentile of 400 resamples has a standard error of about 3 % of the width of the interval.
    """
    batch, sums = simulated(n_texts, seed=1)
    random = np.random.default_rng(2)
    drawn = random.multinomial(n_texts, np.full(n_texts, 1 / n_texts), size=2000)
    found = intervals(sums)
    for word in ("0", "1", "2"):
        pairs = list(zip(batch["words"].to_pylist(), batch["scores"].to_pylist(), strict=True))
        totals = np.array(
            [sum(s for w, s in zip(*pair, strict=True) if w == word) for pair in pairs]
        )
        times = np.array([words.count(word) for words, _ in pairs])
        place = sums.words.to_pylist().index(word)
        for ends, values in (
            (found.total[:, place], drawn @ totals / n_texts),
            (found.mean[:, place], drawn @ totals / (drawn @ times)),
        ):
            expected = np.percentile(values, (5, 95))
            # In 256 groups of about eight texts, a width varies by another 5 %.
            assert ends == pytest.approx(expected, abs=0.15 * np.ptp(expected))


@pytest.mark.parametrize("n_texts", [200, 1000])
def test_nine_in_ten_intervals_contain_the_truth(n_texts):
    """400 independent words: the share is 0.9 with a standard error of 0.015."""
    _, sums = simulated(n_texts, seed=3)
    found = intervals(sums)
    for ends, truth in ((found.total, 0.3 * 1.5), (found.mean, 1.0)):
        covered = np.mean((ends[0] <= truth) & (truth <= ends[1]))
        assert 0.85 < covered < 0.945


def test_the_mean_of_a_rare_word_is_over_the_resamples_that_have_it():
    """One text of four: its mean is the same in each, and its total is often zero."""
    batch = pa.record_batch(
        {"row": [4, 5, 6, 7], "words": [["a", "a"], [], [], []], "scores": [[1.0, 3.0], [], [], []]}
    )
    found = intervals(word_sums([batch], Groups([4, 5, 6, 7])))
    assert found.mean[:, 0].tolist() == [2.0, 2.0]
    assert found.total[0, 0] == 0.0 < found.total[1, 0]


def test_percentiles_of_what_is_known_are_those_of_numpy():
    values = np.random.default_rng(4).normal(size=(40, 500))
    values[5:20, ::7] = np.nan
    values[20, 1:] = np.nan
    expected = np.nanpercentile(values, PERCENTILES, axis=1)
    assert percentiles(values) == pytest.approx(expected, rel=1e-12)


def test_groups_are_of_almost_equal_size_and_small_corpora_have_one_for_each_text():
    sizes = np.bincount(Groups().of(np.arange(100_000)), minlength=256)
    # Poisson with mean 391; five standard deviations.
    assert 390 - 5 * 20 < sizes.min() < sizes.max() < 390 + 5 * 20
    assert Groups([3, 8, 9]).of(np.array([9, 3])).tolist() == [2, 0]
