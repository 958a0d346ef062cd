"""The gallery: its pages are small, fetch nothing, have this front end, and are described."""

from __future__ import annotations

import base64
import importlib.util
import json
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from support.markup import Reader

from flair_lig_widget import DEMO_TEXT, attribute

DOCS = Path(__file__).parents[1] / "docs"
GALLERY = DOCS / "gallery"
PAGES = sorted(GALLERY.glob("*.html"))
LARGEST = {"news": 400_000}
"""In bytes; the first thing on the documentation's start page must load fast."""


@pytest.fixture(scope="module")
def make():
    """The script that writes the pages."""
    spec = importlib.util.spec_from_file_location("gallery_make", GALLERY / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def state_of_news() -> dict:
    """What the news page draws."""
    source = (GALLERY / "news.html").read_text(encoding="utf-8")
    (data,) = re.findall(r'<script type="application/json">(.*?)</script>', source, re.DOTALL)
    return json.loads(data)


def test_there_are_at_least_six_pages_and_each_is_written_by_the_script(make):
    assert len(PAGES) >= 6
    assert {page.stem for page in PAGES} == set(make.PAGES)


def test_every_page_is_described_with_its_model_and_licence_and_no_other_is():
    text = (DOCS / "gallery.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    linked = [re.findall(r"\]\(gallery/(\w+)\.html\)", section) for section in sections]
    described = [name for names in linked for name in names]
    assert sorted(described) == sorted(page.stem for page in PAGES)
    for section, names in zip(sections, linked, strict=True):
        assert not names or ("Apache-2.0" in section and "MIT" in section)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_small_and_fetches_nothing(page):
    source = page.read_text(encoding="utf-8")
    assert len(source.encode()) < LARGEST.get(page.stem, 1_500_000)
    assert "default-src 'none'" in source
    markup = re.sub(r"<(script|style)>.*?</\1>", "", source, flags=re.DOTALL)
    assert not re.findall(r"<[^>]*\s(?:src|srcset|href|data|action|style|on\w+)=", markup)
    fetching = {"link", "img", "iframe", "object", "embed", "base", "video", "audio", "source"}
    assert fetching.isdisjoint(Reader(markup).tags)
    (style,) = re.findall(r"<style>(.*?)</style>", source, flags=re.DOTALL)
    assert not re.findall(r"@import|url\((?!\"?data:)", style)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_the_front_end_of_this_version(page, make):
    source = page.read_text(encoding="utf-8")
    assert make.redrawn(source) == source, (
        f"{page.name} has the front end of another version; run `make gallery`, or, in a second "
        "and without a model, `make gallery PAGES=--redraw`"
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_no_folder_of_the_machine_that_made_it(page):
    assert not re.findall(r"/(?:tmp|home|root|work|Users)/", page.read_text(encoding="utf-8"))


def test_the_scores_of_the_news_page_are_those_of_attribute_now(demo_classifier):
    """By a fixed rule, which takes the same points on every processor."""
    state = state_of_news()
    (path,) = [each for each in state["snapshots"]["paths"] if each["target"] == "business"]
    rule = ("gausslegendre", 20)
    (saved,) = [each for each in path["results"] if (each["method"], each["n_steps"]) == rule]
    scores = np.frombuffer(base64.b64decode(saved["scores"]), "<f4")
    found = attribute(demo_classifier, DEMO_TEXT, method=rule[0], n_steps=rule[1])
    assert state["text"] == DEMO_TEXT
    assert found.target == "business"
    np.testing.assert_allclose(scores, found.scores, rtol=0, atol=1e-5)
    assert dict(state["snapshots"]["prediction"]) == pytest.approx(found.prediction, abs=1e-5)


def test_every_path_of_the_news_page_has_a_check():
    paths = state_of_news()["snapshots"]["paths"]
    assert len(paths) == 5
    assert all(each["check"]["order"] for each in paths)


def test_no_text_to_learn_from_is_there_twice_and_labels_are_balanced(make):
    opinions, complaints = (
        make.read(GALLERY / f"{name}.tsv") for name in ("opinions", "complaints")
    )
    for known in (opinions, complaints):
        assert max(Counter(row["text"] for row in known).values()) == 1
    assert Counter(row["label"] for row in opinions) == {"positive": 60, "negative": 60}
    subjects = Counter(each for row in complaints for each in row["labels"].split(";"))
    assert set(subjects) == {"delivery", "damage", "refund", "staff", "website"}
    assert max(subjects.values()) < 1.2 * min(subjects.values())


def test_nothing_that_a_page_shows_was_learnt(make):
    complaints = {row["text"] for row in make.read(GALLERY / "complaints.tsv")}
    opinions = {row["text"] for row in make.opinions()}
    assert make.COMPLAINT not in complaints
    assert opinions.isdisjoint(make.FLIPS)
    _, held_out = make.halves(make.opinions())
    assert make.CRITICISM.removesuffix(f" ({make.SITE})") in {row["text"] for row in held_out}
    assert "Jordan" not in (make.DEMO / "entities.tsv").read_text(encoding="utf-8")
