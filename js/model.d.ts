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

/** What is coloured as one. */
export type Granularity = "subword" | "word" | "sentence";

/** The text and its subwords, without any number. */
export interface Layout {
  /** Every subword that the model read, special tokens included, as its vocabulary writes it. */
  tokens: string[];
  /** For each token the piece that it belongs to, counted from 0; null for a special token. */
  owners: Record<Granularity, (number | null)[]>;
  /**
   * The whole text in its order; a number is a piece, null = between pieces, "unseen" = cut off,
   * the model never read it.
   */
  segments: Record<Granularity, [string, number | null | "unseen"][]>;
}

/** Where on the path the tokens gained their scores. */
export interface Gains {
  /** What the largest packed number stands for, in the unit of the result. */
  peak: number;
  /**
   * Base64 of signed 16-bit integers, little-endian, token after token: what each gained in each
   * of 16 equal stretches of the path from x' to x, 32767 = peak.
   */
  packed: string;
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
  /** What the answer took, from the wish to this picture; null = not measured. */
  seconds: number | null;
  layout: Layout;
  /** What each token contributed, in the unit. */
  scores: number[];
  /** null = not known. */
  gains: Gains | null;
}

/** The answers along one path and for one label. */
export interface SnapshotLine
  extends Pick<
    Result,
    | "target"
    | "baseline"
    | "explained"
    | "value"
    | "baseline_value"
    | "special_score"
    | "notes"
    | "gains"
  > {
  /** An index into the layouts. */
  layout: number;
  answers: SnapshotAnswer[];
}

export interface SnapshotAnswer
  extends Pick<
    Result,
    | "method"
    | "n_steps"
    | "n_evaluations"
    | "delta"
    | "error_estimate"
    | "rounding"
    | "precision"
    | "converged"
  > {
  /** Besides those of the line; as a rule none. */
  notes?: string[];
  /** What was asked of "auto"; null for a fixed rule, of which `n_steps` were asked. */
  tolerance: number | null;
  /** Base64 of 32-bit floats, little-endian, one a token. */
  scores: string;
}

/**
 * Finished answers over a grid: every target with every baseline, and for each of these every
 * method with each of its stops. For pages without a kernel; a live one may paint from it too.
 */
export interface Snapshots {
  /** What all requests have in common. */
  request: Pick<Request, "text" | "contrast" | "output" | "layer" | "precision">;
  unit: string;
  prediction: Result["prediction"];
  predicted: string[];
  layouts: Layout[];
  lines: SnapshotLine[];
}

/** All that JS may write: the request, how its answer is cut into pieces, and which text it is. */
export interface Wishes extends Request {
  granularity: Granularity;
  /** Which of `texts` is, or was before it was edited, explained. */
  position: number;
}

/** The traits of the model. JS may also send `{ cancel: true }`. */
export interface State extends Wishes {
  // Python writes these, JS only reads them.
  /** Is a classifier there to ask? Not where a saved explanation is shown. */
  computes: boolean;
  labels: string[];
  methods: string[];
  baselines: string[];
  layers: string[];
  /** The texts to leaf through; empty or one = nothing to leaf through. */
  texts: string[];
  /** The largest difference from the probabilities that Flair itself predicts; null = not known. */
  parity: number | null;
  status: "idle" | "running" | "error";
  /** The share of the work that is done while it runs: 0 to 1. */
  progress: number;
  error: string;
  /** Empty before the first result. */
  result: Result | Record<string, never>;
  /** Empty unless something was baked. */
  snapshots: Snapshots | Record<string, never>;
}
