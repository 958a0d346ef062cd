"""SentenceTransformer document embeddings: the path runs in the input embeddings of the encoder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from flair.data import Sentence
from flair.embeddings import SentenceTransformerDocumentEmbeddings

from flair_lig_widget.model import baselines
from flair_lig_widget.model.alignment import align_plain
from flair_lig_widget.model.encoding import Encoding, TextPoints
from flair_lig_widget.model.errors import UnsupportedClassifierError
from flair_lig_widget.model.hooks import call_with_hook, call_with_pre_hook
from flair_lig_widget.model.readers.base import Reader
from flair_lig_widget.model.readers.layout import in_layout_of
from flair_lig_widget.model.readers.padding import (
    can_pad,
    joined_rows,
    joined_tensors,
    padding_values,
)
from flair_lig_widget.model.readers.sentences import Reading, SplitText
from flair_lig_widget.result.tokens import Token


@dataclass(frozen=True, eq=False)
class SentenceEncoding(Encoding):
    """A text as a sentence transformer reads it.

    Attributes
    ----------
    other_inputs : dict
        What its modules receive in addition to tensors, such as the length of a prompt.
    """

    other_inputs: Mapping[str, Any] = field(default_factory=dict)


class SentenceTransformerReader(Reader):
    """``SentenceTransformerDocumentEmbeddings``.

    The tokenizer reads the whole text and does not know Flair's words, so a subword can reach
    over several of them. Such words are shown as one word.
    """

    supports = ("SentenceTransformerDocumentEmbeddings",)

    def __init__(self, embeddings: Any) -> None:
        super().__init__(embeddings)
        self.model = embeddings.model
        if not hasattr(self.model[0], "auto_model"):
            raise UnsupportedClassifierError(
                "cannot explain a sentence transformer that begins with "
                f"{type(self.model[0]).__name__}; supported is one that begins with an encoder"
            )
        if not getattr(self.model.tokenizer, "is_fast", False):
            raise UnsupportedClassifierError(
                f"cannot explain with {type(self.model.tokenizer).__name__}, which does not return "
                "the offsets of its subwords; load the model with a fast tokenizer"
            )

    @staticmethod
    def accepts(embeddings: Any) -> bool:
        """Whether it is a sentence transformer."""
        return isinstance(embeddings, SentenceTransformerDocumentEmbeddings)

    @property
    def reason(self) -> str:
        """What the embeddings are, and where the path runs."""
        return (
            f"SentenceTransformerDocumentEmbeddings of {type(self._encoder).__name__}: "
            "the path runs in its input embeddings"
        )

    @property
    def layers(self) -> dict[str, Any]:
        """The input embeddings of the encoder."""
        return {"word_embeddings": self._encoder.get_input_embeddings()}

    @property
    def baselines(self) -> tuple[str, ...]:
        """Those that the tokenizer has a token for, zeros, and the mean of the vocabulary."""
        return baselines.available(self.model.tokenizer)

    def encode(self, split: SplitText, readings: Sequence[Reading]) -> Encoding:
        """Read a text as Flair does."""
        if len(readings) > 1 or None in readings[0].words or len(split.sentences) > 1:
            raise UnsupportedClassifierError(
                "a sentence transformer reads one text as it is; for pairs, triples and relations "
                "use TransformerDocumentEmbeddings"
            )
        sentence = readings[0].sentence
        plain = sentence.to_plain_string()
        inputs = self._inputs_of_encoder(plain)
        # Gradients cannot use tensors that were made in inference mode, but can use copies.
        tensors = {k: v.clone() for k, v in inputs.items() if isinstance(v, torch.Tensor)}
        encoded = self._tokenize(plain)
        if [encoded.ids] != tensors["input_ids"].tolist():
            raise RuntimeError(
                f"{type(self.model.tokenizer).__name__} returned different token ids than the "
                "sentence transformer read; please report this as a bug"
            )
        tokens = self._tokens(split, sentence, encoded)
        return SentenceEncoding(
            text=split.text,
            tokens=tokens,
            tensors=tensors,
            token_of_position=torch.arange(len(tokens)),
            is_truncated=bool(encoded.overflowing),
            other_inputs={k: v for k, v in inputs.items() if k not in tensors},
        )

    def text_point(self, encoding: Encoding) -> torch.Tensor:
        """The input embeddings of the text, shape (1, P, D)."""
        embedded: torch.Tensor = self.layers["word_embeddings"](encoding.input_ids)
        return embedded

    def baseline_point(self, encoding: Encoding, baseline: str) -> torch.Tensor:
        """The input embeddings of the baseline, shape (1, P, D)."""
        lookup = self.layers["word_embeddings"]
        return baselines.reference_embeddings(baseline, encoding, self.model.tokenizer, lookup)

    def can_share_batch(self, encoding: Encoding) -> bool:
        """Whether the inputs of the encoder can be padded."""
        return can_pad(encoding)

    def embed(self, texts: Sequence[TextPoints], layer: str) -> torch.Tensor:
        """The embeddings of points of some texts; shorter texts are padded."""
        encoding = texts[0].encoding
        assert isinstance(encoding, SentenceEncoding)
        # The other inputs, such as the length of the prompt, are the same for all texts.
        inputs = {
            **encoding.other_inputs,
            **joined_tensors(texts, padding_values(self.model.tokenizer)),
        }
        rows = joined_rows(texts)
        documents: torch.Tensor = call_with_hook(
            self.layers[layer],
            lambda *args: in_layout_of(args[-1], rows, self._encoder),
            lambda: self.model(inputs)["sentence_embedding"],
        )
        if self.model.truncate_dim is not None:
            documents = documents[:, : self.model.truncate_dim]
        return documents

    @property
    def _encoder(self) -> Any:
        """The transformer that the sentence transformer begins with."""
        return self.model[0].auto_model

    @property
    def _prompt(self) -> str:
        """What the sentence transformer puts in front of every text."""
        prompt: str = self.model.prompts.get(self.model.default_prompt_name or "", "")
        return prompt

    def _inputs_of_encoder(self, plain: str) -> dict[str, Any]:
        """What the encoder receives for a text."""
        received: list[dict[str, Any]] = []

        def record(module: torch.nn.Module, args: tuple[Any, ...]) -> None:
            received.append(dict(args[0]))  # a copy, because the encoder adds to it

        call_with_pre_hook(self.model[0], record, lambda: self.model.encode([plain]))
        return received[0]

    def _tokenize(self, plain: str) -> Any:
        """The ``tokenizers.Encoding`` of a text, with the offsets of its subwords."""
        return self.model.tokenizer(
            [self._prompt + plain],
            padding=True,
            truncation="longest_first",
            max_length=self.model.max_seq_length,
        ).encodings[0]

    def _tokens(self, split: SplitText, sentence: Sentence, encoded: Any) -> tuple[Token, ...]:
        """The tokens of a text; those of the prompt are special."""
        n_prompt = len(self._prompt)
        shift = sentence.tokens[0].start_position - n_prompt  # plain text begins at the first word
        offsets: list[tuple[int, int] | None] = []
        for (start, end), is_special in zip(
            encoded.offsets, encoded.special_tokens_mask, strict=True
        ):
            in_text = not is_special and end > n_prompt
            offsets.append((start + shift, end + shift) if in_text else None)
        truncation_side = self.model.tokenizer.truncation_side
        return align_plain(
            subwords=encoded.tokens,
            offsets=offsets,
            word_ranges=split.word_ranges,
            original=split.original,
            truncated_side=truncation_side if encoded.overflowing else None,
        )
