"""A Flair classifier as a function of its input embeddings, read through Flair's own code."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import flair
import torch
from flair.splitter import SegtokSentenceSplitter

from flair_lig_widget.baselines import check
from flair_lig_widget.borrow import borrowed
from flair_lig_widget.encoding import Encoding
from flair_lig_widget.families import family_of
from flair_lig_widget.families.base import differentiable
from flair_lig_widget.families.transformer import TransformerFamily

_DIGESTED = 4096


class ModelWrapper(torch.nn.Module):
    """A Flair text classifier seen as a function from input embeddings to logits.

    The input is prepared and run by Flair's own code, so the logits are those behind
    ``classifier.predict``. Only the input embeddings are ever replaced: ids, positions, token
    types, attention mask and lengths stay those of the real text.

    The wrapper is batch-wise, and over a transformer a forward function for Captum's layer
    methods::

        encoding = wrapper.encode(text)
        LayerIntegratedGradients(wrapper, wrapper.layer).attribute(
            encoding.input_ids,
            baselines=wrapper.reference_ids(encoding, "pad"),
            target=wrapper.labels.index("business"),
            additional_forward_args=(encoding,),
        )

    Parameters
    ----------
    classifier : flair.models.TextClassifier or flair.models.TARSClassifier
        It is borrowed: training flags, gradients and hooks are after every call as they were
        before it, and no weight is touched. It is explained in evaluation mode, one call at a
        time, whichever thread asks.

    Attributes
    ----------
    family : Family
        How classifiers of this kind read a text; ``family.reason`` says why it was chosen.

    Raises
    ------
    UnsupportedClassifierError
        If the classifier or its embeddings are of a kind that cannot be explained.
    """

    def __init__(self, classifier: Any) -> None:
        super().__init__()
        self.family = family_of(classifier)
        self.classifier = classifier

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in the order of the logits."""
        return self.family.labels

    @property
    def layers(self) -> dict[str, Any]:
        """Where a path can run: the modules whose output it replaces, or None."""
        return self.family.layers

    @property
    def baselines(self) -> tuple[str, ...]:
        """The kinds of reference input that make sense here, the default first."""
        return self.family.baselines

    @property
    def device(self) -> torch.device:
        """Where Flair computes."""
        return torch.device(flair.device)

    @property
    def layer(self) -> torch.nn.Module:
        """The input-embedding layer, for Captum."""
        layer: torch.nn.Module | None = self.layers["word_embeddings"]
        if layer is None:
            raise ValueError(
                f"{self.family.reason}, which are not the output of one layer; give Captum's "
                "methods for inputs the embeddings that wrapper.endpoints returns"
            )
        return layer

    def encode(self, text: str) -> Encoding:
        """Read a text as ``classifier.predict`` does.

        Raises
        ------
        ValueError
            If Flair finds no word in the text.
        """
        with borrowed(self.classifier):
            return self.family.encode(text)

    def forward(self, inputs: torch.Tensor, encoding: Encoding | None = None) -> torch.Tensor:
        """Logits of token ids or of embeddings: the forward function for Captum.

        Parameters
        ----------
        inputs : Tensor of shape (N, P) or (N, P, D)
            Token ids that the input-embedding layer looks up, row by row, or what it is to put
            out; Captum methods that interpolate their inputs need the second.
        encoding : Encoding, optional
            The text whose positions, mask and lengths hold in every row. Without it ids are
            taken for a text of their own that has no padding.

        Returns
        -------
        Tensor of shape (N, C)
        """
        if inputs.is_floating_point():
            if encoding is None or inputs.dim() != 3:
                raise ValueError(
                    "token ids cannot be interpolated; give embeddings of shape (N, P, D), such as "
                    "those of wrapper.endpoints(encoding), and the encoding of their text"
                )
            if torch.is_grad_enabled() and not inputs.requires_grad:
                # Captum differentiates with respect to a later layer, which must hang on these.
                inputs = inputs.detach().requires_grad_()
            return self.logits(encoding, inputs)
        if not isinstance(self.family, TransformerFamily):
            raise ValueError(
                f"{self.family.reason}, so it has no token ids; give embeddings of shape (N, P, D)"
            )
        with borrowed(self.classifier), differentiable(self.classifier):
            return self.family.ids_to_logits(encoding, inputs)

    def logits(
        self,
        encoding: Encoding,
        embeddings: torch.Tensor,
        *,
        layer: str = "word_embeddings",
        wanted: Sequence[int] | None = None,
    ) -> torch.Tensor:
        """Logits with the output of a layer replaced, each row on its own.

        Parameters
        ----------
        encoding : Encoding
            The text that everything else is taken from.
        embeddings : Tensor of shape (N, P, D)
            What the layer is to put out: N points of a path.
        layer : str
            One of `layers`.
        wanted : sequence of int, optional
            The labels whose logits are needed; others may be left at zero.

        Returns
        -------
        Tensor of shape (N, C)
        """
        self._check_layer(layer)
        with borrowed(self.classifier), differentiable(self.classifier):
            return self.family.logits(encoding, embeddings, layer, wanted)

    def endpoints(
        self, encoding: Encoding, *, baseline: str | None = None, layer: str = "word_embeddings"
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Both ends of the path, x' and x, and their logits.

        Returns
        -------
        embeddings : Tensor of shape (2, P, D)
            Output of the layer at the reference input, then at the text. They are equal at
            special tokens.
        logits : Tensor of shape (2, C)
        """
        baseline = self.baseline(baseline)
        self._check_layer(layer)
        with borrowed(self.classifier), torch.no_grad():
            return self.family.endpoints(encoding, baseline, layer)

    def baseline(self, baseline: str | None) -> str:
        """The kind of reference input that is meant: the first of `baselines` for None.

        Raises
        ------
        ValueError
            If there is no such kind here.
        """
        if baseline is None:
            return self.baselines[0]
        check(baseline, self.baselines)
        return baseline

    def reference_ids(self, encoding: Encoding, baseline: str | None = None) -> torch.Tensor:
        """Token ids of the reference input, shape (1, P), as Captum's ``baselines``."""
        if not isinstance(self.family, TransformerFamily):
            raise ValueError(f"{self.family.reason}, so the reference input has no token ids")
        return self.family.reference_ids(encoding, self.baseline(baseline))

    def probabilities(self, logits: torch.Tensor) -> torch.Tensor:
        """What Flair makes of logits: softmax, or sigmoid if each label is judged on its own."""
        return logits.sigmoid() if self.family.independent else logits.softmax(dim=-1)

    def predict(self, text: str) -> dict[str, float]:
        """The probability of every label, as ``classifier.predict`` gives it."""
        _, logits = self.endpoints(self.encode(text))
        probabilities = self.probabilities(logits[1]).tolist()
        return dict(zip(self.labels, probabilities, strict=True))

    def parity(self, text: str, prediction: Mapping[str, float]) -> float:
        """By how much a prediction differs from what ``classifier.predict`` itself says.

        Returns
        -------
        float
            The largest difference of a label's probability: rounding, as a rule.
        """
        with borrowed(self.classifier):
            own = self.family.flair_probabilities(text)
        return max((abs(prediction[label] - p) for label, p in own.items()), default=0.0)

    def sentence_starts(self, text: str) -> tuple[int, ...]:
        """Where each sentence of a text begins, as Flair's own splitter has it; 0 comes first."""
        starts = [s.start_position for s in SegtokSentenceSplitter().split(text) if len(s)]
        return (0, *starts[1:])

    def fingerprint(self) -> Hashable:
        """Changes when a weight is updated, replaced, or moved, or the labels are others."""
        tensors = (*self.classifier.parameters(), *self.classifier.buffers())
        weights = tuple((t.data_ptr(), t._version, t.device, t.dtype) for t in tensors)
        return self.labels, weights

    @property
    def name(self) -> str:
        """What is explained: the class of the classifier, and the name of its embeddings."""
        embeddings = getattr(self.classifier, "embeddings", None)
        name = getattr(embeddings, "name", None) or type(embeddings).__name__
        return f"{type(self.classifier).__name__} over {name}"

    def digest(self) -> str:
        """SHA-256 of the name, shape and up to 4,096 evenly spaced numbers of each weight.

        Hashing all numbers of a large model would take longer than its first picture; training,
        even a single step, changes more of them than the others hide.
        """
        state = hashlib.sha256()
        named = (*self.classifier.named_parameters(), *self.classifier.named_buffers())
        for name, tensor in named:
            flat = tensor.detach().reshape(-1)
            sample = flat[:: max(1, -(-len(flat) // _DIGESTED))].cpu().double()
            state.update(f"{name} {tuple(tensor.shape)} ".encode())
            state.update(sample.numpy().tobytes())
        return state.hexdigest()

    def _check_layer(self, name: str) -> None:
        if name not in self.layers:
            raise ValueError(
                f"unknown layer {name!r}; this classifier has {', '.join(self.layers)}"
            )
