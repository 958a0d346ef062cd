"""The forms in which an explanation leaves the program: data, tables, pictures."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import pandas

    from flair_lig_widget.attribution import Attribution

_BREAKS = {",": "\\u002c", ";": "\\u003b", "\x7f": "\\u007f"}


class Exports:
    """The methods of an `Attribution` that give it away; each loads what it needs when called.

    The same attribution always gives the same bytes, and all carry `Attribution.provenance`. Where
    a file is named, it is written in UTF-8, over what was there.
    """

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, lists, strings and numbers, ready for JSON; `from_dict` reads them."""
        from flair_lig_widget.export import schema

        return schema.to_dict(_whole(self))

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> Attribution:
        """The Attribution that `to_dict` wrote; neither torch nor Flair is needed.

        Raises
        ------
        ValueError
            If the data are of another schema, or a field is missing, unknown or not what it
            should be.
        """
        from flair_lig_widget.export import schema

        return schema.from_dict(data)

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str:
        """Everything as JSON that `from_json` reads; `docs/format.md` describes it.

        Parameters
        ----------
        path : str, path or None
            A file to write as well.

        Returns
        -------
        str
            ASCII, one field a line.

        Raises
        ------
        ValueError
            If a string holds both halves of a character apart, which JSON cannot keep so.
        """
        from flair_lig_widget.export import schema

        return _written(schema.to_json(_whole(self)), path)

    @staticmethod
    def from_json(text: str) -> Attribution:
        """The Attribution that `to_json` wrote, the same to the last bit.

        Parameters
        ----------
        text : str
            What `to_json` returned or what its file holds; not a path.

        Raises
        ------
        ValueError
            If the text is not JSON, or not an attribution; see `from_dict`.
        """
        from flair_lig_widget.export import schema

        return schema.from_json(text)

    def to_csv(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        granularity: str = "word",
    ) -> str:
        """One row a piece, behind lines of provenance that begin with ``#``; RFC 4180 otherwise.

        The columns are those of `to_pandas`. Text is quoted; where a spreadsheet would take it for
        a formula, an apostrophe is put in front. Half characters (lone surrogates), which UTF-8
        cannot write, become U+FFFD. pandas reads all of it back with
        ``read_csv(path, comment="#", keep_default_na=False, na_values={"share": [""]},
        dtype={"text": str, "subwords": str})``.

        Parameters
        ----------
        path : str, path or None
            A file to write as well.
        granularity : str
            ``"subword"``, ``"word"`` or ``"sentence"``.

        Raises
        ------
        ValueError
            If the granularity is none of these.
        """
        from flair_lig_widget.export import table

        return _written(table.to_csv(_whole(self), granularity), path)

    def to_pandas(self, granularity: str = "word") -> pandas.DataFrame:
        """One row a piece, in the order of the text; the provenance is in ``attrs``.

        Parameters
        ----------
        granularity : str
            ``"subword"``, ``"word"`` or ``"sentence"``.

        Returns
        -------
        pandas.DataFrame
            Columns ``rank``, ``text``, ``start``, ``end`` (places in the text), ``score`` (in the
            unit of f), ``share`` (of f(x) - f(x'), NaN if that is zero) and ``subwords`` (with
            blanks between them). ``attrs["provenance"]`` is `Attribution.provenance`.

        Raises
        ------
        ImportError
            If pandas is not installed.
        ValueError
            If the granularity is none of these.
        """
        from flair_lig_widget.export import table

        return table.to_pandas(_whole(self), granularity)

    def to_latex(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        granularity: str = "word",
    ) -> str:
        r"""The text for a paper, each word on its colour: a fragment to ``\input``.

        It needs ``\usepackage{xcolor}``, and LuaLaTeX or XeLaTeX with fonts that have the letters.
        Words against the label are underlined by dots, the others by a line. Control characters,
        half characters and marks that turn the direction of writing become U+FFFD.

        Parameters
        ----------
        path : str, path or None
            A file to write as well.
        granularity : str
            ``"subword"``, ``"word"`` or ``"sentence"``.

        Raises
        ------
        ValueError
            If the granularity is none of these.
        """
        from flair_lig_widget.export import latex

        return _written(latex.to_latex(_whole(self), granularity), path)

    def to_svg(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        granularity: str = "word",
    ) -> str:
        """The text as a picture for a paper, each word on its colour, with a line of account.

        Letters are drawn as outlines, from DejaVu Sans and, for scripts that it lacks, from fonts
        of this machine; a word longer than a line is broken. Needs matplotlib.

        Parameters
        ----------
        path : str, path or None
            A file to write as well.
        granularity : str
            ``"subword"``, ``"word"`` or ``"sentence"``.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If the text is too long for a picture, or the granularity is none of these.
        """
        from flair_lig_widget.export import figure

        return _written(figure.to_svg(_whole(self), granularity), path)

    def to_png(
        self,
        path: str | os.PathLike[str],
        *,
        granularity: str = "word",
        dpi: int = 200,
    ) -> None:
        """The picture of `to_svg` in pixels.

        Parameters
        ----------
        path : str or path
            The file to write.
        granularity : str
            ``"subword"``, ``"word"`` or ``"sentence"``.
        dpi : int
            Pixels an inch, 50 to 600; the picture is 6.5 inches wide.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If the text is too long for a picture, or the granularity or ``dpi`` is none of these.
        """
        from flair_lig_widget.export import figure

        Path(path).write_bytes(figure.to_png(_whole(self), granularity, dpi))

    def to_html(self, path: str | os.PathLike[str] | None = None, *, title: str = "") -> str:
        """One page to hover over that runs without kernel and network; see `page.to_html`."""
        from flair_lig_widget.view import AttributionWidget

        return AttributionWidget(_whole(self)).to_html(path, title=title)

    def _repr_html_(self) -> str:
        """The picture without scripts."""
        from flair_lig_widget import html

        return html.heatmap(_whole(self))


def provenance_lines(attribution: Attribution) -> list[str]:
    """``name: value``, one line each, of nothing but printable ASCII without commas in values.

    Strings are escaped as in JSON, and so are commas and semicolons, so that nothing can end a
    comment or begin a cell.
    """
    found = attribution.provenance
    packages = {f"versions.{name}": value for name, value in found.pop("versions").items()}
    return [
        f"{_escaped(name)}: {_escaped(value) if isinstance(value, str) else json.dumps(value)}"
        for name, value in (found | packages).items()
    ]


def _whole(exports: Exports) -> Attribution:
    """The attribution that the methods are of."""
    return cast("Attribution", exports)


def _escaped(text: str) -> str:
    escaped = json.dumps(text)[1:-1]
    return "".join(_BREAKS.get(letter, letter) for letter in escaped)


def _written(text: str, path: str | os.PathLike[str] | None) -> str:
    if path is not None:
        Path(path).write_text(text, encoding="utf-8", newline="")
    return text
