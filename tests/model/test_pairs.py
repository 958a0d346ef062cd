"""Pairs and triples of texts: which text a word belongs to, and what stands between them."""

from __future__ import annotations

import pytest
from support import families, models
from support.families import word_vectors
from support.texts import LONG

from flair_lig_widget import ModelWrapper, UnsupportedClassifierError
from flair_lig_widget.result.texts import join_texts

FIRST, SECOND, THIRD = "Profit fell\u200b.", "Profit fell", "A café opened"


def words_of(wrapper: ModelWrapper, *texts: str) -> list[tuple[str, int]]:
    """Each word as typed, and where it begins."""
    joined = join_texts(texts)
    tokens = wrapper.encode(joined).tokens
    words = {token.word for token in tokens if not token.special}
    assert words == set(range(len(words)))
    ranges = [
        (
            min(token.start for token in tokens if token.word == word),
            max(token.end for token in tokens if token.word == word),
        )
        for word in sorted(words)
    ]
    return [(joined[start:end], start) for start, end in ranges]


@pytest.mark.parametrize("separately", [False, True])
def test_equal_words_are_found_in_the_text_that_they_belong_to(tmp_path, separately):
    """Offsets of the second text count from its own beginning, behind the separator."""
    embeddings = families.Maker(tmp_path).embeddings()
    pair = ModelWrapper(models.pair(embeddings, separately=separately))
    expected = [("Profit", 0), ("fell", 7), (".", 12), ("Profit", 14), ("fell", 21)]
    assert words_of(pair, FIRST, SECOND) == expected
    triple = ModelWrapper(models.triple(embeddings, separately=separately))
    more = [("A", 26), ("café", 28), ("opened", 33)]
    assert words_of(triple, FIRST, SECOND, THIRD) == [*expected, *more]


@pytest.mark.parametrize(
    ("kind", "separator"),
    [("bert", ["[SEP]"]), ("roberta", ["</s>"]), ("gpt2", None)],
)
def test_the_separator_of_texts_that_are_read_together_does_not_move(tmp_path, kind, separator):
    """GPT-2 has no separator; Flair then writes the word [SEP], which it reads as subwords."""
    wrapper = ModelWrapper(models.pair(families.Maker(tmp_path).embeddings(kind)))
    tokens = wrapper.encode(join_texts([SECOND, THIRD])).tokens
    moving = [i for i, token in enumerate(tokens) if not token.special]
    middle = [
        token.text for token in tokens[moving[0] : moving[-1]] if token.special and token.text
    ]
    assert middle == separator or (separator is None and "SEP" in "".join(middle))
    first_of_second = next(i for i in moving if tokens[i].word == 2)
    assert tokens[first_of_second - 1].special


def test_over_word_vectors_nothing_stands_between_the_texts():
    wrapper = ModelWrapper(models.pair(families.pool(word_vectors()).embeddings))
    tokens = wrapper.encode(join_texts([SECOND, THIRD])).tokens
    assert [token.text for token in tokens] == f"{SECOND} {THIRD}".split()


def test_a_second_text_that_is_not_read_at_all_is_reported(tmp_path):
    embeddings = families.Maker(tmp_path).embeddings()
    text = join_texts([LONG, SECOND])
    read_together = ModelWrapper(models.pair(embeddings)).encode(text)
    end_of_first, second = read_together.truncated_ranges("sport")
    assert LONG.endswith(text[slice(*end_of_first)])
    assert text[slice(*second)] == SECOND
    separately = ModelWrapper(models.pair(embeddings, separately=True)).encode(text)
    (end_of_first,) = separately.truncated_ranges("sport")
    assert LONG.endswith(text[slice(*end_of_first)])


def test_another_number_of_texts_raises_an_error_with_the_right_one(tmp_path):
    embeddings = families.Maker(tmp_path).embeddings()
    with pytest.raises(ValueError, match="reads 2 texts at once, and 'Profit fell' is one text"):
        ModelWrapper(models.pair(embeddings)).encode(SECOND)
    with pytest.raises(ValueError, match=r"reads 3 texts at once, and .* is 2 texts"):
        ModelWrapper(models.triple(embeddings)).encode(join_texts([SECOND, THIRD]))


def test_windows_that_flair_gives_to_the_wrong_text_raise_an_error(tmp_path):
    """Read separately, the second window of the first text is taken for the second text."""
    embeddings = families.Maker(tmp_path).embeddings(allow_long_sentences=True)
    wrapper = ModelWrapper(models.pair(embeddings, separately=True))
    with pytest.raises(UnsupportedClassifierError, match="text of a pair, to another"):
        wrapper.encode(join_texts([LONG, SECOND]))
