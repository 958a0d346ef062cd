/** The contract between Python and JS, stated once for JS; `frontend/wire.py` states it for Python. */

/** What to explain and how. JS and Python both write it; JS never changes `precision`. */
export interface Request {
  /** The texts of a pair or triple are one, joined by U+2029. */
  text: string;
  /** The label to explain; null = the predicted one. */
  target: string | null;
  /** The label that is subtracted: f_target - f_contrast is explained; null = none. */
  contrast: string | null;
  /** Which output of the label is explained; log-odds are log p / (1 - p), a regressor has a value. */
  output: "logit" | "probability" | "log_odds" | "value";
  /** "auto" or the name of an integration rule. */
  method: string;
  /** null = the default; under "auto" as many as the tolerance needs, and a number caps them. */
  n_steps: number | null;
  tolerance: number;
  /** null = the classifier's first. */
  baseline: string | null;
  layer: string;
  /** The precision the model may compute in; "auto" = bfloat16 where the hardware supports it. */
  precision: "float32" | "auto";
  /**
   * "integrated_gradients", or an algorithm to compare with: a key of `Choices.algorithms`. The
   * others ignore method, tolerance and precision; where they draw samples, `n_steps` is how many.
   * Older versions have none.
   */
  algorithm?: string;
  /** The data point to explain; null = the first one. Older versions have none. */
  data_point?: Ranges | null;
  /** The task of a model with several; null = it has none. Older versions have none. */
  task?: string | null;
  /** The entities that a relation classifier is given. Older versions have none. */
  entities?: [start: number, end: number, label: string][];
}

/** Ranges of characters, as Python counts them: one for a token or span, head and tail for a relation. */
export type Ranges = [start: number, end: number][];

/** What a label belongs to, if it is not the whole text: a token, a span or a relation. */
export interface DataPoint {
  ranges: Ranges;
  text: string;
  /** The predicted label. */
  label: string;
  /** null = unknown. */
  probability: number | null;
}

/** Spans that stand out in the text: those of a data point, or of an entity of a relation. */
export interface Mark {
  /** The indexes of neighbouring spans, ascending; at least one. */
  spans: number[];
  label: string;
  role: "" | "head" | "tail";
  /** An index into the data points; null = none can be explained by choosing it. */
  data_point: number | null;
  /** Whether it belongs to the data point that is explained. */
  chosen: boolean;
}

/** The unit of text that gets one colour. */
export type Granularity = "subword" | "word" | "sentence";

/** The text and its subwords, without any numbers. */
export interface Layout {
  /** Every subword that the model read, including special tokens, as in the vocabulary. */
  tokens: string[];
  /** For each token the index of its span; null for a special token. */
  span_of_token: Record<Granularity, (number | null)[]>;
  /**
   * The whole text in order. A number is the index of a span, null = text between spans,
   * "truncated" = text that the model did not read.
   */
  segments: Record<Granularity, [string, number | null | "truncated"][]>;
  /**
   * How many texts it is: 2 for a pair; missing = 1. Between them is a segment "\u2029" without a
   * span.
   */
  n_texts?: number;
  /**
   * In the order of the text, of two that begin together the longer one first. Missing where the
   * labels belong to the whole text.
   */
  marks?: Record<Granularity, Mark[]>;
}

/** Where along the path the tokens gained their scores. */
export interface PathProfile {
  /** Number of equal parts of the path. */
  bins: number;
  /** The value that the largest packed number represents, in the unit of the result. */
  peak: number;
  /**
   * Base64 of signed 16-bit integers, little-endian, token after token: the gain in each bin of
   * the path from x' to x, 32767 = peak.
   */
  packed: string;
}

/** One complete result; it includes the request that it belongs to. */
export interface Result {
  request: Request;
  /** The explained label. */
  target: string;
  contrast: string | null;
  output: Request["output"];
  /** The unit of every number: "logit", "probability", "log-odds" or "units". */
  unit: string;
  /** f in words: "the logit of business", "the logit of business minus that of tech". */
  explained: string;
  /** The algorithm; missing in older versions, which had integrated gradients alone. */
  algorithm?: string;
  /** The integration rule that was used; the name of another algorithm. */
  method: string;
  /** Points on the path; for another algorithm random samples, 0 if it draws none. */
  n_steps: number;
  baseline: string;
  layer: string;
  precision: "float32" | "bfloat16";
  /** Label and probability, most probable first; of a regressor its one label and the value. */
  prediction: [string, number][];
  /** The labels that Flair predicts, most probable first; may be empty. */
  predicted: string[];
  /** All that can be explained in this text; missing where the labels belong to the text. */
  data_points?: DataPoint[];
  /** The index of the explained one. */
  data_point?: number | null;
  /** The prediction in a sentence: "Predicted business (98.5 %)." */
  prediction_summary: string;
  /** The accuracy and cost in a sentence. */
  accuracy_summary: string;
  /** f(x) and f(x'), in the unit. */
  value: number;
  baseline_value: number;
  /** Sum of the scores - (f(x) - f(x')), in the unit; an error only if `Algorithm.has_delta`. */
  delta: number;
  /** delta / (f(x) - f(x')); null where that is 0. */
  relative_delta: number | null;
  /** Estimated relative L2 error of the scores (a fraction); null if unknown. */
  error_estimate: number | null;
  /** Estimated relative error of the scores from bfloat16 (a fraction); null in float32. */
  rounding: number | null;
  /** Whether "auto" met the tolerance; null for a fixed rule. */
  converged: boolean | null;
  /** Number of gradient evaluations; for another algorithm, of f or its gradient. */
  n_evaluations: number;
  /** Sum of the scores of special tokens, in the unit. */
  special_score: number;
  /** Sentences that a reader must know; usually empty. */
  notes: string[];
  /** Time from the request to this result; null = not measured. */
  seconds: number | null;
  layout: Layout;
  /** The contribution of each token, in the unit. */
  scores: number[];
  /** null = unknown. */
  path_profile: PathProfile | null;
}

/** What taking words away showed. Words are indexes of spans at the granularity "word". */
export interface Check {
  /** What was checked; its names are resolved. */
  request: Pick<Result, "target" | "contrast" | "output" | "baseline" | "layer" | "algorithm"> & {
    text: string;
    data_point?: Ranges | null;
  };
  /** How words were taken away. */
  erase: "delete" | "mask" | "baseline";
  /** The words that were taken away, best first: all, or all but those of a data point. */
  order: number[];
  /** Without the best words, and with the best words alone. */
  without: CheckCurve;
  only: CheckCurve;
  /** "better" and "chance" compare with random orders; "short" and "pending" cannot tell. */
  verdict: { kind: string; sentence: string };
  /** The fewest best words without which the model predicts something else; empty if none do. */
  flip: { words: number[]; sentence: string };
  /** How far the scores agree with leaving out one word at a time; empty before it is known. */
  agreement: string;
  /** Comprehensiveness, sufficiency and p-value in a sentence. */
  numbers: string;
  /** How good each baseline is for this text, the default first; null = not computed. */
  baselines: CheckBaseline[] | null;
}

export interface CheckCurve {
  /** How many words are taken away or kept, ascending. */
  counts: number[];
  /** The probability of the target; of a regressor the value. */
  probabilities: number[];
  /** null before any random order. */
  band: CheckBand | null;
}

/** The 5th, 50th and 95th percentile of the probability or value over random orders. */
export interface CheckBand {
  counts: number[];
  low: number[];
  median: number[];
  high: number[];
}

export interface CheckBaseline {
  name: string;
  /** In log-odds. */
  comprehensiveness: number;
  sufficiency: number;
  /** Of the prediction at the baseline, in bits. */
  entropy: number;
}

/** An edit of the words of a result. */
export interface Edit {
  /** The request of the result that is edited; under another request the edit is ignored. */
  request: Request;
  /** The words, one after another in one text: indexes of spans at the granularity "word". */
  words: number[];
  /** What takes their place in the text; null = they are taken away. */
  replacement: string | null;
  /** How they are taken away. */
  erase: "delete" | "mask";
}

/** What the model says after an edit. */
export interface Edited {
  /** The edit as JS wrote it. */
  edit: Edit;
  /** What became of the prediction, and what the scores had promised, in a sentence. */
  summary: string;
  /** The text after the edit; null for "mask", because no text is read like this. */
  text: string | null;
  /** Where the data point and the entities are in it; missing for models without. */
  data_point?: Ranges;
  entities?: Request["entities"];
  /** Label and probability after the edit, most probable first. */
  prediction: Result["prediction"];
  /** The labels that Flair then predicts; may be empty. */
  predicted: string[];
}

/** The results along one path and for one label. */
export interface SnapshotPath
  extends Pick<
    Result,
    | "target"
    | "baseline"
    | "explained"
    | "value"
    | "baseline_value"
    | "special_score"
    | "notes"
    | "path_profile"
    | "data_point"
  > {
  /** An index into the layouts. */
  layout: number;
  results: SnapshotResult[];
  /** null = not checked; older versions have none. */
  check?: Check | null;
}

export interface SnapshotResult
  extends Pick<
    Result,
    | "method"
    | "n_steps"
    | "n_evaluations"
    | "accuracy_summary"
    | "delta"
    | "error_estimate"
    | "rounding"
    | "precision"
    | "converged"
  > {
  /** In addition to those of the path; usually absent. */
  notes?: string[];
  /** The requested tolerance under "auto"; null for a fixed rule, which has `n_steps` instead. */
  tolerance: number | null;
  /** Base64 of 32-bit floats, little-endian, one per token. */
  scores: string;
}

/**
 * Precomputed results on a grid: every target with every baseline, and for each of these every
 * method with each of its stops. Used by pages without a kernel; a live view may use them too.
 */
export interface Snapshots {
  /** The settings that all requests share. */
  request: Pick<
    Request,
    | "text"
    | "contrast"
    | "output"
    | "layer"
    | "precision"
    | "algorithm"
    | "data_point"
    | "entities"
    | "task"
  >;
  unit: string;
  data_points?: DataPoint[];
  prediction: Result["prediction"];
  predicted: string[];
  prediction_summary: string;
  layouts: Layout[];
  paths: SnapshotPath[];
  /** Those of the other data points of the text that were precomputed; usually missing. */
  others?: Snapshots[];
}

/** All that JS may write: the request, how it is shown and checked, and what it is compared with. */
export interface Settings extends Request {
  granularity: Granularity;
  /** The index in `texts` of the explained text; an edited text keeps it. */
  position: number;
  /** Whether results are checked: the panel "Check" is open. */
  checking: boolean;
  /** How a check takes words away. */
  erase: string;
  /** The edit that is shown; null = none. JS sets it to null when it changes the request. */
  edit: Edit | null;
  /** The result that others are compared with; empty if none was kept. */
  kept: Result | Record<string, never>;
}

/** One algorithm. All but integrated gradients are Captum's, to compare with. */
export interface Algorithm {
  /** As people read it: "GradientSHAP". */
  name: string;
  /** Whether the scores are meant to sum to f(x) - f(x'). If not, delta is only what is left. */
  has_delta: boolean;
  /** What it draws at random, `n_steps` of them: "sample", "order"; empty = nothing. */
  samples: string;
}

/** The options and defaults that the controls offer. Python writes them once. */
export interface Choices {
  /** Each output with its display name, which is also its unit. */
  outputs: Partial<Record<Request["output"], string>>;
  /** What people read in place of a value; a value without a name is its own. */
  names?: Record<string, string>;
  /** The algorithms other than integrated gradients; older versions have none. */
  algorithms?: Record<string, Algorithm>;
  granularities: Granularity[];
  /** The stops of the steps slider, ascending. */
  n_steps: number[];
  /** The stops of the tolerance slider, descending. */
  tolerances: number[];
  /** The number of steps of a fixed rule if the request has none. */
  default_n_steps: number;
  /** How words can be taken away. */
  erasures: string[];
}

/**
 * The traits of the model. JS may also send `{ cancel: true }`, and `{ request: true }` to have
 * done what the traits say, also if it was cancelled.
 */
export interface State extends Settings {
  // Python writes these; JS only reads them.
  choices: Choices;
  /** Whether there is a classifier that can compute; false for a saved explanation. */
  computes: boolean;
  labels: string[];
  /** The tasks of a model with several; older versions have none. */
  tasks?: string[];
  methods: string[];
  baselines: string[];
  layers: string[];
  /** The texts to browse; with fewer than two there is no navigation. */
  texts: string[];
  /** The largest difference from the probabilities that Flair predicts; null = unknown. */
  parity: number | null;
  /** "checking": the result is final, and words are being taken away. */
  status: "idle" | "running" | "checking" | "error";
  /** The completed share of the work while running or checking: 0 to 1. */
  progress: number;
  error: string;
  /** Empty before the first result. */
  result: Result | Record<string, never>;
  /** Empty if nothing was precomputed. */
  snapshots: Snapshots | Record<string, never>;
  /** The newest check, which may be of another result; empty before the first one. */
  checked: Check | Record<string, never>;
  /** The newest edit, which may not be that of `edit`; empty if nothing is edited. */
  edited: Edited | Record<string, never>;
  /**
   * The result of the classifier to compare with, for the same request; empty until it is computed,
   * null if there is no such classifier.
   */
  other: Result | Record<string, never> | null;
}
