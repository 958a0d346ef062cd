"""A short run of each campaign: whatever is tried, nothing is wedged, wrong, crashed or leaked.

`make faults` runs them for longer; `docs/faults.md` says what they try.
"""

from __future__ import annotations

import os

import pytest

from faults.campaigns import CAMPAIGNS, Campaign
from faults.outcome import KINDS, Budget, Fault, Outcome, Tally, table

# These need what only Unix has: forks, signals of a timer, and limits of a file's size.
pytestmark = pytest.mark.skipif(os.name != "posix", reason="faults are those of Unix")


@pytest.mark.parametrize(
    "campaign",
    [
        pytest.param(each, id=each.name, marks=[pytest.mark.slow] if each.slow else [])
        for each in CAMPAIGNS
    ],
)
def test_nothing_is_wedged_wrong_crashed_or_leaked(campaign: Campaign, record_property):
    seed = 1  # the same faults in every run; `make faults` takes others
    outcome = campaign.run(Budget(count=campaign.suite, seed=seed))
    print(table([outcome]))
    assert outcome.tried >= campaign.suite
    assert {kind: getattr(outcome, kind) for kind in KINDS} == dict.fromkeys(KINDS, 0), "\n".join(
        outcome.failures
    )


def test_a_tally_counts_faults_by_kind_and_goes_on():
    tally = Tally("some", Budget(count=3))
    while tally.goes_on():
        tally.add()
        with tally.watch("first"):
            raise Fault("leaked", "a hook stays")
        with tally.watch("second"):
            raise KeyError("lost")
    assert tally.outcome() == Outcome(
        "some", 3, crashed=3, leaked=3, failures=tuple(tally.failures)
    )
    assert tally.failures[0] == "leaked: first: a hook stays"
    assert tally.failures[1].startswith("crashed: second: KeyError: 'lost' (test_campaigns.py:")
    assert not tally.outcome().holds
    assert not Outcome("nothing was tried", 0).holds
    assert Outcome("all held", 3).holds


def test_a_tally_that_is_wedged_three_times_stops():
    tally = Tally("some", Budget(count=100))
    while tally.goes_on():
        tally.add()
        tally.fault("wedged", "no result")
    assert tally.outcome().wedged == 3
