"""The peers: Captum and transformers-interpret, run on a Flair classifier."""

from __future__ import annotations

import copy
import gc
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np
import torch
from captum.attr import LayerIntegratedGradients
from common import Floats, Subject
from flair.models import TextClassifier

AGREEMENT = 1e-4
"""The largest difference that is allowed between the logits of a peer and ours."""

CAPTUM_BATCHES = (None, 8, 25)
"""The values of Captum's ``internal_batch_size`` of which the fastest takes part."""


def captum_scores(subject: Subject, *, n_steps: int, internal_batch_size: int | None) -> Floats:
    """Token scores by Captum's `LayerIntegratedGradients` with its default rule, shape (T,)."""
    wrapper = subject.wrapper
    encoding = wrapper.encode(subject.text)
    found = LayerIntegratedGradients(wrapper, wrapper.layer).attribute(
        encoding.input_ids,
        baselines=wrapper.reference_ids(encoding, subject.baseline),
        target=subject.output,
        additional_forward_args=(encoding,),
        n_steps=n_steps,
        internal_batch_size=internal_batch_size,
    )
    return found.sum(dim=-1)[0].detach().cpu().double().numpy()


def captum_batch_seconds(subjects: Sequence[Subject], *, n_steps: int) -> dict[int | None, float]:
    """The seconds that Captum takes for all the texts at each batch size that it has memory for."""
    spent = {}
    for batch in CAPTUM_BATCHES:
        gc.collect()
        started = time.perf_counter()
        with suppress(RuntimeError):  # torch raises it if there is not enough memory
            for subject in subjects:
                captum_scores(subject, n_steps=n_steps, internal_batch_size=batch)
            spent[batch] = time.perf_counter() - started
    return spent


class SequenceClassifier(torch.nn.Module):
    """A Flair classifier in the shape of Hugging Face's models for sequence classification.

    It has what `SequenceClassificationExplainer` needs, which passes on those of its inputs that
    `forward` has arguments for.
    """

    base_model_prefix = "encoder"
    encoder: Any
    decoder: Any
    config: Any

    def __init__(self, classifier: TextClassifier) -> None:
        super().__init__()
        labels = classifier.label_dictionary.get_items()
        self.encoder = classifier.embeddings.model
        self.decoder = classifier.decoder
        self.pooling = classifier.embeddings.cls_pooling
        self.config = copy.deepcopy(self.encoder.config)
        self.config.id2label = dict(enumerate(labels))
        self.config.label2id = {label: i for i, label in enumerate(labels)}
        self.eval()

    @property
    def device(self) -> torch.device:
        """The device of the weights."""
        return self.encoder.device

    def get_input_embeddings(self) -> torch.nn.Module:
        """The layer that is attributed to."""
        return self.encoder.get_input_embeddings()

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        token_type_ids: torch.Tensor | None = None,
        position_ids: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor]:
        """Logits of texts without padding, shape (N, C)."""
        hidden = self.encoder(
            input_ids,
            attention_mask=attention_mask,
            token_type_ids=token_type_ids,
            position_ids=position_ids,
        )[0]
        pooled = hidden.mean(dim=1) if self.pooling == "mean" else hidden[:, 0]
        return (self.decoder(pooled),)


class PlainSequenceClassifier(SequenceClassifier):
    """The same, without the arguments for token types and positions."""

    def forward(  # type: ignore[override]
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None
    ) -> tuple[torch.Tensor]:
        """Logits of texts without padding, shape (N, C)."""
        return super().forward(input_ids, attention_mask)


class TransformersInterpret:
    """`SequenceClassificationExplainer` of transformers-interpret, from the same baseline.

    Apart from the token of its baseline, it has its defaults.

    Parameters
    ----------
    subject : Subject
        A text to test it on, with the classifier that is explained.

    Attributes
    ----------
    notes : list of str
        How it differs from Flair.

    Raises
    ------
    ImportError
        If transformers-interpret is not installed.
    RuntimeError
        If the classifier does not give the same logits in the shape that the explainer needs.
    """

    n_steps = 50

    def __init__(self, subject: Subject) -> None:
        self.notes = ["explains the softmax probability, not the logit; scores are normalised"]
        if subject.baseline != "pad":
            self.notes.append(
                f"integrates from {subject.baseline} here, as all others do; by default from pad"
            )
        try:
            self._explainer = self._make(subject, SequenceClassifier)
            self._explainer(subject.text, index=subject.output)
        except (IndexError, RuntimeError, TypeError) as error:
            self.notes.append(
                f"fails on a model that takes token types and positions, with {in_words(error)}; "
                "run on one that takes neither"
            )
            self._explainer = self._make(subject, PlainSequenceClassifier)

    def scores(self, subject: Subject) -> Floats | None:
        """Its word attributions, which have an L2 norm of 1, shape (T,).

        None if its subwords differ from Flair's.
        """
        found = self._explainer(subject.text, index=subject.output)
        return np.array([score for _, score in found]) if self._reads_alike(subject) else None

    def differences(self, subject: Subject) -> list[str]:
        """How its reading of the last text differs from Flair's."""
        found = []
        if not self._reads_alike(subject):
            found.append("reads other subwords than Flair, so its scores cannot be compared")
        if self._explainer.accepts_token_type_ids and self._explainer.token_type_ids.any():
            found.append("gives the last special subword the token type of a second text")
        explained = float(self._explainer.pred_probs)
        true = subject.wrapper.predict(subject.text)[subject.target]
        if abs(explained - true) > AGREEMENT:
            found.append(
                f"explains a probability of {explained:.4f} where Flair predicts {true:.4f}"
            )
        return found

    def _reads_alike(self, subject: Subject) -> bool:
        return torch.equal(self._explainer.input_ids, subject.encoding.input_ids)

    @staticmethod
    def _make(subject: Subject, shape: type[SequenceClassifier]) -> Any:
        try:
            from transformers_interpret import SequenceClassificationExplainer
        except ImportError as error:
            raise ImportError(
                f"{error}; pip install --no-deps transformers-interpret==0.10.0"
            ) from error
        model = shape(subject.classifier)
        ids = subject.encoding.input_ids
        with torch.no_grad():
            ours = subject.wrapper(ids, subject.encoding)
            (theirs,) = model(ids, torch.ones_like(ids))
        apart = float((ours - theirs).abs().max())
        if apart > AGREEMENT:
            raise RuntimeError(
                f"encoder, {model.pooling} pooling and decoder give logits {apart:.2g} away from "
                "Flair's; transformers-interpret cannot be compared on this classifier"
            )
        explainer = SequenceClassificationExplainer(
            model, subject.wrapper.classifier.embeddings.tokenizer
        )
        reference = subject.wrapper.reference_ids(subject.encoding, subject.baseline)
        explainer.ref_token_id = int(reference[0, subject.encoding.movable][0])
        return explainer


def in_words(error: Exception) -> str:
    """An error in one short line."""
    first = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {first[:200]}"
