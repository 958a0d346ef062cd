"""Run the campaign and print its table: ``python -m faults --seconds 60``, or ``--full``."""

from __future__ import annotations

import argparse
import os
import random
import sys
import time

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # more threads are slower with models this small
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # they say so after each fork

from faults.campaigns import CAMPAIGNS
from faults.outcome import Budget, Outcome, table


def main() -> int:
    """0 if everything held."""
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    names = [campaign.name for campaign in CAMPAIGNS]
    parser.add_argument("names", nargs="*", help=f"some of: {', '.join(names)}; all by default")
    amount = parser.add_mutually_exclusive_group()
    amount.add_argument("--seconds", type=float, default=60, help="for each campaign (60)")
    amount.add_argument("--full", action="store_true", help="as many faults as docs/faults.md says")
    parser.add_argument("--seed", type=int, default=None, help="repeat a run")
    options = parser.parse_args()
    if unknown := set(options.names) - set(names):
        parser.error(f"unknown campaign {unknown.pop()!r}; campaigns are {', '.join(names)}")
    seed = random.randrange(2**31) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    outcomes: list[Outcome] = []
    for campaign in CAMPAIGNS:
        if options.names and campaign.name not in options.names:
            continue
        count, seconds = (campaign.full, None) if options.full else (None, options.seconds)
        started = time.monotonic()
        outcomes.append(campaign.run(Budget(count, seconds, seed)))
        print(f"{campaign.name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
        for failure in outcomes[-1].failures:
            print(f"  {failure}", file=sys.stderr, flush=True)
    print(table(outcomes))
    return 0 if all(outcome.holds for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
