"""Messages to one widget in one thread, of which Hypothesis finds the shortest that break it."""

from __future__ import annotations

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from faults.messages import (
    AT_REST,
    NAMES,
    VALUES,
    check,
    new_widget,
    only_in_words,
    quiet,
    requests,
)
from faults.outcome import Budget, Outcome, Tally
from faults.subjects import REQUESTED, Reference, front_ends, logged_faults, own_classifier

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
values = st.sampled_from(VALUES) | json_values


def run(budget: Budget) -> Outcome:
    """Sequences of messages that Hypothesis makes; one failure at most, and the shortest."""
    tally = Tally("sequences", budget)
    classifier = own_classifier()
    reference, valid = Reference(classifier), requests(budget.seed)

    class Messages(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.widget = new_widget(classifier)

        @rule(state=st.dictionaries(st.sampled_from(NAMES), values, max_size=3))
        def front_end(self, state: dict) -> None:
            tally.add()
            with only_in_words(f"set_state({state})"):
                self.widget.set_state(state)

        @rule(name=st.sampled_from(REQUESTED), value=values)
        def python(self, name: str, value: object) -> None:
            tally.add()
            with only_in_words(f"{name} = {value!r}"):
                setattr(self.widget, name, value)

        @rule(content=values)
        def custom(self, content: object) -> None:
            tally.add()
            self.widget._handle_custom_msg(content, [])

        @rule()
        def cancel(self) -> None:
            tally.add()
            self.widget.cancel()

        @rule(first=st.sampled_from(valid), second=st.sampled_from(valid))
        def request(self, first: dict, second: dict) -> None:
            for state in (first, second):
                state = {**state, **AT_REST}
                if first != second:
                    check(self.widget, views[self.widget.model_id], state, reference)

        def teardown(self) -> None:
            self.request(valid[0], valid[1])
            self.widget.close()

    with front_ends() as views, logged_faults(tally), quiet():
        part = 0
        while tally.goes_on() and not any(tally.counts.values()):
            chosen = hypothesis.seed(budget.seed + part)(Messages)
            with tally.watch("a sequence"):
                run_state_machine_as_test(
                    chosen,
                    settings=hypothesis.settings(
                        max_examples=max(1, min(100, (budget.count or 4000) // 20)),
                        stateful_step_count=20,
                        deadline=None,
                        database=None,
                        suppress_health_check=list(hypothesis.HealthCheck),
                        report_multiple_bugs=False,
                        print_blob=False,
                    ),
                )
            part += 1
    return tally.outcome()
