"""A saved explanation shown again, without the model that made it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from test_attribution import make

from flair_lig_widget import AttributionWidget, load_attribution


def test_a_saved_explanation_is_shown_again(tmp_path):
    attribution = make()
    attribution.to_json(tmp_path / "why.json")
    widget = load_attribution(tmp_path / "why.json", granularity="subword")
    assert widget.attribution == attribution
    assert (widget.text, widget.target, widget.granularity) == (
        attribution.text,
        "business",
        "subword",
    )
    assert widget.result["scores"] == attribution.scores.tolist()
    assert not widget.computes
    json.dumps(widget.result, allow_nan=False)


def test_the_picture_answers_what_the_controls_say():
    for attribution in (make(), make(method="riemann_left", tolerance=None, n_steps=7)):
        widget = AttributionWidget(attribution)
        asked = widget.result["request"]
        assert {name: getattr(widget, name) for name in asked} == asked


def test_no_model_torch_or_flair_is_needed(tmp_path):
    make().to_json(tmp_path / "why.json")
    code = """
import sys
for name in ("torch", "flair", "captum", "transformers"):
    sys.modules[name] = None  # importing it fails
from flair_lig_widget import load_attribution
widget = load_attribution(sys.argv[1])
bundle, _ = widget._repr_mimebundle_()
assert "application/vnd.jupyter.widget-view+json" in bundle and "rose" in bundle["text/html"]
assert "rose" in widget.to_html() and "rose" in widget.as_html()
print(widget, len(widget.attribution.words()))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "why.json")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.endswith("target='business', method='auto') 3\n")


def test_what_is_no_saved_explanation_is_told(tmp_path):
    (tmp_path / "why.json").write_text("[]")
    with pytest.raises(ValueError, match=r"why\.json': not an attribution"):
        load_attribution(tmp_path / "why.json")
    with pytest.raises(FileNotFoundError):
        load_attribution(tmp_path / "nowhere.json")
    with pytest.raises(TypeError, match="str is not an Attribution; give what attribute"):
        AttributionWidget("why.json")
    with pytest.raises(TypeError, match="unknown option 'granularty'"):
        AttributionWidget(make(), granularty="word")


def test_the_notebook_also_gets_the_picture_without_scripts():
    bundle, _ = AttributionWidget(make())._repr_mimebundle_()
    assert bundle["text/html"] == make()._repr_html_()
    assert "<script" not in bundle["text/html"]


def test_half_characters_are_replaced_in_what_is_sent():
    label = "bad \ud800 label"
    widget = AttributionWidget(
        make(target=label, predicted=(label,), prediction={label: 1.0}, model="\udfff")
    )
    json.dumps({"result": widget.result, "labels": widget.labels}, ensure_ascii=False).encode()
    assert widget.labels == ["bad \N{REPLACEMENT CHARACTER} label"]
    assert widget.attribution.target == label
