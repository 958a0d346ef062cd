"""TARS: a transformer that reads the text once for each label, together with the label."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import flair
import torch
from flair.data import DataPoint, Sentence
from flair.embeddings.transformer import TransformerEmbeddings
from flair.models import TARSClassifier

from flair_lig_widget.model.encoding import Encoding, TextPoints
from flair_lig_widget.model.errors import UnsupportedClassifierError
from flair_lig_widget.model.families.base import COMPARISON_LABEL
from flair_lig_widget.model.families.whole_text import WholeTextFamily
from flair_lig_widget.model.readers.padding import TEXT_OF_WINDOW
from flair_lig_widget.model.readers.sentences import Reading
from flair_lig_widget.result.marked import MarkedText

_LABELS_AT_ONCE = 32
"""Labels that go through the encoder at once, as in Flair's own batches."""


class TarsFamily(WholeTextFamily):
    """``TARSClassifier`` with a task.

    For every label, the encoder reads the label with the text and says whether they match. A
    label's logit is the logit of a match minus the logit of no match, so its sigmoid is Flair's
    probability. The words of the label do not change along the path: only words of the text get
    a score.
    """

    supports = "TARSClassifier"

    def __init__(self, classifier: Any) -> None:
        if classifier._current_task is None:
            raise UnsupportedClassifierError(
                "this TARSClassifier has no task, so there is no label to explain; "
                "call its add_and_switch_to_new_task first"
            )
        if classifier.tars_model.multi_label:
            raise UnsupportedClassifierError(
                "this TARSClassifier was made with multi_label=True, which gives its inner "
                "classifier several labels; say it in add_and_switch_to_new_task instead"
            )
        super().__init__(classifier)
        index_of = classifier.tars_model.label_dictionary.get_idx_for_item
        self._match = index_of(classifier.LABEL_MATCH)
        self._no_match = index_of(classifier.LABEL_NO_MATCH)

    @staticmethod
    def is_model(classifier: Any) -> bool:
        """Whether it is a TARS classifier over a transformer."""
        return isinstance(classifier, TARSClassifier) and isinstance(
            classifier.tars_embeddings, TransformerEmbeddings
        )

    @staticmethod
    def embeddings_of(classifier: Any) -> Any:
        """The embeddings of its inner classifier."""
        return classifier.tars_model.embeddings

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the task."""
        return tuple(self.classifier.get_current_label_dictionary().get_items())

    @property
    def multi_label(self) -> bool:
        """Each label has the sigmoid of its logit, even if only the best one is predicted."""
        return True

    @property
    def predicts_one(self) -> bool:
        """As the task says."""
        return not self.classifier.is_current_task_multi_label()

    def predicted(self, probabilities: Sequence[float]) -> tuple[str, ...]:
        """The labels that Flair predicts: all that match, or the most probable one."""
        ranked = sorted(zip(probabilities, self.labels, strict=True), key=lambda pair: -pair[0])
        if self.predicts_one:
            return (ranked[0][1],)
        return tuple(label for probability, label in ranked if probability > 0.5)

    def _predict(self, data_points: list[DataPoint]) -> None:
        """Let ``classifier.predict`` add all its labels."""
        # The only way to get labels that do not match.
        self.classifier.predict(
            data_points, label_name=COMPARISON_LABEL, multi_label=True, label_threshold=-1.0
        )

    def encode(self, text: MarkedText) -> Encoding:
        """Read a text as ``classifier.predict`` does, once for each label."""
        split = self.split(self._plain(text))
        (sentence,) = split.sentences
        sentences = [
            self.classifier._get_tars_formatted_sentence(label, sentence) for label in self.labels
        ]
        label_first = self.classifier.prefix
        words_before = [len(each) - len(sentence) if label_first else 0 for each in sentences]
        paired_text = [
            _paired_text(each, sentence, n_before)
            for each, n_before in zip(sentences, words_before, strict=True)
        ]
        readings = [
            _reading(each, len(sentence), n_before)
            for each, n_before in zip(sentences, words_before, strict=True)
        ]
        encoding = self.reader.encode(split, readings)
        if encoding.is_truncated and not label_first:
            paired_text = [""] * len(paired_text)  # what follows the text was truncated as well
        return dataclasses.replace(
            encoding,
            paired_text=dict(zip(self.labels, paired_text, strict=True)),
            n_tokens_read=self._n_tokens_read(encoding),
        )

    def logits(
        self,
        encoding: Encoding,
        points: torch.Tensor,
        layer: str,
        wanted: Sequence[int] | None = None,
    ) -> torch.Tensor:
        """Logits with the output of a layer replaced; only the wanted labels are computed."""
        n, n_labels = len(points), len(encoding.paired_text)
        wanted = range(n_labels) if wanted is None else sorted(set(wanted))
        computed = []
        for start in range(0, len(wanted), _LABELS_AT_ONCE):
            part = _select_labels(encoding, wanted[start : start + _LABELS_AT_ONCE])
            texts = [TextPoints(part.encoding, points[:, part.positions])]
            logits = self.logits_of_texts(texts, layer)
            computed.append(self._logits_of_match(logits, n))
        all_logits = computed[0].new_zeros(n, n_labels)
        columns = torch.tensor(wanted, device=all_logits.device)
        return all_logits.index_copy(1, columns, torch.cat(computed, dim=1))

    def can_share_batch(self, encoding: Encoding) -> bool:
        """False: each text has a batch for its labels."""
        return False

    def ids_to_logits(self, encoding: Encoding | None, ids: torch.Tensor) -> torch.Tensor:
        """Logits of token ids of the text with every label."""
        if encoding is None:
            raise ValueError("TARS reads a text with each label; give the encoding of the text")
        return self._logits_of_match(super().ids_to_logits(encoding, ids), len(ids))

    def _decode(self, embedded: torch.Tensor) -> torch.Tensor:
        """For each text and label the logits of no match and of a match, in Flair's order."""
        logits: torch.Tensor = self.classifier.tars_model.decoder(embedded.to(flair.device))
        return logits

    def _logits_of_match(self, logits: torch.Tensor, n: int) -> torch.Tensor:
        """The logit of a match minus that of no match, shapes (N * C, 2) to (N, C)."""
        return (logits[:, self._match] - logits[:, self._no_match]).view(n, -1)

    def _n_tokens_read(self, encoding: Encoding) -> dict[str, int]:
        """For each label how many tokens of the text the model reads."""
        n_rows, length = encoding.input_ids.shape
        label_of_row = encoding.tensors.get(TEXT_OF_WINDOW, torch.arange(n_rows)).cpu()
        tokens_of_row = encoding.token_of_position.view(n_rows, length)
        counts: dict[str, int] = {}
        for index, label in enumerate(self.labels):
            tokens = set(tokens_of_row[label_of_row == index].flatten().tolist())
            counts[label] = len(tokens - {-1})
        return counts


def _reading(sentence: Sentence, n_words: int, n_before: int) -> Reading:
    """The reading of a label with a text of n words."""
    n_behind = len(sentence) - n_before - n_words
    return Reading(sentence, [*[None] * n_before, *range(n_words), *[None] * n_behind])


def _paired_text(reading: Sentence, sentence: Sentence, n_before: int) -> str:
    """What the model reads next to a text, given the number of words in front of the text.

    Raises
    ------
    ValueError
        If the words of the text are not there.
    """
    words = [token.text for token in sentence]
    words_read = [token.text for token in reading]
    end = n_before + len(words)
    if words_read[n_before:end] != words:
        raise ValueError(
            "TARS reads other words than Flair finds in this text; remove unusual whitespace"
        )
    return " ".join(words_read[:n_before] or words_read[end:])


@dataclasses.dataclass(frozen=True, eq=False)
class _SelectedLabels:
    """The part of an encoding that belongs to some labels.

    Attributes
    ----------
    encoding : Encoding
        With the tensors of these labels.
    positions : Tensor of int
        Its positions within those of all labels.
    """

    encoding: Encoding
    positions: torch.Tensor


def _select_labels(encoding: Encoding, labels: Sequence[int]) -> _SelectedLabels:
    """Select the rows of some labels, whose indexes are in ascending order."""
    n_rows, length = encoding.input_ids.shape
    label_of_row = encoding.tensors.get(TEXT_OF_WINDOW, torch.arange(n_rows))
    selected_labels = torch.tensor(labels, device=label_of_row.device)
    selected_rows = torch.isin(label_of_row, selected_labels)
    tensors = {
        name: tensor[selected_rows.to(tensor.device) if len(tensor) == n_rows else selected_labels]
        for name, tensor in encoding.tensors.items()
    }
    if TEXT_OF_WINDOW in tensors:
        tensors[TEXT_OF_WINDOW] = torch.searchsorted(selected_labels, tensors[TEXT_OF_WINDOW])
    positions = selected_rows.repeat_interleave(length).nonzero()[:, 0]
    return _SelectedLabels(
        encoding=dataclasses.replace(encoding, tensors=tensors),
        positions=positions.to(encoding.input_ids.device),
    )
