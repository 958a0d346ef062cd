/** The words as a table for a spreadsheet: RFC 4180. */

/** @import { Result } from "./model" */

/** @param {Result} result */
export function toCsv({ words, unit }) {
  const rows = [
    ["rank", "text", `score (${unit})`, "share", "subwords"],
    ...words.map(({ rank, text, score, share, subwords }) => [
      String(rank),
      text,
      String(score),
      share === null ? "" : String(share),
      subwords.join(" "),
    ]),
  ];
  return rows.map((row) => `${row.map(quote).join(",")}\r\n`).join("");
}

/** @param {string} field */
function quote(field) {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
