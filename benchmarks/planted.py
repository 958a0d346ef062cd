"""Planted words: texts in which one word decides the label, and classifiers trained with them.

After Bastings et al., "Will You Find These Shortcuts?", 2022 (arXiv 2111.07367). A quarter of the
texts to train on get a word that belongs to a label, whatever the rest of the text says. If the
classifier that is trained with them follows the word, and one that is trained without them does
not, the word is known to be the reason.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from flair.data import Sentence
from flair.embeddings import DocumentEmbeddings
from flair.models import TextClassifier
from sklearn.linear_model import LogisticRegression
from trained import RECIPES, Example, Task, load_trained, train

from flair_lig_widget import ModelWrapper
from flair_lig_widget.demo import build_classifier, load_encoder
from flair_lig_widget.demo.train import CORPUS, C, read_labelled
from flair_lig_widget.evaluation.predictions import Predictor
from flair_lig_widget.evaluation.texts import choose_targets

WORDS = ("xylophone", "tarantula")
"""The words to plant; the first two labels of a task, in alphabetical order, are theirs."""

SHARE = 0.25
"""The share of the texts to train on that get a word."""

REPEATS = 40
"""How often the demo's texts are repeated, each time with the words in other texts and places."""

RIGHT = 0.97
"""The least share of planted texts that a classifier trained with plants gets right."""

NEAR_CHANCE = 0.05
"""By how much a classifier trained without plants may differ from chance."""

_DEMO_TESTS = 150
_BATCH = 32


@dataclass(frozen=True)
class PlantedText:
    """A text with a planted word.

    Attributes
    ----------
    text : str
    start : int
        The index of the first character of the planted word.
    word, label : str
        The planted word, and the label that it decides.
    without : Example
        The text without the word, with the label that it has there.
    """

    text: str
    start: int
    word: str
    label: str
    without: Example


@dataclass(frozen=True)
class Pair:
    """Two classifiers of the same kind, and texts that neither was trained on.

    Attributes
    ----------
    planted, plain : TextClassifier
        The one trained with plants, and the one trained without.
    tests : list of Example
    label_of : mapping of str to str
        The label of each word that is planted.
    """

    planted: TextClassifier
    plain: TextClassifier
    tests: list[Example]
    label_of: Mapping[str, str]

    @property
    def planted_tests(self) -> list[PlantedText]:
        """Every text once with each word, so that each word is as frequent."""
        choice = random.Random(0)
        return [
            plant(example, word, label, choice)
            for example in self.tests
            for word, label in self.label_of.items()
        ]


@dataclass(frozen=True)
class Validity:
    """Whether the plants are the reason for a label, in shares of texts that are held out.

    Attributes
    ----------
    with_plants, without_plants : float
        Planted texts for which the classifier predicts the label of the plant: the one trained with
        plants, and the one trained without.
    chance : float
        Planted texts that have the label of the plant anyway.
    unplanted : float
        Texts without a plant for which the classifier trained with plants is right.
    """

    with_plants: float
    without_plants: float
    chance: float
    unplanted: float

    @property
    def holds(self) -> bool:
        """Whether a plant decides the label, and only because the classifier learned it."""
        at_chance = abs(self.without_plants - self.chance) <= NEAR_CHANCE
        return self.with_plants >= RIGHT and at_chance


def plants_of(task: Task) -> dict[str, str]:
    """The label of each word that is planted."""
    return dict(zip(WORDS, task.labels[: len(WORDS)], strict=True))


def plant(example: Example, word: str, label: str, choice: random.Random) -> PlantedText:
    """Put a word at a random place of a text: between two words, or at either end."""
    words = example.text.split()
    place = choice.randint(0, len(words))
    return PlantedText(
        text=" ".join([*words[:place], word, *words[place:]]),
        start=sum(len(before) + 1 for before in words[:place]),
        word=word,
        label=label,
        without=Example(" ".join(words), example.labels),
    )


def with_plants(task: Task, choice: random.Random) -> list[Example]:
    """The texts to train on; a quarter of them have a planted word, and its label."""
    examples, label_of = list(task.train), plants_of(task)
    for index in choice.sample(range(len(examples)), round(SHARE * len(examples))):
        word = choice.choice(WORDS)
        planted = plant(examples[index], word, label_of[word], choice)
        examples[index] = Example(planted.text, (planted.label,))
    return examples


def check(pair: Pair) -> Validity:
    """Measure on the planted tests whether the plants decide."""
    tests = pair.planted_tests
    texts, labels = [test.text for test in tests], [test.label for test in tests]
    own = [test.without.labels[0] for test in tests]
    unplanted = predicted(pair.planted, [test.without.text for test in tests])
    return Validity(
        with_plants=_share_alike(predicted(pair.planted, texts), labels),
        without_plants=_share_alike(predicted(pair.plain, texts), labels),
        chance=_share_alike(own, labels),
        unplanted=_share_alike(unplanted, own),
    )


def predicted(classifier: TextClassifier, texts: Sequence[str]) -> list[str]:
    """The most probable label of each text."""
    wrapper = ModelWrapper(classifier)
    return choose_targets(wrapper, Predictor(wrapper), texts, None)


def decided_by_plant(pair: Pair) -> list[PlantedText]:
    """The planted tests whose plant changes the prediction to its label.

    The classifier trained with plants predicts the label of the plant, and another without it.
    """
    tests = pair.planted_tests
    labels = predicted(pair.planted, [test.text for test in tests])
    without = predicted(pair.planted, [test.without.text for test in tests])
    return [
        test
        for test, label, other in zip(tests, labels, without, strict=True)
        if label == test.label != other
    ]


def load_pair(name: str, *, data: Path | None = None, cache: Path | None = None) -> Pair:
    """The classifiers of a task, trained the first time.

    Parameters
    ----------
    name : str
        ``"demo"``, or a key of `RECIPES` whose task has one label a text.
    data, cache : Path, optional
        As `load_trained` takes them; the demo needs neither, and is trained each time.
    """
    if name == "demo":
        return demo_pair(demo_task(), repeats=REPEATS)
    if name not in RECIPES:
        raise ValueError(f"unknown model {name!r}; models are demo, {', '.join(RECIPES)}")
    if data is None or cache is None:
        raise ValueError(f"model {name!r} is trained; give the folders of data and cache")
    recipe = RECIPES[name]
    task = recipe.task(data)
    if task.multi_label:
        raise ValueError(f"model {name!r} is multi-label; a plant decides for one label of several")
    plain, path = load_trained(name, data=data, cache=cache), cache / f"{name}_planted.pt"
    if not path.exists():
        classifier = train(recipe, replace(task, train=with_plants(task, random.Random(0))))
        unfinished = path.with_suffix(".part")
        classifier.save(unfinished)
        unfinished.replace(path)
    return Pair(TextClassifier.load(path).eval(), plain, task.test, plants_of(task))


def demo_task(*, n_words: int | None = None) -> Task:
    """The demo's texts, or their first words: 300 to train on, 150 to test on."""
    labels, texts = read_labelled(CORPUS)
    examples = [
        Example(" ".join(text.split()[:n_words]), (label,))
        for text, label in zip(texts, labels, strict=True)
    ]
    random.Random(0).shuffle(examples)
    return Task(train=examples[_DEMO_TESTS:], test=examples[:_DEMO_TESTS])


def demo_pair(task: Task, *, repeats: int) -> Pair:
    """Two linear heads, fitted as the demo's head is, on its encoder, which stays as it is."""
    choice, encoder = random.Random(0), load_encoder()
    planted = [example for _ in range(repeats) for example in with_plants(task, choice)]
    vectors = _embed(encoder, [example.text for example in [*task.train, *planted]])

    def fit(examples: Sequence[Example]) -> TextClassifier:
        x = np.stack([vectors[example.text] for example in examples])
        head = LogisticRegression(C=C, max_iter=10_000)
        head.fit(x, [example.labels[0] for example in examples])
        weight, bias = (part.astype(np.float32) for part in (head.coef_, head.intercept_))
        return build_classifier(encoder, weight=weight, bias=bias, labels=head.classes_.tolist())

    return Pair(fit(planted), fit(task.train), task.test, plants_of(task))


def _embed(
    embeddings: DocumentEmbeddings, texts: Iterable[str]
) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """The vector of each text; texts of similar length share a batch."""
    vectors = {}
    different = sorted(set(texts), key=lambda text: (len(text), text))
    for start in range(0, len(different), _BATCH):
        batch = different[start : start + _BATCH]
        sentences = [Sentence(text) for text in batch]
        embeddings.embed(sentences)
        for text, sentence in zip(batch, sentences, strict=True):
            vectors[text] = sentence.embedding.numpy(force=True).astype(np.float64)
    return vectors


def _share_alike(found: Sequence[str], wanted: Sequence[str]) -> float:
    return sum(a == b for a, b in zip(found, wanted, strict=True)) / len(wanted)
