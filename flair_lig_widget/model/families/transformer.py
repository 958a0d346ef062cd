"""Transformer document embeddings: the path runs in the input embeddings of the encoder."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import flair
import torch
from flair.data import Sentence
from flair.embeddings.transformer import TransformerEmbeddings
from flair.models import TextClassifier

from flair_lig_widget.model import baselines
from flair_lig_widget.model.encoding import Encoding, TextPoints
from flair_lig_widget.model.errors import UnsupportedClassifierError
from flair_lig_widget.model.families.base import Family
from flair_lig_widget.model.families.layout import in_layout_of
from flair_lig_widget.model.families.merging import merge_rows
from flair_lig_widget.model.families.padding import (
    can_pad,
    joined_rows,
    joined_tensors,
    padding_values,
    repeat_tensors,
)
from flair_lig_widget.model.families.rows import Row, fast_rows, slow_row
from flair_lig_widget.model.families.sentences import (
    offsets_before_cleanup,
    read_sentence,
    word_ranges,
)
from flair_lig_widget.model.hooks import call_with_hook, call_with_pre_hook


class TransformerFamily(Family):
    """``TextClassifier`` over ``TransformerDocumentEmbeddings``, in all its settings.

    Positions are those of the encoder's input. If a long text has several windows
    (``allow_long_sentences``), their positions are concatenated. A subword that is in two windows
    moves in both.
    """

    supports = "TextClassifier over TransformerDocumentEmbeddings"

    def __init__(self, classifier: Any) -> None:
        super().__init__(classifier)
        self.reader = self._reader(classifier)
        self.embeddings = self.reader.embeddings
        _check_supported(self.embeddings)

    @staticmethod
    def accepts(classifier: Any) -> bool:
        """Whether it is a text classifier over a transformer that embeds whole texts."""
        embeddings = getattr(classifier, "embeddings", None)
        return (
            isinstance(classifier, TextClassifier)
            and isinstance(embeddings, TransformerEmbeddings)
            and embeddings.document_embedding
        )

    @property
    def reason(self) -> str:
        """One sentence: what the classifier is, and where the path runs."""
        model = type(self.embeddings.model).__name__
        return (
            f"{type(self.classifier).__name__} over {type(self.embeddings).__name__} of {model}: "
            "the path runs in the input embeddings of the encoder"
        )

    @property
    def layers(self) -> dict[str, Any]:
        """The input embeddings and, if the encoder has one, the whole embedding block."""
        model = self.embeddings.model
        layers = {"word_embeddings": model.get_input_embeddings()}
        block = getattr(model, "embeddings", None)
        if isinstance(block, torch.nn.Module) and block is not layers["word_embeddings"]:
            layers["embeddings"] = block
        return layers

    @property
    def baselines(self) -> tuple[str, ...]:
        """Those that the tokenizer has a token for, zeros, and the mean of the vocabulary."""
        return baselines.available(self.embeddings.tokenizer)

    def encode(self, text: str) -> Encoding:
        """Read a text as ``classifier.predict`` does."""
        sentence = read_sentence(text)
        return self._encode(text, sentence, readings=[sentence], n_words_before=[0])

    def text_point(self, encoding: Encoding) -> torch.Tensor:
        """The input embeddings of the text, shape (1, P, D)."""
        embedded: torch.Tensor = self.layers["word_embeddings"](encoding.input_ids)
        return embedded.view(1, -1, embedded.shape[-1])

    def endpoints(
        self, encoding: Encoding, baseline: str, layer: str
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Both ends of the path and their logits, the baseline first."""
        lookup = self.layers["word_embeddings"]
        tokenizer = self.embeddings.tokenizer
        reference = baselines.reference_embeddings(baseline, encoding, tokenizer, lookup)
        reference = reference.view(1, -1, reference.shape[-1])
        ends = torch.cat([reference, self.text_point(encoding)])
        if layer == "word_embeddings":
            return ends, self.logits(encoding, ends, layer)
        return self._endpoints_of_block(encoding, ends, layer)

    def can_share_batch(self, encoding: Encoding) -> bool:
        """Whether the text has one window."""
        return can_pad(encoding)

    def logits_of_texts(self, texts: Sequence[TextPoints], layer: str) -> torch.Tensor:
        """Logits with the output of a layer replaced; shorter texts are padded."""
        rows = joined_rows(texts)

        def replace(module: torch.nn.Module, args: Any, output: torch.Tensor) -> torch.Tensor:
            return in_layout_of(output, rows, self.embeddings.model)

        tensors = joined_tensors(texts, padding_values(self.embeddings.tokenizer))
        embedded = call_with_hook(self.layers[layer], replace, lambda: self._embed(tensors))
        return self._decode(embedded)

    def ids_to_logits(self, encoding: Encoding | None, ids: torch.Tensor) -> torch.Tensor:
        """Logits of token ids that the input-embedding layer looks up.

        The ids are replaced in the input of the layer, so its output can be watched. Everything
        else comes from the encoding. Without an encoding, each row is a text without padding.
        """
        if encoding is None:
            tensors = self._tensors_of_ids(ids)
        else:
            tensors = repeat_tensors(encoding, len(ids))
        rows = ids.reshape(-1, tensors["input_ids"].shape[-1])

        def replace(module: torch.nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...]:
            return (in_layout_of(args[0], rows, self.embeddings.model), *args[1:])

        lookup = self.layers["word_embeddings"]
        return self._decode(call_with_pre_hook(lookup, replace, lambda: self._embed(tensors)))

    def reference_ids(self, encoding: Encoding, baseline: str) -> torch.Tensor:
        """Token ids of the baseline, shape (1, P)."""
        ids = baselines.reference_ids(baseline, encoding, self.embeddings.tokenizer)
        return ids.view(1, -1)

    def _reader(self, classifier: Any) -> Any:
        """The text classifier that holds the encoder."""
        return classifier

    def _encode(
        self, text: str, sentence: Sentence, *, readings: list[Sentence], n_words_before: list[int]
    ) -> Encoding:
        """Encode a text.

        Parameters
        ----------
        text : str
        sentence : Sentence
            The words of the text.
        readings : list of Sentence
            What the model reads: the text alone, or together with each label.
        n_words_before : list of int
            For each reading the number of words in front of the text.
        """
        embeddings = self.embeddings
        tensors = embeddings.prepare_tensors(readings, device=embeddings.force_device)
        self._check_length(tensors["input_ids"].shape[1])
        with_context = [embeddings._expand_sentence_with_context(reading) for reading in readings]
        rows = self._rows([[word.text for word in words] for words, _ in with_context], tensors)
        if embeddings._can_document_embedding_shortcut() and len(rows) > len(readings):
            _check_single_reading(readings)
            # Flair uses only the CLS token of the first window.
            rows = [dataclasses.replace(rows[0], is_truncated=True)]
            tensors = {name: tensor[:1] for name, tensor in tensors.items()}
        merged = merge_rows(
            rows,
            first_words=[
                n_context + n_before
                for (_, n_context), n_before in zip(with_context, n_words_before, strict=True)
            ],
            stride=embeddings.stride,
            truncation_side=embeddings.tokenizer.truncation_side,
            word_ranges=word_ranges(sentence),
            original=offsets_before_cleanup(text),
        )
        return Encoding(
            text=text,
            tokens=merged.tokens,
            tensors=tensors,
            token_of_position=torch.tensor(merged.token_of_position),
            is_truncated=merged.is_truncated,
        )

    def _check_length(self, length: int) -> None:
        """Raise a ValueError if the encoder cannot read so many subwords at once."""
        longest = getattr(self.embeddings.model.config, "max_position_embeddings", None)
        if not self.embeddings.truncate and longest and length > longest:
            raise ValueError(
                f"the text has {length} subwords, the encoder takes {longest} and its tokenizer "
                "does not truncate texts; make the embeddings with "
                f'transformers_tokenizer_kwargs={{"model_max_length": {longest}}}'
            )

    def _rows(self, words: list[list[str]], tensors: dict[str, torch.Tensor]) -> list[Row]:
        """The rows that Flair made of the words of each reading."""
        ids = tensors["input_ids"].tolist()
        tokenizer = self.embeddings.tokenizer
        if tokenizer.is_fast:
            return fast_rows(self.embeddings, words, ids)
        mask = tensors.get("attention_mask", torch.ones_like(tensors["input_ids"]))
        lengths = mask.sum(dim=1).tolist()
        return [
            slow_row(tokenizer, words[i], ids=ids[i], n_tokens=lengths[i], reading=i)
            for i in range(len(words))
        ]

    def _endpoints_of_block(
        self, encoding: Encoding, ends: torch.Tensor, layer: str
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The output of the embedding block where the input embeddings are ``ends``; logits."""
        outputs: list[torch.Tensor] = []
        logits = call_with_hook(
            self.layers[layer],
            lambda *args: outputs.append(args[-1]),
            lambda: self.logits(encoding, ends, "word_embeddings"),
        )
        length = encoding.input_ids.shape[-1]
        block_ends = outputs[0][:, :length].reshape(2, ends.shape[1], -1)
        # A block that mixes neighbours, such as MobileBERT's, also moves special tokens.
        baseline = torch.where(encoding.movable[:, None], block_ends[:1], block_ends[1:])
        if torch.equal(baseline, block_ends[:1]):
            return block_ends, logits
        block_ends = torch.cat([baseline, block_ends[1:]])
        return block_ends, self.logits(encoding, block_ends, layer)

    def _embed(self, tensors: dict[str, torch.Tensor]) -> torch.Tensor:
        """The embedding of each text."""
        documents: torch.Tensor = self.embeddings._forward_tensors(tensors)["document_embeddings"]
        return documents

    def _decode(self, documents: torch.Tensor) -> torch.Tensor:
        """Logits, without any hook: a decoder may read its labels with the same encoder."""
        # Flair's mean pooling returns its result on the CPU; predict moves it in the same way.
        logits: torch.Tensor = self.reader.decoder(documents.to(flair.device))
        return logits

    def _tensors_of_ids(self, ids: torch.Tensor) -> dict[str, torch.Tensor]:
        """What Flair prepares for texts of these ids without padding."""
        embeddings = self.embeddings
        tensors = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
        if not (embeddings.cls_pooling == "cls" and embeddings.initial_cls_token):
            tensors["sub_token_lengths"] = ids.new_full((len(ids),), ids.shape[1])
        return tensors


def _check_supported(embeddings: Any) -> None:
    """Raise an UnsupportedClassifierError if the path cannot run in these embeddings."""
    needs_boxes = embeddings.tokenizer_needs_ocr_boxes or embeddings.needs_manual_ocr
    if needs_boxes or embeddings.feature_extractor is not None:
        raise UnsupportedClassifierError(
            f"cannot explain {type(embeddings.model).__name__}, which reads more than text: a "
            "result cannot show what an image or a layout contributes; use an encoder "
            "that reads only text"
        )
    if embeddings.allow_long_sentences and not embeddings.tokenizer.is_fast:
        raise UnsupportedClassifierError(
            f"cannot explain with {type(embeddings.tokenizer).__name__} and "
            "allow_long_sentences=True, for which Flair needs a fast tokenizer; make the "
            'embeddings with transformers_tokenizer_kwargs={"use_fast": True}'
        )
    try:
        layer = embeddings.model.get_input_embeddings()
    except NotImplementedError:
        layer = None
    if not isinstance(layer, torch.nn.Embedding):
        raise UnsupportedClassifierError(
            f"cannot explain {type(embeddings.model).__name__}: it does not look its "
            "input up in one table of embeddings, where the path would run"
        )


def _check_single_reading(readings: list[Sentence]) -> None:
    """Raise an error for long texts with labels, whose windows Flair assigns to wrong labels."""
    if len(readings) > 1:
        raise UnsupportedClassifierError(
            "the text is too long: with cls_pooling='cls' and allow_long_sentences, Flair assigns "
            "the windows of one label to another; shorten the text, or use cls_pooling='mean'"
        )
