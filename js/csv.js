/** The words as a table for a spreadsheet: RFC 4180. */

/** @import { Word } from "./pieces.js" */

/**
 * @param {Word[]} words
 * @param {string} unit
 */
export function toCsv(words, unit) {
  const rows = [
    ["rank", "text", `score (${unit})`, "share", "subwords"],
    ...words.map(({ rank, text, score, share, subwords }) => [
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
 * Spreadsheets run what begins like a formula; an apostrophe makes it the text that it is.
 * @param {string} text
 */
function guard(text) {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
