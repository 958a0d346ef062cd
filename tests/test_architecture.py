"""The layers of the package: who may import whom, what is never imported, how long code may be."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "flair_lig_widget"

# From top to bottom. A module may import modules of its own layer and of those below it.
LAYERS = (
    ("__init__", "__main__", "corpus_command", "explain", "terminal"),
    ("widget",),
    ("frontend",),
    ("export",),
    ("corpus",),
    ("evaluation",),
    ("integration",),
    ("model",),
    ("result",),
)
# Only the top may import the demo, which needs no other part of the package.
DEMO = "demo"

# Modules of these layers never import these packages, not even lazily.
FORBIDDEN = {
    "frontend": {"torch", "flair", "captum", "transformers", "evaluation", "integration", "model"},
    "export": {"torch", "flair", "captum", "transformers", "evaluation", "integration", "model"},
    "corpus": {"anywidget", "ipywidgets", "matplotlib", "export"},
    "evaluation": {"anywidget", "ipywidgets", "matplotlib", "export", "frontend"},
    "integration": {"anywidget", "ipywidgets", "export", "frontend"},
    "model": {"anywidget", "ipywidgets", "captum"},
    "result": {"torch", "flair", "captum", "transformers", "anywidget", "ipywidgets", "scipy"},
}

# Lazy imports that point up: a result exports itself without loading every format.
ALLOWED_UPWARD = {
    ("corpus.store", "frontend.corpus_page"),
    ("result.agreement", "export"),
    ("result.attribution", "export"),
    ("result.attribution", "frontend.page"),
    ("result.comparison", "export"),
    ("result.faithfulness", "export"),
}

LONGEST_MODULE = 300
LONGEST_FUNCTION = 50
# The public value of the package: half of it documents its fields and properties.
LONG_MODULES = {"result.attribution"}


@dataclass(frozen=True)
class Import:
    """One import of a module: by whom, of what, on which line."""

    module: str
    target: str
    line: int
    is_internal: bool
    runs: bool  # False for an import that only a type checker reads
    is_lazy: bool


def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name, without the name of the package."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        is_package = parts[-1] == "__init__" and len(parts) > 1
        found[".".join(parts[:-1] if is_package else parts)] = path
    return found


MODULES = modules()


def imports_of(module: str, path: Path) -> Iterator[Import]:
    """Every import in a file, also those in functions and for type checkers."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    type_checking = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    in_functions = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        runs, is_lazy = id(node) not in type_checking, id(node) in in_functions
        if isinstance(node, ast.Import):
            names = [(alias.name, None) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            names = [(node.module or "", alias.name) for alias in node.names]
        else:
            continue
        for source, name in names:
            top, _, inner = source.partition(".")
            if top != ROOT.name:
                yield Import(module, top, node.lineno, False, runs, is_lazy)
                continue
            submodule = ".".join(filter(None, (inner, name)))
            target = submodule if submodule in MODULES else inner or "__init__"
            yield Import(module, target, node.lineno, True, runs, is_lazy)


IMPORTS = [each for module, path in MODULES.items() for each in imports_of(module, path)]
INTERNAL = [each for each in IMPORTS if each.is_internal]


def layer_of(module: str) -> str:
    return module.partition(".")[0]


def height_of(module: str) -> int:
    """The height of a module's layer; the top is highest."""
    folder = layer_of(module)
    for height, layer in enumerate(reversed(LAYERS)):
        if folder in layer:
            return height
    raise AssertionError(f"{module} belongs to no layer; add it to LAYERS")


def is_allowed(each: Import) -> bool:
    """Whether it is one of the lazy imports that may point up."""
    return each.is_lazy and any(
        each.module == module and each.target.startswith(target)
        for module, target in ALLOWED_UPWARD
    )


def test_every_module_belongs_to_a_layer():
    for module in MODULES:
        if layer_of(module) != DEMO:
            height_of(module)


def test_no_import_points_up():
    """Print the layers, and what each imports of the others."""
    for layer in LAYERS:
        names = [module for module in MODULES if layer_of(module) in layer]
        used = {layer_of(i.target) for i in INTERNAL if i.module in names} - set(layer)
        print(f"{' '.join(layer)}: {len(names)} modules, imports {', '.join(sorted(used)) or '-'}")
    upward = [
        f"{each.module}:{each.line} imports {each.target}"
        for each in INTERNAL
        if DEMO not in (layer_of(each.module), layer_of(each.target))
        and height_of(each.target) > height_of(each.module)
        and not is_allowed(each)
    ]
    assert upward == []


def test_the_demo_is_imported_from_the_top_alone_and_imports_no_other_part():
    for each in INTERNAL:
        if layer_of(each.target) == DEMO:
            assert layer_of(each.module) in (DEMO, *LAYERS[0]), each
        if layer_of(each.module) == DEMO:
            assert layer_of(each.target) == DEMO, each


def test_no_layer_imports_what_its_row_forbids():
    found = [
        f"{each.module}:{each.line} imports {each.target}"
        for each in IMPORTS
        if layer_of(each.target) in FORBIDDEN.get(layer_of(each.module), set())
    ]
    assert found == []


def test_there_is_no_circle():
    edges: dict[str, set[str]] = {module: set() for module in MODULES}
    for each in INTERNAL:
        if each.runs and not is_allowed(each):
            edges[each.module].add(each.target)
    # Modules that only import modules already removed are in no circle.
    while leaves := {module for module, targets in edges.items() if not targets}:
        edges = {m: targets - leaves for m, targets in edges.items() if m not in leaves}
    assert edges == {}


def test_no_module_is_too_long():
    for module, path in MODULES.items():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if module not in LONG_MODULES:
            assert lines <= LONGEST_MODULE, f"{path} has {lines} lines; is there a seam?"


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for module, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield f"{module}:{node.lineno} {node.name}", node


def test_no_function_is_too_long_its_docstring_apart():
    for name, node in functions():
        first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
        lines = (node.end_lineno or 0) - first.lineno + 1
        assert lines <= LONGEST_FUNCTION, f"{name} has {lines} lines of code"


@pytest.mark.parametrize("package", [name for layer in LAYERS[1:] for name in layer])
def test_every_package_says_in_its_first_line_what_it_is_for(package):
    docstring = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text()))
    assert docstring
    assert docstring.splitlines()[0].endswith(".")
