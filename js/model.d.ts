/** The contract between Python and JS, stated once for JS; `wire.py` states it for Python. */

/** What is wished for: written by JS or from Python. JS leaves `precision` alone. */
export interface Request {
  text: string;
  /** The label to explain; null = the predicted one. */
  target: string | null;
  /** The label that is subtracted: f_target - f_contrast is explained; null = none. */
  contrast: string | null;
  /** What of a label is explained; its log-odds are log p / (1 - p). */
  output: "logit" | "probability" | "log_odds";
  /** "auto" or the name of an integration rule. */
  method: string;
  /** null = the method's own default; under "auto" as many as the tolerance needs, a number caps it. */
  n_steps: number | null;
  tolerance: number;
  /** null = the classifier's first. */
  baseline: string | null;
  layer: string;
  /** What the model may compute in; "auto" = bfloat16 where the hardware has it. */
  precision: "float32" | "auto";
}

export interface Word {
  text: string;
  /** What the word contributed, in the unit of the result: the sum over its subwords. */
  score: number;
  /** score / (f(x) - f(x')): a fraction, may be negative or above 1; null where that is 0. */
  share: number | null;
  /** 1 = the word with the largest absolute score. */
  rank: number;
  /** What the model reads for it, as its vocabulary writes it: "play", "##ing", "[UNK]". */
  subwords: string[];
}

/** One finished picture: atomic, and it repeats the request that it answers. */
export interface Result {
  request: Request;
  /** The label explained. */
  target: string;
  contrast: string | null;
  output: Request["output"];
  /** What stands behind every number: "logit", "probability" or "log-odds". */
  unit: string;
  /** What f is, in words: "the logit of business", "the logit of business less that of tech". */
  explained: string;
  /** What was really used. */
  method: string;
  n_steps: number;
  baseline: string;
  layer: string;
  precision: "float32" | "bfloat16";
  /** Label and probability, most probable first. */
  prediction: [string, number][];
  /** The labels that Flair predicts, most probable first; may be none. */
  predicted: string[];
  /** f(x) and f(x'), in the unit. */
  value: number;
  baseline_value: number;
  /** Sum of the scores - (f(x) - f(x')), in the unit. */
  delta: number;
  /** delta / (f(x) - f(x')); null where that is 0. */
  relative_delta: number | null;
  /** Estimated relative L2 error of the scores (a fraction); null if it is not known. */
  error_estimate: number | null;
  /** Estimated relative error of the scores from bfloat16 (a fraction); null in float32. */
  rounding: number | null;
  /** Under "auto": was the tolerance met? null for a fixed rule. */
  converged: boolean | null;
  /** Gradient evaluations spent. */
  n_evaluations: number;
  /** Sum of the scores of special tokens, in the unit. */
  special_score: number;
  /** Sentences that a reader must know; as a rule none. */
  notes: string[];
  /** What its words are. */
  granularity: Granularity;
  /**
   * The whole text in its order; a number is an index into `words`, null = between words,
   * "unseen" = cut off, the model never read it.
   */
  segments: [string, number | null | "unseen"][];
  words: Word[];
}

/** What is coloured as one. */
export type Granularity = "subword" | "word" | "sentence";

/** All that JS may write: the request, and how its answer is cut into pieces. */
export interface Wishes extends Request {
  granularity: Granularity;
}

/** The traits of the model. JS may also send `{ cancel: true }`. */
export interface State extends Wishes {
  // Python writes these, JS only reads them.
  labels: string[];
  methods: string[];
  baselines: string[];
  layers: string[];
  /** The largest difference from the probabilities that Flair itself predicts; null = not known. */
  parity: number | null;
  status: "idle" | "running" | "error";
  /** The share of the work that is done while it runs: 0 to 1. */
  progress: number;
  error: string;
  /** Empty before the first result. */
  result: Result | Record<string, never>;
}
