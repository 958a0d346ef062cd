"""Captum's algorithms on the embeddings of one text."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator

import numpy as np
import torch
from captum.attr import (
    DeepLift,
    FeatureAblation,
    GradientShap,
    InputXGradient,
    ShapleyValueSampling,
)

from flair_lig_widget.evaluation.predictions import stop_if
from flair_lig_widget.integration.explained import Explained
from flair_lig_widget.integration.path import check_finite
from flair_lig_widget.integration.quadrature import Floats
from flair_lig_widget.model.copies import copy_of_modules
from flair_lig_widget.model.errors import UnsupportedClassifierError
from flair_lig_widget.model.lock import exclusive_eval
from flair_lig_widget.model.wrapper import ModelWrapper
from flair_lig_widget.result.algorithms import ALGORITHMS

SEED = 0
"""Of all that is drawn at random, so that a request always has the same scores."""


class Scorer:
    """Computes the scores of the algorithm that a request names.

    What is ablated, or added in some order, is one subword at a time. All positions where x and x'
    are equal, as at special tokens, count as one more; its score is exactly 0.

    Parameters
    ----------
    explained : Explained
        The request with its text, and f.
    n_samples : int
        How many random samples or orders an algorithm draws.
    cancelled, progress : callable
        As for `LIGEngine.stream`.

    Attributes
    ----------
    n_evaluations : int
        How many points have to go through the model.
    """

    def __init__(
        self,
        explained: Explained,
        n_samples: int,
        *,
        cancelled: Callable[[], bool],
        progress: Callable[[float], None],
    ) -> None:
        self._explained, self._n_samples = explained, n_samples
        self._cancelled, self._progress = cancelled, progress
        ends = explained.path.endpoints
        self._baseline, self._text = ends[:1], ends[1:]
        moves = (ends[0] != ends[1]).any(dim=-1).cpu()
        # For each position the token that moves there; -1 if nothing moves.
        self._owners = torch.where(moves, explained.path.encoding.token_of_position, -1)
        owners, self._features = torch.unique(self._owners, return_inverse=True)
        self._compute, self.n_evaluations = {
            "gradient_x_input": (self._gradient_x_input, 1),
            "gradient_shap": (self._gradient_shap, n_samples),
            "deep_lift": (self._deep_lift, 2),
            "feature_ablation": (self._feature_ablation, 1 + len(owners)),
            "shapley_value_sampling": (self._shapley_values, 1 + n_samples * len(owners)),
        }[explained.request.algorithm]

    def scores(self, n_points: int) -> Floats:
        """The score of each token, shape (T,).

        Parameters
        ----------
        n_points : int
            How many points go through the model at once; DeepLIFT needs two.

        Raises
        ------
        Cancelled
            Before the next batch, once ``cancelled()`` is true.
        UnsupportedClassifierError
            If the algorithm cannot run on the classifier.
        ValueError
            If a score is not finite.
        """
        with (
            torch.inference_mode(False),
            torch.autocast(self._text.device.type, enabled=False),  # ignore the caller's autocast
        ):
            scores = self._compute(n_points)
        check_finite(scores)
        return scores

    def _gradient_x_input(self, n_points: int) -> Floats:
        wrapper = self._explained.wrapper
        with self._differentiating(wrapper):
            found = InputXGradient(self._function(wrapper)).attribute(self._input())
        scores = self._sum_per_token(found)
        # It has no baseline, so it knows nothing of tokens that stay as they are.
        scores[[token.special for token in self._explained.path.encoding.tokens]] = 0.0
        return scores

    def _gradient_shap(self, n_points: int) -> Floats:
        wrapper = self._explained.wrapper
        function = self._function(wrapper)
        generator = np.random.RandomState(SEED)  # Captum draws from the global one of this kind
        scores = np.zeros(len(self._explained.path.encoding.tokens))
        for start in range(0, self._n_samples, n_points):
            n = min(n_points, self._n_samples - start)
            with self._differentiating(wrapper):
                found = self._mean_of_samples(n, function, generator)
            scores += self._sum_per_token(found) * n / self._n_samples
        return scores

    def _mean_of_samples(
        self, n: int, function: _Function, generator: np.random.RandomState
    ) -> torch.Tensor:
        """GradientSHAP of n samples, shape (1, P, D)."""
        with contextlib.ExitStack() as drawing:

            def f(points: torch.Tensor) -> torch.Tensor:
                drawing.close()  # all is drawn, and other threads need their own numbers
                values: torch.Tensor = function(points)
                return values

            drawing.enter_context(_global_numbers_from(generator, self._text.device))
            found: torch.Tensor = GradientShap(f).attribute(
                self._input(), baselines=self._baseline, n_samples=n, stdevs=0.0
            )
        return found

    def _deep_lift(self, n_points: int) -> Floats:
        # Captum hooks all modules, and leaves attributes on some; that must not be the user's.
        wrapper = ModelWrapper(copy_of_modules(self._explained.wrapper.classifier))
        # Captum announces these hooks. Not catch_warnings, which is not for several threads.
        warnings.filterwarnings("ignore", "Setting forward, backward hooks")
        with self._differentiating(wrapper):
            found = DeepLift(self._function(wrapper)).attribute(
                self._input(), baselines=self._baseline
            )
        return self._sum_per_token(found)

    def _feature_ablation(self, n_points: int) -> Floats:
        found = FeatureAblation(self._function(self._explained.wrapper)).attribute(
            self._text,
            baselines=self._baseline,
            feature_mask=self._feature_mask(),
            perturbations_per_eval=n_points,
        )
        return self._one_per_token(found)

    def _shapley_values(self, n_points: int) -> Floats:
        algorithm = ShapleyValueSampling(self._function(self._explained.wrapper))
        algorithm.permutation_generator = _orders  # Captum's draws from the global generator
        found = algorithm.attribute(
            self._text,
            baselines=self._baseline,
            feature_mask=self._feature_mask(),
            n_samples=self._n_samples,
            perturbations_per_eval=n_points,
        )
        return self._one_per_token(found)

    @contextlib.contextmanager
    def _differentiating(self, wrapper: ModelWrapper) -> Iterator[None]:
        """Hold the model for a forward and a backward pass; say what Captum cannot do with it."""
        try:
            with exclusive_eval(wrapper.classifier):
                yield
        except torch.OutOfMemoryError:
            raise
        except (RuntimeError, AssertionError) as error:
            self._explained.check_unchanged()  # it explains what PyTorch says of changed weights
            name = ALGORITHMS[self._explained.request.algorithm].name
            raise UnsupportedClassifierError(
                f"Captum's {name} cannot run on this classifier ({wrapper.family.reason}); use "
                f"another algorithm. Captum says: {error}"
            ) from error

    def _function(self, wrapper: ModelWrapper) -> _Function:
        def after_batch(n_done: int) -> None:
            self._progress(n_done / self.n_evaluations)

        return _Function(
            self._explained,
            wrapper,
            before_batch=lambda: stop_if(self._cancelled),
            after_batch=after_batch,
        )

    def _input(self) -> torch.Tensor:
        """The text, to differentiate with respect to it."""
        return self._text.clone().requires_grad_()

    def _feature_mask(self) -> torch.Tensor:
        """The index of the feature at each position, shape (1, P, 1)."""
        mask: torch.Tensor = self._features[None, :, None].to(self._text.device)
        return mask

    def _sum_per_token(self, found: torch.Tensor) -> Floats:
        """The score of each token from one for each number of the input, (1, P, D) to (T,)."""
        numbers = found.detach().cpu().double().sum(dim=-1).numpy()
        scores: Floats = self._explained.path.encoding.sum_per_token(numbers)[0]
        return scores

    def _one_per_token(self, found: torch.Tensor) -> Floats:
        """The score of each token from that of its feature, (1, P, D) to (T,)."""
        scores = np.zeros(len(self._explained.path.encoding.tokens) + 1)
        scores[self._owners.numpy()] = found[0, :, 0].cpu().double().numpy()
        moving: Floats = scores[:-1]  # the last one is where nothing moves
        return moving


class _Function(torch.nn.Module):
    """f of points, as Captum calls it: embeddings of shape (N, P, D) in, shape (N,) out."""

    def __init__(
        self,
        explained: Explained,
        wrapper: ModelWrapper,
        *,
        before_batch: Callable[[], None],
        after_batch: Callable[[int], None],
    ) -> None:
        super().__init__()
        self.wrapper = wrapper
        self._explained = explained
        self._before_batch, self._after_batch = before_batch, after_batch
        self._n_done = 0
        needs = explained.objective.needs
        self._wanted = None if needs is None else sorted(needs)

    def forward(self, points: torch.Tensor) -> torch.Tensor:
        self._before_batch()
        path = self._explained.path
        logits = self.wrapper.logits(path.encoding, points, layer=path.layer, wanted=self._wanted)
        self._n_done += len(points)
        self._after_batch(self._n_done)
        # Close to one, float32 hardly distinguishes probabilities; MPS has no float64.
        wide = torch.float32 if points.device.type == "mps" else torch.float64
        values: torch.Tensor = self._explained.objective(logits.to(wide))
        return values


@contextlib.contextmanager
def _global_numbers_from(generator: np.random.RandomState, device: torch.device) -> Iterator[None]:
    """Let numpy's global random numbers come from a generator; leave no trace in numpy or torch."""
    before = np.random.get_state(legacy=False)
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        try:
            np.random.set_state(generator.get_state(legacy=False))
            yield
        finally:
            generator.set_state(np.random.get_state(legacy=False))
            np.random.set_state(before)


def _orders(n_features: int, n: int) -> Iterator[list[int]]:
    """Random orders of the features, as Captum draws them after ``torch.manual_seed``."""
    generator = torch.Generator().manual_seed(SEED)
    for _ in range(n):
        yield torch.randperm(n_features, generator=generator).tolist()
