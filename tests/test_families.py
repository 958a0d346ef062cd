"""Every family in every setting: Flair's own prediction, completeness, no trace, each row alone."""

from __future__ import annotations

import math
import re
import unicodedata
from types import SimpleNamespace

import encoders
import families
import numpy as np
import pytest
import torch
from flair.data import Sentence
from flair.models import SequenceTagger, TARSTagger, TextPairClassifier
from test_wrapper import state_of
from texts import AWKWARD, LONG, NEWS

from flair_lig_widget import (
    LIGEngine,
    ModelWrapper,
    Request,
    UnsupportedClassifierError,
    attribute,
)
from flair_lig_widget.families.base import differentiable

SENTENCES = "Profit fell 7%. The striker scored twice, the board said. A café opened in Łódź 🎉!"


@pytest.fixture(scope="module")
def make(tmp_path_factory):
    maker, made = families.Maker(tmp_path_factory.mktemp("families")), {}

    def get(family: str, setting: str):
        if (family, setting) not in made:
            made[family, setting] = families.CASES[family][setting](maker)
        return made[family, setting]

    return get


def flair_says(classifier, text: str) -> dict[str, float]:
    """Flair's own probabilities; TARS gives those of labels that match, so all are asked for."""
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


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD.keys())
@pytest.mark.parametrize(("family", "setting"), families.NAMES)
def test_probabilities_and_words_are_those_of_flair(make, family, setting, text):
    """The parity matrix: `docs/families.md` lists its rows."""
    classifier = make(family, setting)
    wrapper = ModelWrapper(classifier)
    assert wrapper.predict(text) == pytest.approx(flair_says(classifier, text), abs=1e-5)

    encoding = wrapper.encode(text)
    read = [token for token in encoding.tokens if not token.special]
    here = 0
    for token in read:
        assert here <= token.start <= token.end <= len(text)
        here = token.start
    # What has no subword was not read: it is blank, dropped by Flair, or cut; or it is an accent
    # or soft hyphen, which the tokenizer drops where Flair takes it for a word.
    covered = set().union(*(range(token.start, token.end) for token in read))
    for label in wrapper.labels[:5]:
        unseen = encoding.unseen(label)
        assert unseen is None or text[slice(*unseen)].strip()
        covered |= set(range(*(unseen or (0, 0))))
    left = "".join(c for i, c in enumerate(text) if i not in covered)
    left = Sentence._handle_problem_characters(left)
    assert not [c for c in left if not c.isspace() and unicodedata.category(c) not in ("Mn", "Cf")]


@pytest.mark.parametrize(("family", "setting"), families.NAMES)
def test_scores_sum_to_the_difference_within_one_percent(make, family, setting):
    classifier = make(family, setting)
    found = attribute(classifier, NEWS)
    assert found.converged
    assert abs(found.delta) <= 0.0101 * abs(found.value - found.baseline_value) + 1e-5
    assert list(found.predicted) == sorted(
        flair_predicts(classifier, NEWS), key=lambda label: -found.prediction[label]
    )
    assert found.baseline == ModelWrapper(classifier).baselines[0]
    assert sum(word.score for word in found.sentences()) == pytest.approx(found.scores.sum())


@pytest.mark.parametrize(("family", "setting"), families.NAMES)
def test_the_gradient_is_that_of_finite_differences(make, family, setting):
    """Of f along the path, at a point where most models are smooth: against f itself."""
    engine = LIGEngine(make(family, setting))
    path, _ = engine._path(Request(text=SENTENCES))
    objective = engine._objective(Request(text=SENTENCES), engine.wrapper.labels[-1])

    def never():
        return False

    def sample(*nodes):
        (found,) = path.sample([objective], nodes, cancelled=never, progress=lambda done: None)
        return found

    nodes = [0.413, 0.415, 0.417]
    values, slopes = sample(*nodes).values, sample(nodes[1]).derivatives.sum()
    difference = (values[2] - values[0]) / (nodes[2] - nodes[0])
    assert slopes == pytest.approx(difference, rel=0.03, abs=0.02 * abs(values).max())


@pytest.mark.parametrize(("family", "setting"), families.NAMES)
def test_each_row_depends_on_its_own_point_alone(make, family, setting):
    wrapper = ModelWrapper(make(family, setting))
    encoding = wrapper.encode(SENTENCES)
    ends, _ = wrapper.endpoints(encoding)
    points = torch.stack([torch.lerp(ends[0], ends[1], a) for a in (0.2, 0.5, 0.9)])
    points.requires_grad_()
    logits = wrapper.logits(encoding, points)
    alone = torch.cat([wrapper.logits(encoding, point[None]) for point in points])
    assert torch.allclose(logits, alone, atol=1e-5)
    for row in range(3):
        (gradient,) = torch.autograd.grad(logits[row, 0], points, retain_graph=True)
        assert gradient[row].norm() > 0
        assert all(gradient[other].norm() == 0 for other in range(3) if other != row)


@pytest.mark.parametrize(("family", "setting"), families.NAMES)
def test_the_classifier_is_left_as_it_was(make, family, setting):
    classifier = make(family, setting)
    parameters = [p for p in classifier.parameters() if p.requires_grad]
    for parameter in parameters:
        parameter.grad = torch.ones_like(parameter)
    switches = [
        (getattr(m, "static_embeddings", None), getattr(m, "learning_mode", None))
        for m in classifier.modules()
    ]
    before = state_of(classifier)
    try:
        attribute(classifier, SENTENCES, method="riemann_middle", n_steps=2)
        assert state_of(classifier) == before
        assert switches == [
            (getattr(m, "static_embeddings", None), getattr(m, "learning_mode", None))
            for m in classifier.modules()
        ]
    finally:
        for parameter in parameters:
            parameter.grad = None


@pytest.mark.parametrize(("family", "setting"), families.NAMES)
def test_every_baseline_on_offer_can_be_used(make, family, setting):
    wrapper = ModelWrapper(make(family, setting))
    assert "zero" in wrapper.baselines
    for layer in wrapper.layers:
        for baseline in wrapper.baselines:
            encoding = wrapper.encode(SENTENCES)
            ends, logits = wrapper.endpoints(encoding, baseline=baseline, layer=layer)
            assert torch.isfinite(logits).all()
            assert torch.allclose(wrapper.logits(encoding, ends, layer=layer), logits, atol=1e-5)
            if hasattr(wrapper.family, "ids_to_logits") and baseline not in ("zero", "mean"):
                # the same from token ids, as Captum's layer methods have it
                ids = [wrapper.reference_ids(encoding, baseline), encoding.input_ids.view(1, -1)]
                assert torch.allclose(wrapper(torch.cat(ids), encoding), logits, atol=1e-5)


def test_a_family_says_why_it_was_chosen(make):
    reasons = {
        family: ModelWrapper(make(family, next(iter(settings)))).family.reason
        for family, settings in families.CASES.items()
    }
    for family, reason in reasons.items():
        assert family in reason
        assert "the path runs in" in reason


def test_the_mean_baseline_is_the_mean_of_the_vocabulary(make):
    wrapper = ModelWrapper(make("TransformerDocumentEmbeddings", "bert"))
    ends, _ = wrapper.endpoints(wrapper.encode("Profit"), baseline="mean")
    assert torch.allclose(ends[0, 1], wrapper.layer.weight.mean(dim=0), atol=1e-6)
    classifier = make("DocumentPoolEmbeddings", "mean of stable word vectors and one-hot")
    wrapper = ModelWrapper(classifier)
    ends, _ = wrapper.endpoints(wrapper.encode("Profit"), baseline="mean")
    words, hot = classifier.embeddings.embeddings.embeddings
    expected = [
        words.layer_norm(words.embedding.weight.mean(dim=0)),
        hot.layer_norm(hot.embedding_layer.weight.mean(dim=0)),
    ]
    assert torch.allclose(ends[0, 0], torch.cat(expected), atol=1e-6)


def test_a_baseline_that_makes_no_sense_is_refused_with_those_that_do(make):
    classifier = make("DocumentRNNEmbeddings", "GRU over words and characters")
    with pytest.raises(ValueError, match=r"baseline='mask' makes no sense.*use zero$"):
        attribute(classifier, NEWS, baseline="mask")
    with pytest.raises(ValueError, match=r"unknown layer 'embeddings'.*has word_embeddings$"):
        attribute(classifier, NEWS, layer="embeddings")


def test_the_distribution_at_the_baseline_comes_with_its_entropy(make):
    for case in (
        ("DocumentPoolEmbeddings", "mean of word vectors"),
        ("TARSClassifier", "multi label"),
    ):
        classifier = make(*case)
        wrapper = ModelWrapper(classifier)
        found = attribute(classifier, NEWS, method="riemann_middle", n_steps=1)
        _, logits = wrapper.endpoints(wrapper.encode(NEWS))
        expected = wrapper.probabilities(logits[0]).tolist()
        assert list(found.baseline_prediction.values()) == pytest.approx(expected, abs=1e-6)
        if found.independent:
            entropies = [-p * math.log2(p) - (1 - p) * math.log2(1 - p) for p in expected]
            assert found.baseline_entropy == pytest.approx(sum(entropies) / 5)
        else:
            entropy = -sum(p * math.log2(p) for p in expected)
            assert found.baseline_entropy == pytest.approx(entropy)


def test_an_rnn_on_a_gpu_is_differentiated_in_training_mode_without_its_dropout():
    """cuDNN demands that mode; here its weights only claim to be on a GPU."""
    rnn = torch.nn.LSTM(3, 4, num_layers=2, dropout=0.5).eval()
    rnn.parameters = lambda: iter([SimpleNamespace(is_cuda=True)])
    model, x = torch.nn.Sequential(rnn), torch.ones(5, 1, 3)
    expected = rnn(x)[0]
    with differentiable(model):
        assert rnn.training
        assert torch.equal(rnn(x)[0], expected)
    assert not rnn.training
    assert rnn.dropout == 0.5


def test_scores_are_right_within_one_percent_in_almost_every_family(make):
    """Against 600 midpoints; what takes a maximum has kinks, where an estimate can be short."""
    errors = []
    for case in families.NAMES:
        engine = LIGEngine(make(*case))
        found = engine.attribute(Request(text=NEWS))
        dense = engine.attribute(
            Request(text=NEWS, target=found.target, method="riemann_middle", n_steps=600)
        )
        norm = np.linalg.norm(dense.scores)
        errors.append(np.linalg.norm(found.scores - dense.scores) / norm)
    assert np.mean(np.array(errors) <= 0.01) >= 0.95
    assert max(errors) < 0.03


def test_no_number_changes_while_gradients_are_let_through(make):
    for setting in ("GRU, fine_tune off, all dropouts", "LSTM, two layers, not reprojected"):
        classifier = make("DocumentRNNEmbeddings", setting)
        expected = flair_says(classifier, NEWS)
        with differentiable(classifier):
            assert flair_says(classifier, NEWS) == expected


def test_a_classifier_that_comes_to_have_other_labels_is_read_anew(make):
    tars = make("TARSClassifier", "multi label")
    engine = LIGEngine(tars)
    assert engine.attribute(Request(text="Profit fell", n_steps=5)).target in families.LABELS
    tars.add_and_switch_to_new_task("moods", ["good", "bad"], "mood")
    try:
        assert set(engine.attribute(Request(text="Profit fell", n_steps=5)).prediction) == {
            "good",
            "bad",
        }
    finally:
        tars.switch_to_task("topics")


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
            assert found.notes == ()
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


@pytest.mark.parametrize("option", ["prompt", "xlnet", "longformer"])
def test_other_sentence_transformers_are_read_right(tmp_path, option):
    from sentence_transformers import SentenceTransformer, models

    kind = option if option in encoders.ENCODERS else "bert"
    maker, how = families.Maker(tmp_path), {}
    pooling = models.Pooling(32, pooling_mode="mean", include_prompt=option != "prompt")
    if option == "prompt":
        how = {"prompts": {"q": "profit of sport: "}, "default_prompt_name": "q"}
    encoder = models.Transformer(maker.encoder(kind), max_seq_length=encoders.LONGEST)
    SentenceTransformer(modules=[encoder, pooling], **how).save(str(tmp_path / "st"))
    classifier = families.classifier(
        families.fe.SentenceTransformerDocumentEmbeddings(str(tmp_path / "st"))
    )
    found = attribute(classifier, NEWS)
    assert found.prediction == pytest.approx(flair_says(classifier, NEWS), abs=1e-5)
    assert found.converged
    assert found.words()[0].text == "Shares"
    assert found.words()[0].start == 0


def test_pooled_embeddings_do_not_remember_what_was_explained():
    pooled = families.fe.PooledFlairEmbeddings(families.language_model(True))
    classifier = families.pool(pooled)
    flair_says(classifier, "Shares rose")
    before = (dict(pooled.word_embeddings), dict(pooled.word_count))
    attribute(classifier, NEWS, method="riemann_middle", n_steps=1)
    assert pooled.word_count == before[1]
    assert pooled.word_embeddings.keys() == before[0].keys()


def test_subwords_of_the_same_characters_are_one_piece(make):
    text = "Profit 🎉 café"
    found = attribute(make("TransformerDocumentEmbeddings", "roberta"), text)
    pieces = found.subwords()
    assert all(piece.text for piece in pieces)
    assert [piece.text for piece in pieces if "🎉" in piece.text] == ["🎉"]
    assert sum(piece.score for piece in pieces) == pytest.approx(found.scores.sum())
    assert "".join(segment for segment, _ in found.segments("subword")) == text


def test_a_long_text_with_labels_whose_windows_flair_mixes_up_is_refused(make, tmp_path):
    tars = families.Maker(tmp_path).tars(**families.LONG)
    assert ModelWrapper(tars).predict("Profit fell").keys() == set(families.LABELS)
    with pytest.raises(ValueError, match="the text is too long: with cls_pooling='cls'"):
        ModelWrapper(tars).encode(LONG)


def test_tars_names_the_words_that_it_reads_with_the_text(make):
    tars = make("TARSClassifier", "labels of several words")
    found = attribute(tars, NEWS, target=["about money", "sports_news"])
    assert found["about money"].beside == "about money [SEP]"
    assert found["sports_news"].beside == "sports news [SEP]"
    for target, answer in found.items():
        assert f"“{answer.beside}”" in answer.notes[0]
        assert {token.special for token in answer.tokens} == {False}
        # in one pass as alone, though only the wanted labels are computed
        alone = attribute(tars, NEWS, target=target)
        assert answer.scores == pytest.approx(alone.scores, abs=1e-4)


def test_several_labels_or_none_may_be_predicted(make):
    classifier = make("TransformerDocumentEmbeddings", "multi_label with thresholds")
    seen = set()
    for text in ("Profit", NEWS, SENTENCES, "The striker scored"):
        found = attribute(classifier, text, method="riemann_middle", n_steps=1)
        expected = flair_predicts(classifier, text)
        assert set(found.predicted) == set(expected)
        assert found.target == max(found.prediction, key=found.prediction.get)
        seen.add(len(expected))
    assert max(seen) > 1
    threshold = classifier.multi_label_threshold
    try:
        classifier.multi_label_threshold = 0.999
        found = attribute(classifier, NEWS, method="riemann_middle", n_steps=1)
    finally:
        classifier.multi_label_threshold = threshold
    assert found.predicted == ()
    assert f"Predicted no label; {found.target} comes closest" in found.to_html()


def test_an_unknown_label_among_a_thousand_is_told_shortly(make):
    with pytest.raises(ValueError, match=r"labels are label 0, .*label 19, … and 980 more$"):
        attribute(make("TransformerDocumentEmbeddings", "1,000 labels"), NEWS, target="label x")


def test_the_only_label_has_a_logit_to_explain(make):
    classifier = make("TransformerDocumentEmbeddings", "one label")
    assert attribute(classifier, NEWS).converged
    found = attribute(classifier, NEWS, output="probability")
    assert found.value == found.baseline_value == 1.0
    assert not found.scores.any()


@pytest.mark.parametrize(
    ("family", "setting"),
    [
        ("TransformerDocumentEmbeddings", "distilbert"),  # as sentiment
        ("DocumentRNNEmbeddings", "GRU over word vectors"),  # as sentiment-fast
        ("DocumentRNNEmbeddings", "LSTM over words and both language models"),  # as de-offensive
        ("TARSClassifier", "multi label"),  # as tars-base
    ],
)
def test_a_saved_classifier_is_explained_as_before(make, family, setting, tmp_path):
    """The shapes of Flair's public models, which need a network: saved, loaded, explained."""
    classifier = make(family, setting)
    classifier.save(tmp_path / "model.pt")
    loaded = type(classifier).load(tmp_path / "model.pt")
    before, after = attribute(classifier, NEWS), attribute(loaded, NEWS)
    assert after.prediction == pytest.approx(flair_says(loaded, NEWS), abs=1e-5)
    assert after.prediction == pytest.approx(before.prediction, abs=1e-5)
    assert after.scores == pytest.approx(before.scores, abs=1e-4)


def unsupported(folder: str) -> dict[str, object]:
    labels = families.dictionary()
    corpus = [Sentence("Profit fell"), Sentence("The striker scored")]
    transformer = families.fe.TransformerDocumentEmbeddings
    encoder = families.fe.TransformerDocumentEmbeddings(folder)
    traced = torch.jit.trace(torch.nn.Linear(2, 2), torch.ones(1, 2))
    jit = families.fe.TransformerJitDocumentEmbeddings(
        jit_model=traced, param_names=["input"], **encoder.to_args()
    )
    return {
        "TextClassifier over TransformerJitDocumentEmbeddings": families.classifier(jit),
        "TextClassifier over DocumentTFIDFEmbeddings": families.classifier(
            families.fe.DocumentTFIDFEmbeddings(corpus)
        ),
        "TextClassifier over DocumentLMEmbeddings": families.classifier(
            families.fe.DocumentLMEmbeddings([families.language_model(True)])
        ),
        "SequenceTagger": SequenceTagger(
            families.one_hot(), labels, "ner", use_crf=False, use_rnn=False
        ),
        "str": "sentiment",
        "NoneType": None,
        "TARSTagger": TARSTagger.__new__(TARSTagger),
        transformer.__name__: transformer.__new__(transformer),
    }


def test_what_cannot_be_explained_is_named_with_what_can(tmp_path):
    encoder = families.Maker(tmp_path).encoder("bert")
    for name, classifier in unsupported(encoder).items():
        with pytest.raises(UnsupportedClassifierError) as raised:
            ModelWrapper(classifier)
        assert f"cannot explain a {name}" in str(raised.value)
        for family in families.CASES:
            assert family in str(raised.value)


def test_a_pair_classifier_and_a_model_of_pictures_cannot_be_explained(make, tmp_path):
    encoder = families.fe.TransformerDocumentEmbeddings(families.Maker(tmp_path).encoder("bert"))
    pair = TextPairClassifier(encoder, label_type="x", label_dictionary=families.dictionary())
    with pytest.raises(UnsupportedClassifierError, match="cannot explain a TextPairClassifier"):
        ModelWrapper(pair)
    classifier = families.classifier(encoder)
    encoder.needs_manual_ocr = True
    with pytest.raises(UnsupportedClassifierError, match="reads more than text"):
        ModelWrapper(classifier)
    encoder.needs_manual_ocr = False
    encoder.model.set_input_embeddings(torch.nn.Identity())
    with pytest.raises(UnsupportedClassifierError, match="does not look its input up in one table"):
        ModelWrapper(classifier)


def test_models_that_do_not_read_where_the_path_runs_are_refused(tmp_path):
    inner = families.fe.TransformerEmbeddings(
        families.Maker(tmp_path).encoder("bert"), is_document_embedding=False
    )
    with pytest.raises(UnsupportedClassifierError, match="does not read the embeddings that"):
        attribute(families.pool(inner), NEWS)


def test_settings_in_which_flair_itself_fails_are_refused_with_a_remedy(tmp_path):
    maker = families.Maker(tmp_path)
    slow = {"transformers_tokenizer_kwargs": {"use_fast": False}}
    with pytest.raises(UnsupportedClassifierError, match=r"{\"use_fast\": True}"):
        ModelWrapper(maker.transformer("bert, slow tokenizer", **slow, **families.LONG))
    classifier = maker.transformer()
    classifier.embeddings.truncate = False
    with pytest.raises(ValueError, match=r"the encoder takes 66 .*{\"model_max_length\": 66}"):
        attribute(classifier, LONG)
    embeddings = families.fe.TransformerDocumentEmbeddings(maker.encoder("bert"))
    tars = families.TARSClassifier(embeddings=embeddings, multi_label=True)
    tars.add_and_switch_to_new_task("topics", ["a", "b"], "topic")
    with pytest.raises(UnsupportedClassifierError, match="say it in add_and_switch_to_new_task"):
        ModelWrapper(tars)


def test_a_tars_classifier_without_a_task_is_told_what_to_do(tmp_path):
    encoder = families.fe.TransformerDocumentEmbeddings(families.Maker(tmp_path).encoder("bert"))
    with pytest.raises(UnsupportedClassifierError, match="call its add_and_switch_to_new_task"):
        ModelWrapper(families.TARSClassifier(embeddings=encoder))


def test_the_docs_list_every_row_of_the_matrix():
    assert families.PAGE.read_text(encoding="utf-8").endswith(families.table())
