/** Shortcuts to look at: words that the model may use although they say nothing about a label. */

import { element, inline } from "../elements/dom.js";
import { plural, visible } from "../elements/format.js";
import { createList } from "./list.js";

/** @import { Query, Shortcut } from "./model" */
/** @import { View } from "./source.js" */

/** @param {{ signal: AbortSignal, onCommit: (patch: Partial<Query>) => void }} options */
export function createShortcuts({ signal, onCommit }) {
  const list = createList({
    ...{ signal, name: "find", write },
    onChoose: (/** @type {Shortcut} */ { word, label }) => onCommit({ word, label }),
  });
  const node = element("section", "panel", [element("h2", "", "Shortcuts to look at"), list.node]);

  /** @param {Shortcut} shortcut */
  function write({ word, label, mean, documents, reason }) {
    return [
      inline("name", [
        ...[
          element("b", "", [element("bdi", "", word)]),
          " for ",
          element("bdi", "", visible(label)),
        ],
      ]),
      inline("number", mean),
      inline("caption", `${reason}; in ${plural(documents, "text")}`),
    ];
  }

  /** @param {View} view */
  function draw({ overview: { shortcuts }, query }) {
    node.hidden = shortcuts.length === 0;
    list.draw(shortcuts, ({ word, label }) => word === query.word && label === query.label);
  }

  return { node, draw };
}
