"""Small attributions that no model computed."""

from __future__ import annotations

from flair_lig_widget import Attribution, Provenance, Token
from flair_lig_widget.result.texts import join_texts

PAIR = ("Oil <rose>", "It fell 🎉")


def make(**changes) -> Attribution:
    """Three words, ``Oil <rose>  🎉``; the second has two subwords, and two spaces follow it."""
    fields = {
        "text": "Oil <rose>  🎉",
        "tokens": (
            Token("[CLS]", 0, 0, None, True),
            Token("oil", 0, 3, 0, False),
            Token("<", 4, 5, 1, False),
            Token("##rose>", 5, 10, 1, False),
            Token("[UNK]", 12, 13, 2, False),
            Token("[SEP]", 13, 13, None, True),
        ),
        "scores": [0.0, 0.5, -1.0, 0.25, 0.125, 0.0],
        "value": 3.0,
        "baseline_value": 3.5,
        "prediction": {"sport": 0.25, "business": 0.75},
        "baseline_prediction": {"sport": 0.5, "business": 0.5},
        "predicted": ("business",),
        "target": "business",
        "method": "auto",
        "n_steps": 9,
        "n_evaluations": 9,
        "baseline": "pad",
        "layer": "word_embeddings",
        "error_estimate": 0.002,
        "tolerance": 0.01,
        "provenance": Provenance(versions={"torch": "2.13.0"}),
    }
    if "prediction" in changes:  # a baseline that prefers none of the labels
        labels = changes["prediction"]
        fields["baseline_prediction"] = dict.fromkeys(labels, 1 / len(labels))
    return Attribution(**{**fields, **changes})


def make_pair(**changes) -> Attribution:
    """The texts ``Oil <rose>`` and ``It fell 🎉``, with a separator of the tokenizer in between."""
    text = join_texts(PAIR)
    fields = {
        "text": text,
        "text_starts": (0, 11),
        "sentence_starts": (0, 11),
        "tokens": (
            *make().tokens[:4],
            Token("[SEP]", 10, 10, None, True),
            Token("it", 11, 13, 2, False),
            Token("fell", 14, 18, 3, False),
            Token("[UNK]", 19, 20, 4, False),
            Token("[SEP]", 20, 20, None, True),
        ),
        "scores": [0.0, 0.5, -1.0, 0.25, 0.0, 0.5, 0.75, -0.125, 0.0],
        "value": 3.0,
        "baseline_value": 2.25,
    }
    return make(**{**fields, **changes})
