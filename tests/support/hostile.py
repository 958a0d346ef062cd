"""Strings that break what is not escaped, and an attribution of any text that no model computed.

``HOSTILE`` is generated: what attacks markup, styles, TeX, spreadsheets, JSON and templates, and
characters that break encodings and layouts.
"""

from __future__ import annotations

import itertools
import re
import unicodedata

from flair_lig_widget import Attribution, Provenance, Token
from flair_lig_widget.result.texts import SEPARATOR, join_texts

_CODE = ("alert(1)", "window.pwned=1")
_TAGS = (
    "<script>{}</script>",
    "</script><script>{}</script>",
    "</SCRIPT\t><sCrIpT>{}//",
    "--><script>{}</script>",
    "]]><script>{}</script>",
    "</title><script>{}</script>",
    "</style><script>{}</script>",
    "</textarea><script>{}</script>",
    "<script/x>{}</script>",
    "<svg><script>{}</script></svg>",
    "<svg/onload={}>",
    "<img src=x onerror={}>",
    "<img src=x onerror='{}'//",
    "<body onload={}>",
    "<details open ontoggle={}>",
    "<input autofocus onfocus={}>",
    "<video><source onerror={}></video>",
    "<iframe srcdoc='<script>{}</script>'></iframe>",
    "<math><mtext></p><style><img src=x onerror={}>",
    "<template><script>{}</script></template>",
    "<a href='javascript:{}'>x</a>",
    "<form action='javascript:{}'><button>x</button></form>",
    '<object data="javascript:{}">',
    '<meta http-equiv="refresh" content="0;url=javascript:{}">',
    '<base href="javascript:{}//">',
)
_OPENERS = (
    *("<!--", "-->", "<!-- -- -->", "<!--<script>", "--!>", "<![CDATA[", "]]>", "<?xml?>", "<?php"),
    *("</script", "</SCRIPT >", "</style>", "</title>", "</div></body></html>", "<plaintext>", "<"),
    *("<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;", "&lt;b&gt;", "&#60;b&#62;", "&"),
    *("&amp;lt;", "&#x0;", "&nbsp", "<script", "<noscript>", "<xmp>", "<base target=_top>"),
)
_EVENTS = [
    f"{quote} on{event}={quote}window.pwned=1{quote} x={quote}"
    for quote, event in itertools.product(
        ('"', "'", "`", ""), ("click", "mouseover", "focus", "error", "load", "animationstart")
    )
]
_LINKS = (
    *(
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "java\nscript:alert(1)",
    ),
    *("\x01javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:msgbox(1)"),
    *("javascript&colon;alert(1)", "//example.invalid/x.js", "file:///etc/passwd", "blob:null/1"),
)
_STYLES = (
    *("red;background:url(//example.invalid)", "red}body{display:none", "expression(alert(1))"),
    *("';} @import '//example.invalid/x.css';{'", "url(javascript:alert(1))", "\\3c script\\3e "),
    *("/*", "*/", "red;position:fixed;inset:0", "</style><style>*{display:none}", "@charset 'x';"),
    *("--x:;", "!important", 'red" onclick="alert(1)', "var(--x)", "content:attr(x)"),
)
_TEX = (
    *(
        "\\input{/etc/passwd}",
        "\\write18{touch pwned}",
        "\\immediate\\write18{id}",
        "\\end{document}",
    ),
    *("\\catcode`\\%=12", "\\def\\x{\\x}\\x", "^^5cinput{x}", "^^M\\input{x}", "%comment", "$x^2$"),
    *("}}}}", "{{{{", "\\", "\\\\", "\\begin{verbatim}", "&&&", "#1", "~", "_a_b_", "\\verb|x|"),
    *(
        "% x\n\\input{x}",
        "% x\r\\input{x}",
        "\\csname input\\endcsname x",
        "$$",
        "\\[",
        "\\par\n\n",
    ),
    *("\\openin5=/etc/passwd", "\\loop\\iftrue\\repeat", "``quoted''", "a---b--c", "<<x>>", "?`!`"),
    *(
        "\\$\\alpha\\$",
        "$\\frac{1}{0}$",
        "$\\unknown$",
        "^^^^0041",
        "\\special{pdf:x}",
        "\\expandafter",
    ),
)
_SHEET = [
    f"{mark}{rest}"
    for mark, rest in itertools.product(
        ("=", "+", "-", "@", "\t=", "\r=", "\n=", "＝"),
        ("cmd|' /C calc'!A0", 'HYPERLINK("//example.invalid","x")', "1+1"),
    )
] + ['"', '""', '",=1+1', "'=1+1", ",", ";=1+1", "# comment", "#", '"# x"', "a\r\nb,c", '"\r\n#x']
_JSON = (
    *(
        "NaN",
        "Infinity",
        "-Infinity",
        "null",
        "true",
        "1e999",
        "{}",
        "[]",
        '"',
        "\\u0000",
        "\\ud800",
    ),
    *('{"__proto__": {"polluted": 1}}', "__proto__", "constructor", "toString", "hasOwnProperty"),
    *(
        '","schema":3,"x":"',
        "\\",
        "\\x41",
        "\\u003cscript\\u003e",
        "/*",
        "//",
        "prototype",
        "valueOf",
    ),
    *("undefined", "0x1F", "1_000", "١٢٣", "None", "nan", "-0", "{'a': 1}", '{"a": 1, "a": 2}'),
)
_FORMATS = (
    *("%s%s%s%n", "%(x)s", "%d", "{0}", "{}", "{x.__class__.__mro__}", "${x}", "$HOME", "`id`"),
    *(
        "$(id)",
        "{{7*7}}",
        "{% raw %}",
        "<%= 7*7 %>",
        "#{7*7}",
        "${{7*7}}",
        "{{constructor}}",
        "[[x]]",
    ),
    *(
        "; rm -rf x",
        "' OR 1=1 --",
        "../../../etc/passwd",
        "C:\\CON",
        "\\N{BULLET}",
        "f'{1}'",
        "%00",
    ),
    *("{self.__init__.__globals__}", "{!r:>999}", "%999999d", "\\1\\g<0>", "(a+)+$", "[", "(?P<"),
)
_MARKED = [
    f"a{chr(code)}b"
    for code in (
        *(0, 1, 7, 8, 9, 10, 11, 12, 13, 14, 26, 27, 31, 127, 128, 0x85, 0x9F, 0xA0, 0xAD),
        *(0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202B, 0x202C, 0x202D),
        *(0x202E, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0x3000, 0xE000, 0xFDD0, 0xFEFF, 0xFFF9),
        *(0xFFFD, 0xFFFE, 0xFFFF, 0x1FFFE, 0xE0001, 0x10FFFF, 0xD800, 0xDBFF, 0xDC00, 0xDFFF),
    )
]
_SHAPES = (
    *(
        "\udcff\ud800",
        "\ud800",
        "\udc00x",
        "\x00",
        "\x00\x00",
        "\x1b[31mred\x1b[0m",
        "\x1b]0;t\x07",
    ),
    *(
        "\u202eevil\u202c",
        "abc \u05d0\u05d1\u05d2 \u2067x\u2069",
        "البنك المركزي <b>",
        "שלום & עולם",
    ),
    *(
        "e" + "\u0301" * 300,
        "Z\u0351\u036b\u0343\u036a\u0302" * 20,
        "\u0301 first",
        "ﷺ" * 20,
        "Ŀĺİıŉßΐ",
    ),
    *("👩‍👩‍👧‍👦🏳️‍🌈🇬🇧", "🎉" * 100, "𝕳𝖊𝖑𝖑𝖔", "中国银行<中国>", "ก็็็็็็็็", "\u3164", "\u115f", "½ﬁ"),
    *(
        " ",
        "  \t ",
        "\n",
        "\r\n",
        "\n\n\n",
        "a\nb",
        "a\rb",
        "a\u2028b",
        ".",
        "-",
        "''",
        "``",
        "x" * 5000,
    ),
    *(" a " * 500, "\u200b" * 50, "a" + "\u200d" * 50, "\ufe0f", "\U0001f3fb", "\u034f", "\u2800"),
)
LONGEST = "x" * 2**20
"""One word of a million characters; the last of `HOSTILE`."""

HOSTILE: tuple[str, ...] = tuple(
    dict.fromkeys(
        (
            *(tag.format(code) for tag in _TAGS for code in _CODE),
            *(*_OPENERS, *_EVENTS, *_LINKS, *_STYLES, *_TEX, *_SHEET, *_JSON, *_FORMATS),
            *(*_MARKED, *_SHAPES, LONGEST),
        )
    )
)


def hostile_attribution(
    text: str, *, label: str | None = None, model: str | None = None, **changes: object
) -> Attribution:
    """An attribution of ``text``, with the text also as label, model, versions and the rest.

    Parameters
    ----------
    text : str
        Split at whitespace into words of one subword each.
    label, model : str or None
        The label explained and the model; if None, the text.
    **changes
        Other fields.
    """
    target = text if label is None else label
    other = f"not {target}"
    ranges = [found.span() for found in re.finditer(r"\S+", text)]
    words = tuple(
        Token(f"##{text[start:end]}", start, end, index, False)
        for index, (start, end) in enumerate(ranges)
    )
    scores = [0.0, *((-1) ** i * (0.1 + i % 7 / 10) for i in range(len(words)))]
    fields: dict[str, object] = {
        "text": text,
        "tokens": (Token(text, 0, 0, None, True), *words),
        "scores": scores,
        "path_profile": [[score / 4 for score in scores]] * 4,
        "value": 0.25 + sum(scores),
        "baseline_value": 0.25,
        "prediction": {target: 0.75, other: 0.25},
        "baseline_prediction": {target: 0.5, other: 0.5},
        "predicted": (target,),
        "target": target,
        "contrast": other,
        "method": text,
        "n_steps": 8,
        "n_evaluations": 9,
        "baseline": text,
        "layer": text,
        "precision": text,
        "error_estimate": 0.001,
        "paired_text": text,
        "provenance": Provenance(
            model=text if model is None else model,
            weights_digest=text,
            versions={"torch": text, text: "1.0"},
            created_at=text,
        ),
    }
    return Attribution(**{**fields, **changes})  # type: ignore[arg-type]


PAIRS = [
    (first, second)
    for first, second in itertools.pairwise(text for text in HOSTILE if len(text) <= 1000)
    if first.strip() and second.strip() and SEPARATOR not in first + second
]
"""Hostile strings that can be the texts of a pair."""


def hostile_pair(first: str, second: str, **changes: object) -> Attribution:
    """`hostile_attribution` of a pair of texts."""
    starts = (0, len(first) + 1)
    text = join_texts((first, second))
    return hostile_attribution(
        text, **{"text_starts": starts, "sentence_starts": starts, **changes}
    )


def is_control(character: str) -> bool:
    """Whether it cannot be drawn: a control character, a line separator or a lone surrogate."""
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
