"""The documentation site, which `make docs` builds without the network.

The source folder is that of the repository, so that every relative link works on GitHub and here.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import download_reference
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import inspect
from traitlets import HasTraits

import flair_lig_widget

ROOT = Path(__file__).parents[1]
NODE = ROOT / "node_modules"

project = "flair_lig_widget"
author = "the authors of flair_lig_widget"
version = release = flair_lig_widget.__version__
html_show_copyright = False

extensions = ["myst_nb", "sphinx.ext.autodoc", "numpydoc", "sphinx_design", "sphinx_copybutton"]
root_doc = "docs/index"
include_patterns = [
    "docs/**.md",
    "examples/index.md",
    "examples/*.ipynb",
    "benchmarks/README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
]
exclude_patterns = ["docs/_build"]

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3  # as GitHub makes them

# The reference. A name in single backticks is a link if it is documented.
default_role = "py:obj"
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings have the types
toc_object_entries_show_parents = "hide"
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
copybutton_prompt_text = "$ "

# Notebooks are executed in an empty folder. Their outputs are kept until the package changes.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # more threads are slower with models this small
os.environ.setdefault("SOURCE_DATE_EPOCH", "1700000000")  # the same numbers on every build


def _digest() -> str:
    """A hash of the package that notebooks import."""
    sources = sorted(path for path in (ROOT / "flair_lig_widget").rglob("*") if path.is_file())
    code = [path.read_bytes() for path in sources if path.suffix in (".py", ".js", ".css", ".npz")]
    return hashlib.sha256(b"".join(code)).hexdigest()[:12]


nb_execution_mode = "cache"
nb_execution_cache_path = str(ROOT / "docs" / "_build" / "executed" / _digest())
nb_execution_in_temp = True
nb_execution_timeout = 600
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_merge_streams = True
# What draws widgets from their saved state. The first says where the others are.
nb_ipywidgets_js = {"widgets.js": {}, "require.js": {}, "embed-amd.js": {}}

html_theme = "pydata_sphinx_theme"
html_title = "flair_lig_widget"
html_favicon = "_static/favicon.svg"
html_context = {"default_mode": "auto"}  # light or dark, as the system prefers
html_static_path = [
    "_static",
    str(NODE / "requirejs" / "require.js"),
    str(NODE / "@jupyter-widgets" / "html-manager" / "dist" / "embed-amd.js"),
    str(Path(sys.prefix) / "share" / "jupyter" / "nbextensions" / "anywidget" / "index.js"),
]
html_css_files = ["site.css"]
html_sidebars = {"docs/gallery": [], "docs/faq": []}  # they are sections of one page
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "navbar_align": "left",
    "header_links_before_dropdown": 7,
    "show_toc_level": 2,
    "footer_start": [],
    "footer_end": ["sphinx-version"],
}


class MarksOfTestsAreHidden(SphinxPostTransform):
    """Cells do not show the comment that asks a test to compare their output."""

    default_priority = 5
    mark = "# NBVAL_CHECK_OUTPUT\n"

    def run(self) -> None:
        """Remove the comment from the code of this document."""
        for node in self.document.findall(nodes.literal_block):
            if node.astext().startswith(self.mark):
                node.rawsource = node.astext().removeprefix(self.mark)
                node[:] = [nodes.Text(node.rawsource)]


class PagesAreOpened(SphinxPostTransform):
    """Links to the pages of the gallery open them, and do not download them."""

    default_priority = 5

    def run(self) -> None:
        """Replace the download links of this document."""
        for node in list(self.document.findall(download_reference)):
            target = node["reftarget"]
            if target.endswith(".html"):
                node.replace_self(nodes.reference("", "", *node.children, refuri=target))


def copy_pages(app: Sphinx, error: Exception | None) -> None:
    """Copy the pages of the gallery next to the documents that show them, and lead to the start."""
    if error is None:
        gallery = Path(app.outdir) / "docs" / "gallery"
        gallery.mkdir(parents=True, exist_ok=True)
        for page in (ROOT / "docs" / "gallery").glob("*.html"):
            shutil.copy(page, gallery)
        shutil.copy(ROOT / "docs" / "_static" / "start.html", Path(app.outdir) / "index.html")


def widget_signature(app: Sphinx, what: str, name: str, obj: type, *_: object) -> tuple | None:
    """Show the arguments of a widget's constructor, which `HasTraits.__new__` hides."""
    if what == "class" and issubclass(obj, HasTraits):
        arguments = inspect.signature(obj.__init__, bound_method=True)
        return inspect.stringify_signature(arguments, show_annotation=False), None
    return None


def setup(app: Sphinx) -> None:
    """Register what is above."""
    app.connect("autodoc-process-signature", widget_signature)
    app.add_post_transform(MarksOfTestsAreHidden)
    app.add_post_transform(PagesAreOpened)
    app.connect("build-finished", copy_pages)
