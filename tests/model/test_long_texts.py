"""Texts longer than the encoder reads: windows count once, and notes say what was not read."""

from __future__ import annotations

import re

import pytest
import torch
from support import families
from support.families import flair_says
from support.sampling import sample
from support.texts import LONG

from flair_lig_widget import LIGEngine, ModelWrapper, Request, attribute, attribute_each
from flair_lig_widget.result import Segment
from flair_lig_widget.result.marked import MarkedText


@pytest.mark.parametrize(
    ("family", "setting", "labels"),
    [
        ("TransformerDocumentEmbeddings", "allow_long_sentences, mean", 1),
        ("TransformerDocumentEmbeddings", "allow_long_sentences, roberta max", 1),
        ("TARSClassifier", "allow_long_sentences, mean", 5),
    ],
)
def test_a_subword_in_several_windows_is_counted_once_with_all_its_copies(
    family_classifier, family, setting, labels
):
    """Against the gradient of the embedding table itself, which adds up every use of a row."""
    text = " ".join(families.vocabulary())[:600]
    wrapper = ModelWrapper(family_classifier(family, setting))
    engine = LIGEngine(wrapper.classifier)
    path, _ = engine._path(Request(text=text))
    encoding = path.encoding
    copies = torch.bincount(encoding.token_of_position[encoding.token_of_position >= 0])
    assert len(encoding.input_ids) > labels  # several windows per reading
    assert copies.max() > labels
    assert encoding.truncated_ranges(wrapper.labels[0]) == ()

    at_text = sample(engine, Request(text=text), wrapper.labels[0], [1.0])
    table = wrapper.layer.weight
    with torch.enable_grad():
        f = wrapper(encoding.input_ids.view(1, -1), encoding)[0, 0]
        (gradient,) = torch.autograd.grad(f, table)
    ids = encoding.input_ids.flatten()
    rows = {
        int(token): int(i)
        for i, token in zip(ids, encoding.token_of_position, strict=True)
        if token >= 0
    }
    ends, _ = wrapper.endpoints(encoding)
    reference = ends[0][encoding.movable][0]
    fixed = {int(i) for i, token in zip(ids, encoding.token_of_position, strict=True) if token < 0}
    fixed |= set(wrapper.family.reader.embeddings.tokenizer.all_special_ids)
    assert len(set(rows.values()) - fixed) > 100
    for row in set(rows.values()) - fixed:
        found = sum(at_text.derivatives[0, token] for token, i in rows.items() if i == row)
        expected = (gradient[row] @ (table[row] - reference)).item()
        assert found == pytest.approx(expected, abs=2e-5)


def test_a_note_says_which_text_the_model_does_not_read(family_classifier):
    cases = {
        ("TransformerDocumentEmbeddings", "bert"): True,
        ("TransformerDocumentEmbeddings", "bert, slow tokenizer"): True,
        ("TransformerDocumentEmbeddings", "allow_long_sentences"): True,
        ("TransformerDocumentEmbeddings", "allow_long_sentences, mean"): False,
        ("SentenceTransformerDocumentEmbeddings", "mean"): True,
        ("DocumentPoolEmbeddings", "mean of transformer words, cut"): True,
        ("DocumentPoolEmbeddings", "mean of transformer words"): False,
        ("DocumentRNNEmbeddings", "GRU over word vectors"): False,
        ("TARSClassifier", "multi label"): True,
    }
    for case, is_truncated in cases.items():
        found = attribute(family_classifier(*case), LONG, method="riemann_middle", n_steps=1)
        if not is_truncated:
            assert found.truncated == ()
            assert all("1 step is too few" in note for note in found.notes)
            continue
        ((start, end),) = found.truncated
        assert end == len(LONG)
        assert 50 < start < 500
        assert start == found.words()[-1].end
        assert any(f"did not read the last {end - start:,} of" in note for note in found.notes)
        assert "".join(segment.text for segment in found.segments()) == LONG
        assert found.segments()[-1] == Segment(LONG[start:], truncated=True)
        assert "not read by the model" in found.to_html()
        # It is true: as many other words there change nothing.
        whole = LONG.index(" ", start)  # the truncated word stays
        changed = LONG[:whole] + re.sub(r"\w+", "other", LONG[whole:])
        other = attribute(family_classifier(*case), changed, method="riemann_middle", n_steps=1)
        assert other.prediction == pytest.approx(found.prediction, abs=1e-6)


def test_a_text_can_be_truncated_at_its_beginning(tmp_path):
    """``truncation_side="left"``: windows start at the end, and words lose their first subwords."""
    maker = families.Maker(tmp_path)
    for options in ({}, {"cls_pooling": "mean", **families.LONG}):
        classifier = maker.transformer(**options)
        tokenizer = classifier.embeddings.tokenizer
        tokenizer.truncation_side = "left"
        wrapper = ModelWrapper(classifier)
        assert wrapper.predict(LONG) == pytest.approx(flair_says(classifier, LONG), abs=1e-5)
        encoding = wrapper.encode(LONG)
        ids = encoding.input_ids.flatten().tolist()
        for i, token in zip(ids, encoding.token_of_position.tolist(), strict=True):
            text = encoding.tokens[token].text
            assert token < 0 or tokenizer.convert_ids_to_tokens(i) == text
        starts = [token.start for token in encoding.tokens]
        assert starts == sorted(starts)
        if options:
            assert encoding.truncated_ranges(*wrapper.labels) == ()
        else:
            ((start, end),) = encoding.truncated_ranges(*wrapper.labels)
            assert start == 0
            assert end == encoding.tokens[1].start
    classifier = maker.transformer()
    classifier.embeddings.tokenizer.truncation_side = "left"
    found = attribute(classifier, "ab " + "x" * 95, method="riemann_middle", n_steps=1)
    assert found.words()[0].start > 3
    assert "did not read the first" in found.notes[0]


def test_a_note_says_that_a_text_leaves_no_room_for_the_label(family_classifier):
    text = " ".join(["the"] * 80)
    classifier = family_classifier("TARSClassifier", "label behind the text, mean")
    found = attribute(classifier, text, n_steps=5)
    assert any("no room for the label" in note for note in found.notes)
    assert any("did not read the last" in note for note in found.notes)


def test_a_long_label_leaves_less_room_for_the_text(tmp_path):
    """Each label has its own truncated range."""
    tars = families.Maker(tmp_path).tars(labels=("money " * 12, "sport"))
    text = " ".join(["the"] * 58)
    results = attribute_each(tars, text, method="riemann_middle", n_steps=1)
    short, long = results["sport"], results["money " * 12]
    assert short.truncated == ()
    assert long.truncated[0][1] == len(text)
    assert len(long.tokens) < len(short.tokens) == 58
    both = attribute(tars, text, target="money " * 12, contrast="sport")
    assert both.truncated == ()
    assert both.converged


@pytest.mark.parametrize("setting", ["read together", "embed_separately"])
def test_what_is_not_read_of_a_pair_is_a_range_of_each_text(family_classifier, setting):
    """It is true: as many other words in the ranges change nothing."""
    classifier = family_classifier("TextPairClassifier", setting)
    for texts in (("goal", LONG), (LONG, "The striker scored."), (LONG, LONG)):
        found = attribute(classifier, texts, method="riemann_middle", n_steps=1)
        starts, ends = found.text_starts, (len(texts[0]), len(found.text))
        changed = found.text
        for start, end in found.truncated:
            assert end in ends
            whole = start if start in starts else found.text.index(" ", start)
            other = re.sub(r"\w+", "other", changed[whole:end])
            changed = changed[:whole] + other.ljust(end - whole)[: end - whole] + changed[end:]
            assert Segment(found.text[start:end], truncated=True) in found.segments()
        n_long = sum(text == LONG for text in texts)
        is_first_alone = setting == "read together" and texts[0] == LONG
        assert len(found.truncated) == (2 if is_first_alone else n_long)
        assert (found.truncated[-1][0] in starts) == is_first_alone
        assert flair_says(classifier, changed) == pytest.approx(found.prediction, abs=1e-6)


def test_a_relation_classifier_reads_a_window_so_both_ends_may_be_left_out(family_classifier):
    """With a context of two words around the entities."""
    wrapper = ModelWrapper(family_classifier("RelationClassifier", "context of two words"))
    text = "one two three Bern five six Nestlé eight nine ten"
    marked = MarkedText(text, ((14, 18, "PER"), (28, 34, "ORG")))
    ranges = wrapper.encode(marked).truncated_ranges(wrapper.labels[0])
    assert [text[start:end] for start, end in ranges] == ["one ", " ten"]
