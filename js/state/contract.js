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
  probability,
  recordOf,
  text,
} from "./checks.js";
import { floats, shorts } from "./packed.js";
import { wordsOf } from "./spans.js";

/** @import { Algorithm, Choices, Edit, Edited, Granularity, Layout, PathProfile, Request, Result } from "../model" */
/** @import { SnapshotPath, SnapshotResult, Snapshots, State } from "../model" */
/** @import { Check } from "./checks.js" */

const MISFIT = " does not fit the tokens";

/** @type {Granularity[]} */
const GRANULARITIES = ["subword", "word", "sentence"];
const granularity = oneOf(GRANULARITIES);

// What is requested may be impossible: then Python answers with an error, which is shown. Jupyter
// sends NaN and infinity as text.
const requested = is(
  "a number",
  (value) => typeof value === "number" || ["nan", "inf", "-inf"].includes(value),
);

/** @type {Record<keyof Request, Check>} */
export const REQUEST = {
  text,
  target: orNull(text),
  contrast: orNull(text),
  output: text,
  method: text,
  n_steps: orNull(requested),
  tolerance: requested,
  baseline: orNull(text),
  layer: text,
  precision: text,
  algorithm: orMissing(text), // older versions have none
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
  erasures: orMissing(listOf(text)),
};

/**
 * A list for each granularity.
 * @param {Check} item
 */
function lists(item) {
  return fields(Object.fromEntries(GRANULARITIES.map((name) => [name, listOf(item)])));
}

/** @type {Record<keyof Layout, Check>} */
const LAYOUT = {
  tokens: listOf(text),
  span_of_token: lists(orNull(count)),
  segments: lists(pair(text, (value) => (value === "truncated" ? "" : orNull(count)(value)))),
};

const layout = fields(LAYOUT, (/** @type {Layout} */ { tokens, span_of_token, segments }) => {
  for (const name of GRANULARITIES) {
    const spans = segments[name].map(([, span]) => span).filter((span) => typeof span === "number");
    const owners = span_of_token[name];
    if (spans.some((span, i) => span !== i)) return `.segments.${name} does not count its spans`;
    if (owners.length !== tokens.length) return `.span_of_token.${name}${MISFIT}`;
    if (owners.some((span) => span !== null && span >= spans.length)) {
      return `.span_of_token.${name} has a span that is not in the text`;
    }
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

const LABELS = { prediction: listOf(pair(text, probability)), predicted: listOf(text) };
const PREDICTION = { ...LABELS, prediction_summary: text };

/** What the results along one path have in common. */
const PATH = {
  target: text,
  baseline: text,
  explained: text,
  value: number,
  baseline_value: number,
  special_score: number,
  notes: listOf(text),
  path_profile: orNull(fields(PROFILE)),
};

/** How one result was computed. */
const COMPUTATION = {
  method: text,
  n_steps: count,
  n_evaluations: count,
  accuracy_summary: text,
  delta: number,
  error_estimate: orNull(number),
  rounding: orNull(number),
  precision: text,
  converged: orNull(flag),
};

/** @type {Record<keyof Result, Check>} */
const RESULT = {
  ...{ ...PREDICTION, ...PATH, ...COMPUTATION },
  request: fields(REQUEST),
  contrast: orNull(text),
  output: text,
  unit: text,
  layer: text,
  algorithm: orMissing(text),
  relative_delta: orNull(number),
  seconds: orNull(number),
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
  notes: orMissing(listOf(text)),
  tolerance: orNull(number),
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
  algorithm: orMissing(text),
};

/** @type {Record<keyof Snapshots, Check>} */
const SNAPSHOTS = {
  ...PREDICTION,
  request: fields(SNAPSHOTS_REQUEST),
  unit: text,
  layouts: listOf(layout),
  paths: listOf(fields(SNAPSHOT_PATH)),
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
  replacement: orNull(text),
  erase: text,
};

/** @type {Record<keyof Edited, Check>} */
const EDITED = {
  ...LABELS,
  edit: fields(EDIT),
  summary: text,
  text: orNull(text),
};

/** @type {Record<keyof State, Check>} */
const STATE = {
  ...REQUEST,
  granularity,
  position: count,
  choices: fields(CHOICES),
  computes: flag,
  labels: listOf(text),
  methods: listOf(text),
  baselines: listOf(text),
  layers: listOf(text),
  texts: listOf(text),
  parity: orNull(number),
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
