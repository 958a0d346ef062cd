"""A saved result opens where torch, Flair and Captum cannot be imported."""

from __future__ import annotations

import json

import pytest
from support.attributions import make
from support.faithfulness import example
from support.processes import run_python

BLOCKED = """
import sys
sys.modules.update(dict.fromkeys(("torch", "flair", "captum", "transformers")))
"""
"""An import of these modules now raises an ImportError."""

WITHOUT_WIDGETS = 'sys.modules.update(dict.fromkeys(("anywidget", "ipywidgets")))'


@pytest.mark.parametrize("library", ["torch", "flair", "captum"])
def test_the_process_does_block_them(library):
    with pytest.raises(AssertionError, match=f"import of {library} halted"):
        run_python(BLOCKED + f"import {library}")


def test_the_package_and_its_results_are_imported_without_torch_flair_and_captum():
    code = f"""
{WITHOUT_WIDGETS}
import flair_lig_widget
from flair_lig_widget.result import Attribution, Provenance, Segment, Span, Token
from flair_lig_widget import Attribution as public
assert public is Attribution
print(flair_lig_widget.__version__)
"""
    assert run_python(BLOCKED + code).strip()


def test_a_saved_attribution_is_read_and_drawn_without_torch_flair_and_captum():
    code = f"""
import json
{WITHOUT_WIDGETS}
from flair_lig_widget import Attribution
attribution = Attribution.from_dict(json.load(sys.stdin))
assert attribution._repr_html_().count("<span") == 3
print(attribution.words()[1].text)
"""
    assert run_python(BLOCKED + code, stdin=json.dumps(make().to_dict())) == "<rose>\n"


def test_a_saved_faithfulness_result_is_read_without_torch_flair_and_captum(tmp_path):
    example().to_json(tmp_path / "a.json")
    code = f"""
{WITHOUT_WIDGETS}
from flair_lig_widget import load_faithfulness
print(load_faithfulness({str(tmp_path / "a.json")!r}).verdict.kind)
"""
    assert run_python(BLOCKED + code) == "pending\n"


def test_a_saved_attribution_is_shown_without_torch_flair_and_captum(tmp_path):
    make().to_json(tmp_path / "a.json")
    code = f"""
from flair_lig_widget import load_attribution
widget = load_attribution({str(tmp_path / "a.json")!r})
assert widget.attribution.words()[1].text == "<rose>"
assert "text/html" in widget._repr_mimebundle_()[0]
print(len(widget.to_html()) > 1000)
"""
    assert run_python(BLOCKED + code) == "True\n"
