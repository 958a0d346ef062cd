"""What Flair says about a text, by its own ``predict`` and its own forward pass."""

from __future__ import annotations

import re
from collections.abc import Sequence

import torch
from flair.data import Sentence, TextPair, TextTriple, Token
from flair.models import (
    RelationClassifier,
    SequenceTagger,
    SpanClassifier,
    TextPairClassifier,
    TextPairRegressor,
    TextRegressor,
    TextTripleClassifier,
    TokenClassifier,
)

from flair_lig_widget.result.marked import MarkedText
from flair_lig_widget.result.request import Request
from flair_lig_widget.result.texts import SEPARATOR, join_texts

PAIRS = (TextPairClassifier, TextPairRegressor)
REGRESSORS = (TextRegressor, TextPairRegressor)
TAGGERS = (SequenceTagger, TokenClassifier)

SECOND, THIRD = "A café in Łódź 🎉 made no profit.", "The striker scored twice."
"""The other texts of pairs and triples."""


def input_of(classifier, text: str) -> MarkedText:
    """What is explained for a text: a pair or triple, a relation or span in it, or its default.

    Entities are runs of characters without whitespace, so of whole words.
    """
    if isinstance(classifier, PAIRS):
        return MarkedText(join_texts([text, SECOND]))
    if isinstance(classifier, TextTripleClassifier):
        return MarkedText(join_texts([SECOND, text, THIRD]))
    if isinstance(classifier, RelationClassifier):
        text += " rose again"  # a relation needs two entities, and a mask leaves them unread
        first, *_, last = list(re.finditer(r"\S+", text))[:6]
        return MarkedText(text, ((*first.span(), "PER"), (*last.span(), "ORG")))
    if isinstance(classifier, SpanClassifier):
        first, *others = list(re.finditer(r"\S+", text))[:4]
        entities = [(first.start(), (others or [first])[0].end(), "mention")]
        entities += [(*found.span(), "mention") for found in others[2:]]
        return MarkedText(text, tuple(entities))
    return MarkedText(text)


def asked(classifier, text: str, **options) -> Request:
    """The request for what is explained for a text."""
    given = input_of(classifier, text)
    return Request(text=given.text, entities=given.entities, **options)


def flair_says(classifier, given: str | MarkedText) -> dict[str, float]:
    """Flair's own probabilities, or the value of a regressor.

    For TARS, which returns matching labels only, all labels match. For taggers it is the softmax
    of the logits that Flair's forward pass gives.
    """
    given = MarkedText(given) if isinstance(given, str) else given
    if isinstance(classifier, REGRESSORS):
        (label,) = predicted(classifier, given)
        return {classifier.label_type: float(label.value)}
    if isinstance(classifier, TAGGERS):
        return flair_logits(classifier, given, softmax=True)
    is_tars = hasattr(classifier, "tars_model")
    every = {"return_probabilities_for_all_classes": True}
    if is_tars:
        every = {"multi_label": True, "label_threshold": -1.0}
    found = {label.value: label.score for label in predicted(classifier, given, **every)}
    if not is_tars and "O" in classifier.label_dictionary.get_items():  # which Flair leaves out
        found["O"] = 1.0 - sum(found.values())
    return found


def flair_predicts(classifier, given: str | MarkedText) -> list[str]:
    """The labels that Flair predicts."""
    given = MarkedText(given) if isinstance(given, str) else given
    if isinstance(classifier, REGRESSORS):
        return []
    if isinstance(classifier, TAGGERS):
        return [label for _, label in [place_and_label(classifier, given)] if label != "O"]
    return [label.value for label in predicted(classifier, given)]


def predicted(classifier, given: MarkedText, **options) -> list:
    """The labels that ``predict`` adds to the text, or to its first relation or span."""
    data_point = flair_input(classifier, given)
    classifier.predict(data_point, label_name="said", **options)
    if isinstance(classifier, RelationClassifier):
        wanted = given.data_point or chosen_relation(classifier, given)
        head, tail = (tokens_at(data_point, given.text, *each) for each in wanted)
        for relation in data_point.get_relations("said"):
            if relation.first.tokens == head and relation.second.tokens == tail:
                return relation.get_labels("said")
        return []
    if isinstance(classifier, SpanClassifier):
        start, end, _ = given.entities[0]
        tokens = tokens_at(data_point, given.text, start, end)
        return data_point[tokens[0].idx - 1 : tokens[-1].idx].get_labels("said")
    return data_point.get_labels("said")


def flair_input(classifier, given: MarkedText):
    """What ``predict`` is given."""
    if isinstance(classifier, (*PAIRS, TextTripleClassifier)):
        sentences = [Sentence(text) for text in given.text.split(SEPARATOR)]
        return TextTriple(*sentences) if len(sentences) == 3 else TextPair(*sentences)
    sentence = Sentence(given.text)
    for start, end, label in given.entities:
        tokens = tokens_at(sentence, given.text, start, end)
        name = "nel" if isinstance(classifier, SpanClassifier) else "ner"
        sentence[tokens[0].idx - 1 : tokens[-1].idx].add_label(name, label)
    return sentence


def chosen_relation(classifier, given: MarkedText) -> tuple[tuple[int, int], tuple[int, int]]:
    """Of two entities, the direction with the more probable relation."""
    one, other = ((start, end) for start, end, _ in given.entities)
    ways = [(one, other), (other, one)]
    found = [
        predicted(classifier, MarkedText(given.text, given.entities, data_point=way))
        for way in ways
    ]
    return max(zip(ways, found, strict=True), key=lambda pair: pair[1][0].score if pair[1] else 0)[
        0
    ]


def tokens_at(sentence: Sentence, text: str, start: int, end: int) -> list[Token]:
    """Flair's tokens in a range of characters, found by counting characters that it keeps."""
    before, inside = (
        len("".join(Sentence._handle_problem_characters(part).split()))
        for part in (text[:start], text[start:end])
    )
    found, position = [], 0
    for token in sentence.tokens:
        if before <= position < before + inside:
            found.append(token)
        position += len(token.text)
    return found


def place_and_label(classifier, given: MarkedText) -> tuple[range, str]:
    """The words of the data point, or of the first that a tagger gives a label, and the label."""
    sentence = Sentence(given.text)
    classifier.predict(sentence, label_name="said")
    parts = list(sentence.get_spans("said")) or sentence.tokens
    if given.data_point is not None:
        tokens = tokens_at(sentence, given.text, *given.data_point[0])
        parts = [sentence[tokens[0].idx - 1 : tokens[-1].idx] if len(tokens) > 1 else tokens[0]]
    labelled = [part for part in parts if part.get_label("said", zero_tag_value="O").value != "O"]
    part = (labelled or parts)[0]
    tokens = [part] if isinstance(part, Token) else part.tokens
    label = part.get_label("said", zero_tag_value="O").value
    # Flair cuts the prefix off the tag of a span, and two characters off "<unk>".
    return range(tokens[0].idx - 1, tokens[-1].idx), "<unk>" if label == "nk>" else label


def flair_logits(classifier, given: MarkedText, *, softmax: bool = False) -> dict[str, float]:
    """The logit of each label for the data point, or the first that a tagger gives a label.

    For the words of a span it is the mean of the logits of their tags.
    """
    words, _ = place_and_label(classifier, given)
    rows = emissions(classifier, given.text)[words.start : words.stop]
    index = {
        tag: i
        for i, tag in enumerate(classifier.label_dictionary.get_items())
        if tag not in ("<START>", "<STOP>")
    }
    labels = dict.fromkeys(re.sub("^[SBIE]-", "", tag) for tag in index)
    if not any(tag.startswith("B-") for tag in index):
        names = {tag: [tag] * len(rows) for tag in index}
    else:
        names = {label: tags_of_span(label, len(rows), index) for label in labels}
    found = [
        torch.stack([row[index[tag]] for row, tag in zip(rows, tags, strict=True)]).mean()
        for tags in names.values()
    ]
    logits = torch.stack(found)
    if softmax:
        is_multi = getattr(classifier, "multi_label", False)
        logits = logits.sigmoid() if is_multi else logits.softmax(dim=0)
    return dict(zip(names, logits.tolist(), strict=True))


def tags_of_span(label: str, n_words: int, tags: Sequence[str]) -> list[str]:
    """How Flair writes a span of some words in tags, with its shortest or its longest scheme."""
    if label in tags:  # "O", "<unk>"
        return [label] * n_words
    if f"S-{label}" not in tags:
        return [f"B-{label}", *[f"I-{label}"] * (n_words - 1)]
    if n_words == 1:
        return [f"S-{label}"]
    return [f"B-{label}", *[f"I-{label}"] * (n_words - 2), f"E-{label}"]


@torch.no_grad()
def emissions(classifier, text: str) -> torch.Tensor:
    """The logits of all tags at each word, shape (W, T), by Flair's own forward pass."""
    sentence = Sentence(text)
    if isinstance(classifier, TokenClassifier):
        classifier.embeddings.embed(sentence)
        vectors = torch.stack([token.get_embedding() for token in sentence.tokens])
        return classifier.decoder(vectors)
    scores = classifier.forward(*classifier._prepare_tensors([sentence]))
    if not classifier.use_crf:
        return scores
    features, _, transitions = scores  # Flair has added what it takes to come from each tag
    return (features - transitions)[0, :, :, 0]
