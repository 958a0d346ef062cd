"""Transformer document embeddings: the path runs in the input embeddings of the encoder."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import flair
import torch
from flair.data import Sentence
from flair.embeddings.transformer import TransformerEmbeddings
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
from flair_lig_widget.families.rows import arrange, fast_rows, slow_row
from flair_lig_widget.tokens import original_offsets


class TransformerFamily(Family):
    """``TextClassifier`` over ``TransformerDocumentEmbeddings``, in all its settings.

    Positions are those of the encoder's input, window after window where a long text takes
    several (``allow_long_sentences``). A subword that stands in two windows moves in both.
    """

    supports = "TextClassifier over TransformerDocumentEmbeddings"

    def __init__(self, classifier: Any) -> None:
        super().__init__(classifier)
        self.reader = self._reader(classifier)
        self.embeddings = self.reader.embeddings
        needs_boxes = self.embeddings.tokenizer_needs_ocr_boxes or self.embeddings.needs_manual_ocr
        if needs_boxes or self.embeddings.feature_extractor is not None:
            raise UnsupportedClassifierError(
                f"cannot explain {type(self.embeddings.model).__name__}, which reads more than "
                "text; what a picture or a layout contributes has no place in the result"
            )
        windows = self.embeddings.allow_long_sentences
        if windows and not self.embeddings.tokenizer.is_fast:
            raise UnsupportedClassifierError(
                f"cannot explain with {type(self.embeddings.tokenizer).__name__} and "
                "allow_long_sentences=True, for which Flair needs a fast tokenizer; make the "
                'embeddings with transformers_tokenizer_kwargs={"use_fast": True}'
            )
        try:
            found = self.embeddings.model.get_input_embeddings()
        except NotImplementedError:
            found = None
        if not isinstance(found, torch.nn.Embedding):
            raise UnsupportedClassifierError(
                f"cannot explain {type(self.embeddings.model).__name__}: it does not look its "
                "input up in one table of embeddings, where the path would run"
            )

    @staticmethod
    def takes(classifier: Any) -> bool:
        """Whether it is a text classifier over a transformer that embeds whole texts."""
        embeddings = getattr(classifier, "embeddings", None)
        return (
            isinstance(classifier, TextClassifier)
            and isinstance(embeddings, TransformerEmbeddings)
            and embeddings.document_embedding
        )

    @property
    def reason(self) -> str:
        """Why this family was chosen, and where its path runs."""
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
        """Those that the tokenizer has a token for, zeros and the mean of the vocabulary."""
        return baselines.available(self.embeddings.tokenizer)

    def encode(self, text: str) -> Encoding:
        """Read a text as ``classifier.predict`` does."""
        sentence = read(text)
        return self._encode(text, sentence, [sentence], [0])

    def endpoints(
        self, encoding: Encoding, baseline: str, layer: str
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Both ends of the path and their logits."""
        lookup = self.layers["word_embeddings"]
        tokenizer = self.embeddings.tokenizer
        reference = baselines.reference_embeddings(baseline, encoding, tokenizer, lookup)
        width = reference.shape[-1]
        ends = torch.cat([reference, lookup(encoding.input_ids)]).view(2, -1, width)
        if layer == "word_embeddings":
            return ends, self.logits(encoding, ends, layer)
        seen: list[torch.Tensor] = []
        with hooked(self.layers[layer].register_forward_hook, lambda *args: seen.append(args[-1])):
            logits = self.logits(encoding, ends, "word_embeddings")
        length = encoding.input_ids.shape[-1]
        ends = seen[0][:, :length].reshape(2, ends.shape[1], -1)
        # A block that mixes neighbours, as MobileBERT's does, moves what has to stay.
        held = torch.where(encoding.movable[:, None], ends[:1], ends[1:])
        if torch.equal(held, ends[:1]):
            return ends, logits
        ends = torch.cat([held, ends[1:]])
        return ends, self.logits(encoding, ends, layer)

    def logits(
        self,
        encoding: Encoding,
        points: torch.Tensor,
        layer: str,
        wanted: Sequence[int] | None = None,
    ) -> torch.Tensor:
        """Logits with the output of a layer replaced."""
        rows = points.reshape(-1, encoding.input_ids.shape[-1], points.shape[-1])

        def replace(module: torch.nn.Module, args: Any, output: torch.Tensor) -> torch.Tensor:
            return in_place_of(output, rows, self.embeddings.model)

        return self._run(
            self._tensors(encoding, len(points)), self.layers[layer].register_forward_hook, replace
        )

    def ids_to_logits(self, encoding: Encoding | None, ids: torch.Tensor) -> torch.Tensor:
        """Logits of token ids that the layer looks up, shapes (N, P) to (N, C).

        The ids are exchanged where the layer reads them, so that its output can be watched, and
        all else is that of the encoding. Without one they are a text of their own, not padded.
        """
        if encoding is None:
            tensors = self._plain(ids)
        else:
            tensors = self._tensors(encoding, len(ids))
        rows = ids.reshape(-1, tensors["input_ids"].shape[-1])

        def exchange(module: torch.nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...]:
            return (in_place_of(args[0], rows, self.embeddings.model), *args[1:])

        return self._run(
            tensors, self.layers["word_embeddings"].register_forward_pre_hook, exchange
        )

    def reference_ids(self, encoding: Encoding, baseline: str) -> torch.Tensor:
        """Token ids of the reference input, shape (1, P)."""
        ids = baselines.reference_ids(baseline, encoding, self.embeddings.tokenizer)
        return ids.view(1, -1)

    def _reader(self, classifier: Any) -> Any:
        """The text classifier that holds the encoder."""
        return classifier

    def _encode(
        self, text: str, sentence: Sentence, samples: list[Sentence], before: list[int]
    ) -> Encoding:
        """Encode what the model reads of a text: ``before`` counts the words in front of it."""
        embeddings, tokenizer = self.embeddings, self.embeddings.tokenizer
        tensors = embeddings.prepare_tensors(samples, device=embeddings.force_device)
        expanded = [embeddings._expand_sentence_with_context(sample) for sample in samples]
        words = [[word.text for word in sample] for sample, _ in expanded]
        ids = tensors["input_ids"].tolist()
        most = getattr(embeddings.model.config, "max_position_embeddings", None)
        if not embeddings.truncate and most and len(ids[0]) > most:
            raise ValueError(
                f"the text has {len(ids[0])} subwords, the encoder takes {most} and its tokenizer "
                "does not know; make the embeddings with "
                f'transformers_tokenizer_kwargs={{"model_max_length": {most}}}'
            )
        # Flair keeps what it needs of the tokenizer's answer, which is not the offsets.
        if tokenizer.is_fast:
            rows, owners = fast_rows(embeddings, words, ids)
        else:
            mask = tensors.get("attention_mask", torch.ones_like(tensors["input_ids"])).tolist()
            rows = [slow_row(tokenizer, *row) for row in zip(words, ids, mask, strict=True)]
            owners = list(range(len(rows)))
        if embeddings._can_document_embedding_shortcut() and len(rows) > len(samples):
            if len(samples) > 1:
                raise UnsupportedClassifierError(
                    "the text is too long: with cls_pooling='cls' and allow_long_sentences, Flair "
                    "gives the windows of one label to another; shorten it, or pool the mean"
                )
            # All that Flair takes of a long text is the first window's CLS.
            rows, owners = [dataclasses.replace(rows[0], cut=True)], [0]
            tensors = {name: tensor[:1] for name, tensor in tensors.items()}
        first = [context + more for (_, context), more in zip(expanded, before, strict=True)]
        tokens, places, cut = arrange(
            rows,
            owners=owners,
            first_words=first,
            stride=embeddings.stride,
            side=tokenizer.truncation_side,
            spans=spans(sentence),
            original=original_offsets(text, Sentence._handle_problem_characters),
        )
        return Encoding(text, tokens, tensors, torch.tensor(places), cut)

    def _tensors(self, encoding: Encoding, n: int) -> dict[str, torch.Tensor]:
        """What Flair prepared, for n copies of the text."""
        tensors = encoding.copies(n)
        owner = "overflow_to_sample_mapping"
        if owner in tensors:  # which text each window belongs to
            texts = int(encoding.tensors[owner].max()) + 1
            windows = len(encoding.tensors[owner])
            copies = torch.arange(n, device=tensors[owner].device).repeat_interleave(windows)
            tensors[owner] = tensors[owner] + texts * copies
        return tensors

    def _run(
        self, tensors: dict[str, torch.Tensor], register: Callable[..., Any], hook: Any
    ) -> torch.Tensor:
        # Not while decoding: a decoder may read the labels with the same encoder.
        with hooked(register, hook):
            outputs = self.embeddings._forward_tensors(tensors)
        # Flair's mean pooling leaves its result on the CPU; predict moves it like this.
        logits: torch.Tensor = self.reader.decoder(outputs["document_embeddings"].to(flair.device))
        return logits

    def _plain(self, ids: torch.Tensor) -> dict[str, torch.Tensor]:
        embeddings = self.embeddings
        tensors = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
        if not (embeddings.cls_pooling == "cls" and embeddings.initial_cls_token):
            tensors["sub_token_lengths"] = ids.new_full((len(ids),), ids.shape[1])
        return tensors
