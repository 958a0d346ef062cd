"""The code of the guide for models that decide about something else than one text."""

from __future__ import annotations

import re
from pathlib import Path

from flair.models import MultitaskModel
from flair.models.relation_classifier_model import TypedEntityMarker
from support import models
from support.makers import Maker

GUIDE = Path(__file__).parents[1] / "docs" / "guide.md"
HEADING = "## Taggers, relations, pairs and numbers"


def test_the_code_for_taggers_relations_pairs_and_numbers_runs_as_it_is(tmp_path):
    section = GUIDE.read_text(encoding="utf-8").split(HEADING)[1].split("\n## ")[0]
    (code,) = re.findall(r"^```python\n(.*?)^```", section, flags=re.MULTILINE | re.DOTALL)
    maker = Maker(tmp_path)
    tagger, regressor = (
        models.tagger(maker.words_of(), spans=True),
        models.regressor(maker.embeddings()),
    )
    names: dict = {
        "tagger": tagger,
        "relations": models.relations(maker.embeddings(), TypedEntityMarker()),
        "pairs": models.pair(maker.embeddings()),
        "regressor": regressor,
        "multitask": MultitaskModel([tagger, regressor], ["tags", "stars"]),
    }
    exec(compile(code, GUIDE.name, "exec"), names)
    assert (names["person"].target, names["person"].contrast) == ("PER", "ORG")
    assert names["widget"].attribution.text == names["text"]
    assert names["relation"].text == names["sentence"].text
    assert names["pair"].texts == ("Is the flat quiet?", "You hear nothing but birds.")
    assert names["stars"].output == "value"
