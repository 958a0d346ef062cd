/** The contract between Python and JS, stated once for JS; `wire.py` states it for Python. */

/** What is wished for. JS writes `target`, `method` and `n_steps`; the rest is set from Python. */
export interface Request {
  text: string;
  /** The label to explain; null = the predicted one. */
  target: string | null;
  /** "auto" or the name of an integration rule. */
  method: string;
  /** null = the method's own default; under "auto": as many as the tolerance needs. */
  n_steps: number | null;
  tolerance: number;
  baseline: string;
  layer: string;
}

export interface Word {
  text: string;
  /** What the word contributed, in logits: the sum over its subwords. */
  score: number;
  /** score / (f(x) - f(x')): a fraction, may be negative or above 1; null where that is 0. */
  share: number | null;
  /** 1 = the word with the largest absolute score. */
  rank: number;
}

/** One finished picture: atomic, and it repeats the request that it answers. */
export interface Result {
  request: Request;
  /** The label explained. */
  target: string;
  /** What was really used. */
  method: string;
  n_steps: number;
  baseline: string;
  layer: string;
  /** Label and probability, most probable first. */
  prediction: [string, number][];
  /** f(x) and f(x'), in logits. */
  value: number;
  baseline_value: number;
  /** Sum of the scores - (f(x) - f(x')), in logits. */
  delta: number;
  /** delta / (f(x) - f(x')); null where that is 0. */
  relative_delta: number | null;
  /** Estimated relative L2 error of the scores (a fraction); null for a fixed rule. */
  error_estimate: number | null;
  /** Under "auto": was the tolerance met? null for a fixed rule. */
  converged: boolean | null;
  /** Gradient evaluations spent. */
  n_evaluations: number;
  /** Sum of the scores of special tokens, in logits. */
  special_score: number;
  /** The whole text in its order; a number is an index into `words`, null = between words. */
  segments: [string, number | null][];
  words: Word[];
}

/** The traits of the model. */
export interface State extends Request {
  // Python writes these, JS only reads them.
  labels: string[];
  methods: string[];
  status: "idle" | "running" | "error";
  error: string;
  /** Empty before the first result. */
  result: Result | Record<string, never>;
}
