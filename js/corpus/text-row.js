/** One text of the list: its labels, its id, and the beginning of the text with its colours. */

import { element, inline } from "../elements/dom.js";
import { inOneLine } from "../elements/format.js";
import { labelsOf } from "./labels.js";
import { isValue } from "./query.js";
import { tinted } from "./tint.js";

/** @import { TextRow } from "./model" */
/** @import { View } from "./source.js" */

const SHOWN = 500; // characters: more than two lines have room for

/**
 * The beginning of a text.
 * @param {TextRow["text"]} parts
 */
export function beginning(parts) {
  let room = SHOWN;
  return parts.flatMap(([text, strength]) => {
    const part = inOneLine(text.slice(0, Math.max(0, room)));
    room -= text.length;
    if (!part) return [];
    return [strength === 0 ? part : tinted(part, strength)];
  });
}

/** Its place in the list has the same height whatever the text. */
export function createTextRow() {
  const button = element("button", "text-row");
  button.type = "button";
  const node = element("li", "", [button]);
  /** @type {TextRow | null | undefined} */
  let drawn;

  /**
   * @param {TextRow | null} row null = not fetched yet
   * @param {number} place
   * @param {number} total
   * @param {Pick<View, "query" | "overview">} view
   */
  function draw(row, place, total, { query, overview }) {
    node.style.setProperty("--lig-place", String(place));
    node.ariaPosInSet = String(place + 1);
    node.ariaSetSize = String(total);
    button.ariaPressed = String(row !== null && row.id === query.open);
    if (row === drawn) return;
    drawn = row;
    button.ariaDisabled = String(row === null || row.error !== null); // it has nothing to open
    button.replaceChildren(...(row ? write(row, isValue(overview)) : ["…"]));
  }

  return { node, button, draw, row: () => drawn };
}

/**
 * @param {TextRow} row
 * @param {boolean} hasValue whether it has a value in place of labels
 */
function write(row, hasValue) {
  const { id, gold, predicted, target, probability, error, text } = row;
  const labels = error === null && !hasValue ? labelsOf(row) : element("bdi", "name", gold ?? "");
  const explained = predicted.length === 1 && predicted[0] === target ? "" : target;
  const about = inline("caption", [
    ...[probability, explained && " for ", element("bdi", "", explained)],
  ]);
  const name = element("bdi", "name id", id);
  name.title = id;
  const start = inline("headline text-start", [
    ...[inline("wrong", error ?? ""), error === null ? "" : " "],
    ...beginning(text),
  ]);
  start.dir = "auto";
  return [inline("text-facts", [labels, about, name]), start];
}
