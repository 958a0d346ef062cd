"""`attribute` and `attribute_each`: outputs, contrasts, labels, pairs of texts and precision."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from flair.data import Dictionary, Sentence, TextPair
from flair.models import TextClassifier
from support import models, tasks, tiny
from support.counting import counted_rows
from support.marks import each_kind
from support.model_state import state_of
from support.texts import FEW, NEWS
from support.tolerances import clear_tolerance

import flair_lig_widget
from flair_lig_widget import (
    Attribution,
    LIGEngine,
    LIGWidget,
    ModelWrapper,
    attribute,
    attribute_each,
)
from flair_lig_widget.integration.precision import computes_bfloat16
from flair_lig_widget.integration.sampling import Cancelled
from flair_lig_widget.result.request import Request
from flair_lig_widget.result.units import OUTPUTS, VALUE


def one_class(folder, *, multi_label: bool) -> TextClassifier:
    labels = Dictionary(add_unk=False)
    labels.add_item("spam")
    embeddings = tiny.classifier(folder).embeddings
    torch.manual_seed(7)
    return TextClassifier(
        embeddings, label_type="spam", label_dictionary=labels, multi_label=multi_label
    ).eval()


@pytest.mark.parametrize("multi_label", [False, True])
@pytest.mark.parametrize("output", [output for output in OUTPUTS if output != VALUE])
def test_every_output_is_flairs_own_and_its_scores_sum_to_it(tiny_classifier, output, multi_label):
    """f(x) of a probability is what ``classifier.predict`` says; its log-odds are its logit."""
    classifier = tiny_classifier("bert", multi_label=multi_label)
    for text in FEW:
        result = attribute(classifier, text, target="sport", output=output)
        sentence = Sentence(text)
        classifier.predict(sentence, return_probabilities_for_all_classes=True)
        (flairs,) = [label.score for label in sentence.labels if label.value == "sport"]
        if output == "probability":
            assert result.value == pytest.approx(flairs, abs=1e-5)
        if output == "log_odds":
            assert result.value == pytest.approx(np.log(flairs / (1 - flairs)), abs=1e-4)
        assert result.converged
        difference = result.value - result.baseline_value
        assert result.scores.sum() == pytest.approx(difference, rel=0.01)
        assert (result.output, result.unit) == (output, OUTPUTS[output])


def test_a_contrast_is_the_difference_of_two_explanations(tiny_classifier):
    """Integrated gradients are linear in f; the rule is fixed, so that the nodes are the same."""
    classifier = tiny_classifier("bert")
    options = {"method": "gausslegendre", "n_steps": 8}
    for output in ("logit", "probability"):
        sport, tech = (
            attribute(classifier, NEWS, target=t, output=output, **options)
            for t in ("sport", "tech")
        )
        both = attribute(
            classifier, NEWS, target="sport", contrast="tech", output=output, **options
        )
        assert both.scores == pytest.approx(sport.scores - tech.scores, abs=1e-6)
        assert both.value == pytest.approx(sport.value - tech.value, abs=1e-6)
        reverse = attribute(
            classifier, NEWS, target="tech", contrast="sport", output=output, **options
        )
        assert reverse.scores == pytest.approx(-both.scores, abs=1e-6)
    assert both.explained == "the probability of sport minus that of tech"


def test_softmax_scores_of_all_labels_cancel(tiny_classifier):
    """Probabilities sum to one at every point of the path, so their gradients sum to nothing."""
    results = attribute_each(
        tiny_classifier("bert"), NEWS, output="probability", method="riemann_middle"
    )
    assert list(results) == list(tiny.LABELS)
    total = sum(result.scores for result in results.values())
    assert np.abs(total).max() < 1e-6


@each_kind
def test_several_labels_in_one_pass_are_what_they_are_alone(tiny_classifier, kind):
    classifier = tiny_classifier(kind)
    for text in FEW:
        for label, result in attribute_each(classifier, text).items():
            assert result.target == label
            assert result.converged
            alone = attribute(classifier, text, target=label, tolerance=1e-4)
            size = np.linalg.norm(alone.scores)
            assert np.linalg.norm(result.scores - alone.scores) <= 0.012 * size


def test_several_labels_share_their_forward_passes(tiny_classifier):
    classifier = tiny_classifier("bert")
    with counted_rows(classifier) as rows:
        results = attribute_each(
            classifier, NEWS, ["tech", "sport"], method="gausslegendre", n_steps=9
        )
        assert sum(rows) == 2 + 9
    assert list(results) == ["tech", "sport"]
    for label, result in results.items():
        alone = attribute(classifier, NEWS, target=label, method="gausslegendre", n_steps=9)
        assert result.scores == pytest.approx(alone.scores, abs=1e-7)


def test_attribute_each_explains_all_labels_in_their_order_by_default(tiny_classifier):
    classifier = tiny_classifier("bert")
    options = {"method": "riemann_middle", "n_steps": 4, "internal_batch_size": 3}
    results = attribute_each(classifier, NEWS, **options)
    assert list(results) == classifier.label_dictionary.get_items() == list(tiny.LABELS)
    assert [result.target for result in results.values()] == list(tiny.LABELS)
    reverse = attribute_each(classifier, NEWS, tiny.LABELS[::-1], **options)
    assert list(reverse) == list(tiny.LABELS[::-1])
    assert reverse == results
    assert list(attribute_each(classifier, NEWS, targets=("tech",), **options)) == ["tech"]


@pytest.mark.parametrize(
    ("targets", "options", "error", "message"),
    [
        (
            None,
            {"target": "sport"},
            TypeError,
            "takes a list of targets, not target; use attribute",
        ),
        (["tech"], {"target": None}, TypeError, "takes a list of targets, not target"),
        ("sport", {}, TypeError, "targets='sport' is one label; give a list, or use attribute"),
        ((), {}, ValueError, "no target; name at least one label"),
        (["tech", "spot"], {}, ValueError, "unknown target 'spot'; labels are business"),
        ([None], {}, ValueError, "unknown target None; labels are business"),
        (["tech"], {"contrast": "tech"}, ValueError, "contrast 'tech' is the label that is expl"),
        (["tech"], {"method": "simpson"}, ValueError, "unknown method 'simpson'"),
    ],
    ids=str,
)
def test_impossible_targets_raise_an_error(tiny_classifier, targets, options, error, message):
    with pytest.raises(error, match=message):
        attribute_each(tiny_classifier("bert"), NEWS, targets, **options)


def test_a_label_that_is_known_is_not_computed_again_with_others(tiny_classifier):
    engine = LIGEngine(tiny_classifier("bert"))
    request = Request(text=NEWS, target="sport", method="gausslegendre", n_steps=9)
    alone = engine.attribute(request)
    assert engine.attribute_each(request, ["tech", "sport"])["sport"] == alone


def test_a_certain_label_converges(encoder_folder):
    """Close to one, float32 hardly distinguishes probabilities; f is computed in float64."""
    classifier = tiny.classifier(encoder_folder("bert"))
    with torch.no_grad():
        classifier.decoder.bias[3] = 18
    result = attribute(classifier, NEWS, target="sport", output="probability")
    assert 0 < abs(result.value - result.baseline_value) < 1e-5
    assert result.converged
    assert result.n_evaluations < 50


def test_autocast_of_the_caller_changes_nothing(tiny_classifier):
    expected = attribute(tiny_classifier("bert"), NEWS)
    with torch.autocast("cpu", torch.bfloat16):
        assert attribute(tiny_classifier("bert"), NEWS) == expected


def test_a_classifier_in_sixteen_bits_is_explained_as_well_as_it_can_be(encoder_folder):
    exact = attribute(tiny.classifier(encoder_folder("bert")), NEWS, target="sport")
    classifier = tiny.classifier(encoder_folder("bert")).bfloat16()
    result = attribute(classifier, NEWS, target="sport", tolerance=0.05)
    assert result.precision == "bfloat16"
    assert result.n_evaluations < 100
    change = np.linalg.norm(result.scores - exact.scores) / np.linalg.norm(exact.scores)
    assert change < 0.2


def test_a_label_that_is_called_all_is_that_label(encoder_folder):
    classifier = tiny.classifier(encoder_folder("bert"))
    classifier.label_dictionary.idx2item[2] = b"all"
    classifier.label_dictionary.item2idx[b"all"] = 2
    assert attribute(classifier, NEWS, target="all").target == "all"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"output": "logits"}, "unknown output 'logits'; outputs are logit, probability, log_odds"),
        ({"contrast": ""}, "unknown contrast ''; labels are business"),
        ({"contrast": "spot"}, "unknown contrast 'spot'; labels are business, entertainment, pol"),
        ({"target": "tech", "contrast": "tech"}, "contrast 'tech' is the label that is explained"),
        ({"target": ["tech", "sport"]}, r"unknown target \['tech', 'sport'\]; labels are business"),
        ({"target": []}, r"unknown target \[\]; labels are business"),
        ({"target": "all"}, "unknown target 'all'; labels are business"),
        ({"target": 3}, "unknown target 3; labels are business"),
        ({"target": 0}, "unknown target 0; labels are business"),
        ({"precision": "half"}, "unknown precision 'half'; precisions are float32, auto"),
    ],
    ids=str,
)
def test_an_impossible_option_raises_an_error_that_says_what_is_possible(
    tiny_classifier, options, message
):
    with pytest.raises(ValueError, match=message):
        attribute(tiny_classifier("bert"), NEWS, **options)


def test_a_classifier_with_one_label_is_explained_by_what_it_has(encoder_folder):
    softmax = one_class(encoder_folder("bert"), multi_label=False)
    with pytest.raises(ValueError, match="'spam' is the only label, so its log-odds are infinite"):
        attribute(softmax, NEWS, output="log_odds")
    certain = attribute(softmax, NEWS, output="probability")
    assert (certain.value, certain.baseline_value) == (1, 1)
    assert not certain.scores.any()
    sigmoid = one_class(encoder_folder("bert"), multi_label=True)
    assert attribute(sigmoid, NEWS, output="log_odds").converged


def test_several_labels_can_be_cancelled_and_report_their_progress(tiny_classifier):
    classifier = tiny_classifier("bert")
    engine, shares = LIGEngine(classifier, internal_batch_size=2), []
    request = Request(text=NEWS, method="riemann_middle", n_steps=10)
    before = state_of(classifier)
    with pytest.raises(Cancelled):
        engine.attribute_each(
            request, tiny.LABELS, cancelled=lambda: len(shares) == 3, progress=shares.append
        )
    assert shares == pytest.approx([0.2, 0.4, 0.6])
    assert state_of(classifier) == before
    engine.attribute_each(request, tiny.LABELS, progress=shares.append)
    assert shares[3:] == pytest.approx([0.8, 1.0])  # it continues where it stopped


def test_progress_is_reported_after_every_batch(tiny_classifier):
    engine, shares = LIGEngine(tiny_classifier("bert"), internal_batch_size=1), []
    result = engine.attribute(Request(text=NEWS, tolerance=1e-3))
    list(
        LIGEngine(engine.wrapper.classifier, internal_batch_size=1).stream(
            Request(text=NEWS, tolerance=1e-3), progress=shares.append
        )
    )
    assert len(shares) == result.n_evaluations
    assert 0 < min(shares) <= max(shares) <= 1


@pytest.fixture
def bfloat16(monkeypatch):
    """Autocast runs on every processor; only its speed needs the right one."""
    monkeypatch.setattr(
        "flair_lig_widget.integration.precision.computes_bfloat16", lambda device: True
    )


@pytest.mark.usefixtures("bfloat16")
def test_bfloat16_says_how_much_it_rounds_and_keeps_the_ends(demo_classifier):
    exact = attribute(demo_classifier, NEWS, method="gausslegendre", n_steps=40)
    rough = attribute(demo_classifier, NEWS, method="gausslegendre", n_steps=40, precision="auto")
    assert (rough.value, rough.baseline_value) == (exact.value, exact.baseline_value)
    assert (exact.precision, exact.rounding) == ("float32", None)
    assert rough.precision == "bfloat16"
    change = np.linalg.norm(rough.scores - exact.scores) / np.linalg.norm(exact.scores)
    assert 0 < change < 3 * rough.rounding < 0.1
    assert rough.error_estimate >= rough.rounding
    assert rough.n_evaluations == 41
    strict = attribute(
        demo_classifier,
        NEWS,
        method="gausslegendre",
        n_steps=40,
        tolerance=1e-4,
        precision="auto",
    )
    assert strict.precision == "float32"
    assert strict.scores == pytest.approx(exact.scores, abs=1e-6)


@pytest.mark.slow
@pytest.mark.usefixtures("bfloat16")
def test_auto_falls_back_to_float32_where_bfloat16_is_too_rough_for_the_tolerance(demo_classifier):
    tolerance = clear_tolerance(demo_classifier, NEWS, about=1e-4)
    careful = attribute(demo_classifier, NEWS, tolerance=tolerance, precision="auto")
    assert (careful.precision, careful.rounding) == ("float32", None)
    assert careful.converged
    plain = attribute(demo_classifier, NEWS, tolerance=tolerance)
    assert careful.scores == pytest.approx(plain.scores, abs=1e-6)
    assert careful.n_evaluations == plain.n_evaluations + 1


@pytest.mark.slow
@pytest.mark.usefixtures("bfloat16")
def test_auto_in_bfloat16_is_within_its_tolerance(demo_classifier):
    dense = attribute(demo_classifier, NEWS, method="gausslegendre", n_steps=100).scores
    result = attribute(demo_classifier, NEWS, tolerance=0.05, precision="auto")
    assert result.precision == "bfloat16"
    assert result.converged
    assert np.linalg.norm(result.scores - dense) <= 0.05 * np.linalg.norm(dense)


@pytest.mark.usefixtures("bfloat16")
def test_auto_falls_back_to_float32_where_bfloat16_keeps_delta_from_its_tolerance(
    demo_classifier, monkeypatch
):
    """Rounding is small compared with the scores, and large compared with their sum."""
    monkeypatch.setattr(
        "flair_lig_widget.integration.precision.SHARE", 1e9
    )  # so that rounding alone is no reason
    result = attribute(demo_classifier, NEWS, tolerance=1e-3, precision="auto")
    assert result.converged
    assert result.n_evaluations < 100


def test_where_bfloat16_is_not_computed_auto_is_float32(tiny_classifier, monkeypatch):
    monkeypatch.setattr(
        "flair_lig_widget.integration.precision.computes_bfloat16", lambda device: False
    )
    result = attribute(tiny_classifier("bert"), NEWS, precision="auto")
    assert result == attribute(tiny_classifier("bert"), NEWS)
    assert isinstance(result, Attribution)
    assert not computes_bfloat16(torch.device("meta"))


PAIR = ("Profit fell 7% on Tuesday.", "The company earned less.")
JOINED = "Profit fell 7% on Tuesday.\u2029The company earned less."


@pytest.mark.parametrize("setting", ["read together", "embed_separately"])
def test_a_tuple_of_texts_is_a_pair(family_classifier, setting):
    pairs = family_classifier("TextPairClassifier", setting)
    result = attribute(pairs, PAIR)
    sentence = TextPair(*map(Sentence, PAIR))
    pairs.predict(sentence, return_probabilities_for_all_classes=True)
    flairs = {label.value: label.score for label in sentence.labels}
    assert result.prediction == pytest.approx(flairs, abs=1e-5)
    assert (result.text, result.texts) == (JOINED, PAIR)
    assert attribute(pairs, result.text) == result  # the text of a result is joined already
    each = attribute_each(pairs, PAIR)
    assert {found.texts for found in each.values()} == {PAIR}


def test_a_triple_takes_three_texts(family_classifier):
    triples = family_classifier("TextTripleClassifier", "read together")
    texts = (*PAIR, "Nothing was lost.")
    assert ModelWrapper(triples).n_texts == 3
    assert attribute(triples, texts).texts == texts
    with pytest.raises(ValueError, match="reads 3 texts at once, and there are 2; give a tuple of"):
        attribute(triples, PAIR)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Profit fell.", "2 texts at once, and 'Profit fell.' is one text; give a tuple of 2"),
        (("Profit fell.",), "reads 2 texts at once, and there are 1; give a tuple of 2 texts"),
        ((*PAIR, "a"), "reads 2 texts at once, and there are 3; give a tuple of 2 texts"),
        (f"{JOINED}\u2029a", "is 3 texts; give a tuple of 2 texts"),
        ((PAIR[0], "  "), "one of the 2 texts is empty; give at least one word"),
        ((PAIR[0], "a\u2029b"), "has a paragraph separator"),
        ((PAIR[0], "\ud83c"), "lone surrogate"),
        (("x" * 60_000, "y" * 60_000), "120,001 characters"),
        (None, "text must be a string, not NoneType"),
    ],
)
def test_a_pair_that_is_none_is_refused_in_words(family_classifier, text, message):
    pairs = family_classifier("TextPairClassifier", "read together")
    for explain in (attribute, attribute_each, LIGWidget):
        with pytest.raises(ValueError, match=message):
            explain(pairs, [text] if explain is LIGWidget else text)


def test_a_text_that_is_no_string_is_named(family_classifier):
    pairs = family_classifier("TextPairClassifier", "read together")
    with pytest.raises(TypeError, match="3 is no text; give a tuple of strings"):
        attribute(pairs, ("a", 3))


def test_a_model_of_one_text_takes_no_tuple(tiny_classifier):
    with pytest.raises(ValueError, match="text must be a string, not tuple"):
        attribute(tiny_classifier("bert"), PAIR)


def test_a_paragraph_separator_in_a_single_text_is_a_character_like_others(tiny_classifier):
    result = attribute(tiny_classifier("bert"), JOINED)
    assert (result.text, result.texts) == (JOINED, (JOINED,))


def test_the_widget_takes_one_pair_or_several(family_classifier):
    pairs = family_classifier("TextPairClassifier", "read together")
    fixed = {"method": "riemann_middle", "n_steps": 3}
    one = LIGWidget(pairs, PAIR, **fixed)
    assert (one.text, one.texts) == (JOINED, [JOINED])
    several = LIGWidget(pairs, [PAIR, ("a", "b")], **fixed)
    assert (several.text, several.texts) == (JOINED, [JOINED, "a\u2029b"])
    several.position = 1
    assert several.wait(60).texts == ("a", "b")
    with pytest.raises(ValueError, match="'a' is one text; give a tuple of 2 texts"):
        LIGWidget(pairs, ["a", "b"])


def test_the_widget_of_a_text_classifier_takes_a_tuple_as_several_texts(tiny_classifier):
    widget = LIGWidget(tiny_classifier("bert"), PAIR, method="riemann_middle", n_steps=3)
    assert widget.texts == list(PAIR)


@pytest.mark.parametrize("heading", ["Several tasks", "Pairs and triples"])
def test_the_code_of_the_guide_runs(heading, encoder_folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = Path(__file__).parents[1].joinpath("docs", "families.md").read_text(encoding="utf-8")
    (section,) = re.findall(rf"^## {heading}\n(.*?)^## ", page, re.DOTALL | re.MULTILINE)
    (block,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    multitask = tasks.multitask(encoder_folder("bert"))
    names = {name: getattr(flair_lig_widget, name) for name in flair_lig_widget.__all__}
    names["multitask"] = multitask
    names["pairs"] = models.pair(multitask.tasks["topic"].embeddings)
    pd.DataFrame([PAIR], columns=["premise", "hypothesis"]).to_csv("pairs.csv", index=False)
    exec(compile(block, "families.md", "exec"), names)
    if "corpus" in names:
        assert names["result"].texts == ("Profit fell on Tuesday.", "The company earned less.")
        assert names["corpus"].attribution("0").texts == PAIR
    else:
        assert names["widget"].wait(60).target == names["result"].target
