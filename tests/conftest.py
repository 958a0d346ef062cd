"""Classifiers that tests share: tiny ones, one of each family, and the demo."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # no test needs a model hub
os.environ.setdefault("OMP_NUM_THREADS", "1")  # more threads are slower with models this small
# The same work is split into the same batches, however busy the machine is.
os.environ.setdefault("SOURCE_DATE_EPOCH", "1700000000")
os.environ.pop("ANYWIDGET_HMR", None)


@contextmanager
def lending(classifier_of: Callable) -> Iterator[Callable]:
    """A function that hands out shared classifiers, each checked to be unchanged afterwards."""
    from support.model_state import state_of

    lent: dict = {}

    def lend(*key, **options):
        classifier = classifier_of(*key, **options)
        lent.setdefault(id(classifier), (classifier, state_of(classifier)))
        return classifier

    yield lend
    for classifier, before in lent.values():
        assert state_of(classifier) == before, "the test changed a classifier that tests share"


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory) -> Callable[[str], Path]:
    """``encoder_folder(kind)``: where a tiny encoder of that kind is saved."""
    from support import tiny

    root, folders = tmp_path_factory.mktemp("encoders"), {}

    def folder(kind: str) -> Path:
        if kind not in folders:
            folders[kind] = tiny.save_encoder(kind, root / kind)
        return folders[kind]

    return folder


@pytest.fixture(scope="session")
def tiny_classifiers(encoder_folder) -> Callable:
    """The tiny classifiers of `tiny_classifier`, each created once for all tests."""
    from support import tiny

    classifiers: dict = {}

    def get(kind: str = "bert", **options):
        key = (kind, *sorted(options.items()))
        if key not in classifiers:
            classifiers[key] = tiny.classifier(encoder_folder(kind), **options)
        return classifiers[key]

    return get


@pytest.fixture
def tiny_classifier(tiny_classifiers) -> Iterator[Callable]:
    """``tiny_classifier(kind, **options)``: a small random classifier that tests share.

    A test that changes its classifier creates its own, with ``tiny.classifier``.
    """
    with lending(tiny_classifiers) as lend:
        yield lend


@pytest.fixture(scope="session")
def demo_classifier():
    """The demo classifier, which tests share."""
    from flair_lig_widget import load_demo_classifier

    return load_demo_classifier()


@pytest.fixture(scope="session")
def family_classifiers(tmp_path_factory) -> Callable:
    """The classifiers of `family_classifier`, each created once for all tests."""
    from support import families

    maker, classifiers = families.Maker(tmp_path_factory.mktemp("families")), {}

    def get(family: str, setting: str):
        if (family, setting) not in classifiers:
            classifiers[family, setting] = families.CASES[family][setting](maker)
        return classifiers[family, setting]

    return get


@pytest.fixture
def family_classifier(family_classifiers) -> Iterator[Callable]:
    """``family_classifier(family, setting)``: the classifier of that row of the matrix.

    Tests share it; one that changes its classifier creates its own, with `families.Maker`.
    """
    with lending(family_classifiers) as lend:
        yield lend


@pytest.fixture(autouse=True)
def unchanged_demo_classifier(request) -> Iterator[None]:
    """Checks that a test leaves the demo classifier as it was."""
    if "demo_classifier" not in request.fixturenames:
        yield
        return
    with lending(lambda: request.getfixturevalue("demo_classifier")) as lend:
        lend()
        yield
