"""The user's own mode: train(), eval(), a training loop and predict beside explanations."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from flair.data import Sentence

from faults.outcome import LIMIT, Budget, Fault, Outcome, Tally, described, in_words
from faults.subjects import SETTING, TEXTS, Reference, own_classifier, predicted
from flair_lig_widget import LIGWidget, attribute

LONG = {"text": TEXTS[2], "method": "riemann_middle", "n_steps": 100}


def run(budget: Budget) -> Outcome:
    """Four campaigns, one after the other, each with a share of the budget."""
    tally = Tally("training", budget)
    for campaign in (eval_meanwhile, mode_within_a_batch, training_beside, predict_beside):
        tally.merge(campaign(budget.share(4)))
    return tally.outcome()


def eval_meanwhile(budget: Budget) -> Outcome:
    """The user calls eval(), or train(), while a widget computes, and it stays so."""
    tally, rng = Tally("eval meanwhile", budget), random.Random(budget.seed)
    classifier = own_classifier()
    before, reference = predicted(classifier), Reference(classifier)
    reference.result(**LONG)
    while tally.goes_on():
        tally.add()
        wanted = rng.random() < 0.3
        with tally.watch(f"{'train' if wanted else 'eval'}() while a widget computes"):
            classifier.train(not wanted)
            widget = LIGWidget(classifier, TEXTS[2], internal_batch_size=1, **SETTING)
            computing = threading.Event()
            widget.observe(lambda change, seen=computing: seen.set(), names="progress")
            widget.n_steps = LONG["n_steps"]
            computing.wait(LIMIT)
            time.sleep(rng.random() / 20)
            classifier.train(wanted)
            in_words_or_right(lambda w=widget: w.wait(LIMIT), reference)
            if wrong := sum(m.training is not wanted for m in classifier.modules()):
                raise Fault("wrong", f"the mode of {wrong} modules is not the user's")
            classifier.eval()
            if not np.allclose(predicted(classifier), before, rtol=0, atol=1e-6):
                raise Fault("wrong", "predict gives other probabilities than before")
            widget.close()
    return tally.outcome()


def mode_within_a_batch(budget: Budget) -> Outcome:
    """train() and eval() by another thread within one forward pass of an explanation."""
    tally = Tally("mode within a batch", budget)
    classifier = own_classifier()
    reference, explaining = Reference(classifier), threading.get_ident()
    reference.result(**LONG)

    def elsewhere(training: bool) -> Callable[..., None]:
        """A hook of the user's that lets another thread change the mode, and waits for it."""

        def hook(*args: object) -> None:
            if threading.get_ident() == explaining:
                other = threading.Thread(target=classifier.train, args=(training,))
                other.start()
                other.join(LIMIT)

        return hook

    first, last = classifier.embeddings.model.embeddings, classifier.decoder
    hooks = [
        first.register_forward_pre_hook(elsewhere(True)),
        last.register_forward_hook(elsewhere(False)),
    ]
    while tally.goes_on():
        tally.add()
        with tally.watch("train() and eval() within a batch"):
            in_words_or_right(lambda: attribute(classifier, **LONG), reference)
    for hook in hooks:
        hook.remove()
    return tally.outcome()


def training_beside(budget: Budget) -> Outcome:
    """Every step of a training loop runs in the mode of its thread, beside explanations."""
    tally = Tally("training beside", budget)
    classifier = own_classifier()
    optimizer = torch.optim.SGD(classifier.parameters(), lr=1e-3)
    trainer, seen = threading.get_ident(), []

    def probe(module: torch.nn.Module, args: object) -> None:
        seen.append((threading.get_ident() == trainer, module.training))

    hooks = [module.register_forward_pre_hook(probe) for module in classifier.modules()]
    sentences = [Sentence(text).add_label("topic", "tech") for text in TEXTS]

    def explain() -> None:
        in_words_or_right(lambda: attribute(classifier, **LONG), None)

    with beside([explain], tally):
        while tally.goes_on():
            tally.add()
            with tally.watch("a training step beside an explanation"):
                classifier.train()
                for sentence in sentences:
                    sentence.clear_embeddings()
                loss, _ = classifier.forward_loss(sentences)
                loss.backward()
                optimizer.step()
                optimizer.zero_grad()
                own = [training for is_own, training in list(seen) if is_own]
                others = [training for is_own, training in list(seen) if not is_own]
                seen.clear()
                if not all(own):
                    raise Fault("wrong", f"{own.count(False)} modules ran without dropout")
                if any(others):
                    raise Fault("wrong", f"an explanation ran {others.count(True)} with dropout")
                if not all(module.training for module in classifier.modules()):
                    raise Fault("wrong", "the user's train() is undone")
    for hook in hooks:
        hook.remove()
    return tally.outcome()


def predict_beside(budget: Budget) -> Outcome:
    """`predict` gives the same beside four threads that explain."""
    tally = Tally("predict beside", budget)
    classifier = own_classifier()
    before, reference = predicted(classifier), Reference(classifier)
    short = {"text": TEXTS[1], **SETTING}
    reference.result(**short)

    def explain() -> None:
        reference.check(attribute(classifier, internal_batch_size=1, **short), **short)

    with beside([explain] * 4, tally):
        while tally.goes_on():
            tally.add()
            with tally.watch("predict beside four explanations"):
                if not np.allclose(predicted(classifier), before, rtol=0, atol=1e-6):
                    raise Fault("wrong", "other probabilities than before")
    return tally.outcome()


@contextmanager
def beside(jobs: list[Callable[[], None]], tally: Tally) -> Iterator[None]:
    """Threads that do their job again and again while the block runs."""
    over = threading.Event()

    def work(job: Callable[[], None]) -> None:
        while not over.is_set():
            with tally.watch("an explanation beside"):
                job()

    threads = [threading.Thread(target=work, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(LIMIT)
            if thread.is_alive():
                tally.fault("wedged", "an explaining thread does not return")


def in_words_or_right(explain: Callable, reference: Reference | None) -> None:
    """Raise a `Fault` unless there is the right result or an error in words."""
    try:
        found = explain()
    except TimeoutError:
        raise Fault("wedged", "no result") from None
    except RuntimeError as error:
        if not in_words(error):
            raise Fault("crashed", described(error)) from error
        return
    if reference is not None:
        reference.check(found, **LONG)
