"""The page of a corpus from a file, with the network off: from the matrix to a text in clicks."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect
from support.browser.published import assert_accessible, offline, photograph
from support.corpora import LABELS, write_generated
from support.hostile_corpus import FAILED, IDS, MARKUP, WRONG, hostile_row, write_hostile_corpus
from support.hostile_corpus import LABELS as HOSTILE

from flair_lig_widget.corpus.filters import Filter
from flair_lig_widget.corpus.store import Corpus, load_corpus
from flair_lig_widget.result.summary import number


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Corpus:
    folder = tmp_path_factory.mktemp("corpus") / "corpus"
    return load_corpus(write_generated(folder, n_texts=300, vocabulary=2000))


@pytest.fixture
def hostile(tmp_path) -> Corpus:
    return load_corpus(write_hostile_corpus(tmp_path / "corpus"))


def cell(root: Locator, row: int, column: int) -> Locator:
    """The button of a count of the matrix."""
    return root.locator(".lig-matrix tbody tr").nth(row).locator("td button").nth(column)


def word_rows(root: Locator) -> list[list[str]]:
    """Word, number and texts of each word, those for the label first."""
    return root.locator(".lig-words .lig-list button:visible").evaluate_all(
        "all => all.map((row) => [...row.children].map((each) => each.textContent))"
    )


def test_three_clicks_lead_from_the_matrix_to_a_text_with_the_numbers_of_python(
    page, corpus, tmp_path
):
    corpus.to_html(tmp_path / "page.html", title="300 texts")
    with offline(page):
        page.goto((tmp_path / "page.html").as_uri())
        root = page.locator(".lig-corpus")
        matrix = corpus.confusion()
        counts = root.locator(".lig-matrix td button").all_inner_texts()
        assert counts == [str(count) for count in matrix.to_numpy().ravel()]
        words = corpus.words(LABELS[0]).head(50)
        expected = [
            [row.word, "", number(row.total, 3, "+"), f"{row.documents:,}"]
            for sign in (1, -1)
            for row in words.itertuples()
            if row.total * sign > 0
        ]
        assert word_rows(root) == expected
        photograph(page, "corpus-page", page.locator("main"))

        cell(root, 1, 0).click()  # gold politics, predicted business
        chosen = Filter(gold=LABELS[1], predicted=LABELS[0])
        n_texts = corpus.count(chosen)
        status = root.get_by_role("status").first
        expect(status).to_contain_text(f"{n_texts} text")
        expect(status).to_contain_text("politics")
        cell(root, 1, 0).click()  # all texts again
        root.locator(".lig-words .lig-list button").first.click()
        word = expected[0][0]
        lines = corpus.concordance(word, LABELS[0], limit=20)
        shown = root.locator(".lig-occurrence:visible")
        expect(shown).to_have_count(len(lines))
        assert shown.locator(".lig-number").all_inner_texts() == [
            number(score, 4, "+") for score in lines["score"]
        ]
        assert (
            shown.locator(".lig-line").evaluate_all("all => all.map((line) => line.textContent)")
            == (lines["before"] + lines["word"] + lines["after"]).tolist()
        )
        shown.first.click()
        opened = corpus.attribution(lines["id"][0])
        text = root.locator(".lig-opened .lig-text")
        expect(text).to_have_text(opened.text)
        waterfall = root.locator(".lig-opened .lig-waterfall")
        expect(waterfall).to_contain_text(f"f(x) {number(opened.value, 3)}")
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            assert_accessible(root)
        photograph(page, "corpus-page-opened", page.locator("main"))
        page.set_viewport_size({"width": 600, "height": 900})
        photograph(page, "corpus-page-narrow", page.locator("main"))


def test_hostile_labels_words_texts_and_ids_are_shown_as_typed(page, hostile, tmp_path):
    hostile.to_html(tmp_path / "page.html", title=MARKUP)
    with offline(page) as requests:
        page.goto((tmp_path / "page.html").as_uri())
        root = page.locator(".lig-corpus")
        heads = root.locator(".lig-matrix thead th").evaluate_all(
            "all => all.map((head) => head.textContent)"
        )
        assert heads == list(HOSTILE)
        assert MARKUP in [row[0] for row in word_rows(root)]
        ids = root.locator(".lig-text-row .lig-id").evaluate_all(
            "all => all.map((id) => id.textContent)"
        )
        assert ids[:2] == [IDS[WRONG], FAILED]
        failed = root.locator(".lig-text-row").nth(1)
        expect(failed).to_contain_text(f"ValueError: {MARKUP} is not possible")
        root.locator(".lig-text-row").first.click()
        expect(root.locator(".lig-opened .lig-text")).to_have_text(hostile_row(WRONG)["text"])
        expect(root.locator(".lig-opened h2")).to_contain_text(IDS[WRONG])
        root.locator(".lig-words .lig-list button", has_text=MARKUP).click()
        expect(root.locator(".lig-occurrence:visible").first).to_contain_text(MARKUP)
        assert page.evaluate("document.scripts.length") == 2
        assert page.evaluate("'pwned' in window") is False
        assert requests == [(tmp_path / "page.html").as_uri()]
        photograph(page, "corpus-page-hostile", page.locator("main"))
