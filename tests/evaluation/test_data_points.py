"""Words are deleted around a data point, which moves with what is left; Flair reads each text."""

from __future__ import annotations

import dataclasses
import math
import re

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr
from support import predictions
from support.model_state import state_of

from flair_lig_widget import attribute, rank_baselines
from flair_lig_widget.evaluation import edit, evaluate, sanity_check
from flair_lig_widget.result.algorithms import ALGORITHMS
from flair_lig_widget.result.marked import MarkedText

# Words without punctuation, so that an edited text is its words joined by spaces.
TEXT = "the airline of Prime Minister made a film in New York after the strike"
WORDS = TEXT.split()
EVERY = range(len(WORDS))
COMPANY, PERSON, CITY = range(1, 2), range(3, 5), range(9, 11)

LINEAR = ("SequenceTagger", "spans in BIOES, no RNN, CRF")
CASES = [
    LINEAR,
    ("TokenClassifier", "spans in BIOES, over transformer words"),
    ("RelationClassifier", "TypedEntityMarker"),
    ("RelationClassifier", "EntityMask"),
    ("SpanClassifier", "first_last, over transformer words"),
]
CASES = [
    pytest.param(*case, marks=pytest.mark.slow if case[1] == "EntityMask" else ()) for case in CASES
]
every_case = pytest.mark.parametrize(("family", "setting"), CASES)

QUICK = {"method": "riemann_middle", "n_steps": 3}


def data_point_of(family: str) -> tuple[range, ...]:
    return (PERSON, CITY) if family == "RelationClassifier" else (PERSON,)


def entities_of(family: str) -> list[tuple[range, str]]:
    return {
        "RelationClassifier": [(COMPANY, "ORG"), (PERSON, "PER"), (CITY, "ORG")],
        "SpanClassifier": [(COMPANY, "mention"), (PERSON, "mention")],
    }.get(family, [])


def place(words: list[str], where: range) -> tuple[int, int]:
    """The characters of some words in the text of all words."""
    start = len(" ".join([*words[: where.start], ""]))
    return start, start + len(" ".join(words[where.start : where.stop]))


def marked(family: str, kept=EVERY) -> MarkedText:
    """The words that are kept as a text; an entity that misses one of its words is left out."""
    kept = sorted(kept)
    words = [WORDS[i] for i in kept]

    def moved(where: range) -> tuple[int, int]:
        return place(words, range(kept.index(where[0]), kept.index(where[-1]) + 1))

    entities = [each for each in entities_of(family) if set(each[0]) <= set(kept)]
    return MarkedText(
        " ".join(words),
        tuple((*moved(where), label) for where, label in entities),
        tuple(moved(where) for where in data_point_of(family)),
    )


def explained(classifier, family: str, text: MarkedText | None = None, **options):
    text = text or marked(family)
    return attribute(
        classifier,
        text.text,
        entities=text.entities,
        data_point=text.data_point,
        **{**QUICK, **options},
    )


def says(classifier, text: MarkedText) -> dict[str, float]:
    """Flair's own probabilities of the data point."""
    if not isinstance(classifier, predictions.TAGGERS):
        first = [each for each in text.entities if each[:2] == text.data_point[0]]
        others = [each for each in text.entities if each not in first]
        ordered = dataclasses.replace(text, entities=(*first, *others))
        return predictions.flair_says(classifier, ordered)
    labels, logits = tag_logits(classifier, text)
    return dict(zip(labels, logits.softmax(dim=0).tolist(), strict=True))


def tag_logits(classifier, text: MarkedText) -> tuple[list[str], torch.Tensor]:
    """The labels of spans, and the mean over the data point of the logits of their tags."""
    ((start, end),) = text.data_point
    first = len(text.text[:start].split())
    rows = predictions.emissions(classifier, text.text)[first:][: len(text.text[start:end].split())]
    tags = [t for t in classifier.label_dictionary.get_items() if t not in ("<START>", "<STOP>")]
    labels = list(dict.fromkeys(re.sub("^[SBIE]-", "", tag) for tag in tags))
    of_labels = [predictions.tags_of_span(label, len(rows), tags) for label in labels]
    at = [[row[tags.index(t)] for row, t in zip(rows, each, strict=True)] for each in of_labels]
    return labels, torch.tensor([[float(x) for x in each] for each in at]).mean(dim=1)


@every_case
def test_every_number_is_that_of_flair_for_texts_that_keep_the_data_point(
    family, setting, family_classifier
):
    """The independent source is Flair on strings that the test edits itself."""
    classifier = family_classifier(family, setting)
    attribution = explained(classifier, family)
    fixed = {i for where in data_point_of(family) for i in where}
    others = [i for i in EVERY if i not in fixed]
    found = evaluate(classifier, attribution, n_random=3)
    assert found.data_point == attribution.data_point == marked(family).data_point
    assert found.words == tuple(place(WORDS, range(i, i + 1)) for i in others)
    score_of = {(w.start, w.end): w.score for w in attribution.words()}
    assert found.scores.tolist() == [score_of[each] for each in found.words]
    order, target, near = [others[i] for i in found.order], attribution.target, {"abs": 1e-6}

    def probabilities(kept) -> dict[str, float]:
        return says(classifier, marked(family, fixed | set(kept)))

    m = len(others)
    assert found.without.counts == found.only.counts == tuple(range(m + 1))
    without = [probabilities(order[k:]) for k in range(m + 1)]
    only = [probabilities(order[:k]) for k in range(m + 1)]
    assert found.probability == pytest.approx(without[0][target], **near)
    assert found.without.probabilities == pytest.approx([p[target] for p in without], **near)
    assert found.only.probabilities == pytest.approx([p[target] for p in only], **near)
    counts = [max(1, math.ceil(share * m)) for share in (0.05, 0.1, 0.2, 0.5)]
    falls = [without[0][target] - without[k][target] for k in counts]
    assert found.comprehensiveness.probability == pytest.approx(np.mean(falls), **near)
    best = [max(p, key=p.get) for p in without]
    changes = [k for k, label in enumerate(best) if label != best[0]]
    assert (found.flip and found.flip.n_words) == (changes[0] if changes else None)
    value = explained(classifier, family, marked(family, fixed | set(order[2:])), target=target)
    assert found.without.values[2] == pytest.approx(value.value, abs=1e-4)


def test_embeddings_of_all_words_can_be_replaced_also_those_of_the_data_point(family_classifier):
    """The independent source is Flair on a text with words whose vectors are zero, the baseline."""
    classifier = family_classifier(*LINEAR)
    attribution = explained(classifier, LINEAR[0], target="PER")
    found = evaluate(classifier, attribution, erase="baseline", n_random=2)
    assert found.n_words == len(WORDS)

    def logit(words: list[str]) -> float:
        text = MarkedText(" ".join(words), (), (place(words, PERSON),))
        labels, logits = tag_logits(classifier, text)
        return float(logits[labels.index("PER")])

    unknown = [[*WORDS[:i], "xyzzy", *WORDS[i + 1 :]] for i in EVERY]
    lost = [logit(WORDS) - logit(words) for words in unknown]
    assert found.leave_one_out == pytest.approx(lost, abs=1e-5)
    assert abs(found.leave_one_out[list(PERSON)]).min() > 0.01


def test_a_data_point_moves_with_its_words_when_others_are_edited(family_classifier):
    classifier = family_classifier("RelationClassifier", "TypedEntityMarker")
    before = state_of(classifier)
    attribution = explained(classifier, "RelationClassifier")
    words = attribution.words()
    company, of = (next(w for w in words if w.text == text) for text in ("airline", "of"))

    found = edit(classifier, attribution, company)
    expected = marked("RelationClassifier", set(EVERY) - {1})
    assert found.text == expected.text
    # Flair no longer has the entity whose word is gone.
    assert [label for *_, label in found.edited_entities] == ["PER", "ORG"]
    assert found.edited_data_point == expected.data_point
    assert dict(found.prediction) == pytest.approx(says(classifier, expected), abs=1e-6)
    assert "the probability that Prime Minister → New York is " in found.summary

    found = edit(classifier, attribution, of, "owned and run by")
    longer = [*WORDS[:2], "owned", "and", "run", "by", *WORDS[3:]]
    places = [place(longer, range(w.start + 3, w.stop + 3)) for w in (PERSON, CITY)]
    entities = [(*place(longer, COMPANY), "ORG"), (*places[0], "PER"), (*places[1], "ORG")]
    expected = MarkedText(" ".join(longer), tuple(entities), tuple(places))
    assert (found.text, found.edited_data_point) == (expected.text, expected.data_point)
    assert found.edited_entities == expected.entities
    assert dict(found.prediction) == pytest.approx(says(classifier, expected), abs=1e-6)
    assert state_of(classifier) == before


def test_words_that_replace_a_data_point_are_explained_in_its_place(family_classifier):
    classifier = family_classifier(*LINEAR)
    attribution = explained(classifier, LINEAR[0], target="PER")
    found = edit(classifier, attribution, attribution.data_point[0], " the company ")
    # One of the new words takes no more: Flair does not read whitespace.
    start = attribution.data_point[0][0]
    assert found.edited_data_point == ((start + 1, start + 12),)
    words = [*WORDS[:3], "the", "company", *WORDS[5:]]
    expected = says(classifier, MarkedText(" ".join(words), (), (place(words, PERSON),)))
    assert dict(found.prediction) == pytest.approx(expected, abs=1e-6)
    assert "“the company” in place of “Prime Minister”, the probability of PER " in found.summary


def test_words_without_which_there_is_no_question_are_not_deleted(family_classifier):
    classifier = family_classifier(*LINEAR)
    attribution = explained(classifier, LINEAR[0])
    (start, end), *_ = attribution.data_point
    for span in ((start, end), (start, start + 5), (0, len(attribution.text))):
        with pytest.raises(ValueError, match="there is no question without it; give a replace"):
            edit(classifier, attribution, span)
    with pytest.raises(ValueError, match="has words of the data point and others"):
        edit(classifier, attribution, (0, end), "he")
    masked = edit(classifier, attribution, (start, end), erase="baseline")
    assert (masked.text, masked.edited_data_point) == (None, None)


def test_a_relation_that_flair_no_longer_reads_is_refused(family_classifier):
    """Flair ignores entities that are more than 20 words apart."""
    classifier = family_classifier("RelationClassifier", "TypedEntityMarker")
    attribution = explained(classifier, "RelationClassifier")
    made = next(word for word in attribution.words() if word.text == "made")
    with pytest.raises(ValueError, match="not find the data point in the edited text 'the airline"):
        edit(classifier, attribution, made, " ".join(["very"] * 30))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Larry", "no word of 'Larry' can be deleted, because the data point must stay"),
        ("Larry Page", "1 word of 'Larry Page' can be deleted, because the data point must stay"),
    ],
)
def test_a_text_without_two_other_words_is_refused(text, message, family_classifier):
    classifier = family_classifier("SequenceTagger", "tags, no RNN, no CRF")
    with pytest.raises(ValueError, match=message):
        evaluate(classifier, attribute(classifier, text, data_point=(0, 5), **QUICK))


def test_a_text_that_flair_splits_otherwise_without_some_words_is_refused(family_classifier):
    """Flair reads "3.5 p.m" and "." in the first text, and in the second "p.m."."""
    classifier = family_classifier("SequenceTagger", "tags, no RNN, no CRF")
    text = "go there at 3.5 p.m. (e.g. by car)."
    attribution = attribute(classifier, text, data_point="p.m", **QUICK)
    with pytest.raises(ValueError, match="Flair does not find the data point in the edited text"):
        evaluate(classifier, attribution, n_random=20)
    assert evaluate(classifier, attribution, n_random=1, erase="baseline").n_words > 5


def test_the_ranking_of_baselines_agrees_with_the_evaluation(family_classifier):
    for family, setting in (LINEAR, ("RelationClassifier", "TypedEntityMarker")):
        classifier = family_classifier(family, setting)
        text = marked(family)
        ranking = rank_baselines(classifier, [text], n_random=2)
        for row in ranking.baselines[:2]:
            attribution = explained(
                classifier, family, method="auto", n_steps=None, baseline=row.name
            )
            assert attribution.target == max(attribution.prediction, key=attribution.prediction.get)
            drops = evaluate(classifier, attribution, n_random=1)
            assert row.probability.comprehensiveness.mean == pytest.approx(
                drops.comprehensiveness.probability, abs=1e-6
            )
            assert row.log_odds.sufficiency.mean == pytest.approx(
                drops.sufficiency.log_odds, abs=1e-4
            )


def test_a_text_without_a_data_point_is_measured_on_the_first_one_that_flair_labels(
    family_classifier,
):
    classifier = family_classifier(*LINEAR)
    first = attribute(classifier, TEXT, **QUICK).data_point
    named, default = (
        rank_baselines(classifier, [each], n_random=1)
        for each in (MarkedText(TEXT, data_point=first), TEXT)
    )
    assert repr(named) == repr(default)
    with pytest.raises(ValueError, match="its data point is behind the first 4 words"):
        rank_baselines(classifier, [marked(LINEAR[0])], max_words=4)


def test_random_weights_change_the_scores_of_a_data_point(family_classifier):
    """The independent source of the last row is SciPy, on the scores of two attributions."""
    classifier = family_classifier(*LINEAR)
    report = sanity_check(classifier, [marked(LINEAR[0])])
    assert [row.name for row in report.rows] == ["linear", "embedding2nn", "embeddings.embedding"]
    options = {"method": "auto", "n_steps": None, "tolerance": 0.05}
    one = explained(classifier, LINEAR[0], **options)
    ranked = sorted(one.prediction, key=one.prediction.get, reverse=True)
    first, second = (
        [w.score for w in explained(classifier, LINEAR[0], target=label, **options).words()]
        for label in ranked[:2]
    )
    expected = spearmanr(first, second).statistic
    assert report.two_labels.per_text_signed == pytest.approx([expected], abs=1e-9)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_explains_a_linear_tagger_exactly(algorithm, family_classifier):
    """Each word moves the logit by itself: the source is Flair without its vector, one by one."""
    classifier = family_classifier(*LINEAR)
    samples = {} if algorithm == "integrated_gradients" else {"n_steps": 3, "method": "auto"}
    found = explained(classifier, LINEAR[0], target="ORG", algorithm=algorithm, **samples)
    text = marked(LINEAR[0])
    labels, logits = tag_logits(classifier, text)
    whole, at = float(logits[labels.index("ORG")]), labels.index("ORG")
    for i, word in enumerate(found.words()):
        words = [*WORDS[:i], "xyzzy", *WORDS[i + 1 :]]  # an unknown word: zeros
        _, without = tag_logits(
            classifier, MarkedText(" ".join(words), (), (place(words, PERSON),))
        )
        assert word.score == pytest.approx(whole - float(without[at]), abs=1e-5)


@pytest.mark.parametrize("algorithm", ["feature_ablation", "shapley_value_sampling", "deep_lift"])
def test_other_algorithms_explain_a_relation(algorithm, family_classifier):
    """A mean of word vectors is linear: the source is ``predict`` without each vector."""
    family, setting = "RelationClassifier", "mean of word vectors, another zero tag"
    classifier = family_classifier(family, setting)
    options = {"method": "auto", "n_steps": 3, "target": "sport", "contrast": "tech"}
    found = explained(classifier, family, algorithm=algorithm, **options)

    def value(words: list[str]) -> float:
        """The difference of two logits is that of the logarithms of two probabilities."""
        entities = [(*place(words, where), label) for where, label in entities_of(family)]
        places = tuple(place(words, where) for where in data_point_of(family))
        said = says(classifier, MarkedText(" ".join(words), tuple(entities), places))
        return math.log(said["sport"] / said["tech"])

    for i, word in enumerate(found.words()):
        lost = value(WORDS) - value([*WORDS[:i], "xyzzy", *WORDS[i + 1 :]])
        assert word.score == pytest.approx(lost, abs=1e-5)
