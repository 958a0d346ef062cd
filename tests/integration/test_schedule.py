"""Which nodes a request samples, and when it stops adding some."""

from __future__ import annotations

import numpy as np
import pytest

from flair_lig_widget.integration.quadrature import rule
from flair_lig_widget.integration.refinement import Estimate
from flair_lig_widget.integration.schedule import Schedule
from flair_lig_widget.result.request import RULES, Request


def rough(schedule: Schedule) -> Estimate:
    return Estimate(np.ones(1), 1.0, np.ones(len(schedule.nodes) + 1))


@pytest.mark.parametrize("limit", [1, 3, 5, 6, 7, 30])
def test_auto_never_takes_more_nodes_than_the_limit(limit):
    schedule = Schedule(Request(text="x", n_steps=limit))
    assert len(schedule.nodes) == min(5, limit)
    while schedule.refine([rough(schedule)], excess=100.0):
        assert len(set(schedule.nodes)) == len(schedule.nodes) <= limit
    assert len(schedule.nodes) == limit
    assert schedule.nodes == sorted(schedule.nodes)


def test_without_an_estimate_that_has_not_converged_nothing_is_added():
    schedule = Schedule(Request(text="x"))
    assert not schedule.refine([], excess=0.0)
    assert len(schedule.nodes) == 5


@pytest.mark.parametrize("method", RULES)
def test_a_fixed_rule_has_its_own_nodes(method):
    schedule = Schedule(Request(text="x", method=method, n_steps=8))
    assert schedule.is_fixed
    assert schedule.nodes == rule(method, 8)[0].tolist()


def test_the_share_of_the_work_that_is_done_ends_at_one():
    schedule = Schedule(Request(text="x", method="riemann_left", n_steps=8))
    assert [schedule.share_done(n) for n in (2, 8)] == [0.25, 1.0]
    auto = Schedule(Request(text="x"))
    assert 0 < auto.share_done(2) < auto.share_done(5) < 1
