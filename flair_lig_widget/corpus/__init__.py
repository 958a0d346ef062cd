"""Many texts: explaining them, and asking what the classifier has learnt."""

from importlib.util import find_spec

_MISSING = [
    name for name in ("duckdb", "filelock", "pandas", "pyarrow", "tqdm") if not find_spec(name)
]
if _MISSING:
    raise ImportError(
        f"a corpus needs {', '.join(_MISSING)}, which "
        f"{'is' if len(_MISSING) == 1 else 'are'} not installed; install with: "
        'pip install "flair_lig_widget[corpus]"'
    )
