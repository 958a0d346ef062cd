"""Opening a corpus, and its texts: tables, counts, and one text as an attribution."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter

import numpy as np
import pyarrow.parquet as pq
import pytest
from support.attributions import make
from support.corpora import (
    LABELS,
    text_row,
    write_attributions,
    write_generated,
    write_manifest,
    write_rows,
)
from support.processes import run_python

from flair_lig_widget.corpus.columns import failed_row
from flair_lig_widget.corpus.filters import Filter
from flair_lig_widget.corpus.store import load_corpus

COLUMNS = [
    *("id", "text", "gold", "predicted", "probability"),
    *("target", "value", "baseline_value", "delta", "error"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_generated(
        tmp_path_factory.mktemp("store"), n_texts=200, n_words=12, failed=0.1, rows_a_file=60
    )


@pytest.fixture(scope="module")
def rows(folder):
    """All rows, read by pyarrow alone."""
    return [r for path in sorted(folder.glob("*.parquet")) for r in pq.read_table(path).to_pylist()]


@pytest.fixture(scope="module")
def corpus(folder):
    return load_corpus(folder)


def is_wrong(row):
    return row["error"] is None and row["gold"] not in row["predicted"]


def errors_first(row):
    group = 0 if is_wrong(row) else 1 if row["error"] else 2
    return group, -(row["probability"] or 0), row["row"]


def test_a_corpus_says_what_is_in_it(corpus, rows, folder):
    failed = sum(row["error"] is not None for row in rows)
    assert 5 < failed < 50
    assert (len(corpus), corpus.n_explained, corpus.n_failed) == (200, 200 - failed, failed)
    assert (corpus.labels, corpus.multi_label, corpus.unit) == (LABELS, False, "logit")
    assert corpus.has_gold
    assert corpus.scale == max(abs(w["score"]) for row in rows for w in row["words"] or [])
    assert repr(corpus) == (
        f"Corpus({str(folder)!r}: 200 of 200 texts, {failed} of them could not be explained)"
    )


def test_the_table_has_a_row_for_each_text_with_errors_first(corpus, rows):
    expected = sorted(rows, key=errors_first)
    frame = corpus.table()
    assert list(frame) == COLUMNS
    assert frame["id"].tolist() == [row["id"] for row in expected]
    for found, row in zip(frame.to_dict("records"), expected, strict=True):
        assert (found["text"], found["gold"], found["error"]) == (
            *(row["text"], row["gold"], row["error"]),
        )
        if row["error"]:
            assert (found["predicted"], found["target"]) == (None, None)
            assert np.isnan([found["probability"], found["value"], found["delta"]]).all()
        else:
            assert (found["predicted"], found["target"]) == (row["predicted"][0], row["target"])
            assert (found["probability"], found["value"]) == (row["probability"], row["value"])
            assert (found["baseline_value"], found["delta"]) == (
                *(row["baseline_value"], row["residual"]),
            )


def test_a_part_of_the_table_is_that_part(corpus):
    whole, in_order = corpus.table(), corpus.table(errors_first=False)
    assert in_order["id"].tolist() == [str(row) for row in range(200)]
    for limit, offset in ((7, 0), (50, 20), (50, 190), (3, 500), (None, 20)):
        part = corpus.table(limit=limit, offset=offset)
        end = None if limit is None else offset + limit
        assert part["id"].tolist() == whole["id"].tolist()[offset:end]
    with pytest.raises(ValueError, match="limit=0 is not possible"):
        corpus.table(limit=0)
    with pytest.raises(ValueError, match="offset=-1 is negative"):
        corpus.table(offset=-1)


def test_texts_have_their_words_and_plain_values(corpus, rows):
    by_id = {row["id"]: row for row in rows}
    found = corpus.texts(limit=30)
    assert [each["id"] for each in found] == corpus.table(limit=30)["id"].tolist()
    for each in found:
        row = by_id[each["id"]]
        assert each == {
            **{name: row["residual" if name == "delta" else name] for name in COLUMNS},
            "words": row["words"],
        }
    probable = corpus.texts(sort="probability", filter=Filter(only="right"))
    right = [row for row in rows if row["error"] is None and not is_wrong(row)]
    assert [e["id"] for e in probable] == [
        row["id"] for row in sorted(right, key=lambda row: -row["probability"])
    ]
    assert [e["id"] for e in corpus.texts(sort="input", limit=5)] == list("01234")
    with pytest.raises(ValueError, match="unknown sort 'size'; use errors, probability, input"):
        corpus.texts(sort="size")


def test_all_texts_as_a_frame_are_in_the_order_of_the_input(corpus):
    frame = corpus.to_pandas()
    assert list(frame)[: len(COLUMNS)] == COLUMNS
    assert frame["id"].tolist() == [str(row) for row in range(200)]
    assert set(frame["method"]) == {"auto", None}


def test_the_matrix_counts_gold_and_predicted_labels(corpus, rows):
    expected = Counter((r["gold"], r["predicted"][0]) for r in rows if r["error"] is None)
    matrix = corpus.confusion()
    assert list(matrix.index) == list(matrix.columns) == list(LABELS)
    assert {
        (g, p): matrix.loc[g, p] for g in LABELS for p in LABELS if matrix.loc[g, p]
    } == expected
    some = corpus.confusion(Filter(predicted="sport"))
    assert some["sport"].to_dict() == matrix["sport"].to_dict()
    assert some.to_numpy().sum() == matrix["sport"].sum()


def test_several_labels_or_none_may_be_predicted(tmp_path):
    predicted = [["sport", "world"], [], ["sport"], ["world"]]
    golds = ["sport", "world", "chess", None]
    rows = [
        text_row(i, [("a", 1.0)], predicted=each, gold=gold)
        for i, (each, gold) in enumerate(zip(predicted, golds, strict=True))
    ]
    corpus = load_corpus(write_rows(tmp_path, rows, multi_label=True))
    matrix = corpus.confusion()
    assert (matrix.index.tolist(), matrix.columns.tolist()) == (
        ["sport", "world", "chess"],
        ["sport", "world", ""],
    )
    assert matrix.to_numpy().tolist() == [[1, 1, 0], [0, 0, 1], [1, 0, 0]]
    assert corpus.table(errors_first=False)["predicted"].tolist() == predicted
    assert corpus.texts(filter=Filter(predicted=""))[0]["id"] == "text 1"
    assert corpus.count(Filter(predicted="world")) == 2
    assert [row["id"] for row in corpus.texts(filter=Filter(only="wrong"))] == ["text 1", "text 2"]


def test_no_label_of_a_classifier_that_predicts_one_is_an_empty_string(tmp_path):
    rows = [text_row(0, [("a", 1.0)], predicted=[])]
    assert load_corpus(write_rows(tmp_path, rows)).table()["predicted"].tolist() == [""]


def test_a_text_comes_back_as_the_whole_attribution(tmp_path):
    other = make(text="Oil <rose>  🎉", truncated=[(4, 13)], sentence_starts=(0, 4), target="sport")
    given = [make(), "ValueError: text is empty", other]
    corpus = load_corpus(write_attributions(tmp_path, given, ids=["a", "b'", "ç"]))
    for id, expected in (("a", given[0]), ("ç", other)):
        found = corpus.attribution(id)
        assert found.words() == expected.words()
        assert (found.prediction, found.truncated) == (expected.prediction, expected.truncated)
        assert found.delta == expected.delta
    with pytest.raises(ValueError, match=r"\"b'\" could not be explained: ValueError: text is em"):
        corpus.attribution("b'")
    with pytest.raises(ValueError, match="no text has the id 'c'; the table shows the ids"):
        corpus.attribution("c")


def test_a_run_that_has_not_finished_a_text_is_a_corpus(tmp_path):
    write_manifest(tmp_path, n_texts=3)
    corpus = load_corpus(tmp_path)
    assert (len(corpus), corpus.scale, corpus.has_gold) == (0, 0.0, False)
    assert corpus.texts() == []
    assert len(corpus.table()) == len(corpus.to_pandas()) == len(corpus.shortcuts()) == 0
    assert corpus.confusion().empty
    assert len(corpus.words("sport")) == len(corpus.concordance("a", "sport")) == 0
    write_rows(tmp_path, [text_row(0, [("a", 1.0)])], n_texts=3)
    assert len(corpus) == corpus.count() == 0
    assert len(load_corpus(tmp_path)) == 1


def test_texts_of_which_none_was_explained_have_a_table(tmp_path):
    rows = [failed_row({"row": 0, "id": "0", "text": None, "gold": None}, "ValueError: x")]
    corpus = load_corpus(write_rows(tmp_path, rows))
    assert corpus.table().to_dict("records")[0]["error"] == "ValueError: x"
    assert len(corpus.words("sport")) == len(corpus.shortcuts()) == corpus.scale == 0
    assert not corpus.has_gold


@pytest.mark.parametrize(
    "name",
    ["a=b", "it's", 'a"b', "a*b", "[ab]", "[!a]*", "a?b", "$files", "{texts}", "~", "%41", "ä b"],
)
def test_the_name_of_a_folder_has_no_special_meaning(tmp_path, monkeypatch, name):
    write_rows(tmp_path / "a", [text_row(0, [("other", 1.0)])])
    write_rows(tmp_path / name, [text_row(0, [("own", 1.0)])])
    monkeypatch.chdir(tmp_path)
    corpus = load_corpus(name)
    assert [row["text"] for row in corpus.texts()] == ["own"]
    assert list(corpus.to_pandas())[: len(COLUMNS)] == COLUMNS


def test_a_folder_that_is_no_corpus_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"has no manifest\.json, so it is not a corpus"):
        load_corpus(tmp_path)


def test_a_file_that_is_gone_or_damaged_is_an_error_that_names_the_corpus(tmp_path):
    write_rows(tmp_path, [text_row(i, [("a", 1.0)]) for i in range(4)], rows_a_file=2)
    corpus = load_corpus(tmp_path)
    part = tmp_path / "part-0001.parquet"
    part.write_bytes(part.read_bytes()[:-200])
    for ask in (corpus.table, corpus.count, lambda: corpus.words("business")):
        with pytest.raises(OSError, match=f"corpus in {tmp_path} cannot be read: .*load_corpus"):
            ask()
    part.unlink()
    with pytest.raises(OSError, match="open it again with load_corpus"):
        corpus.table()
    assert len(load_corpus(tmp_path)) == 2


def test_damage_in_the_middle_of_a_file_is_the_same_error(tmp_path):
    write_generated(tmp_path, n_texts=2000)
    corpus = load_corpus(tmp_path)
    (path,) = tmp_path.glob("*.parquet")
    data = bytearray(path.read_bytes())
    data[100:-20_000] = bytes(len(data) - 20_100)
    path.write_bytes(data)
    for ask in (corpus.table, corpus.texts, lambda: corpus.words("business"), corpus.shortcuts):
        with pytest.raises(OSError, match=r"cannot be read: .*load_corpus"):
            ask()


def ask_for_a_minute(corpus):
    """Queries of less than a second each, because DuckDB looks for signals only now and then."""
    for _ in range(600):
        corpus.queries.rows("SELECT count(*) FROM {texts}, range(1_000_000)")


def test_ctrl_c_ends_a_query_and_the_next_one_is_answered(corpus):
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        ask_for_a_minute(corpus)
    assert corpus.count() == 200


def test_threads_may_ask_at_the_same_time(corpus):
    expected = corpus.words("sport"), corpus.table(), corpus.count(Filter(word="be"))
    differing = []

    def ask():
        for _ in range(3):
            found = corpus.words("sport"), corpus.table(), corpus.count(Filter(word="be"))
            if not (found[0].equals(expected[0]) and found[1].equals(expected[1])):
                differing.append(found)
            if found[2] != expected[2]:
                differing.append(found[2])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert differing == []


BLOCKED = """
import sys
sys.modules.update(dict.fromkeys({names!r}))
"""


def test_a_corpus_opens_without_torch_and_flair(folder):
    code = BLOCKED.format(names=("torch", "flair", "captum", "transformers", "ray", "anywidget"))
    code += f"""
from flair_lig_widget.corpus.store import load_corpus
corpus = load_corpus({str(folder)!r})
corpus.shortcuts()
id = corpus.texts(sort="probability", limit=1)[0]["id"]
print(len(corpus), len(corpus.attribution(id).words()), len(corpus.words("sport")) > 0)
"""
    assert run_python(code) == "200 12 True\n"


@pytest.mark.parametrize("name", ["duckdb", "pandas", "pyarrow"])
def test_without_its_packages_a_sentence_names_the_extra(name):
    code = BLOCKED.format(names=(name,))
    code += """
try:
    from flair_lig_widget.corpus.store import load_corpus
except ImportError as error:
    print(error)
"""
    assert run_python(code) == (
        f"a corpus needs {name}, which is not installed; install with: "
        'pip install "flair_lig_widget[corpus]"\n'
    )
