"""The report of a sanity check as a value: verdict, notes, the table, HTML, pandas."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
from support.markup import Reader

from flair_lig_widget import SanityReport
from flair_lig_widget.evaluation.sanity_report import Correlation, SanityRow


def of(*per_text: float, absolute: float = 0.5) -> Correlation:
    return Correlation(np.array(per_text), np.full(len(per_text), absolute))


def report(*rows: Correlation, two_labels=None, n_unconverged=0, names=()) -> SanityReport:
    names = names or [f"layer {i}" for i in range(len(rows))]
    return SanityReport(
        rows=tuple(SanityRow(name, row) for name, row in zip(names, rows, strict=True)),
        two_labels=two_labels,
        n_texts=len(rows[0].per_text_signed),
        n_explanations=20,
        n_unconverged=n_unconverged,
        tolerance=0.05,
    )


def around(mean: float, *, error: float, n: int = 6) -> Correlation:
    """Correlations of n texts with this mean and this standard error."""
    signs = np.array([1.0, -1.0] * (n // 2))
    return of(*(mean + signs * error * math.sqrt(n - 1)))


ENDINGS = {
    True: (
        ", closer to 0 than 0.3 by more than two standard errors: the scores depend on what the "
        "model has learned."
    ),
    None: (
        ". Two standard errors reach to both sides of 0.3, so these 6 texts are too few to tell; "
        "give more."
    ),
    False: (
        ", beyond 0.3 by two standard errors or more: much of the order of the words does not "
        "depend on what the model has learned; do not rely on it."
    ),
}


@pytest.mark.parametrize(
    ("mean", "error", "passes"),
    [
        (0.0, 0.05, True),
        (0.19, 0.05, True),
        (-0.19, 0.05, True),
        (0.21, 0.05, None),  # 0.21 + 2 * 0.05 is beyond 0.3
        (0.0, 0.16, None),
        (0.3, 0.001, None),
        (0.39, 0.05, None),  # 0.39 - 2 * 0.05 is not
        (-0.39, 0.05, None),
        (0.41, 0.05, False),
        (-0.41, 0.05, False),
        (0.9, 0.01, False),
    ],
)
def test_the_verdict_allows_for_two_standard_errors(mean, error, passes):
    found = report(of(*[0.8] * 6), around(mean, error=error))
    assert found.all_random.signed.mean == pytest.approx(mean)
    assert found.all_random.signed.error == pytest.approx(error)
    assert found.passes is passes
    begin = "With all layers random, the rank correlation with the original scores is "
    assert found.verdict == f"{begin}{found.all_random.signed}{ENDINGS[passes]}"


def test_the_last_row_decides_and_not_those_before():
    assert report(of(*[0.9] * 6), around(0.0, error=0.05)).passes is True
    assert report(around(0.0, error=0.05), of(*[0.9] * 6)).passes is False


def test_fewer_than_five_texts_are_never_judged():
    four = report(of(0.9, 0.9, 0.9, 0.91))
    assert four.passes is None
    assert four.verdict == (
        "With its only layer random, the rank correlation with the original scores is "
        "0.90 ± 0.00. 4 texts are too few to judge by; give at least 5."
    )
    assert report(of(*[0.9] * 5)).passes is False
    assert report(of(0.1)).verdict.endswith("1 text is too few to judge by; give at least 5.")


def test_texts_without_an_order_are_left_out_and_counted():
    found = report(of(0.1, math.nan, 0.3), of(math.nan, math.nan, math.nan, absolute=math.nan))
    first = found.rows[0].correlation
    assert (first.signed.mean, first.n_texts) == (pytest.approx(0.2), 2)
    assert math.isnan(found.all_random.signed.mean)
    assert found.passes is None
    assert found.verdict == (
        "With all layers random, all words of a text have the same score: there is no order to "
        "compare with the original one."
    )
    assert found.notes == (
        "Where fewer texts are counted, all words of the others have the same score.",
    )
    # Six texts of which four have an order are four.
    assert report(of(0.0, 0.0, 0.0, 0.01, math.nan, math.nan)).passes is None


def test_explanations_that_did_not_converge_are_a_note():
    assert report(of(0.1, 0.2)).notes == ()
    assert report(of(0.1, 0.2), n_unconverged=3).notes == (
        "3 of 20 explanations did not reach the tolerance of 5.0 %.",
    )


FOUND = report(of(0.5, 0.7), of(0.1, 0.3), two_labels=of(-0.4, -0.6), names=("decoder", "rnn"))


def test_the_repr_is_the_table():
    lines = repr(FOUND).splitlines()
    assert lines[0] == f"SanityReport: {FOUND.verdict}"
    assert lines[1].startswith("2 texts; means ± standard errors; each layer is random together")
    assert [line.split() for line in lines[2:]] == [
        ["rank", "correlation", "of", "absolute", "scores", "texts"],
        ["decoder", "0.60", "±", "0.10", "0.50", "±", "0.00", "2"],
        ["rnn", "0.20", "±", "0.10", "0.50", "±", "0.00", "2"],
        ["two", "labels", "-0.50", "±", "0.10", "0.50", "±", "0.00", "2"],
    ]
    assert str(FOUND) == repr(FOUND)
    with_note = report(of(0.1, 0.2), n_unconverged=3)
    assert repr(with_note).splitlines()[-1] == with_note.notes[0]


def test_html_has_the_same_words_and_names_are_never_markup():
    name = '<img src=x onerror="alert(1)">&amp;'
    found = report(of(0.5, 0.7), names=(name,), n_unconverged=1, two_labels=of(0.2, 0.4))
    reader = Reader(found._repr_html_())
    assert "img" not in reader.tags
    assert "script" not in reader.tags
    for text in (name, found.verdict, "0.60 ± 0.10", "two labels", "0.30 ± 0.10", *found.notes):
        assert text in reader.text
    assert reader.tags.count("tr") == 3


def test_pandas_gets_the_same_numbers():
    frame = FOUND.to_pandas()
    assert list(frame.index) == ["decoder", "rnn", "two labels"]
    assert frame.index.name == "layer"
    assert frame.loc["decoder", "signed"] == pytest.approx(0.6)
    assert frame.loc["decoder", "signed_error"] == pytest.approx(0.1)
    assert frame.loc["two labels", "absolute"] == 0.5
    assert frame["texts"].tolist() == [2, 2, 2]
    assert frame.attrs == {
        "passes": None,
        "verdict": FOUND.verdict,
        "notes": (),
        "n_texts": 2,
    }


def test_the_values_are_frozen():
    with pytest.raises(ValueError, match="read-only"):
        FOUND.all_random.per_text_signed[0] = 0.0
    with pytest.raises(AttributeError):
        FOUND.n_texts = 3


def test_without_pandas_the_error_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r'pip install "flair_lig_widget\[tables\]"'):
        FOUND.to_pandas()
