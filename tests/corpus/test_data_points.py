"""Models that have several labels for a text are no models for a corpus."""

from __future__ import annotations

import pytest

from flair_lig_widget import explain_corpus


@pytest.mark.parametrize(
    ("family", "setting"),
    [
        ("SequenceTagger", "spans in BIOES, no RNN, CRF"),
        ("RelationClassifier", "TypedEntityMarker"),
    ],
)
def test_a_model_that_labels_parts_of_a_text_is_refused(
    family, setting, family_classifier, tmp_path
):
    message = f"explain_corpus explains whole texts; a {family} has a label for each token, span"
    with pytest.raises(ValueError, match=message):
        explain_corpus(family_classifier(family, setting), ["New York"], output_dir=tmp_path / "c")
    assert not (tmp_path / "c").exists()
