"""Models of several tasks, which share one tiny encoder."""

from __future__ import annotations

from pathlib import Path

from flair.models import MultitaskModel, TextClassifier

from support import tiny
from support.makers import classifier

TONES = ("glad", "sad", "neutral")


def tone(embeddings: object) -> TextClassifier:
    """A classifier with other labels than the tiny ones."""
    return classifier(embeddings, TONES, label_type="tone")


def multitask(folder: Path) -> MultitaskModel:
    """The tasks "topic" and "tone"."""
    topic = tiny.classifier(folder)
    return MultitaskModel([topic, tone(topic.embeddings)], ["topic", "tone"]).eval()
