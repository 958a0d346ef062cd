"""What the prediction becomes without some words, or with others in their place."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from flair.nn import Model

from flair_lig_widget.evaluation.deletion import TextWords
from flair_lig_widget.evaluation.erasing import Deleter, Floats
from flair_lig_widget.evaluation.faithfulness import (
    check_attribution,
    check_erase,
    eraser_for,
)
from flair_lig_widget.evaluation.marked_words import MarkedWords, words_of
from flair_lig_widget.evaluation.predictions import Predictor
from flair_lig_widget.integration.explained import objective_of
from flair_lig_widget.integration.path import check_finite
from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.edit import Edit
from flair_lig_widget.result.marked import MarkedText, Range, overlap
from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.provenance import Provenance, now, package_versions
from flair_lig_widget.result.request import Request
from flair_lig_widget.result.texts import SEPARATOR, text_at
from flair_lig_widget.result.tokens import Span


def edit(
    classifier: Model,
    attribution: Attribution,
    span: Span | tuple[int, int],
    replacement: str | None = None,
    *,
    task: str | None = None,
    erase: str = "delete",
    cancelled: Callable[[], bool] = lambda: False,
) -> Edit:
    """Ask the model again without some words, or with others in their place.

    What changes is next to what the scores promised. No gradient is computed.

    Parameters
    ----------
    classifier : flair.nn.Model
    attribution : Attribution
        What was explained of this classifier.
    span : Span or (int, int)
        The words to edit: a word, a sentence, or the range of characters ``text[start:end]`` that
        holds one or more words. Flair reads whole words, so part of one cannot be edited alone.
    replacement : str, optional
        Text of any number of words that takes the exact place of the words. If None, they are
        taken away.
    task : str, optional
        As for `attribute`.
    erase : str
        How words are taken away, as for `evaluate`. ``"delete"`` edits the text and asks
        ``classifier.predict``. ``"mask"`` and ``"baseline"`` put the embeddings of the mask token,
        or of the attribution's baseline, in their place, so that all positions stay.
    cancelled : callable
        Called before every pass through the model.

    Returns
    -------
    Edit
        For an edited text the prediction is that of ``classifier.predict``. What the model did not
        read is left out of the edited text, and of the text that it is compared with. A data point
        moves with its words; words that replace its own are in it.

    Raises
    ------
    ValueError
        If the attribution is of other weights or labels, the span is no whole words of its text
        or reaches over two texts, no word is left, words of a data point such as the token that is
        explained are to be deleted, or an option has a value that is not possible.
    Cancelled
        Before the next pass, once ``cancelled()`` is true.
    UnsupportedClassifierError
        If the classifier is of a kind that cannot be explained.
    """
    wrapper = ModelWrapper(classifier, task=task)
    return edit_words(
        wrapper,
        attribution,
        span,
        replacement,
        erase=erase,
        predictor=Predictor(wrapper, cancelled=cancelled),
        cancelled=cancelled,
    )


def edit_words(
    wrapper: ModelWrapper,
    attribution: Attribution,
    span: Span | tuple[int, int],
    replacement: str | None,
    *,
    erase: str,
    predictor: Predictor,
    cancelled: Callable[[], bool],
) -> Edit:
    """`edit`, with a predictor that may know some of the texts already."""
    check_attribution(wrapper, attribution)
    _check_options(replacement, erase)
    a = attribution
    _check_separator(a, replacement)
    chosen = _words_in(a, span)
    start, end = a.words()[chosen[0]].start, a.words()[chosen[-1]].end
    text: str | MarkedText | None = None
    if erase == "delete":
        words = words_of(a)
        text = _edited(words, (start, end), replacement)
        deleter = Deleter(wrapper, objective_of(wrapper, a, a.target), words, predictor, cancelled)
        answers = _of_texts(predictor, deleter, words.whole, text)
    else:
        every = frozenset(range(len(a.words())))
        eraser = eraser_for(wrapper, a, erase, predictor, cancelled)
        kept = (every, every - set(chosen))
        answers = _Answers(eraser.probabilities(kept), eraser.values(kept))
    check_finite(answers.probabilities)
    check_finite(answers.values)
    before, after = answers.probabilities.tolist()
    value, edited_value = answers.values.tolist()
    return Edit(
        original=a.text,
        start=start,
        end=end,
        replacement=replacement,
        erase=erase,
        text=None if text is None else str(text),
        data_point=a.data_point,
        edited_data_point=text.data_point if isinstance(text, MarkedText) else None,
        edited_entities=text.entities if isinstance(text, MarkedText) else (),
        target=a.target,
        contrast=a.contrast,
        output=a.output,
        baseline=a.baseline,
        value=value,
        edited_value=edited_value,
        promised=sum(a.words()[index].score for index in chosen),
        before=dict(zip(wrapper.labels, before, strict=True)),
        prediction=dict(zip(wrapper.labels, after, strict=True)),
        predicted_before=wrapper.predicted(before),
        predicted=wrapper.predicted(after),
        provenance=Provenance(
            model=wrapper.name,
            weights_digest=wrapper.digest(),
            versions=package_versions(),
            created_at=now(),
        ),
    )


@dataclass(frozen=True, eq=False)
class _Answers:
    """Of the model before and after an edit: probabilities of shape (2, C), f of shape (2,)."""

    probabilities: Floats
    values: Floats


def _of_texts(predictor: Predictor, deleter: Deleter, *texts: str | MarkedText) -> _Answers:
    """Each text is predicted alone, because padding in a batch may change the last digits."""
    if any(isinstance(text, MarkedText) for text in texts):
        deleter.values_of(texts)  # which says in words if a data point is not found
    rows = [predictor.probabilities([text])[0] for text in texts]
    return _Answers(np.stack(rows), deleter.values_of(texts))


def _edited(words: TextWords, characters: Range, replacement: str | None) -> str | MarkedText:
    """The text after the edit, which must be one that can be explained."""
    if replacement is not None:
        edited = words.replace(characters, replacement)
        Request(text=str(edited))  # which raises if it cannot be explained
        return edited
    taken = shown(words.text[slice(*characters)])
    chosen = {i for i, word in enumerate(words.ranges) if overlap(word, characters)}
    if isinstance(words, MarkedWords):
        if any(overlap(each, characters) for each in words.marked.data_point or ()):
            raise ValueError(
                f"{taken} is part of what is explained, so there is no question without it; give "
                "a replacement, or erase='mask' or 'baseline'"
            )
        return words.delete(chosen)
    left = [word for word in range(len(words)) if word not in chosen]
    if text_at(words.text_starts, characters[0]) not in map(words.text_of, left):
        raise ValueError(
            f"no word is left without {taken}, and Flair cannot read an empty text; "
            "give a replacement, or erase='mask' or 'baseline'"
        )
    return words.delete(chosen)


def _words_in(attribution: Attribution, span: Span | tuple[int, int]) -> range:
    """The indexes of the words in a span, among those of the attribution.

    Raises
    ------
    TypeError
        If it is neither a span nor a range.
    ValueError
        If it is not in the text, holds no word that the model read, cuts one, or reaches over two
        texts.
    """
    a = attribution
    start, end = _range_of(a.text, span)
    words, what = a.words(), f"text[{start}:{end}], {shown(a.text[start:end])}"
    touched = [i for i, word in enumerate(words) if word.start < end and start < word.end]
    if not touched:
        raise ValueError(f"the model reads no word in {what}; give one of attribution.words()")
    chosen = range(touched[0], touched[-1] + 1)
    ends = words[chosen[0]], words[chosen[-1]]
    if len({text_at(a.text_starts, word.start) for word in ends}) > 1:
        raise ValueError(f"{what}, reaches over two texts; edit the words of one text at a time")
    for word in ends:
        if word.start < start or word.end > end:
            raise ValueError(
                f"{what}, cuts the word {shown(word.text)}, and Flair reads whole words; give the "
                "word"
            )
    return chosen


def _range_of(text: str, span: Span | tuple[int, int]) -> tuple[int, int]:
    if isinstance(span, Span):
        if text[span.start : span.end] != span.text:
            raise ValueError(
                f"the span {shown(span.text)} is not in the text that was explained; give one of "
                "attribution.words()"
            )
        return span.start, span.end
    try:
        start, end = (operator.index(offset) for offset in span)
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"span={shown(span)} is neither a Span nor a range of characters; give one of "
            "attribution.words(), or (start, end)"
        ) from error
    if not 0 <= start < end <= len(text):
        raise ValueError(
            f"there are no characters {start} to {end} in a text of {len(text):,}; give a range "
            "within it"
        )
    return start, end


def _check_separator(attribution: Attribution, replacement: str | None) -> None:
    if len(attribution.text_starts) > 1 and SEPARATOR in (replacement or ""):
        raise ValueError(
            f"replacement={shown(replacement)} has a paragraph separator (U+2029), which stands "
            "between the texts of a pair; replace it by a line break"
        )


def _check_options(replacement: str | None, erase: str) -> None:
    check_erase(erase)
    if replacement is None:
        return
    if not isinstance(replacement, str):
        raise TypeError(
            f"replacement={shown(replacement)} is no text; give a string, or None to take the "
            "words away"
        )
    if not replacement.strip():
        raise ValueError(
            f"replacement={shown(replacement)} is blank; give at least one word, or None to take "
            "the words away"
        )
    if erase != "delete":
        raise ValueError(
            f"erase={erase!r} takes words away, so there is no place for replacement="
            f"{shown(replacement)}; leave one of them out"
        )
