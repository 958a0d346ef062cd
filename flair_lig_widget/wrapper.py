"""A Flair classifier as a function of its input embeddings, read through Flair's own code."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import flair
import torch
from flair.data import Sentence
from flair.embeddings import TransformerDocumentEmbeddings
from flair.models import TextClassifier

from flair_lig_widget import baselines
from flair_lig_widget.borrow import borrowed, hooked
from flair_lig_widget.encoding import Encoding
from flair_lig_widget.tokens import align, original_offsets

SUPPORTED = "flair.models.TextClassifier over TransformerDocumentEmbeddings"


class UnsupportedClassifierError(ValueError):
    """The classifier is of a kind whose inputs cannot be explained (yet)."""


class ModelWrapper(torch.nn.Module):
    """A Flair ``TextClassifier`` seen as a function from input embeddings to logits.

    The input is prepared and run by Flair's own code, so the logits are those behind
    ``classifier.predict``. Only the output of the input-embedding layer is ever replaced: ids,
    positions, token types, attention mask and lengths stay those of the real text.

    The wrapper is batch-wise, and a forward function for Captum's layer methods::

        encoding = wrapper.encode(text)
        LayerIntegratedGradients(wrapper, wrapper.layer).attribute(
            encoding.input_ids,
            baselines=wrapper.reference_ids(encoding, "pad"),
            target=wrapper.labels.index("business"),
            additional_forward_args=(encoding,),
        )

    Parameters
    ----------
    classifier : flair.models.TextClassifier
        Over ``TransformerDocumentEmbeddings``. It is borrowed: training flags, gradients and
        hooks are after every call as they were before it, and no weight is touched. It is
        explained in evaluation mode, one call at a time, whichever thread asks.

    Raises
    ------
    UnsupportedClassifierError
        If the classifier or its embeddings are of another kind.
    """

    def __init__(self, classifier: TextClassifier) -> None:
        super().__init__()
        _check_supported(classifier)
        self.classifier = classifier

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in the order of the logits."""
        return tuple(self.classifier.label_dictionary.get_items())

    @property
    def layers(self) -> dict[str, torch.nn.Module]:
        """Where a path can run: the input embedding alone, or the whole embedding block."""
        model = self.classifier.embeddings.model
        layers = {"word_embeddings": model.get_input_embeddings()}
        if isinstance(getattr(model, "embeddings", None), torch.nn.Module):
            layers["embeddings"] = model.embeddings
        return layers

    @property
    def layer(self) -> torch.nn.Module:
        """The input-embedding layer."""
        return self.layers["word_embeddings"]

    @property
    def tokenizer(self) -> Any:
        """The tokenizer of the classifier's encoder."""
        return self.classifier.embeddings.tokenizer

    def encode(self, text: str) -> Encoding:
        """Read a text as ``classifier.predict`` does.

        Raises
        ------
        ValueError
            If Flair finds no word in the text.
        """
        embeddings = self.classifier.embeddings
        sentence = Sentence(text)
        if len(sentence) == 0:
            raise ValueError("text is empty; give at least one word to explain")
        with borrowed(self.classifier):
            tensors = embeddings.prepare_tensors([sentence], device=embeddings.force_device)
            words, first_word = embeddings._expand_sentence_with_context(sentence)
            # Flair keeps what it needs of the tokenizer's answer, which is not the offsets.
            encoded = embeddings.tokenizer(
                [[word.text for word in words]],
                is_split_into_words=True,
                truncation=embeddings.truncate,
                stride=embeddings.stride,
                return_overflowing_tokens=embeddings.allow_long_sentences,
                padding="max_length" if embeddings.force_max_length else "longest",
            ).encodings
        if len(encoded) > 1:
            raise UnsupportedClassifierError(
                f"the text fills {len(encoded)} windows of the encoder (allow_long_sentences); "
                "only texts of one window can be explained so far: shorten it"
            )
        if encoded[0].ids != tensors["input_ids"][0].tolist():
            raise RuntimeError("the tokenizer gave other ids than Flair read; please report this")
        tokens = align(
            subwords=encoded[0].tokens,
            word_ids=encoded[0].word_ids,
            offsets=encoded[0].offsets,
            spans=[(token.start_position, token.end_position) for token in sentence.tokens],
            original=original_offsets(text, Sentence._handle_problem_characters),
            first_word=first_word,
            truncated=bool(encoded[0].overflowing),
        )
        return Encoding(text, tokens, tensors)

    def forward(self, inputs: torch.Tensor, encoding: Encoding | None = None) -> torch.Tensor:
        """Logits of token ids or of embeddings: the forward function for Captum.

        Parameters
        ----------
        inputs : Tensor of shape (N, T) or (N, T, D)
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
                    "token ids cannot be interpolated; give embeddings of shape (N, T, D), such as "
                    "wrapper.layer(encoding.input_ids), and the encoding of their text"
                )
            if torch.is_grad_enabled() and not inputs.requires_grad:
                # Captum differentiates with respect to a later layer, which must hang on these.
                inputs = inputs.detach().requires_grad_()
            return self.logits(encoding, inputs)
        encoding = encoding or self._plain(inputs[:1])

        def exchange(layer: torch.nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...]:
            return (inputs, *args[1:])

        # Captum's hooks sit on the layer's output, so ids are exchanged at its input.
        with borrowed(self.classifier), hooked(self.layer.register_forward_pre_hook, exchange):
            return self._run(encoding, len(inputs))

    def logits(
        self, encoding: Encoding, embeddings: torch.Tensor, *, layer: str = "word_embeddings"
    ) -> torch.Tensor:
        """Logits with the output of a layer replaced, each row on its own.

        Parameters
        ----------
        encoding : Encoding
            The text that everything else is taken from.
        embeddings : Tensor of shape (N, T, D)
            What the layer is to put out: N points of a path.
        layer : str
            ``"word_embeddings"`` or ``"embeddings"``.

        Returns
        -------
        Tensor of shape (N, C)
        """
        module = self._layer(layer)
        with borrowed(self.classifier), hooked(module.register_forward_hook, lambda *_: embeddings):
            return self._run(encoding, len(embeddings))

    def endpoints(
        self, encoding: Encoding, *, baseline: str = "pad", layer: str = "word_embeddings"
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Both ends of the path, x' and x, and their logits.

        Returns
        -------
        embeddings : Tensor of shape (2, T, D)
            Output of the layer at the reference input, then at the text. They are equal at
            special tokens.
        logits : Tensor of shape (2, C)
        """
        module = self._layer(layer)
        with borrowed(self.classifier), torch.no_grad():
            reference = baselines.reference_embeddings(
                baseline, encoding, self.tokenizer, self.layer
            )
            ends = torch.cat([reference, self.layer(encoding.input_ids)])
            outputs: list[torch.Tensor] = []
            with hooked(module.register_forward_hook, lambda *seen: outputs.append(seen[-1])):
                logits = self.logits(encoding, ends)
        return (ends if module is self.layer else outputs[0]), logits

    def reference_ids(self, encoding: Encoding, baseline: str = "pad") -> torch.Tensor:
        """Token ids of the reference input, shape (1, T), as Captum's ``baselines``."""
        return baselines.reference_ids(baseline, encoding, self.tokenizer)

    def probabilities(self, logits: torch.Tensor) -> torch.Tensor:
        """What Flair makes of logits: softmax, or sigmoid if several labels can hold."""
        return logits.sigmoid() if self.classifier.multi_label else logits.softmax(dim=-1)

    def predict(self, text: str) -> dict[str, float]:
        """The probability of every label, as ``classifier.predict`` gives it."""
        encoding = self.encode(text)
        with torch.no_grad():
            probabilities = self.probabilities(self(encoding.input_ids, encoding))[0]
        return dict(zip(self.labels, probabilities.tolist(), strict=True))

    def fingerprint(self) -> Hashable:
        """Changes when a weight is updated, replaced, or moved to another device or type."""
        tensors = (*self.classifier.parameters(), *self.classifier.buffers())
        return tuple((t.data_ptr(), t._version, t.device, t.dtype) for t in tensors)

    def _run(self, encoding: Encoding, n: int) -> torch.Tensor:
        outputs = self.classifier.embeddings._forward_tensors(encoding.rows(n))
        # Flair's mean pooling leaves its result on the CPU; predict moves it like this.
        logits: torch.Tensor = self.classifier.decoder(
            outputs["document_embeddings"].to(flair.device)
        )
        return logits

    def _layer(self, name: str) -> torch.nn.Module:
        if name not in self.layers:
            raise ValueError(f"unknown layer {name!r}; this encoder has {', '.join(self.layers)}")
        return self.layers[name]

    def _plain(self, input_ids: torch.Tensor) -> Encoding:
        embeddings = self.classifier.embeddings
        tensors = {"input_ids": input_ids, "attention_mask": torch.ones_like(input_ids)}
        if not (embeddings.cls_pooling == "cls" and embeddings.initial_cls_token):
            tensors["sub_token_lengths"] = input_ids.new_tensor([input_ids.shape[1]])
        return Encoding("", (), tensors)


def _check_supported(classifier: Any) -> None:
    embeddings = getattr(classifier, "embeddings", None)
    found = type(classifier).__name__
    if not isinstance(classifier, TextClassifier):
        raise UnsupportedClassifierError(f"cannot explain a {found}; supported is {SUPPORTED}")
    if not isinstance(embeddings, TransformerDocumentEmbeddings):
        raise UnsupportedClassifierError(
            f"cannot explain a {found} over {type(embeddings).__name__}; supported is {SUPPORTED}"
        )
    if not embeddings.tokenizer.is_fast:
        raise UnsupportedClassifierError(
            f"cannot explain with {type(embeddings.tokenizer).__name__}, which does not tell where "
            "its subwords stand; make the embeddings with "
            'transformers_tokenizer_kwargs={"use_fast": True}'
        )
