"""The texts that notebook 07 learns from: well-formed, balanced, and without what it asks about."""

from __future__ import annotations

import re
from collections import Counter

import pandas as pd
import pytest
from support.browser.servers import ROOT

DEMO = ROOT / "flair_lig_widget" / "demo"


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(DEMO / name, sep="\t", keep_default_na=False)


@pytest.mark.parametrize("name", ["entities.tsv", "replies.tsv", "reviews.tsv"])
def test_no_text_is_there_twice_or_blank(name):
    for column in set(read(name)) - {"relation", "stars"}:
        texts = read(name)[column]
        assert texts.str.strip().ne("").all()
        assert texts.is_unique


def test_entities_are_marked_and_a_relation_has_one_company_and_one_person():
    for relation, text in read("entities.tsv")[["relation", "text"]].itertuples(index=False):
        labels = re.findall(r"\[[^|\[\]]+\|(PER|LOC|ORG)\]", text)
        assert len(labels) == text.count("[") == text.count("]") == text.count("|")
        if relation:
            assert (labels.count("ORG"), labels.count("PER")) == (1, 1)


def test_names_that_the_notebook_asks_about_are_in_no_text_to_learn_from():
    assert not read("entities.tsv")["text"].str.contains("Jordan|Halcyon|Nasser|Brook[^l]").any()


def test_labels_are_balanced():
    assert Counter(read("reviews.tsv")["stars"]) == dict.fromkeys(range(1, 6), 20)
    relations = Counter(read("entities.tsv")["relation"])
    assert (relations["founded_by"], relations["led_by"]) == (22, 22)
    text = " ".join(read("entities.tsv")["text"])
    names = re.findall(r"\[(\w+)\|(PER|LOC)\]", text)
    both = {name for name, label in names if label == "PER"} & {
        name for name, label in names if label == "LOC"
    }
    assert len(both) > 20  # a name alone does not say which it is
