"""A Flair classifier as a function of its input embeddings, run by Flair's own code."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import flair
import torch

from flair_lig_widget.model import weights
from flair_lig_widget.model.baselines import check
from flair_lig_widget.model.encoding import Encoding
from flair_lig_widget.model.families import family_of
from flair_lig_widget.model.lock import exclusive_eval
from flair_lig_widget.model.tasks import checked_task, model_of_task
from flair_lig_widget.result.marked import MarkedText


class ModelWrapper(torch.nn.Module):
    """A Flair model as a function from input embeddings to logits.

    Flair's own code prepares and runs the input, so the logits are those of
    ``classifier.predict``. Only the input embeddings are replaced: ids, positions, token types,
    attention mask and lengths stay those of the text.

    The wrapper accepts batches. For a classifier over a transformer, it is a forward function for
    Captum's layer methods::

        encoding = wrapper.encode(text)
        LayerIntegratedGradients(wrapper, wrapper.layer).attribute(
            encoding.input_ids,
            baselines=wrapper.reference_ids(encoding),
            target=wrapper.labels.index("business"),
            additional_forward_args=(encoding,),
        )

    In shapes, N is the number of inputs, P the number of positions, D the width of an embedding
    and C the number of labels.

    Parameters
    ----------
    classifier : flair.nn.Model
        One that `docs/families.md` lists. After every call its training flags, gradients, hooks and
        weights are as they were. It is explained in evaluation mode, by one thread at a time; other
        threads do not notice.
    task : str, optional
        Of a ``MultitaskModel`` with several tasks, the one that is explained.

    Attributes
    ----------
    classifier : flair.nn.Model
        The model that is explained, which is that of the task.
    task : str or None
        None if the model has no tasks.
    family : Family
        How classifiers of this kind read a text.

    Raises
    ------
    ValueError, UnsupportedClassifierError
        If there is no such task, or this kind of model or embeddings cannot be explained.
    """

    def __init__(self, classifier: Any, *, task: str | None = None) -> None:
        super().__init__()
        self.task = checked_task(classifier, task)
        self.classifier = model_of_task(classifier, task)
        self.family = family_of(self.classifier)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in the order of the logits."""
        return self.family.labels

    @property
    def multi_label(self) -> bool:
        """Whether each label has the sigmoid of its logit, instead of a softmax over all."""
        return self.family.multi_label

    @property
    def n_texts(self) -> int:
        """How many texts the model reads at once: 2 for a pair."""
        return self.family.n_texts

    @property
    def reason(self) -> str:
        """One sentence: what the classifier is, and where the path runs."""
        return self.family.reason

    @property
    def layers(self) -> dict[str, Any]:
        """The layers in which a path can run, with their modules; None if there are several."""
        return self.family.reader.layers

    @property
    def baselines(self) -> tuple[str, ...]:
        """The baselines that make sense for this classifier, the default first."""
        return self.family.reader.baselines

    @property
    def device(self) -> torch.device:
        """The device that Flair computes on."""
        return torch.device(flair.device)

    @property
    def layer(self) -> torch.nn.Module:
        """The input-embedding layer, for Captum.

        Raises
        ------
        ValueError
            If the input embeddings are not the output of one layer.
        """
        layer: torch.nn.Module | None = self.layers["word_embeddings"]
        if layer is None:
            raise ValueError(
                f"{self.family.reason}, which are not the output of one layer; use Captum's "
                "methods for inputs with the embeddings that wrapper.endpoints returns"
            )
        return layer

    @property
    def name(self) -> str:
        """The class of the classifier and the name of its embeddings, after its task."""
        return ("" if self.task is None else f"task {self.task}: ") + self.family.name

    def encode(self, text: str | MarkedText) -> Encoding:
        """Read a text as ``classifier.predict`` does.

        Raises
        ------
        ValueError
            If Flair finds no word in the text, or the model does not have what is marked.
        """
        with exclusive_eval(self.classifier):
            return self.family.encode(MarkedText(text) if isinstance(text, str) else text)

    def forward(self, inputs: torch.Tensor, encoding: Encoding | None = None) -> torch.Tensor:
        """Logits of token ids or of embeddings: the forward function for Captum.

        Parameters
        ----------
        inputs : Tensor of shape (N, P) or (N, P, D)
            Token ids that the input-embedding layer looks up, or embeddings that replace its
            output. Captum methods that interpolate their inputs need embeddings.
        encoding : Encoding, optional
            The text whose positions, mask and lengths apply to every row. If None, each row of
            ids is a text without padding.

        Returns
        -------
        Tensor of shape (N, C)

        Raises
        ------
        ValueError
            If the inputs are neither ids nor embeddings with an encoding, or if the classifier
            reads no token ids.
        """
        if not inputs.is_floating_point():
            with exclusive_eval(self.classifier):
                return self.family.ids_to_logits(encoding, inputs)
        if encoding is None or inputs.dim() != 3:
            raise ValueError(
                "token ids cannot be interpolated; give embeddings of shape (N, P, D), such as "
                "those of wrapper.endpoints(encoding), and the encoding of their text"
            )
        if torch.is_grad_enabled() and not inputs.requires_grad:
            # Captum differentiates a later layer, whose output must depend on these inputs.
            inputs = inputs.detach().requires_grad_()
        return self.logits(encoding, inputs)

    def logits(
        self,
        encoding: Encoding,
        embeddings: torch.Tensor,
        *,
        layer: str = "word_embeddings",
        wanted: Sequence[int] | None = None,
    ) -> torch.Tensor:
        """Logits with the output of a layer replaced. Rows do not affect each other.

        Parameters
        ----------
        encoding : Encoding
            The text that positions, mask and lengths come from.
        embeddings : Tensor of shape (N, P, D)
            N points of a path, which replace the output of the layer.
        layer : str
            A key of `layers`.
        wanted : sequence of int, optional
            The labels whose logits are needed; the logits of others may be left at zero.

        Returns
        -------
        Tensor of shape (N, C)

        Raises
        ------
        ValueError
            If the classifier has no such layer.
        """
        self.family.reader.check_layer(layer)
        with exclusive_eval(self.classifier):
            return self.family.logits(encoding, embeddings, layer, wanted)

    def endpoints(
        self, encoding: Encoding, *, baseline: str | None = None, layer: str = "word_embeddings"
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Both ends of the path, x' and x, and their logits.

        Returns
        -------
        embeddings : Tensor of shape (2, P, D)
            Output of the layer at the baseline, then at the text. They are equal at special
            tokens.
        logits : Tensor of shape (2, C)

        Raises
        ------
        ValueError
            If the classifier has no such baseline or layer, or not one label for each output.
        """
        baseline = self.baseline(baseline)
        self.family.reader.check_layer(layer)
        if not self.labels:
            raise ValueError("the classifier has no labels, so there is nothing to explain")
        with exclusive_eval(self.classifier), torch.no_grad():
            embeddings, logits = self.family.endpoints(encoding, baseline, layer)
        if logits.shape[-1] != len(self.labels):
            raise ValueError(
                f"the classifier has {len(self.labels)} labels, but its decoder has "
                f"{logits.shape[-1]} outputs; train it with the labels that it has now"
            )
        return embeddings, logits

    def baseline(self, baseline: str | None) -> str:
        """Check the name of a baseline; None is the default, the first of `baselines`.

        Raises
        ------
        ValueError
            If the baseline is unknown or makes no sense for this classifier.
        """
        if baseline is None:
            return self.baselines[0]
        check(baseline, self.baselines)
        return baseline

    def reference_ids(self, encoding: Encoding, baseline: str | None = None) -> torch.Tensor:
        """Token ids of a baseline, for Captum's parameter ``baselines``.

        Returns
        -------
        Tensor of int, shape (1, P)

        Raises
        ------
        ValueError
            If the baseline is not one of `baselines`, or has no token ids.
        """
        return self.family.reference_ids(encoding, self.baseline(baseline))

    def probabilities(self, logits: torch.Tensor) -> torch.Tensor:
        """Softmax of logits of shape (..., C), or the sigmoid of each if `multi_label`."""
        return self.family.probabilities(logits)

    def predicted(self, probabilities: Sequence[float]) -> tuple[str, ...]:
        """The labels that Flair predicts at C probabilities, most probable first."""
        return self.family.predicted(probabilities)

    def predict(self, text: str | MarkedText) -> dict[str, float]:
        """The probability of every label, equal to that of ``classifier.predict``."""
        _, logits = self.endpoints(self.encode(text))
        probabilities = self.probabilities(logits[1]).tolist()
        return dict(zip(self.labels, probabilities, strict=True))

    def parity(self, text: str | MarkedText, prediction: Mapping[str, float]) -> float:
        """The difference between a prediction and that of ``classifier.predict``.

        Returns
        -------
        float
            The largest absolute difference in probability over the labels; usually rounding. Of a
            regressor that in the value, as a fraction of it if it is beyond 1.
        """
        with exclusive_eval(self.classifier):
            (flair_prediction,) = self.family.flair_probabilities([text])
        found = flair_prediction.items()
        return max((abs(prediction[name] - p) / max(1.0, abs(p)) for name, p in found), default=0.0)

    def fingerprint(self) -> Hashable:
        """A value that changes when a weight is updated, replaced or moved, or labels change."""
        return self.labels, weights.fingerprint(self.classifier)

    def digest(self) -> str:
        """SHA-256 of the name, shape and a sample of the numbers of each weight."""
        return weights.digest(self.classifier)
