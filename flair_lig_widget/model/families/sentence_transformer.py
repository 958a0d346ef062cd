"""SentenceTransformer document embeddings: the path runs in the input embeddings of the encoder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from flair.data import Sentence
from flair.embeddings import SentenceTransformerDocumentEmbeddings
from flair.models import TextClassifier

from flair_lig_widget import baselines
from flair_lig_widget.borrow import hooked
from flair_lig_widget.encoding import Encoding
from flair_lig_widget.families.base import (
    Family,
    UnsupportedClassifierError,
    in_place_of,
    read,
    spans,
)
from flair_lig_widget.tokens import align_plain, original_offsets


@dataclass(frozen=True, eq=False)
class SentenceEncoding(Encoding):
    """A text as a sentence transformer reads it.

    Attributes
    ----------
    others : dict
        What its modules are given besides tensors, such as the length of a prompt.
    """

    others: Mapping[str, Any] = field(default_factory=dict)


class SentenceTransformerFamily(Family):
    """``TextClassifier`` over ``SentenceTransformerDocumentEmbeddings``.

    The sentence transformer reads the text in one piece, so a word here is what its subwords
    and Flair's words leave whole.
    """

    supports = "TextClassifier over SentenceTransformerDocumentEmbeddings"

    def __init__(self, classifier: Any) -> None:
        super().__init__(classifier)
        self.model = classifier.embeddings.model
        if not hasattr(self.model[0], "auto_model"):
            raise UnsupportedClassifierError(
                f"cannot explain a sentence transformer that begins with "
                f"{type(self.model[0]).__name__}; supported is one that begins with an encoder"
            )
        if not getattr(self.model.tokenizer, "is_fast", False):
            raise UnsupportedClassifierError(
                f"cannot explain with {type(self.model.tokenizer).__name__}, which does not tell "
                "where its subwords stand in a text; load the model with a fast tokenizer"
            )

    @staticmethod
    def takes(classifier: Any) -> bool:
        """Whether it is a text classifier over a sentence transformer."""
        return isinstance(classifier, TextClassifier) and isinstance(
            classifier.embeddings, SentenceTransformerDocumentEmbeddings
        )

    @property
    def reason(self) -> str:
        """Why this family was chosen, and where its path runs."""
        return (
            f"{type(self.classifier).__name__} over SentenceTransformerDocumentEmbeddings of "
            f"{type(self.model[0].auto_model).__name__}: the path runs in its input embeddings"
        )

    @property
    def layers(self) -> dict[str, Any]:
        """The input embeddings of the encoder."""
        return {"word_embeddings": self.model[0].auto_model.get_input_embeddings()}

    @property
    def baselines(self) -> tuple[str, ...]:
        """Those that the tokenizer has a token for, zeros and the mean of the vocabulary."""
        return baselines.available(self.model.tokenizer)

    def encode(self, text: str) -> Encoding:
        """Read a text as ``classifier.predict`` does."""
        sentence = read(text)
        plain = sentence.to_plain_string()
        seen: list[dict[str, Any]] = []  # what the encoder is given, before it adds to it
        with hooked(
            self.model[0].register_forward_pre_hook, lambda *args: seen.append(dict(args[-1][0]))
        ):
            self.model.encode([plain])
        # What was made in inference mode must not take part in gradients; a copy may.
        tensors = {k: v.clone() for k, v in seen[0].items() if isinstance(v, torch.Tensor)}
        others = {k: v for k, v in seen[0].items() if k not in tensors}
        prompt = self.model.prompts.get(self.model.default_prompt_name or "", "")
        encoded = self.model.tokenizer(
            [prompt + plain],
            padding=True,
            truncation="longest_first",
            max_length=self.model.max_seq_length,
        ).encodings[0]
        if [encoded.ids] != tensors["input_ids"].tolist():
            raise RuntimeError(
                "the tokenizer gave other ids than the sentence transformer read; "
                "please report this"
            )
        cut = bool(encoded.overflowing)
        begin = sentence.tokens[0].start_position - len(prompt)
        tokens = align_plain(
            subwords=encoded.tokens,
            offsets=[
                None if special or end <= len(prompt) else (start + begin, end + begin)
                for (start, end), special in zip(
                    encoded.offsets, encoded.special_tokens_mask, strict=True
                )
            ],
            spans=spans(sentence),
            original=original_offsets(text, Sentence._handle_problem_characters),
            cut=self.model.tokenizer.truncation_side if cut else None,
        )
        return SentenceEncoding(
            text, tokens, tensors, torch.arange(len(tokens)), cut, others=others
        )

    def endpoints(
        self, encoding: Encoding, baseline: str, layer: str
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Both ends of the path and their logits."""
        lookup = self.layers["word_embeddings"]
        reference = baselines.reference_embeddings(baseline, encoding, self.model.tokenizer, lookup)
        ends = torch.cat([reference, lookup(encoding.input_ids)])
        return ends, self.logits(encoding, ends, layer)

    def logits(
        self,
        encoding: Encoding,
        points: torch.Tensor,
        layer: str,
        wanted: Sequence[int] | None = None,
    ) -> torch.Tensor:
        """Logits with the output of the input embeddings replaced."""
        assert isinstance(encoding, SentenceEncoding)
        encoder = self.model[0].auto_model
        with hooked(
            self.layers[layer].register_forward_hook,
            lambda *args: in_place_of(args[-1], points, encoder),
        ):
            documents = self.model({**encoding.others, **encoding.copies(len(points))})[
                "sentence_embedding"
            ]
        if self.model.truncate_dim is not None:
            documents = documents[:, : self.model.truncate_dim]
        logits: torch.Tensor = self.classifier.decoder(documents)
        return logits
