"""Small models of every class, drawn from fixed seeds."""

from __future__ import annotations

from pathlib import Path

import flair.embeddings as fe
import torch
from flair.data import Dictionary, Sentence
from flair.models import LanguageModel, TARSClassifier, TextClassifier
from flair.nn import PrototypicalDecoder

from support import encoders, subwords

LABELS = ("business", "entertainment", "politics", "sport", "tech")
ODD_LABELS = ("two words", "with \"quotes\" & 'more'", "<b>bold</b>", "🎉", "naïve")


def dictionary(labels=LABELS, **options) -> Dictionary:
    found = Dictionary(**{"add_unk": False, **options})
    for label in labels:
        found.add_item(label)
    return found


def classifier(embeddings, labels=LABELS, **options) -> TextClassifier:
    """A classifier whose decoder is drawn from a fixed seed."""
    torch.manual_seed(7)
    options = {"label_type": "topic", "label_dictionary": dictionary(labels), **options}
    return TextClassifier(embeddings, **options).eval()


def vocabulary() -> dict[str, int]:
    """The words of a third of the demo's sentences."""
    words = [token.text.lower() for text in subwords.sentences()[::3] for token in Sentence(text)]
    return {word: index for index, word in enumerate(dict.fromkeys(words))}


def word_vectors(name: str = "vectors", **options) -> fe.WordEmbeddings:
    """Like fastText's: a table of vectors, zeros for an unknown word."""
    words = fe.WordEmbeddings(
        embeddings=None, vocab=vocabulary(), embedding_length=12, name=name, **options
    )
    torch.manual_seed(11)
    with torch.no_grad():
        words.embedding.weight[:-1] = torch.randn(len(words.vocab), 12)
    return words


def one_hot(**options) -> fe.OneHotEmbeddings:
    words = dictionary(list(vocabulary())[:400], add_unk=True)
    found = fe.OneHotEmbeddings(words, embedding_length=8, **options)
    torch.manual_seed(12)
    with torch.no_grad():
        found.embedding_layer.weight.normal_()
    return found


def byte_pairs(folder: Path) -> fe.BytePairEmbeddings:
    model = subwords.sentencepiece_model(folder, name="bpe", size=500, model_type="bpe")
    found = fe.BytePairEmbeddings(model_file_path=model, name="bpe", dim=10)
    torch.manual_seed(13)
    with torch.no_grad():
        found.embedding.weight.normal_()
    return found


def language_model(forward: bool) -> fe.FlairEmbeddings:
    """Like Flair's contextual string embeddings: a character language model, one direction."""
    torch.manual_seed(14)
    return fe.FlairEmbeddings(LanguageModel(all_characters(), forward, 16, 1))


def characters() -> fe.CharacterEmbeddings:
    torch.manual_seed(15)
    return fe.CharacterEmbeddings(all_characters(), char_embedding_dim=8, hidden_size_char=8)


def all_characters() -> Dictionary:
    return dictionary(sorted(set("".join(subwords.sentences()))), add_unk=True)


class Maker:
    """Builds classifiers; each encoder is saved once, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def encoder(self, kind: str) -> str:
        path = self.folder / kind.replace(", ", "-").replace(" ", "-")
        return str(path if path.exists() else encoders.save(kind, path))

    def embeddings(self, kind: str = "bert", **options) -> fe.TransformerDocumentEmbeddings:
        path = self.encoder(kind)
        torch.manual_seed(7)  # Flair draws the embedding of the special token that it adds
        return fe.TransformerDocumentEmbeddings(path, **options)

    def words_of(self, kind: str = "bert", **options) -> fe.TransformerWordEmbeddings:
        path = self.encoder(kind)
        torch.manual_seed(7)
        return fe.TransformerWordEmbeddings(path, **options)

    def transformer(self, kind: str = "bert", *, labels=LABELS, head=None, **options):
        return classifier(self.embeddings(kind, **options), labels, **(head or {}))

    def prototypes(self, mode: str) -> TextClassifier:
        embeddings = self.embeddings()
        torch.manual_seed(7)
        decoder = PrototypicalDecoder(
            len(LABELS), 32, normal_distributed_initial_prototypes=True, learning_mode=mode
        )
        return classifier(embeddings, decoder=decoder)

    def sentence_transformer(self, *modules: str, **options) -> TextClassifier:
        from sentence_transformers import SentenceTransformer, models

        path = self.folder / "-".join(("sentence-transformer", *modules))
        if not path.exists():
            encoder = models.Transformer(self.encoder("bert"), max_seq_length=encoders.LONGEST)
            chain = [encoder, models.Pooling(32, pooling_mode="mean")]
            torch.manual_seed(3)
            if "dense" in modules:
                chain.append(models.Dense(32, 16))
            if "normalize" in modules:
                chain.append(models.Normalize())
            SentenceTransformer(modules=chain, **options).save(str(path))
        return classifier(fe.SentenceTransformerDocumentEmbeddings(str(path)))

    def tars(self, *, multi_label: bool = True, labels=LABELS, **options) -> TARSClassifier:
        prefix = options.pop("prefix", True)
        embeddings = self.embeddings(**options)
        torch.manual_seed(7)
        tars = TARSClassifier(embeddings=embeddings, prefix=prefix)
        tars.add_and_switch_to_new_task("topics", list(labels), "topic", multi_label=multi_label)
        tars.eval()  # which does not return it
        return tars


def rnn(*embeddings, **options) -> TextClassifier:
    torch.manual_seed(5)
    sizes = {"hidden_size": 16, **options}
    return classifier(fe.DocumentRNNEmbeddings(list(embeddings), **sizes))


def cnn(*embeddings, **options) -> TextClassifier:
    torch.manual_seed(5)
    return classifier(fe.DocumentCNNEmbeddings(list(embeddings), ((8, 2), (8, 4)), **options))


def pool(*embeddings, labels=LABELS, head=None, **options) -> TextClassifier:
    return classifier(
        fe.DocumentPoolEmbeddings(list(embeddings), **options), labels, **(head or {})
    )
