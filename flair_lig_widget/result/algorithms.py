"""The algorithms that attribute a prediction: integrated gradients, and others to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flair_lig_widget.result.attribution import Attribution

INTEGRATED_GRADIENTS = "integrated_gradients"


@dataclass(frozen=True, kw_only=True)
class Algorithm:
    """What results say of an algorithm.

    Attributes
    ----------
    name : str
        As people read it.
    has_delta : bool
        Whether the scores are meant to sum to f(x) - f(x'), so that what they miss is an error.
    uses_baseline : bool
        Whether the scores depend on the baseline.
    samples : str
        What it draws at random, such as ``"order"``; empty if it draws nothing.
    default_samples : int
        How many of them, if ``n_steps`` is not given.
    why_delta : str
        Why the scores can miss f(x) - f(x'); empty if they cannot.
    """

    name: str
    has_delta: bool = True
    uses_baseline: bool = True
    samples: str = ""
    default_samples: int = 0
    why_delta: str = ""


ALGORITHMS = {
    INTEGRATED_GRADIENTS: Algorithm(name="Layer Integrated Gradients"),
    "gradient_x_input": Algorithm(name="gradient × input", has_delta=False, uses_baseline=False),
    "gradient_shap": Algorithm(
        name="GradientSHAP",
        samples="sample",
        default_samples=50,
        why_delta="it takes the gradient at random points, and more samples come closer",
    ),
    "deep_lift": Algorithm(
        name="DeepLIFT",
        why_delta=(
            "Captum has DeepLIFT's rule for few layers, such as ReLU and tanh, and takes the plain "
            "gradient of the others, such as attention, GELU, layer norm, LSTM and GRU"
        ),
    ),
    "feature_ablation": Algorithm(name="feature ablation", has_delta=False),
    "shapley_value_sampling": Algorithm(
        name="Shapley value sampling", samples="order", default_samples=25
    ),
}
"""Each algorithm that a request can name. All but the first are Captum's."""

_OF_INTEGRATED_GRADIENTS = ("tolerance", "error_estimate", "rounding", "path_profile")


def check_algorithm(attribution: Attribution) -> None:
    """Raise a ValueError if an attribution claims what its algorithm does not have."""
    a = attribution
    if a.algorithm not in ALGORITHMS:
        raise ValueError(
            f"unknown algorithm {a.algorithm!r}; algorithms are {', '.join(ALGORITHMS)}"
        )
    if a.seed is not None and not ALGORITHMS[a.algorithm].samples:
        raise ValueError(f"seed={a.seed} with {a.algorithm}, which draws nothing at random")
    if a.algorithm == INTEGRATED_GRADIENTS:
        return
    if a.method != a.algorithm:
        raise ValueError(f"method={a.method!r} with {a.algorithm}, which has no integration rule")
    for name in _OF_INTEGRATED_GRADIENTS:
        if getattr(a, name) is not None:
            raise ValueError(f"{name} is given with {a.algorithm}, which has none")


def describe_algorithm(attribution: Attribution) -> str:
    """The algorithm with its samples and seed, such as ``"DeepLIFT by Captum"``.

    It is empty for integrated gradients, which are described by their rule and steps.
    """
    a = attribution
    if a.algorithm == INTEGRATED_GRADIENTS:
        return ""
    algorithm = ALGORITHMS[a.algorithm]
    parts = [f"{algorithm.name} by Captum"]
    if algorithm.samples:
        parts.append(f"{a.n_steps} {algorithm.samples}{'' if a.n_steps == 1 else 's'}")
    if a.seed is not None:
        parts.append(f"seed {a.seed}")
    return ", ".join(parts)
