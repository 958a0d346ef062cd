"""The coloured text as LaTeX, for a paper."""

from __future__ import annotations

import re

from flair_lig_widget.export.provenance import comment_lines, record
from flair_lig_widget.export.runs import Run, caption, runs
from flair_lig_widget.result.attribution import Attribution

_HEAD = r"""\begingroup
\setlength{\fboxsep}{1pt}\setlength{\parindent}{0pt}\raggedright
\def\ligword#1#2#3#4{\colorbox[RGB]{#1}{\setbox0=\hbox{#4}%
  \rlap{\raisebox{-.5ex}{\color[RGB]{#2}\hbox to\wd0{\leaders#3\hfill}}}\strut\box0}}
\def\ligfor#1#2#3{\ligword{#1}{#2}{\hrule height.5pt}{#3}}
\def\ligagainst#1#2#3{%
  \ligword{#1}{#2}{\hbox{\kern.6pt\vrule height.6pt width.6pt\kern.6pt}}{#3}}
"""
_ESCAPES = {
    **{character: f"\\{character}" for character in "{}$&#_%"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    # Active in some languages, or another character in some fonts.
    **{character: f"\\symbol{{{ord(character)}}}" for character in "\"`<>|'"},
}
_TIED = re.compile("-(?=-)")
_LONG = 40
"""A run of more characters may be broken after every so many."""


def to_latex(attribution: Attribution, granularity: str) -> str:
    r"""A fragment to ``\input``, with each word on its colour.

    It needs ``\usepackage{xcolor}``, and LuaLaTeX or XeLaTeX with fonts that have the characters.
    Words against the label, or that lower the value of a regressor, have a dotted underline, the
    others a solid one. Control characters,
    lone surrogates and marks that change the direction of writing become U+FFFD.

    Parameters
    ----------
    attribution : Attribution
    granularity : str
        ``"subword"``, ``"word"`` or ``"sentence"``.

    Raises
    ------
    ValueError
        If the granularity is none of these.
    """
    comments = [
        r"needs \usepackage{xcolor}, and LuaLaTeX or XeLaTeX with fonts that have the characters",
        *comment_lines(record(attribution)),
    ]
    head = "".join(f"% {line}\n" for line in comments)
    text = "".join(map(_set, runs(attribution, granularity)))
    below = f"\\par\\smallskip{{\\footnotesize {escape(caption(attribution))}\\par}}"
    return f"{head}{_HEAD}{text}%\n{below}\n\\endgroup\n"


def escape(text: str) -> str:
    """Text that TeX typesets as it is; the text must come from `runs.drawable`."""
    text = "".join(_ESCAPES.get(character, character) for character in text)
    return _TIED.sub(r"-\\kern0pt{}", text).replace("\n", " ")


def _set(run: Run) -> str:
    if run.text == "\n":
        return "\\mbox{}\\par\n"
    if run.is_space:
        return " " + "\\ " * (len(run.text) - 1)
    parts = [escape(run.text[i : i + _LONG]) for i in range(0, len(run.text), _LONG)]
    if run.strength is not None:
        command = "ligfor" if run.positive else "ligagainst"
        colours = [",".join(map(str, rgb)) for rgb in (run.background, run.underline)]
        parts = [f"\\{command}{{{'}{'.join(colours)}}}{{{part}}}" for part in parts]
    elif not run.read:
        parts = [f"\\textcolor{{gray}}{{{part}}}" for part in parts]
    return "\\allowbreak{}".join(parts)
