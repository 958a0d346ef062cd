// The whole view in happy-dom: what each part shows, what it asks for, and what it keeps.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mostErrors } from "../../corpus/matrix.js";
import { mountCorpora } from "../../corpus/page-mount.js";
import { beginning } from "../../corpus/text-row.js";
import { barOf, lowest } from "../../corpus/words.js";
import {
  corpusState,
  goldenCorpus,
  LABELS,
  matrixOf,
  savedState,
  stageCorpus,
  textRows,
} from "../support/corpus.js";
import { choose, press, type } from "../support/mount.js";

beforeEach(() => {
  Element.prototype.scrollIntoView ??= () => {};
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

/** @param {Iterable<Element>} nodes */
const texts = (nodes) => [...nodes].map(({ textContent }) => textContent);

/**
 * The buttons of a list.
 * @param {ReturnType<typeof stageCorpus>} view
 * @param {string} name
 */
const rows = ({ el }, name) =>
  /** @type {HTMLButtonElement[]} */ ([...el.querySelectorAll(`.lig-list .lig-${name}`)]);

test("three clicks show that a wire agency's name drives a label", () => {
  const view = stageCorpus();
  choose(view.select("Label"), "business");
  rows(view, "word")
    .find(({ textContent }) => textContent?.startsWith("PressWire"))
    ?.click();
  expect(view.query()).toMatchObject({ label: "business", word: "PressWire" });
  view.answer();
  expect(view.find(".lig-status strong").textContent).toBe("15 texts");
  expect(view.lines()).toHaveLength(15);
  view.lines()[2]?.click();
  expect(view.query().open).toBe("news-3");
  expect(view.find(".lig-opened h2").textContent).toBe("Text news-3");
});

test("a cell filters by both of its labels, and lets go when it is chosen again", () => {
  const view = stageCorpus({ state: { query: { only: "right" } } });
  const cell = view.button("7 texts: gold politics, predicted business");
  expect(cell.textContent).toBe("7");
  cell.click();
  expect(view.query()).toMatchObject({ gold: "politics", predicted: "business", only: "all" });
  expect(cell.ariaPressed).toBe("true");
  cell.click();
  expect(view.query()).toMatchObject({ gold: null, predicted: null });
});

test("the colours of the matrix have the scale of its errors", () => {
  const counts = [
    [90, 4],
    [2, 80],
  ];
  expect(mostErrors({ gold: ["a", "b"], predicted: ["a", "b"], counts })).toBe(4);
  expect(mostErrors({ gold: ["a"], predicted: ["a"], counts: [[9]] })).toBe(1);
  const matrix = { gold: ["a", "b"], predicted: ["a", ""], counts };
  const view = stageCorpus({ state: { overview: { ...corpusState().overview, matrix } } });
  const cells = /** @type {HTMLElement[]} */ ([...view.el.querySelectorAll(".lig-cell")]);
  expect(cells.map((cell) => cell.classList.contains("lig-errors"))).toEqual([
    false,
    true,
    true,
    true,
  ]);
  const strengths = cells.map((cell) => cell.style.getPropertyValue("--lig-strength"));
  expect(strengths.slice(1)).toEqual(["0.050", "0.025", "1.000"]); // of 80
  expect(texts(view.el.querySelectorAll("th"))).toEqual(["a", "no label", "a", "b"]);
});

test("without gold labels there is no matrix, and nothing that needs them is offered", () => {
  const overview = { ...corpusState().overview, matrix: null, has_gold: false, n_failed: 0 };
  const view = stageCorpus({ state: { overview } });
  expect(view.find(".lig-matrix").closest("[hidden]")).not.toBeNull();
  expect(view.select("Show").closest("[hidden]")).not.toBeNull();
});

test("many labels stand upright, and the arrow keys move in two directions", () => {
  const labels = Array.from({ length: 20 }, (_, i) => `label ${i}`);
  const overview = { ...corpusState().overview, labels, matrix: matrixOf(labels) };
  const view = stageCorpus({ state: { overview } });
  expect(view.find(".lig-matrix").classList.contains("lig-upright")).toBe(true);
  const cells = /** @type {HTMLElement[]} */ ([...view.el.querySelectorAll(".lig-cell")]);
  expect(cells.filter(({ tabIndex }) => tabIndex === 0)).toEqual([cells[0]]);
  cells[0]?.focus();
  const go = (/** @type {string} */ key) =>
    press(/** @type {Element} */ (document.activeElement), key);
  for (const key of ["ArrowDown", "ArrowDown", "ArrowRight", "ArrowUp"]) go(key);
  expect(document.activeElement).toBe(cells[21]);
  expect(cells.filter(({ tabIndex }) => tabIndex === 0)).toEqual([cells[21]]);
  go("End");
  go("ArrowDown"); // there is nothing below
  expect(document.activeElement).toBe(cells[399]);
});

test("a word has its bar, its interval, its number and its texts", () => {
  const view = stageCorpus();
  const [first] = rows(view, "word");
  expect(first?.textContent).toBe("PressWire+0.3584");
  expect(first?.title).toContain("90 % interval +0.30 to +0.39");
  const sides = view.el.querySelectorAll(".lig-sides > div");
  expect(texts(view.el.querySelectorAll(".lig-word-head"))).toEqual([
    "for businessTotalTexts",
    "against businessTotalTexts",
  ]);
  expect(sides[1]?.querySelectorAll(".lig-word")).toHaveLength(7);
  choose(view.select("Sort by"), "mean");
  view.answer();
  expect(rows(view, "word")[0]?.textContent).toBe("PressWire+1.5084");
});

test("bars of both sides have one scale, with room for intervals that contain zero", () => {
  const ends = { mean_bar: -0.5, mean_low: -1, mean_high: 0.9 };
  const row = /** @type {any} */ ({ bar: -0.2, low: -0.3, high: 0.1, ...ends });
  expect(barOf(row, "total")).toEqual({ sign: -1, size: 0.2, from: -0.1, to: 0.3 });
  expect(barOf(row, "mean")).toEqual({ sign: -1, size: 0.5, from: -0.9, to: 1 });
  expect([lowest([row], "total"), lowest([], "total")]).toEqual([-0.1, 0]);
  const view = stageCorpus();
  const zeros = [...view.el.querySelectorAll(".lig-bar")].map((bar) =>
    Number.parseFloat(/** @type {HTMLElement} */ (bar).style.left),
  );
  expect(zeros.length).toBeGreaterThan(15);
  expect(new Set(zeros.map((zero) => zero.toFixed(3))).size).toBe(1);
});

test("words of another query are dimmed and say nothing, until the answer comes", () => {
  const view = stageCorpus();
  const panel = view.find(".lig-words");
  choose(view.select("Label"), "sport");
  expect(panel.classList.contains("lig-stale")).toBe(true);
  expect(rows(view, "word").length).toBeGreaterThan(0);
  expect(panel.textContent).not.toContain("84 texts explained");
  view.answer();
  expect(panel.classList.contains("lig-stale")).toBe(false);
  expect(panel.textContent).toContain("84 texts explained for sport");
});

test("a chosen word keeps the focus, and is let go when it is chosen again", () => {
  const view = stageCorpus();
  rows(view, "word")[1]?.focus();
  rows(view, "word")[1]?.click();
  view.answer(); // with words that are equal, but new
  const word = /** @type {HTMLElement} */ (document.activeElement);
  expect([word.textContent, word.ariaPressed]).toEqual(["Shares+0.2279", "true"]);
  word.click();
  expect(view.query().word).toBeNull();
  expect(view.el.textContent).toContain("Choose a word to see where it occurs.");
});

test("a shortcut chooses its word and its label", () => {
  const view = stageCorpus();
  const [, second] = rows(view, "find");
  expect(second?.textContent).toBe(". for sport+0.31punctuation; in 20 texts");
  second?.click();
  expect(view.query()).toMatchObject({ word: ".", label: "sport" });
  expect(second?.ariaPressed).toBe("true");
});

test("an occurrence has its line, its score and its labels, of which nothing is markup", () => {
  const view = stageCorpus({ state: { query: { word: "PressWire" } } });
  const line = view.lines()[5];
  expect(line?.textContent).toContain("chip reads minds. PressWire+1.70✗ tech → business");
  expect([
    line?.title,
    line?.querySelector(".lig-line-facts > .lig-name")?.getAttribute("title"),
  ]).toEqual(["news-10", "gold tech, predicted business"]);
  expect(view.el.querySelector("img")).toBeNull();
  expect(window).not.toHaveProperty("pwned");
});

test("filters are shown in words, and each has a button that clears it", () => {
  const query = { gold: "politics", predicted: "business", word: "bank", search: "<b>" };
  const view = stageCorpus({
    state: { query: /** @type {const} */ ({ ...query, only: "wrong" }) },
  });
  const chips = view.find(".lig-filters .lig-row");
  expect(texts(chips.querySelectorAll("button"))).toEqual([
    "gold politics ✕",
    "predicted business ✕",
    "with the word “bank” ✕",
    "containing “<b>” ✕",
    "predicted wrongly ✕",
    "Clear all",
  ]);
  view.button("Clear predicted business").click();
  expect(view.query()).toMatchObject({ gold: "politics", predicted: null });
  expect(document.activeElement).toBe(view.find("input[type=search]"));
  view.button("Clear all").click();
  expect(view.query()).toMatchObject({ gold: null, word: null, search: "", only: "all" });
  expect(chips.childElementCount).toBe(0);
});

test("a search is sent when the user pauses, and keeps what is typed meanwhile", () => {
  vi.useFakeTimers();
  const view = stageCorpus();
  const field = /** @type {HTMLInputElement} */ (view.find("input[type=search]"));
  type(field, "air");
  expect(view.model.saved).toEqual([]);
  view.model.receive({ status: "running" });
  expect(field.value).toBe("air");
  vi.advanceTimersByTime(300);
  expect(view.query().search).toBe("air");
  expect(view.model.saved).toHaveLength(1);
});

test("what JS saves is the whole query and nothing else", () => {
  const view = stageCorpus();
  choose(view.select("Show"), "wrong");
  expect(view.model.saved).toEqual([{ query: { ...corpusState().query, only: "wrong" } }]);
});

test("an error is said, and the last good picture stays", () => {
  const view = stageCorpus();
  view.model.receive({ status: "error", error: "the folder is gone" });
  expect(view.find(".lig-error").textContent).toBe("the folder is gone");
  expect(rows(view, "word").length).toBeGreaterThan(0);
  expect(view.textNodes().length).toBeGreaterThan(0);
});

test("a text shows its labels, its id and its beginning; one that failed shows why", () => {
  const view = stageCorpus({ texts: textRows(3) });
  const [first, , last] = view.textNodes();
  expect(first?.textContent).toMatch(/^✓ business99\.0 %news-1Shares in the budget/);
  expect(last?.textContent).toMatch(/^politicsnews-3ValueError: the text has no word/);
  last?.querySelector("button")?.click();
  expect(view.query().open).toBeNull(); // there is nothing to open
  expect([last?.ariaPosInSet, last?.ariaSetSize]).toEqual(["3", "3"]);
});

test("only the beginning of a long text is drawn", () => {
  const long = /** @type {[string, number][]} */ (
    Array.from({ length: 5000 }, () => ["word ", 0.5])
  );
  expect(beginning(long)).toHaveLength(100);
  expect(beginning([["x".repeat(9000), 0]])).toEqual(["x".repeat(500)]);
});

test("texts are fetched in windows of 200, each once, and not while they are stale", () => {
  vi.useFakeTimers();
  const view = stageCorpus({ texts: textRows(1000) });
  const box = /** @type {HTMLElement} */ (view.find(".lig-text-list").parentElement);
  const scroll = (/** @type {number} */ row) => {
    box.scrollTop = 80 * row;
    box.dispatchEvent(new Event("scroll"));
    vi.advanceTimersByTime(200);
  };
  expect(view.textNodes().length).toBeLessThan(30);
  scroll(100);
  expect(view.query().first).toBe(0);
  scroll(500);
  expect(view.query().first).toBe(400);
  expect(view.textNodes()[5]?.textContent).toBe("…");
  view.answer();
  expect(view.textNodes()[5]?.textContent).toContain("news-502");
  scroll(398); // the end of the window before
  expect(view.query().first).toBe(200);
  view.answer();
  scroll(500);
  expect(view.query().first).toBe(200); // those are still known
  expect(view.model.saved).toHaveLength(2);
  view.ask({ gold: "sport" });
  scroll(990);
  expect(view.query().first).toBe(0);
  view.answer();
  expect(box.scrollTop).toBe(0);
});

test("the arrow keys move through the texts, also through those that are not drawn", () => {
  const view = stageCorpus({ texts: textRows(1000) });
  const stops = () =>
    view.textNodes().filter((node) => node.querySelector("button")?.tabIndex === 0);
  expect(stops()).toHaveLength(1);
  stops()[0]?.querySelector("button")?.focus();
  press(/** @type {Element} */ (document.activeElement), "ArrowDown");
  expect(document.activeElement?.textContent).toContain("news-2");
  press(/** @type {Element} */ (document.activeElement), "End");
  expect(document.activeElement?.parentElement?.ariaPosInSet).toBe("1000");
  expect(stops()).toHaveLength(1);
  press(/** @type {Element} */ (document.activeElement), "Home");
  expect(document.activeElement?.textContent).toContain("news-1");
});

test("a text opens into the widget that the kernel sends, and the focus comes back from it", async () => {
  const view = stageCorpus({ state: { query: { word: "PressWire" } } });
  const removed = vi.fn();
  const shown = document.createElement("p");
  shown.textContent = "the widget of this text";
  view.model.widget_manager = /** @type {any} */ ({
    get_model: async (/** @type {string} */ id) => id,
    create_view: async (/** @type {string} */ id) => ({
      el: id === "abc" && shown,
      remove: removed,
    }),
  });
  const [line] = view.lines();
  line?.focus();
  line?.click();
  expect(document.activeElement).toBe(view.button("Close"));
  expect(view.find(".lig-opened").textContent).toContain("Opening…");
  view.model.receive({ opened: { id: "news-1", error: "" }, opened_widget: "IPY_MODEL_abc" });
  await vi.waitFor(() => expect(view.find(".lig-opened").contains(shown)).toBe(true));
  view.model.receive({ status: "idle" });
  expect(view.find(".lig-opened").contains(shown)).toBe(true);
  view.button("Close").click();
  expect([view.query().open, removed.mock.calls.length]).toEqual([null, 1]);
  expect(document.activeElement).toBe(line);
});

test("every text that Python saved opens", () => {
  const golden = goldenCorpus();
  const query = { ...golden.query, word: null, search: "" };
  const view = stageCorpus({ kernel: false, state: { ...golden, query, computes: false } });
  const ids = Object.keys(Reflect.get(golden.snapshot, "states"));
  expect(ids.length).toBeGreaterThan(10);
  for (const id of ids) {
    view.ask({ open: id });
    expect(view.find(".lig-opened h2").textContent).toBe(`Text ${id}`);
    expect(view.find(".lig-opened .lig-text").textContent, id).toMatch(/\w/);
    expect(view.find(".lig-opened .lig-problem").textContent, id).toBe("");
  }
});

test("why a text cannot be opened is said", async () => {
  const view = stageCorpus({ state: { query: { open: "news-24" } } });
  view.model.receive({ opened: { id: "news-24", error: "news-24 could not be explained" } });
  expect(view.find(".lig-opened .lig-note").textContent).toBe("news-24 could not be explained");
  view.ask({ open: "news-1" });
  view.model.receive({ opened: { id: "news-1", error: "" }, opened_widget: "IPY_MODEL_abc" });
  await vi.waitFor(() =>
    expect(view.find(".lig-opened").textContent).toContain("not there any more"),
  );
});

test("in a page a text opens from what was saved, and another one says that it was not saved", () => {
  const view = stageCorpus({ kernel: false });
  view.textNodes()[0]?.querySelector("button")?.click();
  expect(view.find(".lig-opened .lig-text").textContent).toContain("Shares in the budget airline");
  view.textNodes()[1]?.querySelector("button")?.click();
  expect(view.el.querySelector(".lig-opened .lig-text")).toBeNull();
  expect(view.find(".lig-opened").textContent).toContain("was not saved");
});

test("a kernel that goes away is said, and what was loaded stays", () => {
  const view = stageCorpus();
  view.page.className = "jupyter-widgets-disconnected";
  view.model.receive({ status: "idle" });
  expect(view.find(".lig-status").textContent).toContain("No kernel is connected.");
  expect(rows(view, "word").length).toBeGreaterThan(0);
  choose(view.select("Label"), "tech");
  expect(view.find(".lig-words").textContent).toContain("not saved, and no kernel is connected");
});

test("without a kernel the sentence has the filters in words", () => {
  const view = stageCorpus({ kernel: false });
  const sentence = () => view.find(".lig-status strong").textContent;
  expect(sentence()).toBe("24 texts");
  view.button("7 texts: gold politics, predicted business").click();
  expect(sentence()).toBe("3 texts: gold politics, predicted business");
});

test("nothing that was drawn before stands where there is no answer", () => {
  const view = stageCorpus({ kernel: false, state: { query: { word: "bank" } } });
  const shown = (/** @type {string} */ selector) => !view.find(selector).closest("[hidden]");
  expect([shown(".lig-word"), shown(".lig-occurrence")]).toEqual([true, true]);
  view.ask({ word: "a word that was not saved", fold_case: true });
  expect([shown(".lig-word"), shown(".lig-occurrence")]).toEqual([false, false]);
  expect(view.find(".lig-words").textContent).toContain("not saved, and no kernel is connected");
});

test("words of a selection are not saved, and that is said", () => {
  const view = stageCorpus({ kernel: false });
  const note = () => view.find(".lig-words .lig-note").textContent;
  expect(note()).toBe("");
  choose(view.select("Show"), "wrong");
  expect(note()).toBe("Words of all texts; those of a selection need the kernel.");
  choose(view.select("Show"), "all");
  choose(view.select("Sort by"), "mean");
  expect(note()).toBe("Of the words with the largest totals; the others need the kernel.");
});

test("a window that was saved without a snapshot says that there are other texts", () => {
  const view = stageCorpus({ texts: textRows(500) });
  view.page.className = "jupyter-widgets-disconnected";
  view.model.receive({ status: "idle" });
  expect(view.el.textContent).toContain("The other texts need the kernel.");
});

test("a removed view listens to nothing", () => {
  const view = stageCorpus();
  expect(view.model.listening()).toBeGreaterThan(0);
  view.cleanup();
  expect([view.model.listening(), view.el.childElementCount]).toEqual([0, 0]);
});

test("plain keys stay in the view, function keys and shortcuts go to the host", () => {
  const view = stageCorpus();
  const seen = /** @type {string[]} */ ([]);
  view.page.addEventListener("keydown", ({ key }) => seen.push(key));
  for (const key of ["d", "ArrowDown", "F1"]) press(view.find("input"), key);
  press(view.find("input"), "s", { ctrlKey: true });
  expect(seen).toEqual(["F1", "s"]);
});

/** @param {string} json */
function addPage(json) {
  const place = document.createElement("div");
  place.className = "flair-lig-corpus-mount";
  const data = document.createElement("script");
  data.type = "application/json";
  data.textContent = json;
  place.append(data);
  document.body.append(place);
  return place;
}

test.each([true, false])(
  "hostile texts, labels and ids are shown as typed, kernel: %s",
  (kernel) => {
    const golden = goldenCorpus();
    const query = { ...golden.query, gold: golden.overview.labels[0] ?? null, search: "<b>" };
    const view = stageCorpus({ kernel, state: { ...golden, query, computes: kernel } });
    for (const label of golden.overview.labels) {
      expect(view.find(".lig-matrix").textContent).toContain(label);
    }
    for (const row of view.textNodes()) row.querySelector("button")?.click();
    expect(view.find(".lig-words .lig-word .lig-name").textContent).toMatch(/./);
    const markup = "img, script, b:not(.lig-find b), iframe, svg[onload]";
    expect([...view.root.querySelectorAll(markup)].map(({ outerHTML }) => outerHTML)).toEqual([]);
    expect(window).not.toHaveProperty("pwned");
  },
);

test("a page mounts every corpus once, and a damaged one says so", () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const good = JSON.stringify(savedState());
  const damaged = JSON.stringify({ ...savedState(), overview: { labels: LABELS } });
  const pages = [good, "{", damaged, good].map(addPage);
  mountCorpora(document);
  mountCorpora(document);
  const problem = (/** @type {number} */ i) => pages[i]?.querySelector(".lig-problem")?.textContent;
  expect(problem(0)).toBe("");
  expect(problem(1)).toContain("its data are damaged (they are not JSON)");
  expect(problem(2)).toContain("its data are damaged (overview.sentence is missing)");
  expect(pages[3]?.querySelectorAll(".jupyter-widgets-disconnected > .flair-lig")).toHaveLength(1);
  expect(pages[3]?.querySelectorAll(".lig-text-row").length).toBeGreaterThan(5);
});

test("the texts of a pair are told apart in the list", () => {
  const [row] = textRows(1);
  if (!row) throw new Error("there is no row");
  row.text = [
    ["A man plays.", 0.5],
    ["\u2029", 0],
    ["Somebody", 0],
    [" sleeps.", -0.5],
  ];
  const view = stageCorpus({ texts: [row] });
  expect(view.textNodes()[0]?.textContent).toContain("A man plays. ¶ Somebody sleeps.");
});

test("a corpus of a regressor has values that words raise and lower, and no labels", () => {
  const texts = textRows(3).map((row) => {
    return { ...row, predicted: [], gold: "3.5", target: "rating", probability: "3.42" };
  });
  const { overview } = corpusState({}, texts);
  const value = {
    labels: ["rating"],
    unit: "units",
    matrix: null,
    explained: "the value of rating",
  };
  const state = { overview: { ...overview, ...value } };
  const view = stageCorpus({ texts, state: { ...state, query: { label: "rating" } } });
  const sides = [...view.el.querySelectorAll(".lig-words .lig-side")];
  expect(sides.map(({ textContent }) => textContent)).toEqual(["raises rating", "lowers rating"]);
  expect(rows(view, "word")[0]?.title).toMatch(/of them raise the value\.$/);
  expect(view.textNodes()[0]?.textContent).toMatch(/^3\.53\.42 for ratingnews-1Shares/);
  rows(view, "word")[0]?.click();
  view.answer();
  expect(view.lines().length).toBeGreaterThan(0);
  expect(view.el.textContent).not.toContain("no label");
});
