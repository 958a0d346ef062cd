"""The text for a paper that is set with LaTeX."""

from __future__ import annotations

import re

from flair_lig_widget.attribution import Attribution
from flair_lig_widget.export import provenance_lines
from flair_lig_widget.export.runs import Run, account, runs

_HEAD = r"""\begingroup
\setlength{\fboxsep}{1pt}\setlength{\parindent}{0pt}\raggedright
\def\ligword#1#2#3#4{\colorbox[RGB]{#1}{\setbox0=\hbox{#4}%
  \rlap{\raisebox{-.5ex}{\color[RGB]{#2}\hbox to\wd0{\leaders#3\hfill}}}\strut\box0}}
\def\ligfor#1#2#3{\ligword{#1}{#2}{\hrule height.5pt}{#3}}
\def\ligagainst#1#2#3{%
  \ligword{#1}{#2}{\hbox{\kern.6pt\vrule height.6pt width.6pt\kern.6pt}}{#3}}
"""
_ESCAPES = {
    **{letter: f"\\{letter}" for letter in "{}$&#_%"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    # What is active in some languages, or another letter in some fonts.
    **{letter: f"\\symbol{{{ord(letter)}}}" for letter in "\"`<>|'"},
}
_TIED = re.compile("-(?=-)")
_LONG = 40
"""A run of more characters may be broken, at any of their multiples."""


def to_latex(attribution: Attribution, granularity: str) -> str:
    """The fragment as `Attribution.to_latex` describes it."""
    comments = [
        r"needs \usepackage{xcolor}, and LuaLaTeX or XeLaTeX with fonts that have the letters",
        *provenance_lines(attribution),
    ]
    head = "".join(f"% {line}\n" for line in comments)
    text = "".join(map(_set, runs(attribution, granularity)))
    below = f"\\par\\smallskip{{\\footnotesize {escape(account(attribution))}\\par}}"
    return f"{head}{_HEAD}{text}%\n{below}\n\\endgroup\n"


def escape(text: str) -> str:
    """Letters that TeX sets as they are; `runs.drawable` must have seen them."""
    text = "".join(_ESCAPES.get(letter, letter) for letter in text)
    return _TIED.sub(r"-\\kern0pt{}", text).replace("\n", " ")


def _set(run: Run) -> str:
    if run.text == "\n":
        return "\\mbox{}\\par\n"
    if run.blank:
        return " " + "\\ " * (len(run.text) - 1)
    parts = [escape(run.text[i : i + _LONG]) for i in range(0, len(run.text), _LONG)]
    if run.strength is not None:
        command = "ligfor" if run.positive else "ligagainst"
        colours = [",".join(map(str, rgb)) for rgb in (run.ground, run.line)]
        parts = [f"\\{command}{{{'}{'.join(colours)}}}{{{part}}}" for part in parts]
    elif not run.read:
        parts = [f"\\textcolor{{gray}}{{{part}}}" for part in parts]
    return "\\allowbreak{}".join(parts)
