import { afterEach, expect, test } from "vitest";
import {
  checkedSnapshots,
  checkOf,
  firstCheck,
  goldenCheck,
  newsResult,
} from "../support/checks.js";
import { goldenModel, goldenResult } from "../support/fake-model.js";
import { choose, mount, press } from "../support/mount.js";
import { oneWord } from "../support/results.js";

/** @import { State } from "../../model" */

afterEach(() => document.body.replaceChildren());

const NEWS = newsResult();

/** @param {Partial<State>} [changes] */
function mountCheck(changes) {
  const news = { ...NEWS.request, result: NEWS, checked: checkOf(NEWS), checking: true };
  const model = goldenModel({ ...news, ...changes });
  const view = mount(model);
  const { el, find } = view;
  const baselines = () =>
    /** @type {HTMLButtonElement[]} */ ([...el.querySelectorAll(".lig-baseline")]).filter(
      (button) => button.closest("[hidden]") === null,
    );
  return {
    ...{ ...view, model, baselines },
    details: /** @type {HTMLDetailsElement} */ (find(".lig-check")),
    flip: /** @type {HTMLButtonElement} */ (find(".lig-flip")),
    verdict: /** @type {HTMLElement} */ (find(".lig-verdict")),
    lit: () => [...el.querySelectorAll(".lig-lit")].map(({ textContent }) => textContent),
    shown: (/** @type {string} */ part) => find(`.lig-${part}`).closest("[hidden]") === null,
  };
}

/** Opens or closes the panel as a user does. @param {HTMLDetailsElement} details */
function toggle(details) {
  details.open = !details.open;
  details.dispatchEvent(new Event("toggle"));
}

test("the panel is closed until it is wanted, and says to Python when it is", () => {
  const { details, model } = mountCheck({ checked: {}, checking: false });
  expect(details.open).toBe(false);
  toggle(details);
  expect(model.saved).toEqual([{ checking: true }]);
  toggle(details);
  expect(model.saved.at(-1)).toEqual({ checking: false });
});

test("Python opens and closes it too, and nothing is saved", () => {
  const { details, model } = mountCheck({ checking: false });
  for (const checking of [true, false]) {
    model.receive({ checking });
    details.dispatchEvent(new Event("toggle")); // the browser sends it for every change
    expect(details.open).toBe(checking);
  }
  expect(model.saved).toEqual([]);
});

test("a drawing between a click and its event does not close the panel again", () => {
  const { details, model } = mountCheck({ checking: false });
  details.open = true;
  model.receive({ progress: 0.5 });
  details.dispatchEvent(new Event("toggle"));
  expect([details.open, model.saved]).toEqual([true, [{ checking: true }]]);
});

test.each([
  ["better", "✓"],
  ["chance", "⚠\ufe0e"],
  ["short", ""],
  ["pending", ""],
  ["constructor", ""],
])("the verdict %s has its own mark", (kind, mark) => {
  const verdict = { kind, sentence: "A sentence." };
  const { verdict: node } = mountCheck({ checked: checkOf(NEWS, { verdict }) });
  expect(node.textContent).toBe(`${mark} A sentence.`);
  expect(node.classList.contains(`lig-${kind}`)).toBe(mark !== "");
});

test("the verdict is announced once it is final", () => {
  const { model, verdict } = mountCheck({ status: "checking", checked: firstCheck(NEWS) });
  expect([verdict.ariaLive, verdict.ariaBusy]).toEqual(["polite", "true"]);
  model.receive({ checked: checkOf(NEWS), status: "idle" });
  expect(verdict.ariaBusy).toBe("false");
});

test("the panel says what is being waited for", () => {
  const { model, verdict, shown } = mountCheck({ checked: {}, status: "running" });
  expect(verdict.textContent).toBe(" Checking…");
  model.receive({ status: "checking" });
  expect(verdict.textContent).toBe(" Checking…");
  expect([shown("charts"), shown("facts"), shown("baselines")]).toEqual([true, true, true]);
  model.receive({ checked: firstCheck(NEWS) });
  expect(verdict.textContent).toBe(` ${firstCheck(NEWS).verdict.sentence}`);
  model.receive({ checked: checkOf(NEWS), status: "idle" });
  expect(verdict.textContent).toContain("41.0 %");
});

test("a check that was stopped can be started again, and keeps what it found", () => {
  const { model, verdict, shown, button } = mountCheck({ checked: {}, status: "checking" });
  expect(button("Check again")).toBe(undefined);
  model.receive({ status: "idle" });
  expect(verdict.textContent).toBe(" Stopped. Check again");
  button("Check again").click();
  expect([model.sent, model.saved]).toEqual([[{ request: true }], []]);
  expect([shown("charts"), shown("facts")]).toEqual([false, false]);
  model.receive({ status: "checking" });
  expect(verdict.textContent).toBe(" Checking…");
  model.receive({ checked: firstCheck(NEWS) });
  model.receive({ status: "idle" });
  expect(verdict.textContent).toContain("to 41.0 %. Stopped. Check again");
  expect(shown("charts")).toBe(true);
});

test("a check that was stopped before the baselines were compared can be started again", () => {
  const checked = checkOf(NEWS, { baselines: null });
  const { model, button, verdict } = mountCheck({ checked, status: "checking" });
  model.receive({ status: "idle" });
  expect(button("Check again")).not.toBe(undefined);
  model.receive({ checked: checkOf(NEWS) });
  expect(verdict.textContent).not.toContain("Stopped.");
});

test.each(
  /** @type {[string, Partial<State>][]} */ ([
    ["a panel that is closed", { checking: false, checked: {} }],
    ["a classifier of one label, which has no baselines to compare", { labels: ["business"] }],
  ]),
)("nothing was stopped in %s", (_, changes) => {
  const checked = checkOf(NEWS, { baselines: null });
  const { model, find } = mountCheck({ status: "checking", checked, ...changes });
  model.receive({ status: "idle" });
  expect(find(".lig-check").textContent).not.toContain("Stopped.");
});

test("when a check starts again the focus stays in the panel", () => {
  const { model, button, find } = mountCheck({ checked: {}, status: "checking" });
  model.receive({ status: "idle" });
  button("Check again").focus();
  model.receive({ progress: 0.5 });
  expect(document.activeElement).toBe(button("Check again"));
  model.receive({ status: "checking" });
  expect(document.activeElement).toBe(find(".lig-check > summary"));
});

test("a text of one word cannot be checked, and the panel says so", () => {
  const result = oneWord("Airline", { air: 1, "##line": 2 });
  const state = { ...result.request, result, checked: {} };
  const { model, verdict, shown } = mountCheck({ ...state, status: "running" });
  model.receive({ status: "idle" });
  expect(verdict.textContent).toBe(
    " A check takes at least two words: one to take away, and one to keep.",
  );
  for (const part of ["charts", "facts", "baselines", "erase"]) expect(shown(part)).toBe(false);
});

test("after an error the way to take words away can be changed", () => {
  const { verdict, shown } = mountCheck({ checked: {}, status: "error", error: "no mask token" });
  expect(verdict.textContent).toBe(" Not checked.");
  expect([shown("charts"), shown("erase")]).toEqual([false, true]);
});

test("the check that Python sends is drawn", () => {
  const [result, checked] = [goldenResult(), goldenCheck()];
  const { verdict, flip, lit, find } = mountCheck({ ...result.request, result, checked });
  expect(verdict.textContent).toBe(`✓ ${checked.verdict.sentence}`);
  expect(flip.textContent).toBe(checked.flip.sentence);
  flip.focus();
  expect(lit()).toEqual(["bank", "rates", "shares"]);
  expect(find("tbody").textContent).toBe("pad1.50−0.252.25zero0.750.131.50");
});

test("a check of another result is not drawn", () => {
  const checked = checkOf({ ...NEWS, target: "sport" });
  const { flip, find } = mountCheck({ checked });
  expect(flip.textContent).toBe("…");
  expect(find(".lig-chart-own").getAttribute("d")).toBe("");
});

test("the words of the flip are marked on hover and focus, and released", () => {
  const { flip, lit } = mountCheck();
  expect(flip.textContent).toBe("Without budget, airline, jobs the model predicts tech.");
  expect(lit()).toEqual([]);
  flip.dispatchEvent(new Event("pointerenter"));
  expect(lit()).toEqual(["budget", "airline", "jobs"]);
  flip.dispatchEvent(new Event("pointerleave"));
  expect(lit()).toEqual([]);
  flip.focus();
  expect(lit()).toEqual(["budget", "airline", "jobs"]);
  flip.blur();
  expect(lit()).toEqual([]);
});

test("Escape releases them, a click marks them again", () => {
  const { flip, lit } = mountCheck();
  flip.focus();
  press(flip, "Escape");
  expect(lit()).toEqual([]);
  flip.click();
  expect(lit()).toHaveLength(3);
  flip.dispatchEvent(new Event("pointerenter"));
  press(document.body, "Escape");
  expect(lit()).toEqual([]);
});

test("they are marked at every granularity, and stay marked in a new result", () => {
  const result = goldenResult();
  result.layout.span_of_token.subword = result.scores.map((_, i) => (i % 22 ? i - 1 : null));
  const checked = checkOf(goldenResult());
  const { flip, model, lit } = mountCheck({
    ...goldenResult().request,
    result: goldenResult(),
    checked,
  });
  flip.focus();
  expect(lit()).toEqual(["bank", "rates", "shares"]);
  model.receive({ granularity: "subword" });
  expect(lit()).toEqual(["bank", "rates", "shares"]);
  model.receive({ granularity: "sentence" });
  expect(lit()).toHaveLength(1);
  model.receive({ granularity: "word", result: goldenResult() });
  expect(lit()).toEqual(["bank", "rates", "shares"]);
  model.receive({ checked: {} });
  expect(lit()).toEqual([]);
});

test("closing the panel releases the marked words", () => {
  const { flip, model, lit } = mountCheck();
  flip.dispatchEvent(new Event("pointerenter"));
  model.receive({ checking: false });
  expect(lit()).toEqual([]);
});

test("without a flip there is nothing to mark", () => {
  const flip = { words: [], sentence: "Nothing changes the prediction." };
  const { flip: node } = mountCheck({ checked: checkOf(NEWS, { flip }) });
  expect([node.disabled, node.title]).toEqual([true, ""]);
});

test("the numbers are in one sentence", () => {
  const { find } = mountCheck();
  expect(find(".lig-facts").textContent).toContain(checkOf(NEWS).numbers);
});

test("the table has the baselines, the one in use is marked, and a click uses another", () => {
  const { find, baselines, model } = mountCheck();
  const cells = [...find("tbody").querySelectorAll("th, td")].map((each) => each.textContent);
  expect(cells.slice(0, 4)).toEqual(["unk", "2.47", "−5.30", "2.24"]);
  expect(baselines().map(({ ariaPressed }) => ariaPressed)).toEqual([
    ...["false", "true", "false", "false"],
  ]);
  baselines()[0]?.click();
  expect(model.saved).toEqual([{ baseline: "unk" }]);
  expect(baselines().map(({ ariaPressed }) => ariaPressed)[0]).toBe("true");
});

test("choosing a baseline keeps the focus on it, although its check has yet to come", () => {
  const { baselines, model } = mountCheck();
  const chosen = baselines()[0];
  chosen?.focus();
  chosen?.click();
  const result = { ...NEWS, request: { ...NEWS.request, baseline: "unk" }, baseline: "unk" };
  for (const update of /** @type {Partial<State>[]} */ ([
    { status: "running" },
    { checked: {} },
    { result },
    { status: "checking" },
    { checked: firstCheck(result) },
    { checked: checkOf(result), status: "idle" },
  ])) {
    model.receive(update);
    expect(document.activeElement).toBe(chosen);
    expect(chosen?.closest("[hidden]")).toBe(null);
  }
});

test("baselines that are not compared have no table", () => {
  const { shown } = mountCheck({ checked: checkOf(NEWS, { baselines: null }) });
  expect(shown("baselines")).toBe(false);
});

test("the select says how words are taken away, and saves another way", () => {
  const { select, model, verdict } = mountCheck();
  const options = [...select("Take words away").options].map(({ value, text }) => [value, text]);
  expect(options).toEqual([
    ["delete", "deleting them"],
    ["mask", "masking them"],
    ["baseline", "putting the baseline in their place"],
  ]);
  choose(select("Take words away"), "mask");
  expect(model.saved).toEqual([{ erase: "mask" }]);
  expect(verdict.textContent).toBe(" Checking…");
});

/** @param {Partial<State>} [changes] */
function mountSaved(changes) {
  const parent = document.createElement("div");
  parent.className = "jupyter-widgets-disconnected";
  document.body.append(parent);
  const news = { ...NEWS.request, result: NEWS, checked: checkOf(NEWS) };
  const view = mount(goldenModel({ ...news, ...changes }), { parent });
  const baselines = /** @type {NodeListOf<HTMLButtonElement>} */ (
    view.el.querySelectorAll(".lig-baseline")
  );
  return { ...view, baselines: [...baselines] };
}

test("without a kernel the saved check is shown, and nothing can be chosen", () => {
  const { find, select, baselines } = mountSaved({ erase: "mask" });
  expect(find(".lig-verdict").textContent).toContain("41.0 %");
  expect(select("Take words away")).toMatchObject({ disabled: true, value: "delete" });
  expect(baselines.map(({ disabled }) => disabled)).toEqual([true, true, true, true]);
  expect(baselines[0]?.title).toContain("No kernel");
});

test("without a kernel those baselines can be chosen that were precomputed", () => {
  const result = goldenResult();
  const snapshots = checkedSnapshots();
  const { baselines, find } = mountSaved({ ...result.request, result, snapshots, checked: {} });
  expect(baselines.map(({ disabled }) => disabled)).toEqual([true, false, true, false]);
  baselines[3]?.click();
  expect(baselines.map(({ ariaPressed }) => ariaPressed)).toEqual([
    ...["false", "false", "false", "true"],
  ]);
  expect(find(".lig-check").textContent).toContain("41.0 %");
});

test("a page whose check was not saved says so, also one of an older version", () => {
  const older = { checking: undefined, erase: undefined, checked: undefined };
  for (const changes of [{ checked: {} }, /** @type {object} */ (older)]) {
    const { find } = mountSaved(changes);
    const details = /** @type {HTMLDetailsElement} */ (find(".lig-check"));
    toggle(details);
    expect(details.open).toBe(true);
    expect(find(".lig-verdict").textContent).toBe(" Not checked before this page was saved.");
    for (const part of ["charts", "facts", "baselines", "erase"]) {
      expect(find(`.lig-${part}`)).toHaveProperty("hidden", true);
    }
  }
});

test("a kernel that is lost before the check says so", async () => {
  const { el, verdict } = mountCheck({ checked: {}, status: "checking" });
  el.classList.add("jupyter-widgets-disconnected");
  await expect.poll(() => verdict.textContent).toBe(" Not checked, and no kernel is connected.");
});
