/**
 * The contract of `model.d.ts` as checks. Python keeps it, but a page or a notebook may have been
 * damaged since it was saved.
 */

import { check } from "./check-contract.js";
import {
  count,
  fields,
  flag,
  holds,
  is,
  listOf,
  number,
  oneOf,
  orEmpty,
  orMissing,
  orNull,
  pair,
  ranges,
  recordOf,
  text,
} from "./checks.js";
import { floats, shorts } from "./packed.js";
import { wordsOf } from "./spans.js";

/** @import { Algorithm, Choices, DataPoint, Edit, Edited, Granularity, Layout, Mark } from "../model" */
/** @import { PathProfile, Request, Result, SnapshotPath, SnapshotResult, Snapshots, State } from "../model" */
/** @import { Check } from "./checks.js" */

const MISFIT = " does not fit the tokens";
const OUTSIDE = " has a span that is not in the text";

const texts = listOf(text);
const textOrNull = orNull(text);
const numberOrNull = orNull(number);

/** @type {Granularity[]} */
const GRANULARITIES = ["subword", "word", "sentence"];
const granularity = oneOf(GRANULARITIES);

// What is requested may be impossible: then Python answers with an error, which is shown. Jupyter
// sends NaN and infinity as text.
const requested = is(
  "a number",
  (value) => typeof value === "number" || ["nan", "inf", "-inf"].includes(value),
);

// What older versions do not have.
const RECENT = {
  algorithm: orMissing(text),
  task: orMissing(textOrNull),
  data_point: orMissing(orNull(ranges)),
  entities: orMissing(listOf(fields({ 0: count, 1: count, 2: text }))),
};

/** @type {Record<keyof Request, Check>} */
export const REQUEST = {
  text,
  target: textOrNull,
  contrast: textOrNull,
  output: text,
  method: text,
  n_steps: orNull(requested),
  tolerance: requested,
  baseline: textOrNull,
  layer: text,
  precision: text,
  ...RECENT,
};

/** @type {Record<keyof Algorithm, Check>} */
const ALGORITHM = { name: text, has_delta: flag, samples: text };

/** @type {Record<keyof Choices, Check>} */
const CHOICES = {
  outputs: recordOf(text),
  names: orMissing(recordOf(text)),
  algorithms: orMissing(recordOf(fields(ALGORITHM))),
  granularities: listOf(granularity),
  n_steps: listOf(number),
  tolerances: listOf(number),
  default_n_steps: number,
  erasures: orMissing(texts),
};

/**
 * A list for each granularity.
 * @param {Check} item
 */
function lists(item) {
  return fields(Object.fromEntries(GRANULARITIES.map((name) => [name, listOf(item)])));
}

/** @type {Record<keyof Mark, Check>} */
const MARK = {
  spans: listOf(count),
  label: text,
  role: text,
  data_point: orNull(count),
  chosen: flag,
};

/** @type {Record<keyof Layout, Check>} */
const LAYOUT = {
  tokens: texts,
  span_of_token: lists(orNull(count)),
  segments: lists(pair(text, (value) => (value === "truncated" ? "" : orNull(count)(value)))),
  n_texts: orMissing(count),
  marks: orMissing(lists(fields(MARK))),
};

const layout = fields(LAYOUT, (/** @type {Layout} */ whole) => {
  const { tokens, span_of_token, segments, marks } = whole;
  for (const name of GRANULARITIES) {
    const spans = segments[name].map(([, span]) => span).filter((span) => typeof span === "number");
    const owners = span_of_token[name];
    if (spans.some((span, i) => span !== i)) return `.segments.${name} does not count its spans`;
    if (owners.length !== tokens.length) return `.span_of_token.${name}${MISFIT}`;
    /** @type {(indexes: (number | null)[]) => boolean} */
    const outside = (indexes) => indexes.some((span) => span !== null && span >= spans.length);
    if (outside(owners)) return `.span_of_token.${name}${OUTSIDE}`;
    const misplaced = marks?.[name].some((mark) => !mark.spans.length || outside(mark.spans));
    if (misplaced) return `.marks.${name}${OUTSIDE}`;
  }
  return "";
});

/** @type {Record<keyof PathProfile, Check>} */
const PROFILE = { bins: count, peak: number, packed: text };

/**
 * @param {PathProfile | null} profile
 * @param {number} tokens the number of tokens of its text
 */
function checkProfile(profile, tokens) {
  if (!profile || holds(profile.packed, shorts, profile.bins * tokens)) return "";
  return `.path_profile${MISFIT}`;
}

// Any number: a regressor has no probabilities.
const LABELS = { prediction: listOf(pair(text, number)), predicted: texts };

/** @type {Record<keyof DataPoint, Check>} */
const DATA_POINT = { ranges, text, label: text, probability: numberOrNull };

const PREDICTION = {
  ...LABELS,
  prediction_summary: text,
  data_points: orMissing(listOf(fields(DATA_POINT))),
};

/** What the results along one path have in common. */
const PATH = {
  target: text,
  baseline: text,
  explained: text,
  value: number,
  baseline_value: number,
  special_score: number,
  notes: texts,
  path_profile: orNull(fields(PROFILE)),
  data_point: orMissing(orNull(count)),
};

/** How one result was computed. */
const COMPUTATION = {
  method: text,
  n_steps: count,
  n_evaluations: count,
  accuracy_summary: text,
  delta: number,
  error_estimate: numberOrNull,
  rounding: numberOrNull,
  precision: text,
  converged: orNull(flag),
};

/** @type {Record<keyof Result, Check>} */
const RESULT = {
  ...{ ...PREDICTION, ...PATH, ...COMPUTATION },
  request: fields(REQUEST),
  contrast: textOrNull,
  output: text,
  unit: text,
  layer: text,
  algorithm: RECENT.algorithm,
  relative_delta: numberOrNull,
  seconds: numberOrNull,
  layout,
  scores: listOf(number),
};

const result = fields(RESULT, (/** @type {Result} */ { layout, scores, path_profile }) => {
  if (scores.length !== layout.tokens.length) return `.scores${MISFIT}`;
  return checkProfile(path_profile, scores.length);
});

/** @type {Record<keyof SnapshotResult, Check>} */
const SNAPSHOT_RESULT = {
  ...COMPUTATION,
  notes: orMissing(texts),
  tolerance: numberOrNull,
  scores: text,
};

/** @type {Record<keyof SnapshotPath, Check>} */
const SNAPSHOT_PATH = {
  ...PATH,
  layout: count,
  results: listOf(fields(SNAPSHOT_RESULT)),
  check: orMissing(orNull(check)),
};

/** @type {Record<keyof Snapshots["request"], Check>} */
const SNAPSHOTS_REQUEST = {
  text,
  contrast: REQUEST.contrast,
  output: text,
  layer: text,
  precision: text,
  ...RECENT,
};

/** @type {Record<keyof Snapshots, Check>} */
const SNAPSHOTS = {
  ...PREDICTION,
  request: fields(SNAPSHOTS_REQUEST),
  unit: text,
  layouts: listOf(layout),
  paths: listOf(fields(SNAPSHOT_PATH)),
  others: orMissing(listOf((value) => snapshots(value))),
};

const snapshots = fields(SNAPSHOTS, (/** @type {Snapshots} */ { layouts, paths }) => {
  const grid = checkGrid(paths);
  if (grid) return grid;
  for (const [i, { layout: index, path_profile, results, check }] of paths.entries()) {
    const layout = layouts[index];
    if (layout === undefined) return `.paths[${i}].layout is not one of the layouts`;
    if (check && check.order.length !== wordsOf(layout)) {
      return `.paths[${i}].check.order does not fit the words`;
    }
    const tokens = layout.tokens.length;
    const profile = checkProfile(path_profile, tokens);
    if (profile) return `.paths[${i}]${profile}`;
    const misfit = results.findIndex(({ scores }) => !holds(scores, floats, tokens));
    if (misfit >= 0) return `.paths[${i}].results[${misfit}].scores${MISFIT}`;
  }
  return "";
});

/**
 * The controls choose target, baseline and stop independently, so there is a result for each.
 * @param {SnapshotPath[]} paths
 */
function checkGrid(paths) {
  const ends = new Set(paths.map(({ target, baseline }) => JSON.stringify([target, baseline])));
  const targets = new Set(paths.map(({ target }) => target));
  const baselines = new Set(paths.map(({ baseline }) => baseline));
  const stops = paths.map(({ results }) =>
    JSON.stringify(results.map(({ method, tolerance, n_steps }) => [method, tolerance ?? n_steps])),
  );
  const complete =
    ends.size === targets.size * baselines.size &&
    stops.every((each) => each === stops[0] && each !== "[]");
  return complete && paths.length > 0 ? "" : ".paths has gaps";
}

/** @type {Record<keyof Edit, Check>} */
const EDIT = {
  request: fields(REQUEST),
  words: listOf(count),
  replacement: textOrNull,
  erase: text,
};

/** @type {Record<keyof Edited, Check>} */
const EDITED = {
  ...LABELS,
  edit: fields(EDIT),
  summary: text,
  text: textOrNull,
  data_point: orMissing(ranges),
  entities: REQUEST.entities,
};

/** @type {Record<keyof State, Check>} */
const STATE = {
  ...REQUEST,
  granularity,
  position: count,
  choices: fields(CHOICES),
  computes: flag,
  labels: texts,
  tasks: orMissing(texts),
  methods: texts,
  baselines: texts,
  layers: texts,
  texts,
  parity: numberOrNull,
  status: oneOf(["idle", "running", "checking", "error"]),
  progress: number,
  error: text,
  result: orEmpty(result),
  snapshots: orEmpty(snapshots),
  // Older versions have none of these.
  checking: orMissing(flag),
  erase: orMissing(text),
  checked: orMissing(orEmpty(check)),
  edit: orMissing(orNull(fields(EDIT))),
  edited: orMissing(orEmpty(fields(EDITED))),
  kept: orMissing(orEmpty(result)),
  other: orMissing(orNull(orEmpty(result))),
};

/** Every trait that the front end reads. */
export const TRAITS = /** @type {(keyof State)[]} */ (Object.keys(STATE));

/** What was checked before: one drawing changes one trait. @type {WeakSet<object>} */
const good = new WeakSet();

/**
 * @param {Record<string, unknown>} traits
 * @returns {State} the same
 * @throws {Error} if they are damaged; it says where
 */
export function checkState(traits) {
  for (const name of TRAITS) {
    const value = traits[name];
    const known = typeof value === "object" && value !== null;
    if (known && good.has(value)) continue;
    const wrong = STATE[name](value);
    if (wrong) throw new Error(`its data are damaged (${name}${wrong})`);
    if (known) good.add(value);
  }
  return /** @type {State} */ (/** @type {unknown} */ (traits));
}
