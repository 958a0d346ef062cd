import { expect, test } from "vitest";
import { userEvent } from "vitest/browser";
import { checkedSnapshots, checkOf, newsResult } from "./support/checks.js";
import { answered, editOf, goldenEdit } from "./support/edits.js";
import { goldenResult } from "./support/fake-model.js";
import { pair, resultOfTexts, showing } from "./support/families.js";
import { fromUnk } from "./support/results.js";
import { stage } from "./support/stage.js";
import { related, tagged } from "./support/tagged.js";

/**
 * Presses Tab until the node has the focus.
 * @param {Element | null | undefined} node
 */
async function tabTo(node) {
  for (let i = 0; i < 40; i++) {
    if (document.activeElement === node) return;
    await userEvent.keyboard("{Tab}");
  }
  throw new Error(`Tab does not reach ${node?.outerHTML}`);
}

test("everything can be reached and used without a mouse", async () => {
  const state = { texts: ["One.", goldenResult().request.text, "Three."], position: 1 };
  const { button, el, find, model, root, select, slider, tip, span } = stage({ state });
  await tabTo(button("sport"));
  await userEvent.keyboard(" ");
  await tabTo(select("Contrast"));
  await userEvent.keyboard("te"); // tech
  await tabTo(select("Method"));
  await userEvent.keyboard("t"); // trapezoid
  await tabTo(slider("Steps"));
  await userEvent.keyboard("{End}");
  await tabTo(find("input[type=number]"));
  await userEvent.keyboard("{Control>}a{/Control}33{Enter}");
  await tabTo(el.querySelector(".lig-controls summary"));
  await userEvent.keyboard("{Enter}");
  await tabTo(select("Baseline"));
  await userEvent.keyboard("z"); // zero
  expect(Object.assign({}, ...model.saved)).toEqual({
    target: "sport",
    contrast: "tech",
    method: "riemann_trapezoid",
    n_steps: 33,
    baseline: "zero",
  });

  await tabTo(button("Next"));
  await userEvent.keyboard("{Enter}");
  expect(model.saved.at(-1)).toEqual({ position: 2, text: "Three." });
  expect(document.activeElement).toBe(button("‹")); // the other one is disabled
  await userEvent.keyboard("{Enter}");
  expect(model.saved.at(-1)).toEqual({ position: 1, text: state.texts[1] });

  await tabTo(span(0));
  await userEvent.keyboard("{ArrowRight}{Enter}");
  expect(tip.classList.contains("lig-pinned")).toBe(true);
  await userEvent.keyboard("{Escape}");
  expect(tip.checkVisibility()).toBe(false);
  await tabTo(select("Granularity"));
  await userEvent.keyboard("su"); // subwords
  expect(model.saved.at(-1)).toEqual({ granularity: "subword" });
  await tabTo(slider("Intensity"));
  await userEvent.keyboard("{ArrowRight}");
  expect(root.style.getPropertyValue("--lig-gamma")).not.toBe("");

  await tabTo(button("Edit"));
  await userEvent.keyboard("{Enter}{Control>}a{/Control}A text.{Control>}{Enter}{/Control}");
  expect(model.saved.at(-1)).toEqual({ text: "A text." });
  model.receive({ status: "running" });
  await tabTo(button("Cancel"));
  await userEvent.keyboard("{Enter}");
  expect(model.sent).toEqual([{ cancel: true }]);
  model.receive({ status: "idle", text: goldenResult().request.text });

  await tabTo(el.querySelector(".lig-top summary"));
  await userEvent.keyboard("{Enter}");
  await userEvent.keyboard("{Shift>}{Tab}{/Shift}"); // back to the editor, then close it
  while (document.activeElement !== find(".lig-area")) {
    await userEvent.keyboard("{Shift>}{Tab}{/Shift}");
  }
  await userEvent.keyboard("{Escape}");
  expect(document.activeElement).toBe(button("Edit"));
  await tabTo(el.querySelector(".lig-find"));
  await userEvent.keyboard("{Enter}");
  expect(document.activeElement).toBe(span(2));
  expect(tip.checkVisibility()).toBe(true);
  await tabTo(button("Copy"));
  await userEvent.keyboard("{Enter}");
  await expect.poll(() => find(".lig-message").textContent).not.toBe("");
});

test("two results are compared without a mouse", async () => {
  const { button, find, model, select } = stage();
  await tabTo(find(".lig-compare > summary"));
  await userEvent.keyboard("{Enter}{Tab}");
  expect(document.activeElement).toBe(button("Keep as A"));
  await userEvent.keyboard("{Enter}");
  await tabTo(find(".lig-controls summary"));
  await userEvent.keyboard("{Enter}");
  await tabTo(select("Baseline"));
  await userEvent.keyboard("u"); // unk
  expect(model.saved.at(-1)).toEqual({ baseline: "unk" });
  model.receive({ result: fromUnk() });
  expect(find(".lig-compare-found p").textContent).toContain("Spearman");
  const words = find(".lig-compare-found div:last-of-type > .lig-text .lig-span");
  await tabTo(words);
  await userEvent.keyboard("{ArrowRight}");
  expect(find(".lig-compare-found").textContent).toContain(
    "central: A +0.6200, B +0.7200, A − B −0.1000",
  );
  expect(document.activeElement?.ariaLabel).toBe("central, minus 0.10");
});

test("the check can be opened and used without a mouse, and keeps the focus", async () => {
  const result = newsResult();
  const { el, find, model, select } = stage({ state: { result } });
  const lit = () => el.querySelectorAll(".lig-lit").length;
  await tabTo(find(".lig-check > summary"));
  await userEvent.keyboard("{Enter}");
  await expect.poll(() => model.saved).toEqual([{ checking: true }]);
  model.receive({ status: "checking" });
  model.receive({ checked: checkOf(result), status: "idle" });
  expect(document.activeElement).toBe(find(".lig-check > summary"));
  await userEvent.keyboard("{Tab}");
  expect(document.activeElement).toBe(find(".lig-flip"));
  expect(lit()).toBe(3);
  expect(getComputedStyle(find(".lig-flip")).outlineStyle).toBe("solid");
  await userEvent.keyboard("{Escape}");
  expect(lit()).toBe(0);
  await userEvent.keyboard("{Enter}");
  expect(lit()).toBe(3);

  const unk = find(".lig-baseline");
  await tabTo(unk);
  expect(lit()).toBe(0);
  await userEvent.keyboard("{Enter}");
  expect(model.saved.at(-1)).toEqual({ baseline: "unk" });
  model.receive({ status: "running", checked: {} });
  expect(document.activeElement).toBe(unk);
  await tabTo(select("Take words away"));
  await userEvent.keyboard("m"); // masking
  expect(model.saved.at(-1)).toEqual({ erase: "mask" });
  expect(document.activeElement).toBe(select("Take words away"));
});

test("a word can be removed, replaced, and both undone or kept without a mouse", async () => {
  const { button, find, model, span, tip } = stage();
  const tab = () => userEvent.keyboard("{Tab}");
  const focused = () => document.activeElement;
  await tabTo(span(0));
  await userEvent.keyboard("{ArrowRight}{ArrowRight}{Enter}{Tab}");
  expect(focused()).toBe(button("Remove"));
  await userEvent.keyboard("{Shift>}{Tab}{/Shift}");
  expect([focused(), tip.checkVisibility()]).toEqual([span(2), true]);
  await userEvent.keyboard("{Tab}{Escape}");
  expect([focused(), tip.checkVisibility()]).toEqual([span(2), false]);
  await tab(); // what is closed is no tab stop
  expect(focused()).toBe(find(".lig-accuracy > summary"));
  await userEvent.keyboard("{Shift>}{Tab}{/Shift}{Enter}{Tab}{Enter}");
  expect(model.saved).toEqual([{ edit: editOf() }]);
  expect([focused(), tip.checkVisibility()]).toEqual([span(2), false]);
  model.receive({ status: "checking" });
  model.receive({ ...answered(), status: "idle" });
  expect(focused()).toBe(span(2));
  await tab();
  expect(focused()).toBe(button("Keep"));
  await tab();
  expect(focused()).toBe(button("Undo"));
  await userEvent.keyboard("{Enter}");
  expect(model.saved.at(-1)).toEqual({ edit: null });
  expect([focused(), tip.checkVisibility()]).toEqual([span(2), false]);

  await userEvent.keyboard("{ArrowRight}{Enter}");
  await tabTo(button("Replace"));
  await userEvent.keyboard("{Enter}cut  {ArrowLeft}{Enter}");
  const cut = editOf({ words: [3], replacement: "cut  " });
  expect(model.saved.at(-1)).toEqual({ edit: cut });
  expect(focused()).toBe(span(3));
  model.receive(answered(cut));
  await tabTo(button("Keep"));
  await userEvent.keyboard(" ");
  expect(model.saved.at(-1)).toEqual({ edit: null, text: goldenEdit().text });
  expect(focused()).toBe(span(3));
});

test("without a kernel the snapshots can be browsed without a mouse", async () => {
  const { button, find, select, slider, span } = stage({
    state: { snapshots: checkedSnapshots() },
    kernel: false,
  });
  const label = () => span(2).ariaLabel;
  const seen = [label()];
  await tabTo(button("sport"));
  await userEvent.keyboard("{Enter}");
  seen.push(label());
  await tabTo(select("Method"));
  await userEvent.keyboard("m"); // midpoint
  seen.push(label());
  await tabTo(slider("Steps"));
  await userEvent.keyboard("{ArrowRight}");
  seen.push(label());
  await tabTo(find(".lig-controls summary"));
  await userEvent.keyboard("{Enter}");
  await tabTo(select("Baseline"));
  await userEvent.keyboard("z"); // zero
  seen.push(label());
  expect(new Set(seen).size).toBe(5);
  await tabTo(find(".lig-check > summary"));
  await userEvent.keyboard("{Enter}");
  await tabTo(find(".lig-flip"));
  expect(find(".lig-lit").textContent).toBe("bank");
});

test("both texts of a pair are read and edited without a mouse", async () => {
  const { button, el, model, span, tip } = stage({ state: showing(pair()) });
  await tabTo(span(0));
  await userEvent.keyboard("{End}");
  expect(document.activeElement).toBe(span(16));
  expect(tip.textContent).toContain("home");
  await userEvent.keyboard("{Home}{Escape}");
  await tabTo(button("Edit"));
  await userEvent.keyboard("{Enter}{Tab}");
  expect(document.activeElement).toBe(el.querySelectorAll(".lig-area")[1]);
  await userEvent.keyboard("{Control>}a{/Control}Nobody plays.{Control>}{Enter}{/Control}");
  const [first] = pair().request.text.split("\u2029");
  expect(model.saved.at(-1)).toEqual({ text: `${first}\u2029Nobody plays.` });
});

test("each text of a pair has its own direction, which the arrow keys follow", async () => {
  const { span } = stage({ state: showing(resultOfTexts(["Two words", "رفع/1 البنك"])) });
  await tabTo(span(0));
  await userEvent.keyboard("{ArrowRight}");
  expect(document.activeElement).toBe(span(1));
  await userEvent.keyboard("{ArrowRight}");
  expect(document.activeElement).toBe(span(2));
  await userEvent.keyboard("{ArrowLeft}"); // forward in a text from right to left
  expect(document.activeElement).toBe(span(3));
  expect(span(3).getBoundingClientRect().right).toBeLessThan(span(2).getBoundingClientRect().right);
  await userEvent.keyboard("{ArrowRight}");
  expect(document.activeElement).toBe(span(2));
});

test("another task, tag or relation is explained without a mouse", async () => {
  const tasks = { tasks: ["names", "topic"], task: "names" };
  const { el, model, select, span } = stage({ state: { ...showing(tagged()), ...tasks } });
  const [person, virginia] = el.querySelectorAll(".lig-chip");
  await tabTo(person);
  expect(person && getComputedStyle(person).outlineStyle).toBe("solid");
  await userEvent.keyboard("{Enter}");
  expect(model.saved).toEqual([{ data_point: [[0, 17]] }]);
  model.receive({ ...showing(tagged(0)), status: "idle" });
  expect(document.activeElement).toBe(person);
  await userEvent.keyboard("{Tab} ");
  expect(document.activeElement).toBe(virginia);
  expect(model.saved.at(-1)).toMatchObject({ data_point: [[30, 38]] });

  await tabTo(span(0));
  await userEvent.keyboard("{ArrowRight}{ArrowRight}");
  expect(document.activeElement).toBe(span(2)); // past the label
  await tabTo(select("Task"));
  await userEvent.keyboard("t"); // topic
  expect(model.saved.at(-1)).toEqual({ task: "topic" });
  await tabTo(select("Explained"));
  await userEvent.keyboard("W"); // Washington
  expect(model.saved.at(-1)).toMatchObject({ data_point: [[60, 70]] });
});

test("the entities of a relation are no tab stops, their select is one", async () => {
  const { model, select, span } = stage({ state: showing(related()) });
  await tabTo(span(0));
  await userEvent.keyboard("{Tab}");
  expect(document.activeElement?.closest(".lig-text")).toBeNull();
  await tabTo(select("Explained"));
  await userEvent.keyboard("S"); // Sergey Brin
  const { data_points = [] } = related();
  expect(model.saved.at(-1)).toMatchObject({ data_point: data_points[1]?.ranges });
});
