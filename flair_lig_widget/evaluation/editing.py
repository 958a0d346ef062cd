"""What the prediction becomes without some words, or with others in their place."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from flair.nn import Classifier

from flair_lig_widget.evaluation.deletion import TextWords
from flair_lig_widget.evaluation.erasing import Deleter, Floats
from flair_lig_widget.evaluation.faithfulness import (
    check_attribution,
    check_erase,
    eraser_for,
    objective_of,
)
from flair_lig_widget.evaluation.predictions import Predictor
from flair_lig_widget.integration.path import check_finite
from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.edit import Edit
from flair_lig_widget.result.messages import shown
from flair_lig_widget.result.provenance import Provenance, now, package_versions
from flair_lig_widget.result.request import Request
from flair_lig_widget.result.tokens import Span


def edit(
    classifier: Classifier,
    attribution: Attribution,
    span: Span | tuple[int, int],
    replacement: str | None = None,
    *,
    erase: str = "delete",
    cancelled: Callable[[], bool] = lambda: False,
) -> Edit:
    """Ask the model again without some words, or with others in their place.

    What changes is next to what the scores promised. No gradient is computed.

    Parameters
    ----------
    classifier : flair.models.TextClassifier or flair.models.TARSClassifier
    attribution : Attribution
        What was explained of this classifier.
    span : Span or (int, int)
        The words to edit: a word, a sentence, or the range of characters ``text[start:end]`` that
        holds one or more words. Flair reads whole words, so part of one cannot be edited alone.
    replacement : str, optional
        Text of any number of words that takes the exact place of the words. If None, they are
        taken away.
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
        read is left out of the edited text, and of the text that it is compared with.

    Raises
    ------
    ValueError
        If the attribution is of other weights or labels, the span is no whole words of its text,
        no word is left, or an option has a value that is not possible.
    Cancelled
        Before the next pass, once ``cancelled()`` is true.
    UnsupportedClassifierError
        If the classifier is of a kind that cannot be explained.
    """
    wrapper = ModelWrapper(classifier)
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
    a, words = attribution, TextWords.of(attribution)
    chosen = _words_in(words, span)
    if erase == "delete":
        text = _edited(words, chosen, replacement)
        deleter = Deleter(wrapper, objective_of(wrapper, a), words, predictor, cancelled)
        answers = _of_texts(predictor, deleter, words.whole, text)
    else:
        text = None
        every = frozenset(range(len(words)))
        eraser = eraser_for(wrapper, a, erase, predictor, cancelled)
        kept = (every, every - set(chosen))
        answers = _Answers(eraser.probabilities(kept), eraser.values(kept))
    check_finite(answers.probabilities)
    check_finite(answers.values)
    before, after = answers.probabilities.tolist()
    value, edited_value = answers.values.tolist()
    return Edit(
        original=a.text,
        start=words.ranges[chosen[0]][0],
        end=words.ranges[chosen[-1]][1],
        replacement=replacement,
        erase=erase,
        text=text,
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


def _of_texts(predictor: Predictor, deleter: Deleter, *texts: str) -> _Answers:
    """Each text is predicted alone, because padding in a batch may change the last digits."""
    rows = [predictor.probabilities([text])[0] for text in texts]
    return _Answers(np.stack(rows), deleter.values_of(texts))


def _edited(words: TextWords, chosen: range, replacement: str | None) -> str:
    """The text after the edit, which must be one that can be explained."""
    if replacement is not None:
        return Request(text=words.replace(chosen, replacement)).text
    if len(chosen) == len(words):
        raise ValueError(
            f"no word is left without {shown(words.whole)}, and Flair cannot read an empty text; "
            "give a replacement, or erase='mask' or 'baseline'"
        )
    return words.delete(chosen)


def _words_in(words: TextWords, span: Span | tuple[int, int]) -> range:
    """The indexes of the words in a span.

    Raises
    ------
    TypeError
        If it is neither a span nor a range.
    ValueError
        If it is not in the text, holds no word that the model read, or cuts one.
    """
    start, end = _range_of(words.text, span)
    touched = [i for i, word in enumerate(words.ranges) if word[0] < end and start < word[1]]
    if not touched:
        raise ValueError(
            f"the model reads no word in text[{start}:{end}], {shown(words.text[start:end])}; "
            "give one of attribution.words()"
        )
    chosen = range(touched[0], touched[-1] + 1)
    for index in (chosen[0], chosen[-1]):
        low, high = words.ranges[index]
        if low < start or high > end:
            raise ValueError(
                f"text[{start}:{end}], {shown(words.text[start:end])}, cuts the word "
                f"{shown(words.text[low:high])}, and Flair reads whole words; give the word"
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
