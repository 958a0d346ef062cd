import { afterEach, expect, test } from "vitest";
import { agreementOf, settingsOf } from "../../parts/compare.js";
import { compareResults } from "../../state/comparison.js";
import { goldenModel, goldenResult } from "../support/fake-model.js";
import { pair, rating, showing } from "../support/families.js";
import { mount } from "../support/mount.js";
import { fromUnk, rescored, resultOf, snapshotsOf } from "../support/results.js";

/** @import { State } from "../../model" */

afterEach(() => document.body.replaceChildren());

/** @param {Partial<State>} [changes] */
function opened(changes) {
  const model = goldenModel(changes);
  const view = mount(model);
  const panel = /** @type {HTMLDetailsElement} */ (view.find(".lig-compare"));
  panel.open = true;
  panel.dispatchEvent(new Event("toggle"));
  const texts = () => [...panel.querySelectorAll(".lig-text")].map((e) => e.textContent);
  const found = /** @type {HTMLElement} */ (view.find(".lig-compare-found"));
  return { ...view, model, panel, texts, found };
}

test("a kept result is compared with what is set afterwards", () => {
  const { model, button, found, panel, texts } = opened();
  expect(found.hidden).toBe(true);
  expect(panel.textContent).toContain("Keeps this result as A.");
  button("Keep as A").click();
  expect(model.saved).toEqual([{ kept: { ...goldenResult(), seconds: null } }]);
  expect(found.textContent).toContain("The scores are the same in 21 words.");
  const unk = fromUnk();
  model.receive({ baseline: "unk", result: unk });
  expect(found.textContent).toContain(agreementOf(compareResults(goldenResult(), unk)));
  expect(found.textContent).toContain("business, 93.1 %; baseline pad");
  expect(found.textContent).toContain("business, 93.1 %; baseline unk");
  expect(texts()).toEqual([1, 2, 3].map(() => goldenResult().request.text));
});

test("a word that has the focus or the pointer is read with its three numbers", () => {
  const { found, panel } = opened({ kept: goldenResult(), result: fromUnk(), baseline: "unk" });
  const [, , difference] = panel.querySelectorAll(".lig-text");
  const span = /** @type {HTMLElement} */ (difference?.querySelectorAll(".lig-span")[1]);
  expect([span.role, span.ariaLabel]).toEqual(["img", "central, minus 0.10"]);
  span.focus();
  expect(found.textContent).toContain("central: A +0.6200, B +0.7200, A − B −0.1000");
});

test("swap asks for the settings of A, and keeps what was shown", () => {
  const kept = { ...goldenResult(), request: { ...goldenResult().request, target: null } };
  const { model, button } = opened({ kept, result: fromUnk(), baseline: "unk" });
  button("Swap").click();
  expect(model.saved.at(-1)).toMatchObject({
    ...{ baseline: goldenResult().request.baseline, target: "business" },
    kept: { baseline: "unk" },
  });
  expect(model.saved.at(-1)).not.toHaveProperty("text");
});

test("close forgets A, and the focus stays in the panel", () => {
  const { model, button, found } = opened({ kept: fromUnk() });
  button("Close").click();
  expect(model.saved).toEqual([{ kept: {} }]);
  expect(found.hidden).toBe(true);
  expect(document.activeElement).toBe(button("Keep as A"));
});

test("a result of another text is not compared", () => {
  const { found, panel, button } = opened({ kept: resultOf(["another", "text"]) });
  expect(found.hidden).toBe(true);
  expect(panel.textContent).toContain("A is of another text.");
  expect(button("Close").hidden).toBe(false);
  expect(button("Swap").hidden).toBe(true);
});

test("different units have no difference", () => {
  const kept = {
    ...goldenResult(),
    unit: "probability",
    output: /** @type {const} */ ("probability"),
  };
  const { found, texts, panel } = opened({ kept });
  expect(found.textContent).toContain("their units differ.");
  const rows = [...panel.querySelectorAll(".lig-compare-found > div > div")];
  expect(rows.map((row) => /** @type {HTMLElement} */ (row).hidden)).toEqual([false, false, true]);
  expect(texts()).toHaveLength(3);
});

test("the classifier to compare with is compared as long as it has the same request", () => {
  const { model, found, panel, button } = opened({ other: {} });
  expect(panel.textContent).toContain("Computing A…");
  expect(button("Keep as A").hidden).toBe(true);
  model.receive({ other: rescored((score) => 2 * score) });
  expect(found.hidden).toBe(false);
  expect(found.textContent).toContain("The orders of 21 words agree (Spearman 1.00)");
  model.receive({ target: "sport" });
  const ofSport = goldenResult();
  ofSport.target = ofSport.request.target = "sport";
  model.receive({ result: ofSport });
  expect(found.hidden).toBe(true);
});

test("precomputed results are compared without a kernel", () => {
  const { model, button, select, found } = opened({
    ...{ snapshots: snapshotsOf(), computes: false },
  });
  button("Keep as A").click();
  const method = select("Method");
  method.value = "riemann_middle";
  method.dispatchEvent(new Event("change", { bubbles: true }));
  expect(model.get("method")).toBe("riemann_middle");
  expect(found.textContent).toContain("relative L2");
  expect(found.textContent).toContain("method riemann_middle");
});

test("hostile words, labels and settings stay text", () => {
  const evil = "<img src=x onerror=alert(1)>";
  const kept = resultOf([evil, "b"]);
  const { el, found } = opened({
    ...{ kept: { ...kept, baseline: evil, target: evil }, result: kept },
  });
  expect(found.textContent).toContain(evil);
  expect(el.querySelector("img")).toBeNull();
});

test("settings that do not differ are not named", () => {
  expect(settingsOf(goldenResult(), goldenResult())).toBe("business, 93.1 %");
});

test("the texts of a pair are compared one below the other", () => {
  const kept = { ...pair(), scores: pair().scores.map((score) => score + 0.1) };
  const { found, texts } = opened({ ...pair().request, ...showing(pair()), kept });
  const [first, second] = pair().request.text.split("\u2029");
  expect(texts()).toEqual(Array.from({ length: 3 }, () => `Text 1${first}Text 2${second}`));
  expect(found.querySelectorAll("[data-span]")).toHaveLength(3 * 17);
});

test("what two values are of is said without percentages", () => {
  expect(settingsOf(rating(), { ...rating(), baseline: "unk" })).toBe("rating 3.42; baseline pad");
});
