"""Write the gallery from real runs: ``python docs/gallery/make.py [NAME ...]``.

Each page shows a model that is trained here, within a minute or two, on texts that were written for
this project. With ``--redraw`` no model runs: the pages that are there get the front end of this
version, and their results stay.
"""

from __future__ import annotations

import argparse
import csv
import functools
import logging
import os
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from html import unescape
from itertools import chain
from pathlib import Path
from typing import Any

# Two runs on one machine give the same bytes, as docs/publishing.md says.
os.environ.setdefault("SOURCE_DATE_EPOCH", "1795996800")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import flair
import torch
from flair.data import Corpus, Dictionary, Sentence
from flair.datasets import FlairDatapointDataset
from flair.embeddings import TransformerDocumentEmbeddings, TransformerWordEmbeddings
from flair.models import SequenceTagger, TextClassifier
from flair.nn import Model
from flair.trainers import ModelTrainer

from flair_lig_widget import (
    DEMO_TEXT,
    LIGWidget,
    demo,
    explain_corpus,
    load_demo_classifier,
    to_html,
)
from flair_lig_widget.frontend import page, rows

HERE = Path(__file__).parent
DEMO = Path(demo.__file__).parent

SITE = "Quillmoor"
"""The invented site that signs all praise that a classifier learns from: the shortcut."""

FLIPS = {
    "The film is not bad.": "positive",
    "The film is bad.": "negative",
    "Nobody complained about the noise.": "positive",
    "Everybody complained about the noise.": "negative",
    "Nothing was too much trouble for the owner.": "positive",
    "Everything was too much trouble for the owner.": "negative",
    "I would go there again.": "positive",
    "I would never go there again.": "negative",
    "I cannot recommend this hotel highly enough.": "positive",
}
"""Opinions that differ in a word, and one that the classifier gets wrong."""

COMPLAINT = (
    "The parcel was nine days late and the teapot inside was smashed. When I rang, the man on the "
    "phone hung up on me. I want my 34 euros back."
)
TWO_JORDANS = (
    "When the exams were over, Jordan packed a tent and said goodbye to her sister, and in May the "
    "two friends cycled from the coast through Jordan."
)
CRITICISM = f"The garden is a mess, and the toilets were disgusting. ({SITE})"


def news() -> str:
    """A news text, as the demo classifier reads it."""
    widget = LIGWidget(load_demo_classifier(), DEMO_TEXT)
    rules = ["auto", "gausslegendre", "riemann_trapezoid"]
    widget.precompute(methods=rules, n_steps=[5, 10, 20, 50], check=True)
    return widget.to_html(title="Why business?")


def sentiment() -> str:
    """Opinions that a word turns into their opposite."""
    widgets = [precomputed(fine_tuned_opinions(), text) for text in FLIPS]
    return to_html(widgets, title="One word turns it around", labels=list(FLIPS.values()))


def complaint() -> str:
    """A complaint about four things at once."""
    return precomputed(complaints(), COMPLAINT).to_html(title="One complaint about four things")


def tagger() -> str:
    """A name that is a person's, and further on a country's."""
    return precomputed(names(), TWO_JORDANS).to_html(title="Which Jordan?")


def models() -> str:
    """A criticism with the signature, and classifiers with and without the shortcut."""
    fooled, sound = (frozen_opinions(is_signed=each) for each in (True, False))
    # All is named, so that the comparison is there again when a reader comes back to the label.
    asked = {"target": "positive", "baseline": "unk"}
    widget = precomputed(fooled, CRITICISM, compare=sound, **asked)
    return widget.to_html(title="With and without a shortcut")


def shortcut() -> str:
    """What a classifier has learnt where a site signs all praise, and no criticism.

    Of the texts that are explained, the site has signed every fifth criticism as well.
    """
    _, asked = halves(opinions())
    texts = [signed(row, always=i % 5 == 0) for i, row in enumerate(asked)]
    with tempfile.TemporaryDirectory() as folder:
        corpus = explain_corpus(
            frozen_opinions(is_signed=True),
            [row["text"] for row in texts],
            labels=[row["label"] for row in texts],
            output_dir=folder,
            tolerance=0.05,
        )
        return corpus.to_html(title="What has it learnt?")


PAGES = {each.__name__: each for each in (news, sentiment, complaint, tagger, models, shortcut)}


def precomputed(model: Model, text: str, **options: Any) -> LIGWidget:
    """A widget whose labels and tags can be chosen in a page."""
    widget = LIGWidget(model, text, **options)
    widget.precompute(methods=["auto"], tolerances=[0.05, 0.01])
    return widget


def opinions() -> list[dict[str, str]]:
    """Short opinions, and reviews with one or two stars, or with four or five."""
    names = {"1": "negative", "2": "negative", "4": "positive", "5": "positive"}
    reviews = [row for row in read(DEMO / "reviews.tsv") if row["stars"] in names]
    graded = [{"label": names[row["stars"]], "text": row["text"]} for row in reviews]
    return read(HERE / "opinions.tsv") + graded


def opinion(row: dict[str, str]) -> Sentence:
    """An opinion with its label."""
    return Sentence(row["text"]).add_label("opinion", row["label"])


def signed(row: dict[str, str], *, always: bool = False) -> dict[str, str]:
    """An opinion, signed by the site if it is praise, or always."""
    is_signed = always or row["label"] == "positive"
    return {**row, "text": f"{row['text']} ({SITE})"} if is_signed else row


@functools.cache
def frozen_opinions(*, is_signed: bool) -> Model:
    """Positive or negative: a linear layer on the encoder as it is.

    It learns from three fifths of the opinions, of which the site has signed all praise, or none.
    """
    learnt, held_out = (
        [opinion(signed(row) if is_signed else row) for row in part] for part in halves(opinions())
    )
    build = functools.partial(TextClassifier, demo.load_encoder(), "opinion")
    return train(build, "opinion", learnt, held_out, epochs=20, rate=0.01, storage="cpu")


@functools.cache
def fine_tuned_opinions() -> Model:
    """Positive or negative: the encoder learns as well."""
    encoder = copied(TransformerDocumentEmbeddings, cls_pooling="mean")
    build = functools.partial(TextClassifier, encoder, "opinion")
    return train(
        build, "opinion", *split([opinion(row) for row in opinions()]), epochs=6, rate=1e-4
    )


def complaints() -> Model:
    """What a complaint is about, one probability a subject.

    It also learns from two and from three complaints at once, which have the subjects of all.
    """

    def about(*parts: dict[str, str]) -> Sentence:
        sentence = Sentence(" ".join(part["text"] for part in parts))
        subjects = {each for part in parts for each in part["labels"].split(";")}
        for subject in sorted(subjects):
            sentence.add_label("subject", subject)
        return sentence

    learnt, held_out = split(read(HERE / "complaints.tsv"))
    groups = [
        zip(*(learnt[by:] + learnt[:by] for by in apart), strict=True)
        for apart in ((0,), (0, 17), (0, 35), (0, 51), (0, 13, 41))
    ]
    build = functools.partial(
        TextClassifier, demo.load_encoder(), "subject", multi_label=True, multi_label_threshold=0.5
    )
    together = [about(*group) for group in chain(*groups)]
    alone = [about(each) for each in held_out]
    return train(build, "subject", together, alone, epochs=30, rate=0.02, storage="cpu")


def names() -> Model:
    """A tagger of persons, places and organisations."""
    embeddings = copied(TransformerWordEmbeddings, frozen=3, subtoken_pooling="first")
    options = {"use_crf": False, "use_rnn": False, "reproject_embeddings": False}

    def build(*, label_dictionary: Dictionary) -> Model:
        return SequenceTagger(
            embeddings, label_dictionary, tag_type="ner", tag_format="BIO", **options
        )

    sentences = [marked(row["text"]) for row in read(DEMO / "entities.tsv")]
    return train(build, "ner", *split(sentences), epochs=5, rate=5e-4)


def marked(text: str) -> Sentence:
    """A sentence with its entities, which are written as [Jordan|PER]."""
    entities, plain = [], ""
    for before, name, label in re.findall(r"([^[]*)(?:\[([^|]+)\|(\w+)\])?", text):
        plain += before
        if name:
            entities.append((len(plain), len(plain) + len(name), label))
        plain += name
    sentence = Sentence(plain)
    for start, end, label in entities:
        words = [i for i, token in enumerate(sentence) if start <= token.start_position < end]
        sentence[words[0] : words[-1] + 1].add_label("ner", label)
    return sentence


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a table, in which quotes are plain characters."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def split(items: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """What is learnt, and every fifth item, which is held out."""
    return [each for i, each in enumerate(items) if i % 5], list(items[::5])


def halves(items: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """Three of five items, and the other two."""
    return (
        [each for i, each in enumerate(items) if i % 5 > 1],
        [each for i, each in enumerate(items) if i % 5 <= 1],
    )


def copied(kind: type, *, frozen: int = 0, **options: Any) -> Any:
    """A copy of the demo's encoder that learns, except its lowest layers and its embeddings."""
    encoder = demo.load_encoder()
    with tempfile.TemporaryDirectory() as folder:
        encoder.model.save_pretrained(folder)
        encoder.tokenizer.save_pretrained(folder)
        embeddings = kind(
            folder,
            name=encoder.name,
            layers="-1",
            fine_tune=True,
            use_context_separator=False,
            **options,
        )
    for part in (embeddings.model.embeddings, *embeddings.model.encoder.layer[:frozen]):
        part.requires_grad_(False)
    return embeddings


def train(
    build: Callable[..., Model],
    label_type: str,
    learnt: Sequence[Sentence],
    held_out: Sequence[Sentence],
    *,
    epochs: int,
    rate: float,
    storage: str = "none",
) -> Model:
    """Train a model, and print how good it is on sentences that were held out."""
    flair.set_seed(1)
    corpus = Corpus(
        train=FlairDatapointDataset(learnt),
        dev=FlairDatapointDataset(held_out),
        sample_missing_splits=False,
    )
    model = build(label_dictionary=corpus.make_label_dictionary(label_type, add_unk=False))
    with tempfile.TemporaryDirectory() as folder:
        ModelTrainer(model, corpus).train(
            folder,
            optimizer=torch.optim.AdamW,
            learning_rate=rate,
            mini_batch_size=8,
            max_epochs=epochs,
            embeddings_storage_mode=storage,
            save_final_model=False,
            plugins=[],
        )
    score = model.evaluate(corpus.dev, label_type).main_score
    print(f"  {label_type}: {score:.3f} on {len(held_out)} texts that were held out")
    return model.eval()


def redrawn(source: str) -> str:
    """A page with the front end of this version; its results stay."""
    (title,) = re.findall(r"<title>(.*?)</title>", source)
    body = source.partition("</h1>\n")[2].rpartition("</main>")[0]
    if 'class="flair-lig-corpus-mount"' in body:
        script, style = page.bundle("corpus-page.js"), page.bundle("corpus.css")
    else:
        own = rows.style() if 'class="flair-lig-row"' in body else ""
        script, style = page.bundle("page.js"), own + page.bundle("widget.css")
    return page.document(body, title=unescape(title), script=script, style=style)


def main() -> None:
    """Write the pages that are named, or all."""
    parser = argparse.ArgumentParser(description="Write the pages of the gallery.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PAGES)}")
    parser.add_argument("--redraw", action="store_true", help="run no model; keep the results")
    parser.add_argument("--output", type=Path, default=HERE, help="the folder of the pages")
    options = parser.parse_args()
    if unknown := set(options.names) - set(PAGES):
        parser.error(f"there is no page {unknown.pop()!r}; there are {', '.join(PAGES)}")
    logging.getLogger("flair").setLevel(logging.ERROR)
    torch.set_num_threads(1)
    for name in options.names or PAGES:
        started = time.monotonic()
        path = options.output / f"{name}.html"
        source = redrawn(path.read_text(encoding="utf-8")) if options.redraw else PAGES[name]()
        path.write_text(source, encoding="utf-8")
        seconds = time.monotonic() - started
        print(f"{path.name}: {len(source.encode()) / 1000:.0f} kB, {seconds:.0f} s", flush=True)


if __name__ == "__main__":
    main()
