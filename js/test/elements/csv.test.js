import { expect, test } from "vitest";
import { toCsv } from "../../elements/csv.js";

test("CSV quotes fields where needed, and has numbers in full precision", () => {
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
