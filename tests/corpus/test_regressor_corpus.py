"""Many texts of a regressor: values and totals as for labels, but no gold labels."""

from __future__ import annotations

import pytest
from support import regressors
from support.regressors import LABEL
from support.runs import TEXTS

from flair_lig_widget import attribute, explain_corpus, load_corpus
from flair_lig_widget.corpus_command import report
from flair_lig_widget.frontend import corpus_page, corpus_wire
from flair_lig_widget.frontend.corpus_query import Query


@pytest.fixture(scope="module")
def linear():
    return regressors.over_words()


@pytest.fixture(scope="module")
def corpus(linear, tmp_path_factory):
    return explain_corpus(linear, TEXTS, output_dir=tmp_path_factory.mktemp("values"))


def test_values_are_those_that_flair_predicts_and_attribute_explains(corpus, linear):
    frame = corpus.to_pandas()
    expected = [regressors.value(linear, text) for text in TEXTS]
    assert frame["value"].to_numpy() == pytest.approx(expected, abs=1e-5)
    assert frame["probability"].to_numpy() == pytest.approx(expected, abs=1e-5)
    assert set(frame["predicted"]) == {""}
    assert (corpus.labels, corpus.unit, corpus.has_gold) == ((LABEL,), "units", False)
    found, alone = corpus.attribution("0"), attribute(linear, TEXTS[0])
    assert found.output == "value"
    assert found.scores == pytest.approx(alone.scores, abs=1e-5)


def test_the_totals_of_the_words_sum_to_the_mean_change_of_the_value(corpus):
    words = corpus.words(LABEL, min_documents=1)
    account = words.attrs
    change = account["value"] - account["baseline_value"] + account["residual"]
    assert words["total"].sum() == pytest.approx(change, abs=1e-6)


def test_a_run_goes_on_whichever_name_the_output_has(corpus, linear):
    again = explain_corpus(linear, TEXTS, output_dir=corpus.folder, output="value")
    assert again.n_explained == len(TEXTS)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"labels": ["4.0"] * len(TEXTS)}, "a value, which is compared with no gold label"),
        ({"target": "gold"}, "a value, which is compared with no gold label"),
        ({"contrast": "sport"}, "contrast='sport': the model predicts one value"),
        ({"output": "log_odds"}, "output='log_odds' is not possible for a TextRegressor"),
    ],
)
def test_what_a_value_does_not_have_is_refused(options, message, linear, tmp_path):
    with pytest.raises(ValueError, match=message):
        explain_corpus(linear, TEXTS, output_dir=tmp_path, **options)


def test_nothing_is_shown_in_percent_of_a_label(corpus):
    overview = corpus_wire.overview(corpus)
    assert overview["matrix"] is None
    assert overview["explained"] == "the value of rating"
    rows = corpus_wire.found(corpus, Query())["rows"]
    assert {row["right"] for row in rows} == {None}
    assert not any("%" in row["probability"] for row in rows)
    text = report(load_corpus(corpus.folder), colour=False)
    assert "Explained: the value of rating." in text
    assert "Shortcuts" not in text
    assert "the value of rating" in corpus_page.to_html(corpus)
