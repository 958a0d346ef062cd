"""A `Faithfulness` as plain data and as JSON, and back; `docs/format.md` describes the fields."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping, Sequence
from typing import Any

from flair_lig_widget.export.kinds import (
    ALGORITHM,
    DATA_POINT,
    NUMBER,
    NUMBERS,
    OBJECT,
    OUTPUT,
    STRING,
    STRINGS,
    Kinds,
    is_count,
    is_number,
    is_range,
    is_size,
    is_text,
    list_of,
    or_none,
)
from flair_lig_widget.export.reading import Form
from flair_lig_widget.result.faithfulness import ERASURES, Band, Curve, Drop, Faithfulness, Flip
from flair_lig_widget.result.files import FilePath
from flair_lig_widget.result.numbers import LARGEST, PROBABILITY_ROUNDING
from flair_lig_widget.result.shares import FEWEST_WORDS, SHARES, words_of_shares
from flair_lig_widget.result.units import VALUE

SCHEMA = 1

MAX_LENGTH = 100_000_000
"""The most characters of JSON that are read."""

_FORM = Form(
    "a faithfulness result", SCHEMA, "evaluate the attribution again", derived=("p_value", "area")
)


def _is_probability(value: Any) -> bool:
    return is_number(value) and -PROBABILITY_ROUNDING <= value <= 1 + PROBABILITY_ROUNDING


def _is_seed(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_ascending(value: Any) -> bool:
    return list_of(is_count)(value) and list(value) == sorted(set(value))


def _is_words(value: Any) -> bool:
    return list_of(is_range)(value) and [w[0] for w in value] == sorted(w[0] for w in value)


_PROBABILITY = ("a probability", _is_probability)
_PROBABILITIES = ("a list of probabilities", list_of(_is_probability))
_COUNTS = ("a list of different whole numbers in ascending order", _is_ascending)
_PERHAPS_NUMBERS = (f"{NUMBERS[0]}, or null", or_none(NUMBERS[1]))
_PERHAPS_OBJECT = ("an object or null", or_none(OBJECT[1]))

KINDS: Kinds = {
    **dict.fromkeys(("text", "target", "baseline", "layer"), STRING),
    **dict.fromkeys(("value", "baseline_value"), NUMBER),
    **dict.fromkeys(("without", "only", "comprehensiveness", "sufficiency", "provenance"), OBJECT),
    **dict.fromkeys(("scores", "random_comprehensiveness"), NUMBERS),
    "contrast": ("a string or null", or_none(is_text)),
    "output": OUTPUT,
    "algorithm": ALGORITHM,
    "data_point": DATA_POINT,
    "erase": (f"one of {', '.join(ERASURES)}", lambda value: is_text(value) and value in ERASURES),
    "seed": ("a whole number, 0 or more", _is_seed),
    "words": ("a list of ranges, each a list of two offsets, in ascending order", _is_words),
    "order": ("a list of whole numbers from 0 to 2**53", list_of(is_count)),
    "probability": _PROBABILITY,
    "predicted": STRINGS,
    "flip": _PERHAPS_OBJECT,
    "leave_one_out": _PERHAPS_NUMBERS,
    "agreement": (
        "a number from -1 to 1, or null",
        or_none(lambda value: is_number(value, 1 + PROBABILITY_ROUNDING)),
    ),
    "infidelity": (f"a number from 0 to {LARGEST:g}, or null", or_none(is_size)),
}
_CURVE_KINDS: Kinds = {
    "counts": _COUNTS,
    "probabilities": _PROBABILITIES,
    "values": _PERHAPS_NUMBERS,
    "band": _PERHAPS_OBJECT,
}
_BAND_KINDS: Kinds = {"counts": _COUNTS, **dict.fromkeys(("low", "median", "high"), _PROBABILITIES)}
_DROP_KINDS: Kinds = dict.fromkeys(("probability", "log_odds"), NUMBER)
_FLIP_KINDS: Kinds = {
    "n_words": ("a whole number from 0 to 2**53", is_count),
    "predicted": STRINGS,
    "probability": _PROBABILITY,
}

# Of a regressor: the value is in the place of the probability, and there are no log-odds.
_OF_VALUE: Kinds = {
    "probability": NUMBER,
    **dict.fromkeys(("probabilities", "low", "median", "high"), NUMBERS),
    "predicted": ("an empty list", lambda value: value in ([], ())),
    **dict.fromkeys(("log_odds", "flip", "contrast"), ("null", lambda value: value is None)),
}


def to_dict(faithfulness: Faithfulness) -> dict[str, Any]:
    """Plain dicts, lists, strings and numbers, ready for JSON; `from_dict` reads them."""
    f = faithfulness
    return {
        "schema": SCHEMA,
        **{field.name: getattr(f, field.name) for field in dataclasses.fields(f)},
        "words": [list(word) for word in f.words],
        "scores": f.scores.tolist(),
        "order": list(f.order),
        "predicted": list(f.predicted),
        "without": _curve_to_dict(f.without),
        "only": _curve_to_dict(f.only),
        "comprehensiveness": dataclasses.asdict(f.comprehensiveness),
        "sufficiency": dataclasses.asdict(f.sufficiency),
        "flip": None if f.flip is None else _flip_to_dict(f.flip),
        "leave_one_out": None if f.leave_one_out is None else f.leave_one_out.tolist(),
        "random_comprehensiveness": f.random_comprehensiveness.tolist(),
        "data_point": None if f.data_point is None else [list(each) for each in f.data_point],
        "provenance": f.provenance.to_dict(),
    }


def from_dict(data: Mapping[str, Any]) -> Faithfulness:
    """The Faithfulness that `to_dict` wrote.

    Raises
    ------
    ValueError
        If the data are of another schema, a field is missing, unknown or not what it should be, or
        the fields contradict each other.
    """
    fields = _FORM.fields_of(data)
    _FORM.check_names(fields, Faithfulness)
    changed = _OF_VALUE if fields["output"] == VALUE else {}
    _FORM.check_kinds(fields, {**KINDS, **changed})
    provenance = _FORM.provenance(fields.pop("provenance", {}))
    for name in ("comprehensiveness", "sufficiency"):
        kinds = {**_DROP_KINDS, **changed}
        fields[name] = Drop(**_checked(fields[name], Drop, kinds, name))
    if fields["flip"] is not None:
        fields["flip"] = Flip(**_checked(fields["flip"], Flip, _FLIP_KINDS, "flip"))
    for name in ("without", "only"):
        fields[name] = _curve(fields[name], name, len(fields["words"]), changed)
    found = Faithfulness(provenance=provenance, **fields)
    _check_words(found)
    _check_chance(found)
    return found


def to_json(faithfulness: Faithfulness) -> str:
    """The result as JSON of ASCII characters, one field per line; always the same bytes.

    Raises
    ------
    ValueError
        If a string contains a surrogate pair, which JSON cannot tell from one character.
    """
    f = faithfulness
    known = {name: value for name in _FORM.derived if (value := getattr(f, name)) is not None}
    return _FORM.write({**to_dict(f), **known})


def from_json(text: str) -> Faithfulness:
    """The Faithfulness that `to_json` wrote; the same to the last bit.

    Raises
    ------
    ValueError
        If the text is not JSON, or not such a result; see `from_dict`.
    """
    return from_dict(_FORM.read(text, MAX_LENGTH))


def load_faithfulness(path: FilePath) -> Faithfulness:
    """Read a result that `Faithfulness.to_json` saved, the same to the last bit.

    Neither the classifier nor torch nor Flair is needed. With its attribution, an
    `AttributionWidget` shows it in the panel "Check".

    Parameters
    ----------
    path : path
        The file.

    Raises
    ------
    ValueError
        If the file does not contain a faithfulness result.
    OSError
        If it cannot be read.
    """
    try:
        return from_json(_FORM.text_of(path, MAX_LENGTH))
    except ValueError as error:
        raise ValueError(f"{os.fspath(path)!r}: {error}") from error


def _curve_to_dict(curve: Curve) -> dict[str, Any]:
    return {
        "counts": list(curve.counts),
        "probabilities": curve.probabilities.tolist(),
        "values": None if curve.values is None else curve.values.tolist(),
        "band": None if curve.band is None else band_to_dict(curve.band),
    }


def band_to_dict(band: Band) -> dict[str, Any]:
    """The percentiles of the random orders as plain data."""
    return {
        "counts": list(band.counts),
        "low": band.low.tolist(),
        "median": band.median.tolist(),
        "high": band.high.tolist(),
    }


def _flip_to_dict(flip: Flip) -> dict[str, Any]:
    return {**dataclasses.asdict(flip), "predicted": list(flip.predicted)}


def _checked(data: Any, kind: type[Any], kinds: Kinds, name: str) -> dict[str, Any]:
    """The fields of an inner object, with values of their kinds."""
    _FORM.check_names(data, kind, f"{name}: ")
    _FORM.check_kinds(data, kinds, f"{name}.")
    return dict(data)


def _curve(data: Any, name: str, n_words: int, changed: Kinds) -> Curve:
    """The curve in the data; ``changed`` are the kinds that are others than for a label."""
    fields = _checked(data, Curve, {**_CURVE_KINDS, **changed}, name)
    counts = fields["counts"]
    _check_lengths(fields, ("probabilities", "values"), name)
    if fields.get("band") is not None:
        band = _checked(fields["band"], Band, {**_BAND_KINDS, **changed}, f"{name}.band")
        _check_lengths(band, ("low", "median", "high"), f"{name}.band")
        if band["counts"][-1] > n_words:
            raise _FORM.error(f"{name}.band.counts is beyond the number of words, {n_words}")
        for low, median, high in zip(band["low"], band["median"], band["high"], strict=True):
            if max(low - median, median - high) > PROBABILITY_ROUNDING:
                raise _FORM.error(f"{name}.band is not in the order of low, median and high")
        fields["band"] = Band(**band)
    if counts[-1] > n_words:
        raise _FORM.error(f"{name}.counts is beyond the number of words, {n_words}")
    return Curve(**fields)


def _check_lengths(fields: Mapping[str, Any], names: Sequence[str], where: str) -> None:
    """Raise unless there is one number for each count, and at least one."""
    length = len(fields["counts"])
    if length == 0:
        raise _FORM.error(f"{where}.counts is empty")
    for name in names:
        numbers = fields.get(name)
        if numbers is not None and len(numbers) != length:
            raise _FORM.error(f"{where}.{name} has {len(numbers)} numbers for {length} counts")


def _check_words(f: Faithfulness) -> None:
    """Raise unless words, scores, order and flip belong together."""
    n_words = f.n_words
    if n_words < FEWEST_WORDS:
        raise _FORM.error(f"{n_words} words, and at least two are needed")
    for name, places in (("words", f.words), ("data_point", f.data_point or ())):
        if any(end > len(f.text) for _, end in places):
            raise _FORM.error(f"{name} is beyond the end of the text")
    for name in ("scores", "leave_one_out"):
        numbers = getattr(f, name)
        if numbers is not None and len(numbers) != n_words:
            raise _FORM.error(f"{name} has {len(numbers)} numbers for {n_words} words")
    if sorted(f.order) != list(range(n_words)):
        raise _FORM.error(f"order is not a permutation of the {n_words} words")
    if f.flip is not None and not 1 <= f.flip.n_words <= n_words:
        raise _FORM.error(f"flip.n_words is {f.flip.n_words}, not 1 to {n_words}")


def _check_chance(f: Faithfulness) -> None:
    """Raise unless the curve and its band have what the verdict needs."""
    known = f.n_random > 0
    if (f.without.band is not None) != known or (f.only.band is not None) != known:
        raise _FORM.error("bands and random_comprehensiveness are not known together")
    band = f.without.band
    if band is not None and not set(band.counts) <= set(f.without.counts):
        raise _FORM.error("without.band has counts that without does not have")
    for share, count in zip(SHARES, words_of_shares(f.n_words), strict=True):
        for name, part in (("without", f.without), ("without.band", band)):
            if part is not None and count not in part.counts:
                raise _FORM.error(f"{name} has no count {count} for {share:.0%} of the words")
