"""How long a campaign goes on, and the count of what it tried and of what did not hold."""

from __future__ import annotations

import dataclasses
import linecache
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import traitlets

import flair_lig_widget

LIMIT = 120.0
"""Seconds until a campaign says that nothing will come; what it waits for takes about one."""
KINDS = ("wedged", "wrong", "crashed", "leaked")
SHOWN = 8
"""How many failures of each kind are kept as text."""

_PACKAGE = Path(flair_lig_widget.__file__).parent


@dataclass(frozen=True)
class Budget:
    """Where a campaign ends: after a number of faults, or after some seconds."""

    count: int | None = None
    seconds: float | None = None
    seed: int = 0

    def share(self, parts: int) -> Budget:
        """The budget of each of several parts that run one after the other."""
        return Budget(
            None if self.count is None else -(-self.count // parts),
            None if self.seconds is None else self.seconds / parts,
            self.seed,
        )


@dataclass(frozen=True)
class Outcome:
    """What a campaign tried, what did not hold, and the first failures as text."""

    name: str
    tried: int
    wedged: int = 0
    wrong: int = 0
    crashed: int = 0
    leaked: int = 0
    failures: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether something was tried and all of it held."""
        return self.tried > 0 and not any(getattr(self, kind) for kind in KINDS)


class Fault(AssertionError):
    """Something that did not hold, of one of the `KINDS`."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class Tally:
    """Counts for one campaign; several threads may count at once."""

    def __init__(self, name: str, budget: Budget) -> None:
        self.name, self.budget = name, budget
        self.tried = 0
        self.counts = dict.fromkeys(KINDS, 0)
        self.failures: list[str] = []
        self._started = time.monotonic()
        self._lock = threading.Lock()

    def goes_on(self) -> bool:
        """Whether there is more to try; a campaign that is wedged three times stops."""
        if self.counts["wedged"] >= 3:
            return False
        budget, elapsed = self.budget, time.monotonic() - self._started
        return (budget.count is None or self.tried < budget.count) and (
            budget.seconds is None or elapsed < budget.seconds
        )

    def add(self, tried: int = 1) -> None:
        """Count what was tried."""
        with self._lock:
            self.tried += tried

    def fault(self, kind: str, text: str) -> None:
        """Count what did not hold."""
        with self._lock:
            self.counts[kind] += 1
            if self.counts[kind] <= SHOWN:
                self.failures.append(f"{kind}: {text[:500]}")

    @contextmanager
    def watch(self, what: str) -> Iterator[None]:
        """Count a `Fault` or an exception of the block, and go on."""
        try:
            yield
        except Fault as fault:
            self.fault(fault.kind, f"{what}: {fault}")
        except Exception as error:
            self.fault("crashed", f"{what}: {described(error)}")

    def merge(self, outcome: Outcome) -> None:
        """Add the counts of a part that ran in another process."""
        self.add(outcome.tried)
        for kind in KINDS:
            self.counts[kind] += getattr(outcome, kind)
        self.failures += outcome.failures

    def outcome(self) -> Outcome:
        """The counts up to now."""
        return Outcome(self.name, self.tried, **self.counts, failures=tuple(self.failures))


def in_words(error: BaseException) -> bool:
    """Whether the package says what is wrong: a line of it raised this error on purpose.

    A TraitError of traitlets for a value of the wrong type counts too, and a time limit does not.
    """
    if isinstance(error, traitlets.TraitError):
        return True
    frames = traceback.extract_tb(error.__traceback__)
    if not frames or type(error).__name__ == "TimeoutError" or not str(error):
        return False
    last = frames[-1]
    line = linecache.getline(last.filename, last.lineno or 0).strip()
    return _PACKAGE in Path(last.filename).parents and line.startswith("raise ")


def described(error: BaseException) -> str:
    """An error and the line that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {str(error)[:300]}{where}"


def table(outcomes: list[Outcome]) -> str:
    """The outcomes as a Markdown table."""
    columns = ("campaign", "tried", *KINDS)
    rows = [(o.name, f"{o.tried:,}", *(str(getattr(o, kind)) for kind in KINDS)) for o in outcomes]
    lines = [columns, tuple("---" if i == 0 else "---:" for i in range(len(columns))), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def from_plain(data: dict) -> Outcome:
    """The outcome that `dataclasses.asdict` made plain."""
    return Outcome(**{**data, "failures": tuple(data["failures"])})


def to_plain(outcome: Outcome) -> dict:
    """The outcome as plain data."""
    return dataclasses.asdict(outcome)
