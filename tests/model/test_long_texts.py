"""Texts longer than the encoder reads: windows count once, and what was not read is told."""

from __future__ import annotations

import re

import families
import pytest
import torch
from families import flair_says
from texts import LONG

from flair_lig_widget import (
    LIGEngine,
    ModelWrapper,
    Request,
    attribute,
)


@pytest.mark.parametrize(
    ("family", "setting", "labels"),
    [
        ("TransformerDocumentEmbeddings", "allow_long_sentences, mean", 1),
        ("TransformerDocumentEmbeddings", "allow_long_sentences, roberta max", 1),
        ("TARSClassifier", "allow_long_sentences, mean", 5),
    ],
)
def test_a_subword_in_several_windows_is_counted_once_with_all_its_copies(
    make, family, setting, labels
):
    """Against the gradient of the embedding table itself, which adds up every use of a row."""
    text = " ".join(families.vocabulary())[:600]
    wrapper = ModelWrapper(make(family, setting))
    engine = LIGEngine(wrapper.classifier)
    path, _ = engine._path(Request(text=text))
    encoding = path.encoding
    copies = torch.bincount(encoding.places[encoding.places >= 0])
    assert len(encoding.input_ids) > labels  # several windows a reading
    assert copies.max() > labels
    assert encoding.unseen(wrapper.labels[0]) is None

    objective = engine._objective(Request(text=text), wrapper.labels[0])
    (at_text,) = path.sample([objective], [1.0], cancelled=bool, progress=lambda done: None)
    table = wrapper.layer.weight
    with torch.enable_grad():
        f = wrapper(encoding.input_ids.view(1, -1), encoding)[0, 0]
        (gradient,) = torch.autograd.grad(f, table)
    ids = encoding.input_ids.flatten()
    rows = {int(place): int(i) for i, place in zip(ids, encoding.places, strict=True) if place >= 0}
    ends, _ = wrapper.endpoints(encoding)
    reference = ends[0][encoding.movable][0]
    fixed = {int(i) for i, place in zip(ids, encoding.places, strict=True) if place < 0}
    fixed |= set(wrapper.family.embeddings.tokenizer.all_special_ids)
    assert len(set(rows.values()) - fixed) > 100
    for row in set(rows.values()) - fixed:
        found = sum(at_text.derivatives[0, place] for place, i in rows.items() if i == row)
        expected = (gradient[row] @ (table[row] - reference)).item()
        assert found == pytest.approx(expected, abs=2e-5)


def test_text_that_the_model_does_not_read_is_told(make):
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
    for case, cut in cases.items():
        found = attribute(make(*case), LONG, method="riemann_middle", n_steps=1)
        if not cut:
            assert found.unseen is None
            assert all("1 step is too few" in note for note in found.notes)
            continue
        start, end = found.unseen
        assert end == len(LONG)
        assert 50 < start < 500
        assert start == found.words()[-1].end
        assert any(f"did not read the last {end - start:,} of" in note for note in found.notes)
        assert "".join(piece for piece, _ in found.segments()) == LONG
        assert found.segments()[-1] == (LONG[start:], "unseen")
        assert "not read by the model" in found.to_html()
        # and it is true: as many other words there change nothing
        whole = LONG.index(" ", start)  # the word in which it was cut stays
        changed = LONG[:whole] + re.sub(r"\w+", "other", LONG[whole:])
        other = attribute(make(*case), changed, method="riemann_middle", n_steps=1)
        assert other.prediction == pytest.approx(found.prediction, abs=1e-6)


def test_a_text_cut_at_its_beginning_is_told_and_words_stand_where_they_are(make, tmp_path):
    """``truncation_side="left"``: windows come from the end of the text, words lose their heads."""
    maker = families.Maker(tmp_path)
    for options in ({}, {"cls_pooling": "mean", **families.LONG}):
        classifier = maker.transformer(**options)
        tokenizer = classifier.embeddings.tokenizer
        tokenizer.truncation_side = "left"
        wrapper = ModelWrapper(classifier)
        assert wrapper.predict(LONG) == pytest.approx(flair_says(classifier, LONG), abs=1e-5)
        encoding = wrapper.encode(LONG)
        ids = encoding.input_ids.flatten().tolist()
        for i, place in zip(ids, encoding.places.tolist(), strict=True):
            text = encoding.tokens[place].text
            assert place < 0 or tokenizer.convert_ids_to_tokens(i) == text
        starts = [token.start for token in encoding.tokens]
        assert starts == sorted(starts)
        if options:
            assert encoding.unseen(*wrapper.labels) is None
        else:
            start, end = encoding.unseen(*wrapper.labels)
            assert start == 0
            assert end == encoding.tokens[1].start
    classifier = maker.transformer()
    classifier.embeddings.tokenizer.truncation_side = "left"
    found = attribute(classifier, "ab " + "x" * 95, method="riemann_middle", n_steps=1)
    assert found.words()[0].start > 3
    assert "did not read the first" in found.notes[0]


def test_a_label_without_room_beside_the_text_is_told(make):
    cut = " ".join(["the"] * 80)
    found = attribute(make("TARSClassifier", "label behind the text, mean"), cut, n_steps=5)
    assert any("no room for the label" in note for note in found.notes)
    assert any("did not read the last" in note for note in found.notes)


def test_a_long_label_leaves_less_room_for_the_text(tmp_path):
    """Each label is told its own unread part."""
    tars = families.Maker(tmp_path).tars(labels=("money " * 12, "sport"))
    text = " ".join(["the"] * 58)
    answers = attribute(tars, text, target="all", method="riemann_middle", n_steps=1)
    short, long = answers["sport"], answers["money " * 12]
    assert short.unseen is None
    assert long.unseen[1] == len(text)
    assert len(long.tokens) < len(short.tokens) == 58
    both = attribute(tars, text, target="money " * 12, contrast="sport")
    assert both.unseen is None
    assert both.converged
