"""Edits against Flair's predict on strings that the test edits itself."""

from __future__ import annotations

import pytest
import torch
from support import families, tiny
from support.model_state import state_of
from support.texts import AWKWARD

from flair_lig_widget import ModelWrapper, Span, attribute, edit, evaluate
from flair_lig_widget.evaluation.predictions import Predictor
from flair_lig_widget.integration.sampling import Cancelled

TEXT = "shares in the unprofitable airline fell on tuesday after a warning"
WORDS = TEXT.split()
QUICK = {"method": "riemann_middle", "n_steps": 3}

CASES = [
    ("TransformerDocumentEmbeddings", "bert"),
    ("TransformerDocumentEmbeddings", "multi_label with thresholds"),
    ("DocumentPoolEmbeddings", "mean of word vectors"),
    ("DocumentRNNEmbeddings", "GRU over word vectors"),
    ("TARSClassifier", "multi label"),
]


def says(classifier, text: str) -> dict[str, float]:
    """What Flair predicts for a text."""
    return pytest.approx(families.flair_says(classifier, text), abs=1e-6)


@pytest.mark.parametrize(("family", "setting"), CASES)
def test_an_edit_is_what_flair_predicts_for_the_edited_string(family, setting, family_classifier):
    """f is that of the logits of each text alone, which the model computes in another batch."""
    classifier = family_classifier(family, setting)
    before, wrapper = state_of(classifier), ModelWrapper(classifier)
    attribution = attribute(classifier, TEXT, target="sport", **QUICK)
    words = attribution.words()
    edits = [
        (words[3], None, " ".join(WORDS[:3] + WORDS[4:])),
        (words[0], None, " ".join(WORDS[1:])),
        ((words[4].start, words[6].end), None, " ".join(WORDS[:4] + WORDS[7:])),
        (words[4], "football", " ".join([*WORDS[:4], "football", *WORDS[5:]])),
        (words[10], "goal, and a film", " ".join([*WORDS[:10], "goal, and a film"])),
        ((0, len(TEXT)), "the film", "the film"),
    ]
    for span, replacement, text in edits:
        found = edit(classifier, attribution, span, replacement)
        assert found.text == text
        assert found.prediction == says(classifier, text)
        assert found.before == says(classifier, TEXT)
        assert set(found.predicted) == set(families.flair_predicts(classifier, text))
        assert set(found.predicted_before) == set(families.flair_predicts(classifier, TEXT))
        alone = [wrapper.endpoints(wrapper.encode(each))[1][1, 3].item() for each in (TEXT, text)]
        near = {"abs": 1e-4, "rel": 1e-5}
        assert (found.value, found.edited_value) == pytest.approx(alone, **near)
    assert wrapper.labels[3] == "sport"
    assert state_of(classifier) == before


@pytest.mark.parametrize("erase", ["delete", "mask", "baseline"])
def test_the_change_is_that_of_leaving_out_one_word(tiny_classifier, erase):
    """`evaluate` asks for the same numbers in other batches."""
    classifier = tiny_classifier()
    attribution = attribute(classifier, TEXT, target="sport", contrast="tech", **QUICK)
    expected = evaluate(classifier, attribution, erase=erase, n_random=1)
    for index in (0, 3, 10):
        word = attribution.words()[index]
        found = edit(classifier, attribution, word, erase=erase)
        assert found.change == pytest.approx(expected.leave_one_out[index], abs=1e-5)
        assert found.promised == word.score == expected.scores[index]
        assert (found.text is None) == (erase != "delete")
        assert found.original[found.start : found.end] == word.text


@pytest.mark.parametrize(("erase", "baseline"), [("mask", "pad"), ("baseline", "unk")])
def test_words_that_are_masked_have_the_ids_of_the_mask_token(tiny_classifier, erase, baseline):
    """The independent source is the model on token ids, without any embedding replaced."""
    classifier = tiny_classifier()
    wrapper = ModelWrapper(classifier)
    attribution = attribute(classifier, TEXT, target="sport", baseline=baseline, **QUICK)
    encoding, tokenizer = wrapper.encode(TEXT), classifier.embeddings.tokenizer
    edited = encoding.input_ids.clone()
    new_id = tokenizer.mask_token_id if erase == "mask" else tokenizer.unk_token_id
    at_word = [token.word == 3 for token in encoding.tokens]
    assert sum(at_word) > 1
    edited[0, at_word] = new_id
    with torch.no_grad():
        logits = wrapper(torch.cat([encoding.input_ids, edited]), None)
    found = edit(classifier, attribution, attribution.words()[3], erase=erase)
    assert (found.value, found.edited_value) == pytest.approx(logits[:, 3].tolist(), abs=1e-5)
    probabilities = wrapper.probabilities(logits)
    assert list(found.before.values()) == pytest.approx(probabilities[0].tolist(), abs=1e-6)
    assert list(found.prediction.values()) == pytest.approx(probabilities[1].tolist(), abs=1e-6)


@pytest.mark.parametrize("contrast", [None, "tech"])
@pytest.mark.parametrize(
    ("family", "setting"),
    [("TransformerDocumentEmbeddings", "bert"), ("DocumentPoolEmbeddings", "multi_label")],
)
def test_a_change_in_probability_is_that_of_flairs_probabilities(
    family, setting, contrast, family_classifier
):
    classifier = family_classifier(family, setting)
    options = {"target": "sport", "contrast": contrast, "output": "probability"}
    attribution = attribute(classifier, TEXT, **options, **QUICK)
    found = edit(classifier, attribution, attribution.words()[4], "football")

    def f(prediction) -> float:
        return prediction["sport"] - (prediction[contrast] if contrast else 0.0)

    before = families.flair_says(classifier, TEXT)
    after = families.flair_says(classifier, TEXT.replace("airline", "football"))
    assert found.unit == "probability"
    assert found.change == pytest.approx(f(before) - f(after), abs=2e-6)


def test_any_text_can_be_edited_and_takes_any_words(tiny_classifier):
    """The test cuts the text where the words are."""
    classifier = tiny_classifier()
    for text in AWKWARD.values():
        attribution = attribute(classifier, text, **QUICK)
        words = attribution.words()
        first, middle, last = words[0], len(words) // 2, words[-1]
        word = words[middle]
        for replacement in ("</script>&", "🎉 two\nlines", "x" * 200):
            found = edit(classifier, attribution, word, replacement)
            before, after = text[first.start : word.start], text[word.end : last.end]
            assert found.text == before + replacement + after
            assert found.prediction == says(classifier, found.text)
        if 0 < middle < len(words) - 1:
            found = edit(classifier, attribution, word)
            before = text[first.start : words[middle - 1].end]
            assert found.text == f"{before} {text[words[middle + 1].start : last.end]}"
            assert found.prediction == says(classifier, found.text)


def test_a_sentence_and_a_range_with_spaces_around_it_are_their_words(tiny_classifier):
    classifier = tiny_classifier()
    attribution = attribute(classifier, "Profit fell 7%. The striker scored twice.", **QUICK)
    words, (_, second) = attribution.words(), attribution.sentences()
    found = edit(classifier, attribution, second)
    assert found.text == "Profit fell 7%."
    assert found.promised == pytest.approx(second.score)
    found = edit(classifier, attribution, (6, 12))
    assert attribution.text[6:12] == " fell "
    assert (found.start, found.end, found.promised) == (7, 11, words[1].score)
    assert found.text == "Profit 7%. The striker scored twice."
    assert edit(classifier, attribution, words[1]) == found
    apostrophe = attribute(classifier, "it didn't fall", **QUICK)
    n_t = apostrophe.words()[2]
    assert n_t.text == "n't"
    assert edit(classifier, apostrophe, n_t).text == "it did fall"
    assert edit(classifier, apostrophe, n_t, " not").text == "it did not fall"  # no space is added


def test_all_words_can_be_replaced_or_masked_but_not_deleted(tiny_classifier):
    classifier = tiny_classifier()
    for text in ("goal", TEXT):
        attribution = attribute(classifier, text, target="sport", baseline="pad", **QUICK)
        every = (0, len(text))
        with pytest.raises(ValueError, match=r"no word is left without '.*give a replacement, or"):
            edit(classifier, attribution, every)
        found = edit(classifier, attribution, every, "the film")
        assert found.prediction == says(classifier, "the film")
        assert edit(classifier, attribution, every, erase="mask").prediction != found.before
        found = edit(classifier, attribution, every, erase="baseline")
        assert found.edited_value == pytest.approx(attribution.baseline_value, abs=1e-5)
        assert found.change - found.promised == pytest.approx(-attribution.delta, abs=1e-5)


def test_what_the_model_did_not_read_is_in_neither_text(tiny_classifier):
    classifier = tiny_classifier()
    attribution = attribute(classifier, " ".join([TEXT] * 20), **QUICK)
    ((start, _),) = attribution.truncated
    found = edit(classifier, attribution, attribution.words()[0])
    assert found.text == attribution.text[7:start].rstrip()
    assert found.before == says(classifier, attribution.text[:start])
    assert found.prediction == says(classifier, found.text)
    with pytest.raises(ValueError, match="the model reads no word in text"):
        edit(classifier, attribution, (start + 1, start + 12))


def test_no_gradient_is_computed_and_each_text_is_predicted_alone(tiny_classifier, monkeypatch):
    classifier = tiny_classifier()
    attribution, asked = attribute(classifier, TEXT, **QUICK), []
    ask = Predictor._ask
    monkeypatch.setattr(
        Predictor, "_ask", lambda self, texts: asked.append(texts) or ask(self, texts)
    )
    monkeypatch.setattr(torch.autograd, "grad", lambda *args, **kw: asked.append("gradient"))
    found = edit(classifier, attribution, attribution.words()[0])
    assert asked == [[TEXT], [found.text]]
    edit(classifier, attribution, attribution.words()[0], erase="mask")
    assert len(asked) == 2


@pytest.mark.parametrize("erase", ["delete", "mask"])
def test_an_edit_can_be_cancelled(tiny_classifier, erase):
    classifier = tiny_classifier()
    attribution = attribute(classifier, TEXT, **QUICK)
    with pytest.raises(Cancelled):
        edit(classifier, attribution, attribution.words()[0], erase=erase, cancelled=lambda: True)


@pytest.mark.parametrize(
    ("span", "message"),
    [
        ((5, 5), "there are no characters 5 to 5 in a text of 66"),
        ((-3, 2), "there are no characters -3 to 2"),
        ((60, 99), "there are no characters 60 to 99 in a text of 66; give a range within it"),
        ((6, 7), r"the model reads no word in text\[6:7\], ' '; give one of attribution.words"),
        ((0, 3), r"text\[0:3\], 'sha', cuts the word 'shares', and Flair reads whole words"),
        ((0, 8), "cuts the word 'in'"),
        (Span("goals", 0, 5, 0.0, None, 1), "the span 'goals' is not in the text"),
        (3, "span=3 is neither a Span nor a range"),
        ("shares", "span='shares' is neither a Span nor a range"),
        ((0.0, 6.0), "span=a tuple is neither a Span nor a range"),
        ((0, 6, 7), "neither a Span nor a range"),
    ],
)
def test_a_span_of_no_whole_words_is_an_error_that_says_what_to_give(
    tiny_classifier, span, message
):
    classifier = tiny_classifier()
    attribution = attribute(classifier, TEXT, **QUICK)
    assert len(TEXT) == 66
    with pytest.raises((ValueError, TypeError), match=message):
        edit(classifier, attribution, span)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"erase": "cut"}, "unknown erase 'cut'; use delete, mask, baseline"),
        ({"replacement": ""}, "replacement='' is blank; give at least one word, or None"),
        ({"replacement": " \n"}, "is blank"),
        ({"replacement": 3}, "replacement=3 is no text; give a string, or None"),
        ({"replacement": "a", "erase": "mask"}, "erase='mask' takes words away, so there is no"),
        ({"replacement": "\ud800"}, "text has a lone surrogate at position 0; remove it"),
        ({"replacement": "x" * 100_000}, "text has 100,060 characters, which is too long"),
    ],
)
def test_an_impossible_option_is_an_error_that_says_what_to_do(tiny_classifier, options, message):
    classifier = tiny_classifier()
    attribution = attribute(classifier, TEXT, **QUICK)
    with pytest.raises((ValueError, TypeError), match=message):
        edit(classifier, attribution, attribution.words()[0], **options)


def test_a_replacement_that_flair_reads_as_nothing_is_refused(tiny_classifier):
    classifier = tiny_classifier()
    attribution = attribute(classifier, "goal", **QUICK)
    with pytest.raises(ValueError, match="Flair finds no word in '\\\\u200b'"):
        edit(classifier, attribution, attribution.words()[0], "\u200b")


def test_an_attribution_that_is_not_of_this_classifier_is_an_error(
    tiny_classifier, encoder_folder, family_classifier
):
    classifier = tiny_classifier()
    attribution = attribute(classifier, TEXT, **QUICK)
    other = tiny.classifier(encoder_folder("bert"))
    with torch.no_grad():
        other.decoder.weight.mul_(2)
    with pytest.raises(ValueError, match="of other weights than the classifier has now"):
        edit(other, attribution, attribution.words()[0])
    with pytest.raises(TypeError, match="str is not an Attribution"):
        edit(classifier, TEXT, (0, 6))
    vectors = family_classifier("DocumentPoolEmbeddings", "mean of word vectors")
    attribution = attribute(vectors, TEXT, **QUICK)
    with pytest.raises(ValueError, match="mask"):
        edit(vectors, attribution, attribution.words()[0], erase="mask")
