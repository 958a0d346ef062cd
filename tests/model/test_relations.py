"""Relations: what is read for a pair of entities, and what of it moves along the path."""

from __future__ import annotations

import pytest
from support import families, models
from support.families import flair_says, strategy, word_vectors

from flair_lig_widget import LIGEngine, ModelWrapper, Request
from flair_lig_widget.result.marked import MarkedText

TEXT = "Yesterday Larry Page and Sergey Brin founded Google there ."
LARRY, SERGEY, GOOGLE = (10, 20), (25, 36), (45, 51)
ENTITIES = ((*LARRY, "PER"), (*SERGEY, "PER"), (*GOOGLE, "ORG"))

# As in the docstrings of Flair's encoding strategies, for the head Google and the tail Larry Page.
READ = {
    "EntityMask": "Yesterday [TAIL] and Sergey Brin founded [HEAD] there .",
    "TypedEntityMask": "Yesterday [TAIL-PER] and Sergey Brin founded [HEAD-ORG] there .",
    "EntityMarker": (
        "Yesterday [TAIL] Larry Page [/TAIL] and Sergey Brin founded [HEAD] Google [/HEAD] there ."
    ),
    "TypedEntityMarker": (
        "Yesterday [TAIL-PER] Larry Page [/TAIL-PER] and Sergey Brin founded [HEAD-ORG] Google "
        "[/HEAD-ORG] there ."
    ),
    "EntityMarkerPunct": "Yesterday # Larry Page # and Sergey Brin founded @ Google @ there .",
    "TypedEntityMarkerPunct": (
        "Yesterday # ^ PER ^ Larry Page # and Sergey Brin founded @ * ORG * Google @ there ."
    ),
}


def over_words(name: str, **options):
    return models.relations(families.pool(word_vectors()).embeddings, strategy(name), **options)


def over_transformer(tmp_path, name: str, **options):
    embeddings = families.Maker(tmp_path).embeddings(**options)
    return models.relations(embeddings, strategy(name))


@pytest.mark.parametrize("name", READ)
def test_markers_and_masks_are_read_and_do_not_move(name):
    wrapper = ModelWrapper(over_words(name))
    tokens = wrapper.encode(MarkedText(TEXT, ENTITIES, (GOOGLE, LARRY))).tokens
    assert " ".join(token.text for token in tokens) == READ[name]
    moved = [token for token in tokens if not token.special]
    assert all(TEXT[token.start : token.end] == token.text for token in moved)
    masked = {"Larry", "Page", "Google"} if "Mask" in name else set()
    assert [token.text for token in moved] == [w for w in TEXT.split() if w not in masked]


def test_an_entity_that_looks_like_its_marker_is_found():
    text = "PER met * ."
    wrapper = ModelWrapper(over_words("TypedEntityMarkerPunct"))
    encoding = wrapper.encode(MarkedText(text, ((0, 3, "PER"), (8, 9, "ORG")), ((0, 3), (8, 9))))
    read = "@ * PER * PER @ met # ^ ORG ^ * # ."
    assert " ".join(token.text for token in encoding.tokens) == read
    assert [i for i, token in enumerate(encoding.tokens) if not token.special] == [4, 6, 11, 13]


def test_words_beyond_the_context_of_the_entities_are_not_read():
    wrapper = ModelWrapper(over_words("EntityMarker", max_surrounding_context_length=1))
    encoding = wrapper.encode(MarkedText(TEXT, ENTITIES, (SERGEY, GOOGLE)))
    read = [token.text for token in encoding.tokens if not token.special]
    assert read == ["and", "Sergey", "Brin", "founded", "Google", "there"]
    (before, after) = encoding.truncated_ranges("sport")
    assert TEXT[slice(*before)].strip() == "Yesterday Larry Page"
    assert TEXT[slice(*after)].strip() == "."


@pytest.mark.parametrize("options", [{}, {"use_context": True}], ids=str)
def test_every_pair_has_the_probabilities_that_flair_gives_it(tmp_path, options):
    """With a context length, Flair reads the sentences of other pairs as neighbours."""
    classifier = over_transformer(tmp_path, "TypedEntityMarker", **options)
    wrapper = ModelWrapper(classifier)
    points = wrapper.encode(MarkedText(TEXT, ENTITIES)).data_points
    assert [point.ranges for point in points] == [
        (head, tail)
        for head in (LARRY, SERGEY, GOOGLE)
        for tail in (LARRY, SERGEY, GOOGLE)
        if head != tail
    ]
    for point in points:
        given = MarkedText(TEXT, ENTITIES, point.ranges)
        said = flair_says(classifier, given)
        assert wrapper.predict(given) == pytest.approx(said, abs=1e-5)
        assert wrapper.parity(given, said) < 1e-6
        assert point.label == max(said, key=said.get)
        assert point.probability == pytest.approx(said[point.label], abs=1e-6)


def test_the_pair_with_the_most_probable_relation_is_explained_by_default(tmp_path):
    engine = LIGEngine(over_transformer(tmp_path, "EntityMask"))
    request = Request(text=TEXT, entities=ENTITIES, method="riemann_middle", n_steps=1)
    found = engine.attribute(request)
    best = max(found.data_points, key=lambda point: point.probability)
    assert found.data_point == best.ranges
    assert found.predicted == (best.label,)


def test_a_pair_for_which_flair_predicts_nothing_has_no_label(tmp_path):
    embeddings = families.Maker(tmp_path).embeddings()
    options = {"multi_label": True, "multi_label_threshold": 0.999}
    classifier = models.relations(embeddings, strategy("EntityMask"), **options)
    points = ModelWrapper(classifier).encode(MarkedText(TEXT, ENTITIES)).data_points
    assert {(point.label, point.probability) for point in points} == {("O", None)}


def test_what_is_no_pair_of_entities_is_refused_with_those_that_are():
    wrapper = ModelWrapper(over_words("EntityMask", entity_label_types={"ner": {"PER", "ORG"}}))
    with pytest.raises(ValueError, match=r"data_point=\(\(0, 9\), \(45, 51\)\) is no pair .* \(\("):
        wrapper.encode(MarkedText(TEXT, ENTITIES, ((0, 9), GOOGLE)))
    with pytest.raises(ValueError, match="'arry Page' is no whole word"):
        wrapper.encode(MarkedText(TEXT, ((11, 20, "PER"), ENTITIES[2])))
    with pytest.raises(ValueError, match="no entities with label 'DATE'; it reads ORG, PER"):
        wrapper.encode(MarkedText(TEXT, ((0, 9, "DATE"), ENTITIES[2])))
    for entities in ((), ENTITIES[:1], (ENTITIES[0], (16, 20, "ORG"))):  # the last are nested
        with pytest.raises(ValueError, match="no pair of entities among"):
            wrapper.encode(MarkedText(TEXT, entities))
    near = ModelWrapper(over_words("EntityMask", max_allowed_tokens_between_entities=2))
    with pytest.raises(ValueError, match=r"no pair of entities among 2 .* than 2 words apart"):
        near.encode(MarkedText(TEXT, (ENTITIES[0], ENTITIES[2])))
