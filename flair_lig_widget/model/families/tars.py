"""TARS: a transformer that reads the text once for each label, together with the label."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import torch
from flair.data import Sentence
from flair.embeddings.transformer import TransformerEmbeddings
from flair.models import TARSClassifier

from flair_lig_widget.encoding import Encoding
from flair_lig_widget.families.base import UnsupportedClassifierError, read
from flair_lig_widget.families.transformer import TransformerFamily

_AT_ONCE = 32
"""Labels that go through the encoder at once, as in Flair's own batches."""


class TarsFamily(TransformerFamily):
    """``TARSClassifier`` with a task.

    The encoder reads every label with the text and says whether they match. A label's logit is
    that of a match less that of none, so its sigmoid is the probability that Flair gives. The
    words of the label stay as they are along the path; all of it belongs to the words of the text.
    """

    supports = "TARSClassifier over TransformerDocumentEmbeddings"

    def __init__(self, classifier: Any) -> None:
        if classifier._current_task is None:
            raise UnsupportedClassifierError(
                "this TARSClassifier has no task, so there is no label to explain; "
                "call its add_and_switch_to_new_task first"
            )
        if classifier.tars_model.multi_label:
            raise UnsupportedClassifierError(
                "this TARSClassifier was made with multi_label=True, which makes its inner "
                "classifier one of several labels; say it in add_and_switch_to_new_task instead"
            )
        super().__init__(classifier)
        match = self.reader.label_dictionary.get_idx_for_item
        self._match = match(classifier.LABEL_MATCH)
        self._no_match = match(classifier.LABEL_NO_MATCH)

    @staticmethod
    def takes(classifier: Any) -> bool:
        """Whether it is a TARS classifier."""
        return isinstance(classifier, TARSClassifier) and isinstance(
            classifier.tars_embeddings, TransformerEmbeddings
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the task."""
        return tuple(self.classifier.get_current_label_dictionary().get_items())

    @property
    def independent(self) -> bool:
        """Every label is judged on its own, even if only the best one is predicted."""
        return True

    def predicted(self, probabilities: Sequence[float]) -> tuple[str, ...]:
        """The labels that Flair predicts: all that match, or the one that does best."""
        ranked = sorted(zip(probabilities, self.labels, strict=True), key=lambda pair: -pair[0])
        if not self.classifier.is_current_task_multi_label():
            return (ranked[0][1],)
        return tuple(label for probability, label in ranked if probability > 0.5)

    def flair_probabilities(self, text: str) -> dict[str, float]:
        """What ``classifier.predict`` itself says; it has no other way to give all labels."""
        sentence = Sentence(text)
        self.classifier.predict(sentence, multi_label=True, label_threshold=-1.0)
        return {label.value: label.score for label in sentence.labels}

    def encode(self, text: str) -> Encoding:
        """Read a text as ``classifier.predict`` does, once for each label."""
        sentence = read(text)
        samples = [
            self.classifier._get_tars_formatted_sentence(label, sentence) for label in self.labels
        ]
        texts = [[token.text for token in sample] for sample in samples]
        words = [token.text for token in sentence]
        extra = [len(read_words) - len(words) for read_words in texts]
        before = extra if self.classifier.prefix else [0] * len(extra)
        for found, start in zip(texts, before, strict=True):
            if found[start : start + len(words)] != words:
                raise ValueError(
                    "TARS reads other words than Flair finds in this text; remove unusual blanks"
                )
        encoding = self._encode(text, sentence, samples, before)
        # Behind a text that is cut there was no room for the label.
        lost = encoding.cut and not self.classifier.prefix
        beside = {
            label: "" if lost else " ".join(found[:start] or found[len(words) :])
            for label, found, start in zip(self.labels, texts, before, strict=True)
        }
        rows, length = encoding.input_ids.shape
        owners = encoding.tensors.get("overflow_to_sample_mapping", torch.arange(rows)).cpu()
        places = encoding.places.view(rows, length)
        tokens_read = {
            label: len(set(places[owners == place].flatten().tolist()) - {-1})
            for place, label in enumerate(beside)
        }
        return dataclasses.replace(encoding, beside=beside, tokens_read=tokens_read)

    def logits(
        self,
        encoding: Encoding,
        points: torch.Tensor,
        layer: str,
        wanted: Sequence[int] | None = None,
    ) -> torch.Tensor:
        """Logits with the output of a layer replaced; only the wanted labels are computed."""
        n, labels = len(points), len(encoding.beside)
        wanted = range(labels) if wanted is None else sorted(set(wanted))
        found = []
        for start in range(0, len(wanted), _AT_ONCE):
            part, positions = self._part(encoding, wanted[start : start + _AT_ONCE])
            found.append(self._matches(super().logits(part, points[:, positions], layer), n))
        logits = found[0].new_zeros(n, labels)
        places = torch.tensor(wanted, device=logits.device)
        return logits.index_copy(1, places, torch.cat(found, dim=1))

    def ids_to_logits(self, encoding: Encoding | None, ids: torch.Tensor) -> torch.Tensor:
        """Logits of token ids of the texts with all labels."""
        if encoding is None:
            raise ValueError("TARS reads a text with each label; give the encoding of the text")
        return self._matches(super().ids_to_logits(encoding, ids), len(ids))

    def _reader(self, classifier: Any) -> Any:
        return classifier.tars_model

    def _matches(self, logits: torch.Tensor, n: int) -> torch.Tensor:
        """What speaks for a match in n times as many rows as labels."""
        return (logits[:, self._match] - logits[:, self._no_match]).view(n, -1)

    def _part(self, encoding: Encoding, wanted: Sequence[int]) -> tuple[Encoding, torch.Tensor]:
        """The rows of some labels, and their positions among all."""
        tensors = encoding.tensors
        rows, length = encoding.input_ids.shape
        owner = tensors.get("overflow_to_sample_mapping", torch.arange(rows))
        keep = torch.isin(owner, torch.tensor(wanted, device=owner.device))
        texts = torch.tensor(wanted, device=owner.device)
        chosen = {
            name: tensor[keep.to(tensor.device)] if len(tensor) == rows else tensor[texts]
            for name, tensor in tensors.items()
        }
        if "overflow_to_sample_mapping" in chosen:
            chosen["overflow_to_sample_mapping"] = torch.searchsorted(
                texts, chosen["overflow_to_sample_mapping"]
            )
        positions = keep.repeat_interleave(length).nonzero()[:, 0]
        return dataclasses.replace(encoding, tensors=chosen), positions.to(
            encoding.input_ids.device
        )
