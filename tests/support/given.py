"""What the pages of the documentation take as given: a classifier, a text, other models, files.

All of it is small: random weights, a few texts. What only a trained model can show, a page shows
with the demo classifier, which it loads itself.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
from flair.models import MultitaskModel
from flair.models.relation_classifier_model import TypedEntityMarker

from flair_lig_widget import DEMO_NEWS
from support import models, subwords
from support.makers import Maker
from support.tasks import tone
from support.texts import NEWS

PAIRS = [("Profit fell.", "Profit rose."), ("Oil rose.", "It rained.")]


def _multitask(maker: Maker) -> MultitaskModel:
    topic = maker.transformer()
    parts = [topic, tone(topic.embeddings), models.regressor(topic.embeddings)]
    return MultitaskModel(parts, ["topic", "tone", "stars"])


def write_news(path: Path) -> None:
    """Two of the demo's news reports a label, with the columns id, label and text."""
    pd.read_csv(DEMO_NEWS).groupby("label").head(2).to_csv(path, index=False)


def write_pairs(path: Path) -> None:
    pd.DataFrame(PAIRS, columns=["premise", "hypothesis"]).to_csv(path, index=False)


NAMES: Mapping[str, Callable[[Maker], object]] = {
    "classifier": lambda maker: maker.transformer(),
    "fine_tuned": lambda maker: maker.transformer(cls_pooling="mean"),
    "multitask": _multitask,
    "pairs": lambda maker: models.pair(maker.embeddings()),
    "regressor": lambda maker: models.regressor(maker.embeddings()),
    "relations": lambda maker: models.relations(maker.embeddings(), TypedEntityMarker()),
    "tagger": lambda maker: models.tagger(maker.words_of(), spans=True),
    "text": lambda maker: NEWS,
    "texts": lambda maker: list(subwords.sentences()[::45]),
}
"""The names that a page may use without having made them."""

FILES: Mapping[str, Callable[[Maker, Path], object]] = {
    "my-classifier.pt": lambda maker, path: maker.transformer().save(path),
    "pairs.csv": lambda maker, path: write_pairs(path),
    "pairs.pt": lambda maker, path: models.pair(maker.embeddings()).save(path),
    "texts.csv": lambda maker, path: write_news(path),
}
"""The files that a page may read without having written them."""


def make_files(maker: Maker, folder: Path, code: str) -> None:
    """Make the files that this code names."""
    for name, make in FILES.items():
        if name in code:
            make(maker, folder / name)


def make_names(maker: Maker, code: str) -> dict[str, object]:
    """Make what this code uses and does not define."""
    used = {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
    return {name: make(maker) for name, make in NAMES.items() if name in used}
