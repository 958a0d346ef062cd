"""The campaigns, and how much of each is tried in the suite and in a full run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from faults import disk, files, forks, lifetime, messages, odd, sequences, signals, training
from faults.outcome import Budget, Outcome


@dataclass(frozen=True)
class Campaign:
    """One kind of fault.

    Attributes
    ----------
    run : callable
        Tries faults until its budget is spent.
    suite, full : int
        How many are tried in the suite and in a full run.
    slow : bool
        Whether its test takes more than a few seconds.
    """

    name: str
    run: Callable[[Budget], Outcome]
    suite: int
    full: int
    slow: bool = False


CAMPAIGNS = (
    Campaign("messages", messages.run, 2_000, 200_000),
    Campaign("sequences", sequences.run, 400, 20_000, slow=True),
    Campaign("signals", signals.run, 100, 5_000, slow=True),
    Campaign("training", training.run, 80, 2_000, slow=True),
    Campaign("forks", forks.run, 4, 20, slow=True),
    Campaign("disk", disk.run, 24, 240),
    Campaign("files", files.run, 200, 2_000),
    Campaign("values", files.run_values, 60, 1_000),
    Campaign("closed widgets", lifetime.run, 20, 300),
    Campaign("soak", lifetime.run_soak, 250, 1_000, slow=True),
    Campaign("odd", odd.run, 1, 40, slow=True),
)
