/** The contract of the view of many texts; `frontend/corpus.py` states it for Python. */

import type { State } from "../model";

/** Python formats every number. A share is a number from -1 to 1, for lengths and colours. */

/** Which texts are meant. */
export interface Filter {
  gold: string | null;
  /** "" = no label was predicted; null = any. */
  predicted: string | null;
  only: "all" | "wrong" | "right" | "failed";
  /** Part of the text or of the id, in any case. */
  search: string;
}

export interface WordsQuery extends Filter {
  label: string;
  fold_case: boolean;
  order: "total" | "mean";
}

export interface ConcordanceQuery extends Filter {
  word: string | null;
  fold_case: boolean;
  /** The label that the texts were explained for. */
  label: string;
}

export interface TextsQuery extends Filter {
  /** Texts in which it occurs. */
  word: string | null;
  fold_case: boolean;
  sort: "errors" | "probability" | "input";
  /** Of the texts that were found, the first one that is wanted. */
  first: number;
}

/** All that JS writes. */
export interface Query extends WordsQuery, ConcordanceQuery, TextsQuery {
  /** The id of the text that is open. */
  open: string | null;
}

export interface Overview {
  sentence: string;
  labels: string[];
  multi_label: boolean;
  has_gold: boolean;
  /** What the scores are contributions to: "the logit of the predicted label". */
  explained: string;
  unit: string;
  /** A row for each gold label, a column for each prediction; null without gold labels. */
  matrix: Matrix | null;
  n_texts: number;
  n_failed: number;
  shortcuts: Shortcut[];
}

export interface Matrix {
  gold: string[];
  predicted: string[];
  counts: number[][];
}

/** A word that the model may use although it says nothing about the label. */
export interface Shortcut {
  word: string;
  label: string;
  mean: string;
  documents: number;
  reason: string;
}

export interface WordRow {
  word: string;
  /** Its score summed over its occurrences, for each text of the label; with an interval. */
  total: string;
  interval: string;
  /** Its score where it occurs. */
  mean: string;
  mean_interval: string;
  documents: string;
  occurrences: string;
  /** How many of its occurrences count for the label. */
  positive: string;
  /** Shares of the largest number of all words. */
  bar: number;
  low: number;
  high: number;
  mean_bar: number;
  mean_low: number;
  mean_high: number;
}

export interface Words {
  query: WordsQuery;
  sentence: string;
  rows: WordRow[];
  /** The number of words that are not in `rows`. */
  more: number;
}

export interface Occurrence {
  /** The text in which it occurs. */
  id: string;
  gold: string | null;
  predicted: string[];
  before: string;
  word: string;
  after: string;
  score: string;
  strength: number;
}

export interface Concordance {
  query: ConcordanceQuery;
  sentence: string;
  rows: Occurrence[];
}

export interface TextRow {
  id: string;
  gold: string | null;
  predicted: string[];
  /** Whether the gold label is predicted; null = unknown. */
  right: boolean | null;
  probability: string;
  /** The label that is explained. */
  target: string;
  /** Why it could not be explained. */
  error: string | null;
  text: [text: string, strength: number][];
}

/** The texts that were found: `rows` are those from `first` on. */
export interface Found {
  query: TextsQuery;
  sentence: string;
  total: number;
  first: number;
  rows: TextRow[];
}

export interface Opened {
  id: string;
  error: string;
}

/** Answers for a page without a kernel. */
export interface Snapshot {
  /** The words of each label, of all texts. */
  words: Words[];
  /** The occurrences of some words, of all texts. */
  concordances: Concordance[];
  /** Every text that was saved. */
  found: Found;
  /** The state of the widget of one text is `{...common, ...states[id]}`. */
  states: Record<string, Partial<State>>;
  common: Partial<State>;
}

type Empty = Record<string, never>;

/** The traits of the model. JS writes `query` and nothing else. */
export interface CorpusState {
  overview: Overview;
  query: Partial<Query>;
  words: Words | Empty;
  concordance: Concordance | Empty;
  found: Found | Empty;
  opened: Opened | Empty;
  /** The reference of the widget of the text that is open. */
  opened_widget: string | null;
  snapshot: Snapshot | Empty;
  status: "idle" | "running" | "error";
  error: string;
  /** Whether there is a kernel that answers. */
  computes: boolean;
}
