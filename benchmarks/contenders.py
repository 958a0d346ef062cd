"""The contenders of the speed benchmark, and how each explains a subject."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from common import Floats, Subject
from floor import bare_encoder, watched
from iso_accuracy import SHARE
from judging import LOGIT, PROBABILITY, SHAPE
from peers import TransformersInterpret, captum_scores

from flair_lig_widget import attribute, attribute_each


@dataclass(frozen=True)
class Run:
    """One measured run of a contender.

    Attributes
    ----------
    gradients : int
        Path points that were differentiated, counted once for each label.
    scores : ndarray of shape (T,) or None
    seconds : float or None
        The part of its time that counts; None if all of it does.
    details : dict
        Further facts for the JSON file.
    """

    gradients: int
    scores: Floats | None = None
    seconds: float | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Contender:
    """One way to explain a subject.

    Attributes
    ----------
    key, title : str
    run : callable
    rounds : int or None
        In how many rounds of each text it runs; None for all.
    judged_by : str
        What its scores are compared with.
    """

    key: str
    title: str
    run: Callable[[Subject], Run]
    rounds: int | None = None
    judged_by: str = LOGIT


def contenders(
    batches: Mapping[int, int | None],
    explainer: TransformersInterpret | None,
    *,
    iso_points: int | None,
    captum_500: bool,
) -> Iterator[Contender]:
    """All contenders, in the order of each round. All integrate from `Subject.baseline`.

    Parameters
    ----------
    batches : dict of int to int or None
        Captum's ``internal_batch_size`` at each number of steps.
    explainer : TransformersInterpret or None
        None if it does not run.
    iso_points : int or None
        The points that Captum needs to be within 1 %; None if that is not known.
    captum_500 : bool
        Whether there is time for Captum at 500 steps.
    """
    yield Contender("ours", "ours, 1 %", _ours_watched)
    yield Contender("floor", "bare encoder, the batches of ours, 1 %", _floor)
    yield Contender("ours_2", "ours, 2 %", lambda s: _ours(s, tolerance=0.02))
    yield Contender(
        "bfloat16",
        "ours, 2 %, precision auto",
        lambda s: _ours(s, tolerance=0.02, precision="auto"),
    )
    yield Contender("captum_50", "Captum, 50 steps", lambda s: captum(s, 50, batches[50]))
    if iso_points is not None:
        yield Contender(
            "captum_iso",
            f"Captum, {iso_points} points (1 % in {100 * SHARE:.0f} % of the texts)",
            lambda s: captum(s, iso_points, batches[iso_points]),
        )
    yield Contender(
        "ours_probability",
        "ours, 1 %, of the probability",
        lambda s: _ours(s, tolerance=0.01, output="probability"),
        judged_by=PROBABILITY,
    )
    if explainer is not None:
        yield Contender(
            "transformers_interpret",
            "transformers-interpret, 50 steps",
            lambda s: Run(explainer.n_steps, explainer.scores(s)),
            judged_by=SHAPE,
        )
    yield Contender("all_labels", "ours, 1 %, all labels at once", _all_labels)
    yield Contender("label_by_label", "ours, 1 %, label by label", _label_by_label, rounds=1)
    if captum_500:
        yield Contender("captum_500", "Captum, 500 steps", lambda s: captum(s, 500, 3), rounds=1)


def captum(subject: Subject, n_steps: int, batch: int | None) -> Run:
    """Captum over `ModelWrapper`."""
    scores = captum_scores(subject, n_steps=n_steps, internal_batch_size=batch)
    return Run(n_steps, scores, details={"internal_batch_size": batch})


def _ours(subject: Subject, **options: Any) -> Run:
    """A new call, with an empty cache."""
    found = attribute(
        subject.classifier,
        subject.text,
        target=subject.target,
        baseline=subject.baseline,
        **options,
    )
    details = {
        "converged": found.converged,
        "error_estimate": found.error_estimate,
        "precision": getattr(found, "precision", None),
    }
    return Run(found.n_evaluations, found.scores, details=details)


def _ours_watched(subject: Subject) -> Run:
    """The same at 1 %, with the calls of the encoder recorded."""
    with watched(subject.encoder) as batches:
        run = _ours(subject, tolerance=0.01)
    subject.batches = batches
    run.details["batches"] = [list(batch) for batch in batches]
    return run


def _all_labels(subject: Subject) -> Run:
    results = attribute_each(
        subject.classifier, subject.text, baseline=subject.baseline, tolerance=0.01
    )
    gradients = sum(result.n_evaluations for result in results.values())
    return Run(gradients, results[subject.target].scores)


def _label_by_label(subject: Subject) -> Run:
    results = {
        label: attribute(
            subject.classifier,
            subject.text,
            target=label,
            baseline=subject.baseline,
            tolerance=0.01,
        )
        for label in subject.wrapper.labels
    }
    gradients = sum(result.n_evaluations for result in results.values())
    return Run(gradients, results[subject.target].scores)


def _floor(subject: Subject) -> Run:
    """The bare encoder; only its own time counts."""
    spent = bare_encoder(subject)
    gradients = sum(batch.rows for batch in subject.batches if batch.gradient)
    details = {"gradient_seconds": spent.with_gradient}
    return Run(gradients, seconds=sum(spent), details=details)
