"""A part of a campaign in a new process, which is killed if it hangs."""

from __future__ import annotations

import faulthandler
import importlib
import json
import os
import subprocess
import sys

from support.processes import TESTS

from faults.outcome import Budget, Outcome, Tally, from_plain, to_plain


def in_child(part: str, limit: float, **options: object) -> Outcome:
    """The outcome of a function of this package, called in a new process.

    Parameters
    ----------
    part : str
        ``"module:function"``; the function returns an `Outcome`.
    limit : float
        Seconds until the process counts as wedged.
    **options
        Arguments of the function, as JSON can write them.
    """
    path = [each for each in (str(TESTS), os.environ.get("PYTHONPATH")) if each]
    process = subprocess.Popen(
        [sys.executable, "-m", "faults.children", part, json.dumps(options), str(limit)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        output, errors = process.communicate(timeout=limit + 30)
    except subprocess.TimeoutExpired:
        process.kill()
        output, errors = process.communicate()
    if process.returncode == 0:
        return from_plain(json.loads(output.splitlines()[-1]))
    kind = "wedged" if process.returncode < 0 or "Timeout (" in errors else "crashed"
    failure = f"{kind}: the process of {part} ended with {process.returncode}: {errors[-3000:]}"
    return Outcome(part.partition(":")[0], 1, **{kind: 1}, failures=(failure,))


def in_own_process(name: str, part: str, budget: Budget) -> Outcome:
    """The outcome of a campaign whose function takes count, seconds and seed, in a new process."""
    tally = Tally(name, budget)
    limit = 1200.0 if budget.seconds is None else budget.seconds + 600
    tally.merge(in_child(part, limit, count=budget.count, seconds=budget.seconds, seed=budget.seed))
    return tally.outcome()


def main() -> None:
    """Call the function that the command line names, and print its outcome."""
    part, options, limit = sys.argv[1:]
    module, _, function = part.partition(":")
    # A process that hangs shows where each of its threads is.
    faulthandler.dump_traceback_later(float(limit), exit=True)
    outcome = getattr(importlib.import_module(f"faults.{module}"), function)(**json.loads(options))
    print(json.dumps(to_plain(outcome)), flush=True)
    os._exit(0)  # do not wait for threads that hang


if __name__ == "__main__":
    main()
