"""Real regressors: over word vectors, where every number can be recomputed, and a transformer."""

from __future__ import annotations

import flair.embeddings as fe
import torch
from flair.data import Sentence, TextPair
from flair.models import TextPairRegressor, TextRegressor

from support import families

# Words without punctuation, so that an edited text is its words joined by spaces.
TEXT = "shares in the airline fell on tuesday after a warning about its profits and the jobs"
LABEL = "rating"


def over_words(label: str = LABEL, seed: int = 7) -> TextRegressor:
    """The value is linear: a weight for each number of the mean of the word vectors."""
    embeddings = fe.DocumentPoolEmbeddings([families.word_vectors()])
    torch.manual_seed(seed)
    return TextRegressor(embeddings, label).eval()


def over_transformer(maker: families.Maker, **options) -> TextRegressor:
    embeddings = maker.embeddings(**options)
    torch.manual_seed(7)
    return TextRegressor(embeddings, LABEL).eval()


def of_pairs(embeddings, *, separately: bool) -> TextPairRegressor:
    torch.manual_seed(7)
    return TextPairRegressor(embeddings, LABEL, embed_separately=separately).eval()


def value(regressor, *texts: str) -> float:
    """What Flair's own predict says."""
    sentences = [Sentence(text) for text in texts]
    data_point = TextPair(*sentences) if len(sentences) == 2 else sentences[0]
    regressor.predict(data_point, label_name="found")
    return float(data_point.get_label("found").value)


def linear_scores(regressor: TextRegressor, text: str) -> list[float]:
    """The scores of the words from the baseline "zero": w · e / m, for a mean of m words."""
    words = text.split()
    (vectors,) = regressor.document_embeddings.embeddings.embeddings
    sentence = Sentence(text)
    vectors.embed(sentence)
    weight = regressor.decoder.weight[0].detach().double()
    return [float(weight @ token.embedding.double()) / len(words) for token in sentence]
