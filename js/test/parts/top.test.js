import { afterEach, expect, test, vi } from "vitest";
import { toCsv } from "../../elements/csv.js";
import { strongest } from "../../parts/top.js";
import { goldenModel, goldenResult } from "../support/fake-model.js";
import { mount } from "../support/mount.js";
import { goldenSpans, rescored } from "../support/results.js";

afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

/** @param {ReturnType<typeof mount>} view */
function rows({ el }) {
  const buttons = /** @type {NodeListOf<HTMLElement>} */ (el.querySelectorAll(".lig-find"));
  return [...buttons].filter((button) => button.closest("[hidden]") === null);
}

test("the strongest of each side are sorted, ten at most, without zeros", () => {
  const all = goldenSpans();
  const words = (/** @type {1 | -1} */ sign) => strongest(all, sign).map((i) => all[i]?.text);
  expect(words(1).slice(0, 4)).toEqual(["bank", "shares", "rates", "central"]);
  expect(words(1)).toHaveLength(10);
  expect(words(-1)).toEqual(["football", "club", "<b>", "🚀"]);
  for (const word of all) word.score = 0;
  expect(strongest(all, 1)).toEqual([]);
});

test("each has its score, and is listed under its side", () => {
  const view = mount(goldenModel({ result: { ...goldenResult(), contrast: "tech" } }));
  expect(rows(view)[0]?.textContent).toBe("bank +1.3100");
  expect(rows(view).at(-1)?.textContent).toBe("🚀 −0.0800");
  const sides = [...view.el.querySelectorAll(".lig-columns .lig-side")];
  expect(sides.map(({ textContent }) => textContent)).toEqual(["for business", "for tech"]);
});

test("choosing one moves to it in the text", () => {
  const view = mount(goldenModel());
  rows(view)[1]?.click();
  expect(document.activeElement).toBe(view.span(11));
  expect(view.tip.hidden).toBe(false);
  expect(view.tip.textContent).toContain("shares");
});

test("a new result keeps the row that has the focus", () => {
  const model = goldenModel();
  const view = mount(model);
  rows(view)[0]?.focus();
  model.receive({ result: rescored((_, word) => (word === 3 ? 9 : 0)) });
  expect(rows(view).map(({ textContent }) => textContent)).toEqual(["raised +9.0000"]);
  expect(document.activeElement).toBe(rows(view)[0]);
});

test("the table is copied, and a message says so", async () => {
  const writeText = vi.fn(async () => {});
  vi.stubGlobal("navigator", { clipboard: { writeText } });
  const { button, find } = mount(goldenModel());
  button("Copy").click();
  await vi.waitFor(() => expect(find(".lig-message").textContent).toBe("Copied 21 rows."));
  expect(writeText).toHaveBeenCalledWith(toCsv(goldenSpans(), "logit"));
});

test.each([{ clipboard: { writeText: () => Promise.reject(new Error("denied")) } }, {}])(
  "without a clipboard the table is shown, ready to be copied",
  async (navigator) => {
    vi.stubGlobal("navigator", navigator);
    const { button, find } = mount(goldenModel());
    const table = /** @type {HTMLTextAreaElement} */ (find(".lig-csv"));
    expect(table.hidden).toBe(true);
    button("Copy").click();
    await vi.waitFor(() => expect(table.hidden).toBe(false));
    expect(table.value.replaceAll("\r\n", "\n")).toBe(
      toCsv(goldenSpans(), "logit").replaceAll("\r\n", "\n"),
    );
    expect(find(".lig-message").textContent).toContain("blocked");
    expect(document.activeElement).toBe(table); // for Ctrl+C
  },
);
