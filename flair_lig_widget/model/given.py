"""What a user gives, as text, entities and data point: strings, or objects of Flair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flair.data import Relation, Sentence, Span, Token

from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.marked import Range
from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.request import Request
from flair_lig_widget.result.texts import one_text


def request_of(wrapper: ModelWrapper, text: Any, options: Mapping[str, Any]) -> Request:
    """The request for what a user gives.

    Parameters
    ----------
    wrapper : ModelWrapper
    text : str, tuple of str or flair.data.Sentence
        Of a sentence, the entities are those that the model reads. Other labels are not read.
    options : mapping
        Options of a request. ``data_point`` can be a token, span or relation of Flair.

    Raises
    ------
    TypeError, ValueError
        If something is not possible.
    """
    options = dict(options)
    if isinstance(text, Sentence):
        if wrapper.family.tokenizer is None:  # otherwise Flair itself splits the sentence again
            _check_words(text)
        options.setdefault("entities", wrapper.family.entities_of(text))
        text = text.text
    if isinstance(options.get("data_point"), (Token, Span, Relation)):
        options["data_point"] = ranges_of(options["data_point"])
    return Request(text=one_text(text, wrapper.n_texts), **options)


def ranges_of(data_point: Token | Span | Relation) -> tuple[Range, ...]:
    """The characters of a token or span, or of head and tail of a relation."""
    if isinstance(data_point, Relation):
        parts: list[Any] = [data_point.first, data_point.second]
    else:
        parts = [data_point]
    return tuple((part.start_position, part.end_position) for part in parts)


def _check_words(sentence: Sentence) -> None:
    """Raise unless Flair splits the text of a sentence into the words that it has."""
    words = [(token.text, token.start_position) for token in sentence.tokens]
    again = [(token.text, token.start_position) for token in Sentence(sentence.text).tokens]
    if words != again:
        raise ValueError(
            f"the sentence {shown(sentence.text)} has other words than Flair makes of its text; "
            "give the text as a string, with entities=[(start, end, label), …]"
        )
