"""Real instances of every family that can be explained.

``PYTHONPATH=tests python -m support.families`` writes the table in ``docs/families.md``.
"""

from __future__ import annotations

from collections.abc import Callable
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
        torch.manual_seed(7)  # Flair draws the embedding of its own special token
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


LONG = {"allow_long_sentences": True}
MULTI = {"multi_label": True, "multi_label_threshold": {"default": 0.4, "sport": 0.6}}

CASES: dict[str, dict[str, Callable[[Maker], object]]] = {
    "TransformerDocumentEmbeddings": {
        **{
            kind: lambda m, kind=kind: m.transformer(kind)
            for kind in encoders.ENCODERS
            if kind != "bert, slow tokenizer"
        },
        "bert, slow tokenizer": lambda m: m.transformer(
            "bert, slow tokenizer", transformers_tokenizer_kwargs={"use_fast": False}
        ),
        "cls_pooling mean": lambda m: m.transformer(cls_pooling="mean"),
        "cls_pooling max": lambda m: m.transformer(cls_pooling="max"),
        "xlnet, cls_pooling mean": lambda m: m.transformer("xlnet", cls_pooling="mean"),
        'layers "-1,-2"': lambda m: m.transformer(layers="-1,-2"),
        'layers "all", layer_mean': lambda m: m.transformer(layers="all", layer_mean=True),
        "use_context ([FLERT])": lambda m: m.transformer(use_context=True),
        "force_max_length": lambda m: m.transformer(force_max_length=True, cls_pooling="mean"),
        "allow_long_sentences": lambda m: m.transformer(**LONG),
        "allow_long_sentences, mean": lambda m: m.transformer(cls_pooling="mean", **LONG),
        "allow_long_sentences, roberta max": lambda m: m.transformer(
            "roberta", cls_pooling="max", **LONG
        ),
        "multi_label with thresholds": lambda m: m.transformer(head=MULTI),
        "locked and word dropout": lambda m: m.transformer(
            head={"dropout": 0.3, "locked_dropout": 0.3, "word_dropout": 0.2}
        ),
        "PrototypicalDecoder": lambda m: m.prototypes("joint"),
        "PrototypicalDecoder, learn_only_prototypes": lambda m: m.prototypes(
            "learn_only_prototypes"
        ),
        "one label": lambda m: m.transformer(labels=("only",)),
        "1,000 labels": lambda m: m.transformer(labels=[f"label {i}" for i in range(1000)]),
        "labels with quotes, HTML, emoji": lambda m: m.transformer(labels=ODD_LABELS),
    },
    "DocumentPoolEmbeddings": {
        "mean of word vectors": lambda m: pool(word_vectors()),
        "max of word vectors, linear": lambda m: pool(
            word_vectors(), pooling="max", fine_tune_mode="linear"
        ),
        "min of word vectors, nonlinear": lambda m: pool(
            word_vectors(), pooling="min", fine_tune_mode="nonlinear"
        ),
        "mean of one-hot": lambda m: pool(one_hot()),
        "mean of byte pairs": lambda m: pool(byte_pairs(m.folder / "bpe")),
        "mean of stable word vectors and one-hot": lambda m: pool(
            word_vectors(stable=True), one_hot(stable=True)
        ),
        "mean of transformer words": lambda m: pool(m.words_of()),
        "mean of transformer words, cut": lambda m: pool(m.words_of(allow_long_sentences=False)),
        "multi_label": lambda m: pool(word_vectors(), head=MULTI),
    },
    "DocumentRNNEmbeddings": {
        "GRU over word vectors": lambda m: rnn(word_vectors()),
        "LSTM, two layers, not reprojected": lambda m: rnn(
            word_vectors(), rnn_type="LSTM", rnn_layers=2, reproject_words=False
        ),
        "bidirectional GRU, reprojected to 6": lambda m: rnn(
            word_vectors(), bidirectional=True, reproject_words_dimension=6
        ),
        "GRU, fine_tune off, all dropouts": lambda m: rnn(
            word_vectors(), fine_tune=False, word_dropout=0.1, locked_dropout=0.2
        ),
        "GRU over words and characters": lambda m: rnn(word_vectors(), characters()),
        "LSTM over words and both language models": lambda m: rnn(
            word_vectors(), language_model(True), language_model(False), rnn_type="LSTM"
        ),
        "GRU over transformer words": lambda m: rnn(m.words_of("distilbert")),
    },
    "DocumentCNNEmbeddings": {
        "over word vectors": lambda m: cnn(word_vectors()),
        "over words and characters, fine_tune off": lambda m: cnn(
            word_vectors(), characters(), fine_tune=False, reproject_words=False
        ),
    },
    "SentenceTransformerDocumentEmbeddings": {
        "mean": lambda m: m.sentence_transformer(),
        "dense and normalize": lambda m: m.sentence_transformer("dense", "normalize"),
    },
    "TARSClassifier": {
        "multi label": lambda m: m.tars(),
        "single label": lambda m: m.tars(multi_label=False),
        "label behind the text, mean": lambda m: m.tars(prefix=False, cls_pooling="mean"),
        "allow_long_sentences, mean": lambda m: m.tars(cls_pooling="mean", **LONG),
        "labels of several words": lambda m: m.tars(
            labels=("about money", "about the arts and film", "sports_news")
        ),
    },
}
NAMES = [(family, setting) for family, settings in CASES.items() for setting in settings]


def flair_says(classifier, text: str) -> dict[str, float]:
    """Flair's own probabilities; for TARS, which returns matching labels only, all labels match."""
    sentence = Sentence(text)
    if hasattr(classifier, "tars_model"):
        classifier.predict(sentence, multi_label=True, label_threshold=-1.0)
    else:
        classifier.predict(sentence, return_probabilities_for_all_classes=True)
    return {label.value: label.score for label in sentence.labels}


def flair_predicts(classifier, text: str) -> list[str]:
    sentence = Sentence(text)
    classifier.predict(sentence)
    return [label.value for label in sentence.labels]


PAGE = Path(__file__).parents[2] / "docs" / "families.md"


def table() -> str:
    """The rows of the matrix in Markdown."""
    rows = [f"| `{family}` | {setting} |" for family, setting in NAMES]
    return "\n".join(["| classifier | setting |", "|---|---|", *rows]) + "\n"


if __name__ == "__main__":
    above, _, _ = PAGE.read_text(encoding="utf-8").partition("| classifier | setting |")
    PAGE.write_text(above + table(), encoding="utf-8")
