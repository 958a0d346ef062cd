"""The interface of a reader: how embeddings read a text, and where the path runs in them."""

from __future__ import annotations

import abc
from collections.abc import Callable, Sequence
from typing import Any

import torch

from flair_lig_widget.model.encoding import Encoding, TextPoints
from flair_lig_widget.model.readers.sentences import Reading, SplitText

Run = Callable[[torch.Tensor], torch.Tensor]
"""From points of a path, shape (N, P, D), to logits, shape (N, C)."""


class Reader(abc.ABC):
    """Embeddings that read a text in the same way, and the layers in which a path can run.

    Methods are called while the caller holds the model in evaluation mode (`exclusive_eval`).

    Parameters
    ----------
    embeddings : flair.embeddings.Embeddings

    Attributes
    ----------
    supports : tuple of str
        The embeddings, as error messages list them.

    Raises
    ------
    UnsupportedClassifierError
        If a setting of the embeddings cannot be explained.
    """

    supports: tuple[str, ...]

    def __init__(self, embeddings: Any) -> None:
        self.embeddings = embeddings

    @staticmethod
    @abc.abstractmethod
    def accepts(embeddings: Any) -> bool:
        """Whether the reader reads with these embeddings."""

    @property
    @abc.abstractmethod
    def reason(self) -> str:
        """What the embeddings are, and where the path runs."""

    @property
    @abc.abstractmethod
    def layers(self) -> dict[str, Any]:
        """The layers in which a path can run, by name.

        The value is the module whose output is replaced, or None if it is not a single module.
        """

    def check_layer(self, name: str) -> None:
        """Raise a ValueError if there is no such layer."""
        if name not in self.layers:
            raise ValueError(
                f"unknown layer {name!r}; this classifier has {', '.join(self.layers)}"
            )

    @property
    @abc.abstractmethod
    def baselines(self) -> tuple[str, ...]:
        """The baselines that make sense for these embeddings, the default first."""

    @abc.abstractmethod
    def encode(self, split: SplitText, readings: Sequence[Reading]) -> Encoding:
        """Read a text as Flair does.

        Parameters
        ----------
        split : SplitText
        readings : sequence of Reading
            What the model reads of it, at least one. If there are several, each point of the path
            has a vector for each.
        """

    @abc.abstractmethod
    def text_point(self, encoding: Encoding) -> torch.Tensor:
        """The end of the path that is the text, in the layer of the word embeddings.

        Returns
        -------
        Tensor of shape (1, P, D)
        """

    @abc.abstractmethod
    def baseline_point(self, encoding: Encoding, baseline: str) -> torch.Tensor:
        """The end of the path that is the baseline, in the layer of the word embeddings.

        Returns
        -------
        Tensor of shape (1, P, D)
        """

    @abc.abstractmethod
    def can_share_batch(self, encoding: Encoding) -> bool:
        """Whether points of this text can be in one batch with points of other texts."""

    @abc.abstractmethod
    def embed(self, texts: Sequence[TextPoints], layer: str) -> torch.Tensor:
        """The embeddings of points of one text, or of several in one batch.

        Parameters
        ----------
        texts : sequence of TextPoints
            If there are several, all of them can share a batch.
        layer : str

        Returns
        -------
        Tensor of shape (N * R, E)
            For each of all N points R vectors, one for each reading.
        """

    def block_ends(
        self, encoding: Encoding, ends: torch.Tensor, layer: str, run: Run
    ) -> torch.Tensor:
        """The output of another layer where the word embeddings are ``ends``.

        Parameters
        ----------
        encoding : Encoding
        ends : Tensor of shape (2, P, D)
        layer : str
        run : callable
            Runs the model with points in the layer of the word embeddings.

        Returns
        -------
        Tensor of shape (2, P, D')
            Special tokens are those of the text in both rows.
        """
        raise ValueError(f"the embeddings have no layer {layer!r}")

    def embed_ids(self, encoding: Encoding | None, ids: torch.Tensor) -> torch.Tensor | None:
        """The embeddings of token ids that the input-embedding layer looks up.

        Parameters
        ----------
        encoding : Encoding or None
            The text that positions, mask and lengths come from. If None, each row of ids is a
            text without padding.
        ids : Tensor of int, shape (N, P)

        Returns
        -------
        Tensor of shape (N * R, E), or None
            None if the embeddings read no token ids.
        """
        return None

    def reference_ids(self, encoding: Encoding, baseline: str) -> torch.Tensor | None:
        """Token ids of the baseline, shape (1, P); None if the embeddings read no token ids.

        Raises
        ------
        ValueError
            If the baseline has no token ids.
        """
        return None
