"""What is explained: one text on its path, one label, and f, the number computed for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flair_lig_widget.integration.objective import Objective
from flair_lig_widget.integration.path import IntegrationPath
from flair_lig_widget.integration.quadrature import Floats
from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.attribution import Attribution
from flair_lig_widget.result.provenance import Provenance, now, package_versions
from flair_lig_widget.result.request import Request, join_labels
from flair_lig_widget.result.units import VALUE


@dataclass(frozen=True, eq=False)
class Explained:
    """A request whose text the model has read.

    Attributes
    ----------
    wrapper : ModelWrapper
    request : Request
    path : IntegrationPath
        The path of the request.
    target : str
        The label explained.
    objective : Objective
        f, as a function of the logits.
    weights_digest : str
        The hash of the model's weights.
    check_unchanged : callable
        Called after the model was used; raises if it has changed.
    """

    wrapper: ModelWrapper
    request: Request
    path: IntegrationPath
    target: str
    objective: Objective
    weights_digest: str
    check_unchanged: Callable[[], None]

    def attribution(
        self, scores: Floats, *, packages: tuple[str, ...] = (), **computed: Any
    ) -> Attribution:
        """The result.

        Parameters
        ----------
        scores : ndarray of shape (T,)
            One for each token of the text. Of a long paired text, such as the label of TARS, the
            model may not read the last ones; they are left out.
        packages : tuple of str
            Packages whose versions belong to the provenance, in addition to the usual ones.
        **computed
            The fields of the Attribution that say how the scores were computed.
        """
        request, path, target = self.request, self.path, self.target
        baseline_value, value = path.ends(self.objective)
        labels = [label for label in (target, request.contrast) if label is not None]
        tokens = path.encoding.tokens_for(*labels)
        if computed.get("path_profile") is not None:
            computed["path_profile"] = computed["path_profile"][:, : len(tokens)]
        return Attribution(
            text=request.text,
            tokens=tokens,
            scores=scores[: len(tokens)],
            value=value,
            baseline_value=baseline_value,
            prediction=path.prediction,
            baseline_prediction=path.baseline_prediction,
            predicted=self._predicted(),
            multi_label=self.wrapper.multi_label,
            target=target,
            contrast=request.contrast,
            output=self.objective.output,
            baseline=path.baseline,
            layer=request.layer,
            sentence_starts=path.sentence_starts,
            text_starts=path.encoding.starts,
            truncated=path.encoding.truncated_ranges(*labels),
            entities=path.encoding.entities,
            data_point=path.encoding.data_point,
            data_points=path.data_points,
            paired_text=path.encoding.paired_text.get(target),
            provenance=Provenance(
                model=self.wrapper.name,
                weights_digest=self.weights_digest,
                versions=package_versions(*packages),
                created_at=now(),
            ),
            **computed,
        )

    def _predicted(self) -> tuple[str, ...]:
        """The labels that Flair predicts."""
        encoding = self.path.encoding
        is_one = any(point.ranges == encoding.data_point for point in self.path.data_points)
        if is_one and not self.wrapper.multi_label:
            return () if encoding.label is None else (encoding.label,)
        return self.wrapper.predicted(tuple(self.path.prediction.values()))


def objective_of(wrapper: ModelWrapper, asked: Request | Attribution, target: str) -> Objective:
    """The function f for one label; a ValueError if the model does not allow it."""
    labels, contrast = wrapper.labels, asked.contrast
    output = output_of(wrapper, asked.output)
    if target not in labels:
        raise ValueError(f"unknown target {target!r}; labels are {join_labels(labels)}")
    if contrast is not None and output == VALUE:
        raise ValueError(
            f"contrast={contrast!r} is not possible: the model predicts one value, {target!r}, and "
            "nothing to subtract from it; leave it out"
        )
    if contrast is not None and contrast not in labels:
        raise ValueError(f"unknown contrast {contrast!r}; labels are {join_labels(labels)}")
    if contrast == target:
        raise ValueError(
            f"contrast {target!r} is the label that is explained; name another, or None"
        )
    if output == "log_odds" and len(labels) == 1 and not wrapper.multi_label:
        raise ValueError(
            f"{target!r} is the only label, so its log-odds are infinite; use output='logit'"
        )
    return Objective(
        output=output,
        target=labels.index(target),
        contrast=None if contrast is None else labels.index(contrast),
        multi_label=wrapper.multi_label,
    )


def output_of(wrapper: ModelWrapper, output: str) -> str:
    """What is explained: the output that is asked for; for the default the model's own default.

    Raises
    ------
    ValueError
        If the model has no such output, such as the probability of a regressor.
    """
    outputs = wrapper.family.outputs
    if output in outputs:
        return output
    if output == Request.output:
        return outputs[0]
    raise ValueError(
        f"output={output!r} is not possible for a {type(wrapper.classifier).__name__}; use "
        f"{' or '.join(map(repr, outputs))}"
    )
