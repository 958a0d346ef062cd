import { expect, test } from "vitest";
import { summary, warning } from "../status.js";
import { goldenResult } from "./fake-model.js";

/** The numbers of the sentence that do not depend on the golden payload's. */
const numbers = {
  explained: "the logit of sport",
  unit: "logit",
  prediction: /** @type {[string, number][]} */ ([
    ["business", 0.931],
    ["sport", 0.069],
  ]),
  value: 4.2131,
  baseline_value: -0.3522,
  delta: -0.0191,
  relative_delta: -0.005,
  error_estimate: 0.0081,
  n_evaluations: 17,
  rounding: null,
  special_score: 0,
};

test("the summary tells the prediction, what is explained, the delta and the error", () => {
  expect(summary({ ...goldenResult(), ...numbers })).toBe(
    "Predicted business (93.1 %). Explaining the logit of sport: f(x) 4.213, f(x′) −0.352, " +
      "delta −0.019 logit (0.5 %), 17 evaluations, scores within 0.8 %.",
  );
});

/** A multi-label classifier judges each label by itself. */
const several = {
  prediction: /** @type {[string, number][]} */ ([
    ["business", 0.931],
    ["politics", 0.62],
    ["sport", 0.31],
  ]),
};

test("all labels that are predicted are told, each with its probability", () => {
  const result = { ...goldenResult(), ...several, predicted: ["business", "politics"] };
  expect(summary(result)).toMatch(
    /^Predicted business \(93\.1 %\), politics \(62\.0 %\)\. Explaining /,
  );
});

test("where no label is predicted it is told, and which comes closest", () => {
  const prediction = several.prediction.slice(2);
  expect(summary({ ...goldenResult(), prediction, predicted: [] })).toMatch(
    /^Predicted no label; sport comes closest \(31\.0 %\)\. Explaining /,
  );
});

test("every number has the unit of what is explained, and a small one is no zero", () => {
  const result = {
    ...goldenResult(),
    ...numbers,
    explained: "the probability of sport less that of tech",
    unit: "probability",
    value: 0.0412,
    baseline_value: 0.00003,
    delta: -0.00021,
    special_score: 0.000004,
  };
  expect(summary(result)).toBe(
    "Predicted business (93.1 %). Explaining the probability of sport less that of tech: " +
      "f(x) 0.041, f(x′) 0.00003, delta −0.0002 probability (0.5 %), 17 evaluations, " +
      "scores within 0.8 %, special tokens hold +0.000004 probability.",
  );
});

test("what bfloat16 rounds away is told, and float32 has nothing to tell", () => {
  const rounded = { precision: /** @type {const} */ ("bfloat16"), rounding: 0.0061 };
  expect(summary({ ...goldenResult(), ...numbers, ...rounded })).toContain(
    "scores within 0.8 %, bfloat16, rounding 0.6 %.",
  );
  expect(summary(goldenResult())).not.toMatch(/float|rounding/);
});

test("a fixed rule claims no accuracy that was not estimated", () => {
  const text = summary({ ...goldenResult(), error_estimate: null, converged: null });
  expect(text).not.toContain("within");
});

test("what special tokens hold is told unless it is nothing", () => {
  expect(summary({ ...goldenResult(), special_score: 0 })).not.toContain("special");
  expect(summary({ ...goldenResult(), special_score: -0.5 })).toContain(
    "special tokens hold −0.5000 logit",
  );
});

test("a converged result gives no warning, nor does a fixed rule", () => {
  expect(warning({ ...goldenResult(), converged: true })).toBe("");
  expect(warning({ ...goldenResult(), converged: null })).toBe("");
});

test("an unreached tolerance is said in words", () => {
  const result = { ...goldenResult(), converged: false, n_steps: 1000 };
  result.request.tolerance = 0.01;
  expect(warning(result)).toBe("not converged: 1000 steps did not reach the tolerance of 1.0 %.");
});

test("equal values at both ends leave no share, and it is said", () => {
  const result = { ...goldenResult(), relative_delta: null };
  expect(warning(result)).toContain("f(x) equals f(x′)");
  expect(summary(result)).not.toMatch(/NaN|null/);
});
