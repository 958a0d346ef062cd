"""Classifiers that the benchmarks train once: tasks, kinds of embeddings, and a cache of files.

``python benchmarks/trained.py --data FOLDER --cache FOLDER`` trains those that the cache lacks, and
prints how good each is on texts that it was not trained on.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from common import progress
from flair.data import Dictionary, Sentence
from flair.embeddings import (
    DocumentEmbeddings,
    DocumentPoolEmbeddings,
    DocumentRNNEmbeddings,
    TransformerDocumentEmbeddings,
    WordEmbeddings,
)
from flair.models import TextClassifier

from flair_lig_widget.demo import load_encoder
from flair_lig_widget.demo.train import CORPUS, read_labelled

MOVIES = Path("movie_snippets_vader", "movie_snippets.csv")
COMPLAINTS = Path("cfpb_complaints")

_LABEL_TYPE = "label"
_MARGIN = 0.5  # a snippet closer to neutral has no label
_LONGEST = 50  # words of a complaint
_BATCH = 16


@dataclass(frozen=True)
class Example:
    """A text and its labels; for a single-label task, one."""

    text: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Task:
    """Texts to train on, and others to test on."""

    train: list[Example]
    test: list[Example]
    multi_label: bool = False

    @property
    def labels(self) -> list[str]:
        """The labels in alphabetical order."""
        return sorted({label for example in self.train for label in example.labels})


@dataclass(frozen=True)
class Recipe:
    """How one classifier is made.

    Attributes
    ----------
    says : str
        What it is, for a table.
    task : callable
        From the folder of the data to the task.
    embeddings : callable
        From the texts to train on to embeddings.
    epochs : int
    learning_rate : float
        The largest; it rises over the first tenth of the steps and falls to zero.
    """

    says: str
    task: Callable[[Path], Task]
    embeddings: Callable[[Sequence[str]], DocumentEmbeddings]
    epochs: int
    learning_rate: float


def movies(n_train: int) -> Callable[[Path], Task]:
    """Movie snippets, positive or negative by the mean of twenty human ratings."""

    def task(data: Path) -> Task:
        with (data / MOVIES).open(encoding="utf-8", newline="") as file:
            rated = [(row["text"], float(row["mean_valence"])) for row in csv.DictReader(file)]
        examples = [
            Example(text, ("positive" if valence > 0 else "negative",))
            for text, valence in rated
            if abs(valence) >= _MARGIN
        ]
        random.Random(0).shuffle(examples)
        return Task(train=examples[400 : 400 + n_train], test=examples[:400])

    return task


def complaints(data: Path) -> Task:
    """Consumer complaints about eight products, cut after some words."""

    def read(name: str) -> list[Example]:
        labels, texts = read_labelled(data / COMPLAINTS / name)
        cut = [" ".join(text.split()[:_LONGEST]) for text in texts]
        return [Example(text, (label,)) for text, label in zip(cut, labels, strict=True)]

    return Task(train=read("train_120w.csv"), test=read("test_120w.csv"))


def topic_pairs(data: Path) -> Task:
    """Sentences of the demo's corpus: one, or two about different topics, with both labels.

    No sentence is in a text to train on and in one to test on.
    """
    labels, texts = read_labelled(CORPUS)
    sentences = list(zip(texts, labels, strict=True))
    choice = random.Random(0)
    choice.shuffle(sentences)

    def compose(sentences: list[tuple[str, str]], n: int) -> list[Example]:
        examples = []
        while len(examples) < n:
            parts = choice.sample(sentences, 2)
            parts = parts[: choice.choice((1, 2, 2))]
            if len({label for _, label in parts}) == len(parts):
                joined = " ".join(text for text, _ in parts)
                examples.append(Example(joined, tuple(sorted(label for _, label in parts))))
        return examples

    return Task(
        train=compose(sentences[150:], 700), test=compose(sentences[:150], 200), multi_label=True
    )


def fine_tuned(texts: Sequence[str]) -> TransformerDocumentEmbeddings:
    """The demo's encoder, all of whose weights are trained."""
    embeddings = load_encoder()
    embeddings.fine_tune, embeddings.static_embeddings = True, False
    embeddings.instance_parameters["fine_tune"] = True
    return embeddings


def word_vectors(texts: Sequence[str]) -> WordEmbeddings:
    """A table of vectors to be trained, with the words that occur twice.

    The others are unknown words, so the vector of an unknown word is trained too.
    """
    counts = Counter(token.text.lower() for text in texts for token in Sentence(text))
    words = sorted(word for word, count in counts.items() if count > 1)
    vocabulary = {word: index for index, word in enumerate(words)}
    vectors = WordEmbeddings(
        embeddings=None, vocab=vocabulary, embedding_length=64, name="vectors", fine_tune=True
    )
    with torch.no_grad():
        vectors.embedding.weight.normal_(0, 0.3)
    return vectors


def recurrent(texts: Sequence[str]) -> DocumentRNNEmbeddings:
    """A bidirectional GRU over word vectors."""
    return DocumentRNNEmbeddings(
        [word_vectors(texts)],
        hidden_size=64,
        bidirectional=True,
        reproject_words=False,
        dropout=0.3,
    )


def pooled(texts: Sequence[str]) -> DocumentPoolEmbeddings:
    """The mean of word vectors."""
    return DocumentPoolEmbeddings([word_vectors(texts)], fine_tune_mode="none")


RECIPES = {
    "movies": Recipe("sentiment of movie snippets, fine-tuned", movies(1500), fine_tuned, 3, 1e-4),
    "complaints": Recipe("complaints, 8 products, fine-tuned", complaints, fine_tuned, 2, 1e-4),
    "words": Recipe("sentiment, GRU over word vectors", movies(5000), recurrent, 4, 3e-3),
    "pool": Recipe("complaints, mean of word vectors", complaints, pooled, 15, 1e-2),
    "multi": Recipe("1 or 2 topics, multi-label, fine-tuned", topic_pairs, fine_tuned, 2, 1e-4),
}


def load_trained(name: str, *, data: Path, cache: Path) -> TextClassifier:
    """A trained classifier, from the cache if it is there.

    The texts that it was tested on lie beside it, as `held_out` reads them.

    Parameters
    ----------
    name : str
        A key of `RECIPES`.
    data : Path
        The folder of the data; ``benchmarks/README.md`` says what it holds.
    cache : Path
        The folder of the trained classifiers. Flair unpickles them: only a folder that you trust.
    """
    path = cache / f"{name}.pt"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        recipe = RECIPES[name]
        task = recipe.task(data)
        texts = [{"text": e.text, "label": list(e.labels)} for e in task.test]
        if not task.multi_label:
            texts = [{**text, "label": text["label"][0]} for text in texts]
        (cache / f"{name}_texts.json").write_text(json.dumps(texts, indent=1), encoding="utf-8")
        classifier = train(recipe, task)
        unfinished = cache / f"{name}.part"
        classifier.save(unfinished)
        unfinished.replace(path)
    return TextClassifier.load(path).eval()


def held_out(name: str, *, cache: Path) -> list[Example]:
    """The texts that a trained classifier was not trained on, in random order."""
    found = json.loads((cache / f"{name}_texts.json").read_text(encoding="utf-8"))
    examples = [
        Example(e["text"], (e["label"],) if isinstance(e["label"], str) else tuple(e["label"]))
        for e in found
    ]
    random.Random(1).shuffle(examples)
    return examples


def train(recipe: Recipe, task: Task) -> TextClassifier:
    """A new classifier: AdamW, a linear schedule, one seed."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        dictionary = Dictionary(add_unk=False)
        for label in task.labels:
            dictionary.add_item(label)
        classifier = TextClassifier(
            recipe.embeddings([example.text for example in task.train]),
            label_type=_LABEL_TYPE,
            label_dictionary=dictionary,
            multi_label=task.multi_label,
        )
        sentences = [_sentence(example) for example in task.train]
        n_steps = recipe.epochs * -(-len(sentences) // _BATCH)
        optimizer = torch.optim.AdamW(classifier.parameters(), lr=recipe.learning_rate)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min(10 * (step + 1) / n_steps, 1 - step / n_steps)
        )
        classifier.train()
        for batch in _batches(sentences, recipe.epochs):
            loss, count = classifier.forward_loss(batch)
            optimizer.zero_grad()
            (loss / count).backward()
            torch.nn.utils.clip_grad_norm_(classifier.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            for sentence in batch:
                sentence.clear_embeddings()
    return classifier.eval()


def accuracy(classifier: TextClassifier, examples: Iterable[Example]) -> float:
    """The share of texts whose labels are all predicted, and no other."""
    known = list(examples)
    sentences = [Sentence(example.text) for example in known]
    classifier.predict(sentences, mini_batch_size=32)
    right = [
        {label.value for label in sentence.get_labels(_LABEL_TYPE)} == set(example.labels)
        for sentence, example in zip(sentences, known, strict=True)
    ]
    return sum(right) / len(right)


def main(argv: Sequence[str] | None = None) -> None:
    """Train what the cache lacks, and print the accuracies."""
    parser = argparse.ArgumentParser(description="Train the classifiers of the benchmarks.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of the data")
    parser.add_argument("--cache", type=Path, required=True, help="the folder of the classifiers")
    parser.add_argument("--models", default=",".join(RECIPES), help="names, separated by commas")
    options = parser.parse_args(argv)
    torch.set_num_threads(1)
    for name in options.models.split(","):
        start = time.perf_counter()
        classifier = load_trained(name, data=options.data, cache=options.cache)
        seconds = time.perf_counter() - start
        share = accuracy(classifier, held_out(name, cache=options.cache))
        progress(f"{name}: loaded or trained in {seconds:.0f} s, accuracy {share:.3f}")


def _sentence(example: Example) -> Sentence:
    sentence = Sentence(example.text)
    for label in example.labels:
        sentence.add_label(_LABEL_TYPE, label)
    return sentence


def _batches(sentences: list[Sentence], epochs: int) -> Iterator[list[Sentence]]:
    """Shuffled batches; sixteen at a time are sorted by length, which saves padding."""
    choice = random.Random(0)
    for _ in range(epochs):
        choice.shuffle(sentences)
        batches = []
        for start in range(0, len(sentences), _BATCH * 16):
            bucket = sorted(sentences[start : start + _BATCH * 16], key=len)
            batches += [bucket[i : i + _BATCH] for i in range(0, len(bucket), _BATCH)]
        choice.shuffle(batches)
        yield from batches


if __name__ == "__main__":
    main()
