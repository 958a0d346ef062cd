"""Let gradients through a classifier whose training options stop them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import torch
from flair.embeddings import DocumentCNNEmbeddings, DocumentRNNEmbeddings
from flair.nn import PrototypicalDecoder


@contextlib.contextmanager
def differentiable(classifier: torch.nn.Module) -> Iterator[None]:
    """Switch off the training options of Flair that stop gradients; no output changes.

    ``fine_tune=False`` detaches the document embedding, and a ``learning_mode`` detaches the
    decoder's input. cuDNN differentiates an RNN only in training mode, which differs from
    evaluation mode by dropout alone, so dropout is set to zero there.
    """
    changed: list[tuple[torch.nn.Module, str, Any]] = []

    def change(module: torch.nn.Module, name: str, value: Any) -> None:
        if getattr(module, name) != value:
            changed.append((module, name, getattr(module, name)))
            setattr(module, name, value)

    try:
        for module in classifier.modules():
            if isinstance(module, (DocumentRNNEmbeddings, DocumentCNNEmbeddings)):
                change(module, "static_embeddings", False)
            elif isinstance(module, PrototypicalDecoder):
                change(module, "learning_mode", "joint")
            elif isinstance(module, torch.nn.RNNBase) and next(module.parameters()).is_cuda:
                change(module, "dropout", 0.0)
                change(module, "training", True)
        yield
    finally:
        for module, name, value in reversed(changed):
            setattr(module, name, value)
