"""Fifty texts of every kind a user may paste, and shorter selections."""

from __future__ import annotations

NEWS = (
    "Shares in the airline fell 7% on Tuesday after it warned that fuel costs, up a fifth since "
    "June, would wipe out this year's profit."
)
LONG = " ".join(f"Item {i} of the minutes was read, amended and passed." for i in range(67))
"""603 words, more than any encoder here reads at once."""
SENTENCES = "Profit fell 7%. The striker scored twice, the board said. A café opened in Łódź 🎉!"

TEXTS = [
    "Profit",
    "a",
    "I",
    "!",
    "...?!",
    "— – …",
    "🎉",
    "🎉🎉🎉 what a day 👩‍👩‍👧 for the 🇬🇧",
    "I ❤️ this phone",
    "中国银行公布季度利润",
    "央行宣布,利率不变。",
    "日本の株価が下がった",
    "Цены на нефть выросли на 3%",
    "البنك المركزي يرفع أسعار الفائدة",
    "naïve café résumé Ångström",
    "nai\u0308ve cafe\u0301 with combining marks",
    "ﬁne ﬂour, ½ a cup",
    "zero\u200bwidth and \ufeffmarks",
    "soft\u00adhyphen and non\u00a0breaking space",
    "Windows \x93quotes\x94 and a dash \x96 here",
    "tabs\tand\ttabs",
    "two  spaces   three",
    "line one\nline two\n\n\nline five",
    "  leading and trailing  ",
    "\n\nnewlines first\n",
    "ALL CAPITALS, SHOUTED",
    "mIxEd CaSe WoRdS",
    "don't won't can't it's o'clock",
    "state-of-the-art, well-known",
    "e-mail me at someone@example.org or see https://example.org/a?b=c&d=1",
    "$1,234.56 and £7bn, up 12.5% at 09:30",
    "U.S. and U.K. officials met Dr. Smith in St. Petersburg.",
    '<b>bold</b> & "quoted" </script>',
    "[CLS] [SEP] [MASK] [PAD] [UNK]",
    "<s> </s> <pad> <mask> <unk>",
    "donaudampfschifffahrtsgesellschaft",
    "antidisestablishmentarianism, floccinaucinihilipilification",
    "x" * 300,
    "word " * 40,
    "1 2 3 4 5 6 7 8 9 10",
    "(((nested (brackets) here)))",
    "“Curly quotes,” she said — twice.",
    "The minister resigned.",
    "The striker scored twice in the last ten minutes of the cup final.",
    "A patch for the browser closes a hole that let web pages read files.",
    "The film took $40m in its first weekend, the studio said on Sunday.",
    "Interest rates stay at 4%. Economists had expected a cut. The pound rose.",
    NEWS,
    NEWS + "\n\nAnalysts had expected no more than a pause. 🎉",
    LONG,
]

FEW = [
    "Profit",
    "...?!",
    "🎉🎉🎉 what a day 👩‍👩‍👧 for the 🇬🇧",
    "中国银行公布季度利润",
    "line one\nline two\n\n\nline five",
    NEWS,
]

AWKWARD = {
    "one word": "Profit",
    "only punctuation": "...?! — – …",
    "joined emoji": "🎉🎉🎉 what a day 👩‍👩‍👧 for the 🇬🇧 I ❤️ it",
    "Chinese": "中国银行公布季度利润。 央行宣布,利率不变。",
    "Arabic": "البنك المركزي يرفع أسعار الفائدة",
    "accents": "naïve nai\u0308ve café cafe\u0301 ﬁne ½ Ångström",
    "zero width": "zero\u200bwidth and \ufeffmarks, soft\u00adhyphen",
    "whitespace": "  tabs\tand\n\n\n\nblank   lines\u00a0 ",
    "old Windows": "Windows \x93quotes\x94 and a dash \x96 here",
    "markup": '<b>bold</b> & "quoted" </script> [CLS] [SEP] [MASK] <s> </s>',
    "one long word": "x" * 300,
    "many words": " ".join(
        f"Item {i} of the minutes was read, amended and passed." for i in range(40)
    ),
}
"""Twelve texts that break wrong offsets and wrong windows."""
