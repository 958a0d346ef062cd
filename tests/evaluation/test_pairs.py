"""Words of pairs and triples are taken away and replaced within their own text."""

from __future__ import annotations

import pytest
from support.predictions import flair_says

from flair_lig_widget import ModelWrapper, attribute, edit, evaluate, rank_baselines
from flair_lig_widget.evaluation.deletion import TextWords
from flair_lig_widget.evaluation.erasing import Deleter
from flair_lig_widget.evaluation.predictions import Predictor
from flair_lig_widget.integration.explained import objective_of

# Words without punctuation, so that an edited text is its words joined by spaces.
FIRST, SECOND = "shares in the airline fell", "the striker scored twice"
PAIR = f"{FIRST}\u2029{SECOND}"
QUICK = {"method": "riemann_middle", "n_steps": 3}

CASES = [
    ("TextPairClassifier", "read together"),
    ("TextPairClassifier", "embed_separately, GRU over word vectors"),
]


def says(classifier, text: str) -> dict[str, float]:
    """What Flair predicts for the texts of a pair or triple."""
    return pytest.approx(flair_says(classifier, text), abs=1e-5)


@pytest.mark.parametrize(("family", "setting"), CASES)
def test_an_edit_of_one_text_is_what_flair_predicts_for_both(family, setting, family_classifier):
    classifier = family_classifier(family, setting)
    attribution = attribute(classifier, (FIRST, SECOND), **QUICK)
    words = attribution.words()
    edits = [
        (words[0], None, "in the airline fell\u2029the striker scored twice"),
        (words[8], None, "shares in the airline fell\u2029the striker scored"),
        ((27, 38), None, "shares in the airline fell\u2029scored twice"),
        (words[6], "film & 🎉", "shares in the airline fell\u2029the film & 🎉 scored twice"),
        ((0, 26), "goal", "goal\u2029the striker scored twice"),
    ]
    assert attribution.text[27:38] == "the striker"
    assert attribution.text[26:27] == "\u2029"
    for span, replacement, text in edits:
        found = edit(classifier, attribution, span, replacement)
        assert found.text == text
        assert found.before == says(classifier, PAIR)
        assert found.prediction == says(classifier, text)
        promised = [word.score for word in words if found.start <= word.start < found.end]
        assert found.promised == pytest.approx(sum(promised))


@pytest.mark.parametrize("options", [{}, {"replacement": "goal"}, {"erase": "mask"}], ids=str)
def test_a_span_of_two_texts_is_refused_in_words(options, family_classifier):
    classifier = family_classifier(*CASES[0])
    attribution = attribute(classifier, (FIRST, SECOND), **QUICK)
    for span in ((21, 30), (0, len(PAIR))):
        with pytest.raises(ValueError, match="reaches over two texts; edit the words of one text"):
            edit(classifier, attribution, span, **options)


def test_a_text_of_a_pair_cannot_lose_its_last_word_nor_become_two(family_classifier):
    classifier = family_classifier(*CASES[0])
    attribution = attribute(classifier, ("goal", SECOND), **QUICK)
    first = attribution.words()[0]
    with pytest.raises(ValueError, match="no word is left without 'goal', and Flair cannot read"):
        edit(classifier, attribution, first)
    with pytest.raises(
        ValueError, match=r"has a paragraph separator .* replace it by a line break"
    ):
        edit(classifier, attribution, first, "a\u2029b")
    with pytest.raises(ValueError, match=r"Flair finds no word in|text is empty"):
        edit(classifier, attribution, first, "\u200b")
    assert edit(classifier, attribution, first, erase="mask").text is None


@pytest.mark.parametrize(
    ("family", "setting"),
    [*CASES, ("TextTripleClassifier", "embed_separately, mean of word vectors")],
)
def test_the_curves_are_what_flair_predicts_for_texts_of_which_none_is_empty(
    family, setting, family_classifier
):
    """The test deletes the words itself: the last of each text in the order stays."""
    classifier = family_classifier(family, setting)
    texts = (FIRST, SECOND, "a film on tuesday")[: 3 if "Triple" in family else 2]
    attribution = attribute(classifier, texts, **QUICK)
    found = evaluate(classifier, attribution, n_random=2)
    scores = [word.score for word in attribution.words()]
    words = [(number, word) for number, text in enumerate(texts) for word in text.split()]
    best = sorted(range(len(words)), key=lambda word: -scores[word])
    last = {words[word][0]: word for word in best}.values()
    first = {words[word][0]: word for word in reversed(best)}.values()
    order = [word for word in best if word not in last] + [word for word in best if word in last]
    kept = [word for word in best if word in first] + [word for word in best if word not in first]
    assert list(found.order) == order

    def predicted(left: list[int]) -> float:
        lines = [[words[i][1] for i in sorted(left) if words[i][0] == n] for n in range(len(texts))]
        assert all(lines)
        return flair_says(classifier, "\u2029".join(map(" ".join, lines)))[attribution.target]

    assert found.without.counts == tuple(range(len(words) - len(texts) + 1))
    assert found.only.counts == tuple(range(len(texts), len(words) + 1))
    for count, p in zip(found.without.counts, found.without.probabilities, strict=True):
        assert p == pytest.approx(predicted(order[count:]), abs=1e-5)
    for count, p in zip(found.only.counts, found.only.probabilities, strict=True):
        assert p == pytest.approx(predicted(kept[:count]), abs=1e-5)


def test_the_only_word_of_a_text_stays_and_leaving_it_out_changes_nothing(family_classifier):
    classifier = family_classifier(*CASES[0])
    attribution = attribute(classifier, ("goal", SECOND), **QUICK)
    found = evaluate(classifier, attribution, n_random=1)
    assert found.leave_one_out[0] == 0.0
    assert all(found.leave_one_out[1:] != 0.0)
    masked = evaluate(classifier, attribution, n_random=1, erase="mask")
    assert masked.leave_one_out[0] != 0.0
    assert masked.without.counts == tuple(range(6))


def test_a_pair_of_too_few_words_is_refused_unless_words_are_replaced(family_classifier):
    classifier = family_classifier(*CASES[0])
    attribution = attribute(classifier, ("goal", "a film"), **QUICK)
    with pytest.raises(ValueError, match="3 words of the 2 texts can be deleted, and at least 4"):
        evaluate(classifier, attribution, n_random=1)
    assert evaluate(classifier, attribution, n_random=1, erase="baseline").n_words == 3


def test_baselines_are_ranked_on_pairs(family_classifier):
    classifier = family_classifier(*CASES[1])
    ranking = rank_baselines(classifier, [(FIRST, SECOND), (SECOND, FIRST)], n_random=1)
    assert ranking.n_texts == 2
    with pytest.raises(ValueError, match=r"texts\[0\].*3 words are read .* at least 4 are needed"):
        rank_baselines(classifier, [("goal", "a film")], n_random=1)


def test_a_text_that_the_model_does_not_reach_can_be_masked_but_not_shortened(family_classifier):
    """The first text fills the model's input; without some of its words it would read the other."""
    classifier = family_classifier(*CASES[0])
    attribution = attribute(classifier, ("goal " * 200, SECOND), **QUICK)
    assert attribution.truncated[-1] == (1001, 1001 + len(SECOND))
    with pytest.raises(ValueError, match="the model reads no word of text 2, and Flair cannot"):
        evaluate(classifier, attribution, n_random=1)
    with pytest.raises(ValueError, match="the model reads no word of text 2, and Flair cannot"):
        edit(classifier, attribution, attribution.words()[0])
    assert edit(classifier, attribution, attribution.words()[0], erase="mask").change != 0


def test_f_is_that_of_each_pair_alone(family_classifier):
    """Pairs share a batch where they can; the reference is the model on each of them."""
    classifier = family_classifier("TextPairClassifier", "embed_separately")
    wrapper = ModelWrapper(classifier)
    attribution = attribute(classifier, (FIRST, SECOND), **QUICK)
    objective = objective_of(wrapper, attribution, attribution.target)
    words, predictor = TextWords.of(attribution), Predictor(wrapper)
    eraser = Deleter(wrapper, objective, words, predictor, lambda: False)
    sets = [frozenset(range(9)) - {word} for word in range(9)]
    alone = []
    for kept in sets:
        _, logits = wrapper.endpoints(wrapper.encode(words.keep(kept)))
        alone.append(objective(logits)[1].item())
    assert eraser.values(sets) == pytest.approx(alone, abs=1e-4, rel=1e-5)
