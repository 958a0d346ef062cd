/** The spans as a table for a spreadsheet (CSV, RFC 4180). */

/** @import { Span } from "../state/spans.js" */

/**
 * @param {Span[]} spans
 * @param {string} unit
 */
export function toCsv(spans, unit) {
  const rows = [
    ["rank", "text", `score (${unit})`, "share", "subwords"],
    ...spans.map(({ rank, text, score, share, subwords }) => [
      String(rank),
      guard(text),
      String(score),
      share === null ? "" : String(share),
      guard(subwords.map(({ text }) => text).join(" ")),
    ]),
  ];
  return rows.map((row) => `${row.map(quote).join(",")}\r\n`).join("");
}

/** @param {string} field */
function quote(field) {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/**
 * Spreadsheets evaluate text that looks like a formula; a leading apostrophe prevents that.
 * @param {string} text
 */
function guard(text) {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
