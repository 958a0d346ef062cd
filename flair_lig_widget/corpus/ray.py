"""Running the batches with Ray Data: each actor loads the classifier once, on any machine."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flair_lig_widget.corpus.batches import run_batch
from flair_lig_widget.corpus.job import Job

MAX_RESTARTS = 100
"""How often an actor may die. A text that kills one costs one restart, because the second time it
is explained in a separate process. Without a limit, an actor that cannot start is restarted
forever."""

_MAX_BLOCKS = 4096
"""Tasks that the batches are divided into. Ray keeps something of each in memory."""

_GO_ON = ". What was explained is kept; run again with the same arguments to go on"

_OBJECT_STORE = 200_000_000
"""Bytes of shared memory. Only the numbers of batches and texts go through it."""


def import_ray() -> Any:
    """The module ray, which then sends no reports of its use.

    Raises
    ------
    ImportError
        If it is not there; the message says how to install it.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray.data
    except ImportError as error:
        raise ImportError(
            "engine='ray' needs Ray Data; install it with: pip install \"flair_lig_widget[ray]\""
        ) from error
    return ray


def run_with_ray(
    job: Job, n_batches: int, *, workers: int, gpus: float, address: str | None
) -> Iterator[int]:
    """Run all batches.

    Parameters
    ----------
    job : Job
    n_batches : int
    workers : int
        How many actors hold a classifier.
    gpus : float
        The share of a GPU, or number of GPUs, that each has.
    address : str or None
        Of a cluster that is running; None begins one on this machine, if none was begun.

    Yields
    ------
    int
        The number of texts that were done since.

    Raises
    ------
    RuntimeError
        If a worker fails, such as on a full disk, or dies again and again; the message says why.
    """
    ray = import_ray()
    with _cluster(ray, address):
        cores = int(ray.cluster_resources().get("CPU", 1))
        given = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0]  # a list for nested loops
        threads = int(given) if given.isdecimal() else max(1, cores // workers)
        # Not ray.data.range, whose tasks would wait for a core where every core has an actor.
        numbers = list(range(n_batches))
        batches = ray.data.from_items(numbers, override_num_blocks=min(n_batches, _MAX_BLOCKS))
        with warnings.catch_warnings():
            # Limits have no other place before Ray 2.64, where the extra ends.
            warnings.simplefilter("ignore", ray.util.annotations.RayDeprecationWarning)
            done = batches.map_batches(
                _Actor,
                fn_constructor_args=(job.to_json(), threads),
                batch_size=1,
                compute=ray.data.ActorPoolStrategy(size=workers),
                num_gpus=gpus,
                max_restarts=MAX_RESTARTS,
                max_task_retries=MAX_RESTARTS,
            )
        try:
            for block in done.iter_batches(batch_size=None):
                for failure in filter(None, block["failure"]):
                    raise RuntimeError(f"a worker failed: {failure}{_GO_ON}")
                yield int(block["n_texts"].sum())
        except ray.exceptions.RayError as error:
            reason = str(error).strip().splitlines()[-1]
            raise RuntimeError(f"Ray ended the run: {reason}{_GO_ON}") from error


class _Actor:
    """A process with the classifier."""

    def __init__(self, job: str, threads: int) -> None:
        self._job = Job.from_json(job)
        self._explain = self._job.explainer()
        import torch

        # Ray gives each actor one thread, although some cores may have no actor.
        torch.set_num_threads(min(threads, os.cpu_count() or 1))

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Run the batch with this number. A failure is returned, because Ray would wrap it."""
        (number,) = batch["item"]
        n_texts, failure = 0, ""
        try:
            n_texts = run_batch(self._job, self._explain, int(number))
        except Exception as error:
            failure = f"{type(error).__name__}: {error}"
        return {"n_texts": [n_texts], "failure": [failure]}


@contextmanager
def _cluster(ray: Any, address: str | None) -> Iterator[None]:
    """The cluster of the address, or the one that was begun; otherwise one for this run alone."""
    begun_here = not ray.is_initialized()
    if begun_here:
        options: dict[str, Any] = {"logging_level": "error", "log_to_driver": False}
        if address is None:
            options |= {"include_dashboard": False, "object_store_memory": _OBJECT_STORE}
        ray.init(address=address, **options)
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    context = ray.data.DataContext.get_current()
    shown, context.enable_progress_bars = context.enable_progress_bars, False
    try:
        yield
    finally:
        context.enable_progress_bars = shown
        if begun_here:
            ray.shutdown()
