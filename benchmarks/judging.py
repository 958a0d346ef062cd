"""The errors of token scores, against dense references."""

from __future__ import annotations

import common
import numpy as np
from common import Floats, Reference, Subject

LOGIT, PROBABILITY, SHAPE = "logit", "probability", "normalised probability"
"""What scores are compared with: a dense reference of either, or only its shape."""


def dense(subject: Subject, nodes: int) -> dict[str, Reference]:
    """What scores are compared with: the logit, and the probability that others explain."""
    output, probabilities = subject.output, subject.wrapper.probabilities
    logit, probability = common.dense_references(
        subject,
        [lambda logits: logits[:, output], lambda logits: probabilities(logits)[:, output]],
        nodes=nodes,
        baseline=subject.baseline,
    )
    return {LOGIT: logit, PROBABILITY: probability}


def judge(found: Floats, references: dict[str, Reference], judged_by: str) -> float:
    """Relative L2 error of token scores."""
    if judged_by == SHAPE:
        return shape_error(found, references[PROBABILITY])
    return common.relative_error(found, references[judged_by].scores)


def shape_error(found: Floats, reference: Reference) -> float:
    """The same after dividing both by their L2 norm."""
    true = reference.scores
    return common.relative_error(found / np.linalg.norm(found), true / np.linalg.norm(true))
