"""A transformer of Flair: the path runs in the input embeddings of the encoder."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import torch
from flair.embeddings.transformer import TransformerEmbeddings

from flair_lig_widget.model import baselines
from flair_lig_widget.model.encoding import Encoding, TextPoints
from flair_lig_widget.model.errors import UnsupportedClassifierError
from flair_lig_widget.model.hooks import call_with_hook, call_with_pre_hook
from flair_lig_widget.model.readers.base import Reader, Run
from flair_lig_widget.model.readers.layout import in_layout_of
from flair_lig_widget.model.readers.merging import merge_rows
from flair_lig_widget.model.readers.padding import (
    can_pad,
    joined_rows,
    joined_tensors,
    padding_values,
    repeat_tensors,
)
from flair_lig_widget.model.readers.raw_text import (
    RowsOfWords,
    between_whitespace,
    rows_of_words,
    whole,
)
from flair_lig_widget.model.readers.rows import Row, fast_rows, slow_row
from flair_lig_widget.model.readers.sentences import Reading, SplitText


class TransformerReader(Reader):
    """``TransformerDocumentEmbeddings``, in all their settings.

    Positions are those of the encoder's input. If a long text has several windows
    (``allow_long_sentences``), their positions are concatenated. A subword that is in two windows
    moves in both.
    """

    supports = ("TransformerDocumentEmbeddings",)

    def __init__(self, embeddings: Any) -> None:
        super().__init__(embeddings)
        _check_supported(embeddings)

    @staticmethod
    def accepts(embeddings: Any) -> bool:
        """Whether it is a transformer that embeds whole texts."""
        return isinstance(embeddings, TransformerEmbeddings) and bool(embeddings.document_embedding)

    @property
    def reason(self) -> str:
        """What the embeddings are, and where the path runs."""
        model = type(self.embeddings.model).__name__
        return (
            f"{type(self.embeddings).__name__} of {model}: "
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

    def encode(self, split: SplitText, readings: Sequence[Reading]) -> Encoding:
        """Read a text as Flair does."""
        embeddings = self.embeddings
        sentences = [reading.sentence for reading in readings]
        tensors = embeddings.prepare_tensors(sentences, device=embeddings.force_device)
        self._check_length(tensors["input_ids"].shape[1])
        read = self._read(split, readings, tensors)
        rows = read.rows
        if embeddings._can_document_embedding_shortcut() and len(rows) > len(readings):
            _check_single_reading(readings)
            # Flair uses only the CLS token of the first window.
            rows = [dataclasses.replace(rows[0], is_truncated=True)]
            tensors = {name: tensor[:1] for name, tensor in tensors.items()}
        merged = merge_rows(
            rows,
            words=read.words,
            stride=embeddings.stride,
            truncation_side=embeddings.tokenizer.truncation_side,
            word_ranges=read.word_ranges,
            original=split.original,
        )
        return Encoding(
            text=split.text,
            starts=split.starts,
            tokens=merged.tokens,
            tensors=tensors,
            token_of_position=torch.tensor(merged.token_of_position),
            is_truncated=merged.is_truncated,
        )

    def text_point(self, encoding: Encoding) -> torch.Tensor:
        """The input embeddings of the text, shape (1, P, D)."""
        embedded: torch.Tensor = self.layers["word_embeddings"](encoding.input_ids)
        return embedded.view(1, -1, embedded.shape[-1])

    def baseline_point(self, encoding: Encoding, baseline: str) -> torch.Tensor:
        """The input embeddings of the baseline, shape (1, P, D)."""
        lookup, tokenizer = self.layers["word_embeddings"], self.embeddings.tokenizer
        reference = baselines.reference_embeddings(baseline, encoding, tokenizer, lookup)
        return reference.view(1, -1, reference.shape[-1])

    def can_share_batch(self, encoding: Encoding) -> bool:
        """Whether the text has one window."""
        return can_pad(encoding)

    def embed(self, texts: Sequence[TextPoints], layer: str) -> torch.Tensor:
        """The embeddings of points of some texts; shorter texts are padded."""
        rows = joined_rows(texts)

        def replace(module: torch.nn.Module, args: Any, output: torch.Tensor) -> torch.Tensor:
            return in_layout_of(output, rows, self.embeddings.model)

        tensors = joined_tensors(texts, padding_values(self.embeddings.tokenizer))
        return call_with_hook(self.layers[layer], replace, lambda: self._embed(tensors))

    def embed_ids(self, encoding: Encoding | None, ids: torch.Tensor) -> torch.Tensor:
        """The embeddings of token ids that the input-embedding layer looks up.

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
        return call_with_pre_hook(lookup, replace, lambda: self._embed(tensors))

    def block_ends(
        self, encoding: Encoding, ends: torch.Tensor, layer: str, run: Run
    ) -> torch.Tensor:
        """The output of the embedding block where the input embeddings are ``ends``."""
        outputs: list[torch.Tensor] = []
        call_with_hook(
            self.layers[layer], lambda *args: outputs.append(args[-1]), lambda: run(ends)
        )
        length = encoding.input_ids.shape[-1]
        block_ends = outputs[0][:, :length].reshape(2, ends.shape[1], -1)
        # A block that mixes neighbours, such as MobileBERT's, also moves special tokens.
        baseline = torch.where(encoding.movable[:, None], block_ends[:1], block_ends[1:])
        return torch.cat([baseline, block_ends[1:]])

    def reference_ids(self, encoding: Encoding, baseline: str) -> torch.Tensor:
        """Token ids of the baseline, shape (1, P)."""
        ids = baselines.reference_ids(baseline, encoding, self.embeddings.tokenizer)
        return ids.view(1, -1)

    def _check_length(self, length: int) -> None:
        """Raise a ValueError if the encoder cannot read so many subwords at once."""
        longest = getattr(self.embeddings.model.config, "max_position_embeddings", None)
        if not self.embeddings.truncate and longest and length > longest:
            raise ValueError(
                f"the text has {length} subwords, the encoder takes {longest} and its tokenizer "
                "does not truncate texts; make the embeddings with "
                f'transformers_tokenizer_kwargs={{"model_max_length": {longest}}}'
            )

    def _read(
        self, split: SplitText, readings: Sequence[Reading], tensors: dict[str, torch.Tensor]
    ) -> RowsOfWords:
        """The rows that Flair made: of the words of each reading or, if it is not these, its text.

        Raises
        ------
        RuntimeError
            If it is neither.
        """
        sentences = [reading.sentence for reading in readings]
        with_context = [self.embeddings._expand_sentence_with_context(each) for each in sentences]
        rows = self._rows([[word.text for word in words] for words, _ in with_context], tensors)
        if rows is not None:
            words_of_text = [
                _with_context(reading.words, n_before=n_context, n=len(words))
                for reading, (words, n_context) in zip(readings, with_context, strict=True)
            ]
            return RowsOfWords(rows, words_of_text, split.word_ranges)
        tokenizer = self.embeddings.tokenizer
        # A slow tokenizer returns no offsets, which are easier to find in short parts.
        cuts = (whole,) if tokenizer.is_fast else (between_whitespace, whole)
        for cut in () if self.embeddings.token_embedding else cuts:  # words are embedded as words
            parts = [cut(each.text) for each in sentences]
            texts = [[part.text for part in each] for each in parts]
            rows = self._rows(texts, tensors, are_raw=True)
            if rows is not None:
                return rows_of_words(
                    rows, parts=parts, readings=readings, word_ranges=split.word_ranges
                )
        raise RuntimeError(
            f"{type(tokenizer).__name__} returned different token ids than Flair read; please "
            "report this as a bug"
        )

    def _rows(
        self, words: list[list[str]], tensors: dict[str, torch.Tensor], *, are_raw: bool = False
    ) -> list[Row] | None:
        """The rows of words, or of raw texts; None if they are not those that Flair made."""
        ids = tensors["input_ids"].tolist()
        tokenizer = self.embeddings.tokenizer
        if tokenizer.is_fast:
            texts = [text for (text,) in words] if are_raw else words
            return fast_rows(self.embeddings, texts, ids)
        mask = tensors.get("attention_mask", torch.ones_like(tensors["input_ids"]))
        lengths = mask.sum(dim=1).tolist()
        rows = [
            slow_row(tokenizer, words[i], ids=ids[i], n_tokens=lengths[i], reading=i)
            for i in range(len(words))
        ]
        found = [row for row in rows if row is not None]
        return found if len(found) == len(rows) else None

    def _embed(self, tensors: dict[str, torch.Tensor]) -> torch.Tensor:
        """The embedding of each text."""
        documents: torch.Tensor = self.embeddings._forward_tensors(tensors)["document_embeddings"]
        return documents

    def _tensors_of_ids(self, ids: torch.Tensor) -> dict[str, torch.Tensor]:
        """What Flair prepares for texts of these ids without padding."""
        embeddings = self.embeddings
        tensors = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
        if not (embeddings.cls_pooling == "cls" and embeddings.initial_cls_token):
            tensors["sub_token_lengths"] = ids.new_full((len(ids),), ids.shape[1])
        return tensors


def _with_context(words: Sequence[int | None], *, n_before: int, n: int) -> list[int | None]:
    """The words of a reading, with None for Flair's context before and behind it."""
    behind = n - n_before - len(words)
    return [*[None] * n_before, *words, *[None] * behind]


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


def _check_single_reading(readings: Sequence[Reading]) -> None:
    """Raise an error for several readings with windows, which Flair assigns to wrong readings."""
    if len(readings) > 1:
        raise UnsupportedClassifierError(
            "the text is too long: with cls_pooling='cls' and allow_long_sentences, Flair assigns "
            "the windows of one label, or text of a pair, to another; shorten the text, or use "
            "cls_pooling='mean'"
        )
