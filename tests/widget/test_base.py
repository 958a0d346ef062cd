"""A saved result as a widget, without the model that made it."""

from __future__ import annotations

import json
import subprocess
import sys

import ipywidgets
import pytest
from support.attributions import make

from flair_lig_widget import AttributionWidget, Provenance, load_attribution


def test_a_saved_result_can_be_shown(tmp_path):
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


def test_the_controls_show_the_request_of_the_result():
    for attribution in (make(), make(method="riemann_left", tolerance=None, n_steps=7)):
        widget = AttributionWidget(attribution)
        request = widget.result["request"]
        assert {name: getattr(widget, name) for name in request} == request


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
    completed = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "why.json")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert completed.stdout.endswith("target='business', method='auto') 3\n")


def test_anything_that_is_not_a_saved_result_is_rejected(tmp_path):
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


def test_lone_surrogates_are_replaced_in_everything_that_is_sent():
    label = "bad \ud800 label"
    widget = AttributionWidget(
        make(
            target=label,
            predicted=(label,),
            prediction={label: 1.0},
            provenance=Provenance(model="\udfff"),
        )
    )
    json.dumps({"result": widget.result, "labels": widget.labels}, ensure_ascii=False).encode()
    assert widget.labels == ["bad \N{REPLACEMENT CHARACTER} label"]
    assert widget.attribution.target == label


@pytest.mark.parametrize("kind", [dict, ipywidgets.Layout])
def test_a_layout_can_be_given(kind, tmp_path):
    assert AttributionWidget(make(), layout=kind(width="50%")).layout.width == "50%"
    make().to_json(tmp_path / "why.json")
    widget = load_attribution(tmp_path / "why.json", layout=kind(width="50%"))
    assert widget.layout.width == "50%"


def test_a_widget_can_be_closed_twice():
    widget = AttributionWidget(make())
    assert widget.comm is not None
    widget.close()
    widget.close()
    assert widget.comm is None
    assert widget.to_html() == AttributionWidget(make()).to_html()  # a page needs no comm
