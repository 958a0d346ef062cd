import { afterEach, expect, test, vi } from "vitest";
import { toCsv } from "../csv.js";
import { strongest } from "../top.js";
import { goldenModel, goldenResult } from "./fake-model.js";
import { mount } from "./mount.js";
import { goldenWords, rescored } from "./results.js";

afterEach(() => {
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

/** @param {ReturnType<typeof mount>} view */
function rows({ el }) {
  const buttons = /** @type {NodeListOf<HTMLElement>} */ (el.querySelectorAll(".flair-lig-find"));
  return [...buttons].filter((button) => button.closest("[hidden]") === null);
}

test("the strongest of each side stand in their order, ten at most, and no zero", () => {
  const all = goldenWords();
  const words = (/** @type {1 | -1} */ sign) => strongest(all, sign).map((i) => all[i]?.text);
  expect(words(1).slice(0, 4)).toEqual(["bank", "shares", "rates", "central"]);
  expect(words(1)).toHaveLength(10);
  expect(words(-1)).toEqual(["football", "club", "<b>", "🚀"]);
  for (const word of all) word.score = 0;
  expect(strongest(all, 1)).toEqual([]);
});

test("each is told with its score, under the side that it is on", () => {
  const view = mount(goldenModel({ result: { ...goldenResult(), contrast: "tech" } }));
  expect(rows(view)[0]?.textContent).toBe("bank +1.3100");
  expect(rows(view).at(-1)?.textContent).toBe("🚀 −0.0800");
  const sides = [...view.el.querySelectorAll(".flair-lig-columns .flair-lig-side")];
  expect(sides.map(({ textContent }) => textContent)).toEqual(["for business", "for tech"]);
});

test("choosing one leads to it in the text", () => {
  const view = mount(goldenModel());
  rows(view)[1]?.click();
  expect(document.activeElement).toBe(view.word(11));
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

test("CSV quotes what needs it, and has every number in full", () => {
  const word = { text: 'a "b",\nc', score: -0.1234567890123, share: null, rank: 1 };
  const subwords = ["a", "##b"].map((text) => ({ text, score: 0 }));
  expect(toCsv([{ ...word, subwords }], "logit")).toBe(
    'rank,text,score (logit),share,subwords\r\n1,"a ""b"",\nc",-0.1234567890123,,a ##b\r\n',
  );
});

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])(
  "%o stays text in a spreadsheet",
  (text) => {
    const word = { text, score: -1, share: -0.5, rank: 1, subwords: [{ text, score: -1 }] };
    const cell = /["\r]/.test(text) ? `"'${text}"` : `'${text}`;
    expect(toCsv([word], "logit").slice(38)).toBe(`\r\n1,${cell},-1,-0.5,${cell}\r\n`);
  },
);

test("the table is copied, and it is said", async () => {
  const writeText = vi.fn(async () => {});
  vi.stubGlobal("navigator", { clipboard: { writeText } });
  const { button, find } = mount(goldenModel());
  button("Copy").click();
  await vi.waitFor(() => expect(find(".flair-lig-said").textContent).toBe("Copied 21 rows."));
  expect(writeText).toHaveBeenCalledWith(toCsv(goldenWords(), "logit"));
});

test.each([{ clipboard: { writeText: () => Promise.reject(new Error("denied")) } }, {}])(
  "a clipboard that is refused or not there leaves the table to be copied by hand",
  async (navigator) => {
    vi.stubGlobal("navigator", navigator);
    const { button, find } = mount(goldenModel());
    const table = /** @type {HTMLTextAreaElement} */ (find(".flair-lig-csv"));
    expect(table.hidden).toBe(true);
    button("Copy").click();
    await vi.waitFor(() => expect(table.hidden).toBe(false));
    expect(table.value.replaceAll("\r\n", "\n")).toBe(
      toCsv(goldenWords(), "logit").replaceAll("\r\n", "\n"),
    );
    expect(find(".flair-lig-said").textContent).toContain("refuses");
    expect(document.activeElement).toBe(table); // Ctrl+C is all that is left to do
  },
);
