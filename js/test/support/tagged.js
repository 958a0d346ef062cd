/** Results of models whose labels belong to a part of the text: of taggers and of relations. */

import { resultOfTexts } from "./families.js";
import { snapshotsOf } from "./results.js";

/** @import { DataPoint, Mark, Result, Snapshots } from "../../model" */
/** @typedef {{ words: number[], label: string, role?: Mark["role"], data_point?: number }} Marked */

/**
 * A result with marks; each word is a subword too, and the text is one sentence.
 * @param {string} text words with their scores, such as "to/0.21 Washington/1.4"
 * @param {Marked[]} marked
 * @param {DataPoint[]} data_points
 * @param {number} chosen
 * @returns {Result}
 */
function mark(text, marked, data_points, chosen) {
  const point = /** @type {DataPoint} */ (data_points[chosen]);
  const { label, probability } = point;
  const rest = 1 - (probability ?? 0);
  const result = resultOfTexts([text], {
    ...{ target: label, predicted: [label], explained: `the logit of ${label} at ${point.text}` },
    prediction: [
      [label, probability ?? 0],
      ["O", rest * 0.7],
      ["MISC", rest * 0.3],
    ],
    prediction_summary: `Predicted ${label} (98.2 %).`,
    ...{ data_points, data_point: chosen },
  });
  const marks = marked.map(({ words, label, role = "", data_point = null }) => {
    const of = data_point === null ? role !== "" : data_point === chosen;
    return { spans: words, label, role, data_point, chosen: of };
  });
  const sentence = marks.map((each) => ({ ...each, spans: [0] }));
  result.layout.marks = { subword: marks, word: marks, sentence };
  result.request.data_point = chosen === 0 ? null : point.ranges;
  return result;
}

/**
 * A sentence with a person and two places.
 * @param {number} [chosen]
 */
export function tagged(chosen = 2) {
  return mark(
    "George/-0.61 Washington/-0.94 was born/0.12 in/0.06 Virginia/0.33 and gave his name/0.48 to/0.74 Washington/1.92 ./-0.05",
    [
      { words: [0, 1], label: "PER", data_point: 0 },
      { words: [5], label: "LOC", data_point: 1 },
      { words: [11], label: "LOC", data_point: 2 },
    ],
    [
      { ranges: [[0, 17]], text: "George Washington", label: "PER", probability: 0.997 },
      { ranges: [[30, 38]], text: "Virginia", label: "LOC", probability: 0.9996 },
      { ranges: [[60, 70]], text: "Washington", label: "LOC", probability: 0.982 },
    ],
    chosen,
  );
}

/** Two relations of one organisation; the marks are the entities, none of which is explained. */
export function related() {
  return mark(
    "Larry/0.31 Page/0.42 and/0.05 Sergey/-0.11 Brin/-0.08 founded/1.83 Google/0.66 in/0.02 1998/0.09 ./-0.02",
    [
      { words: [0, 1], label: "PER", role: "head" },
      { words: [3, 4], label: "PER" },
      { words: [6], label: "ORG", role: "tail" },
    ],
    [
      {
        ...{ text: "Larry Page → Google", label: "founded_by", probability: 0.91 },
        ranges: [
          [0, 10],
          [35, 41],
        ],
      },
      {
        ...{ text: "Sergey Brin → Google", label: "founded_by", probability: 0.887 },
        ranges: [
          [15, 26],
          [35, 41],
        ],
      },
    ],
    0,
  );
}

/** A sentence in which every word has a tag, and the last one has that of its full stop too. */
export function partsOfSpeech() {
  const text = "The/0.2 old/-0.31 man/1.2 the/0.8 boats/0.64 while/0.11 others/-0.2 rest./0.05";
  const words = text.split(" ").map((word) => word.split("/")[0] ?? "");
  const tags = ["DET", "NOUN", "VERB", "DET", "NOUN", "SCONJ", "NOUN", "VERB"];
  let start = 0;
  const points = words.map((word, i) => {
    const name = word.replace(".", "");
    const from = start;
    start += word.length + 1;
    const ranges = /** @type {DataPoint["ranges"]} */ ([[from, from + name.length]]);
    return { ranges, text: name, label: tags[i] ?? "", probability: 0.9 - i / 50 };
  });
  const last = { ranges: points[7]?.ranges ?? [], text: ".", label: "PUNCT", probability: 0.99 };
  const marked = points.map(({ label }, i) => ({ words: [i], label, data_point: i }));
  marked.push({ words: [7], label: "PUNCT", data_point: 8 });
  return mark(text, marked, [...points, last], 2);
}

/**
 * Snapshots of the two places, but not of the person.
 * @returns {Snapshots}
 */
export function taggedSnapshots() {
  const [one, two] = [2, 1].map((chosen) => {
    const result = tagged(chosen);
    const { request, paths, ...rest } = snapshotsOf(result);
    const { data_points = [], target } = result;
    return {
      ...{ ...rest, data_points },
      request: { ...request, data_point: data_points[chosen]?.ranges ?? null },
      paths: paths
        .filter((path) => path.target === "business")
        .map((path) => ({ ...path, target, explained: result.explained, data_point: chosen })),
    };
  });
  return /** @type {Snapshots} */ ({ ...one, others: [two] });
}
