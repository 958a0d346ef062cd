"""In which settings attributions differ, in words."""

from __future__ import annotations

from collections.abc import Sequence

from flair_lig_widget.result.algorithms import ALGORITHMS
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.units import isolated, name_of_output, visible

_DIGITS = 8
"""Of a hash, enough to tell weights apart."""

Values = tuple[str, ...]
"""One value for each attribution."""


def differences(attributions: Sequence[Attribution]) -> dict[str, Values]:
    """The settings in which they differ: from name to one value for each attribution.

    A finer setting is named where the coarser one is not enough to tell all apart: the method after
    the algorithm; steps, tolerance and seed after the method; the hash of the weights after the
    model. Steps that ``auto`` chose are no setting.
    """
    each = attributions
    models = _models(each)
    algorithms = tuple(ALGORITHMS[a.algorithm].name for a in each)
    methods = tuple(a.method for a in each)
    candidates = {
        "model": models,
        "weights": _finer(models, tuple(_weights(a) for a in each)),
        "target": tuple(visible(a.target) for a in each),
        "contrast": tuple("none" if a.contrast is None else visible(a.contrast) for a in each),
        "output": tuple(name_of_output(a.output) for a in each),
        "entities": tuple(_entities(a) for a in each),
        "baseline": tuple(a.baseline for a in each),
        "layer": tuple(a.layer for a in each),
        "algorithm": algorithms,
        "method": _finer(algorithms, methods),
        "steps": _finer(methods, tuple(_steps(a) for a in each)),
        "tolerance": _finer(methods, tuple(_tolerance(a) for a in each)),
        "seed": _finer(methods, tuple("none" if a.seed is None else str(a.seed) for a in each)),
        "precision": tuple(a.precision for a in each),
    }
    return {name: values for name, values in candidates.items() if len(set(values)) > 1}


def _models(attributions: Sequence[Attribution]) -> Values:
    """Their names; the same for the same weights, which may have been loaded from two places."""
    name_of: dict[str, str] = {}
    models = []
    for a in attributions:
        name = a.provenance.model or "unknown"
        digest = a.provenance.weights_digest
        models.append(name_of.setdefault(digest, name) if digest else name)
    return tuple(models)


def _finer(coarse: Values, fine: Values) -> Values:
    """The finer values if they tell more apart than the coarse ones, else the same for all."""
    tells_more = len(set(zip(coarse, fine, strict=True))) > len(set(coarse))
    return fine if tells_more else ("",) * len(fine)


def _entities(a: Attribution) -> str:
    found = (f"{isolated(a.text[s:e])} ({visible(label)})" for s, e, label in a.entities)
    return " and ".join(found) or "none"


def _weights(a: Attribution) -> str:
    return a.provenance.weights_digest[:_DIGITS] or "unknown"


def _steps(a: Attribution) -> str:
    return str(a.n_steps) if a.tolerance is None else "auto"


def _tolerance(a: Attribution) -> str:
    return "none" if a.tolerance is None else f"{a.tolerance:g}"
