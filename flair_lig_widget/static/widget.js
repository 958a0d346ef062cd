// js/commit.js
function createCommit(save, stillness = 250) {
  let draft = {};
  let timer;
  function flush() {
    clearTimeout(timer);
    if (Object.keys(draft).length === 0) return;
    const patch = draft;
    draft = {};
    save(patch);
  }
  return {
    /** What is wished for and not yet saved. */
    draft: () => draft,
    /** @param {Partial<Request>} patch */
    later(patch) {
      draft = { ...draft, ...patch };
      clearTimeout(timer);
      timer = setTimeout(flush, stillness);
    },
    /** @param {Partial<Request>} patch */
    now(patch) {
      draft = { ...draft, ...patch };
      flush();
    },
    flush
  };
}

// js/dom.js
function element(tag, className = "", content = []) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...typeof content === "string" ? [content] : content);
  return made;
}
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// js/format.js
function decimal(x, digits) {
  const size = Math.abs(x);
  const fixed = size.toFixed(digits);
  const text = size > 0 && Number(fixed) === 0 ? size.toPrecision(1) : fixed;
  return x < 0 ? `\u2212${text}` : text;
}
function signed(x, digits) {
  return x > 0 ? `+${decimal(x, digits)}` : decimal(x, digits);
}
function percent(fraction) {
  return `${decimal(fraction * 100, 1)} %`;
}
function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

// js/steps.js
var STOPS = [2, 3, 4, 5, 7, 9, 11, 13, 15, 17, 20, 25, 33, 40, 50, 65, 80, 100, 129, 160, 200];
STOPS.push(257, 300, 400, 500, 700, 1e3);
function stopsWith(n) {
  return STOPS.includes(n) ? STOPS : [...STOPS, n].sort((a, b) => a - b);
}
function wishForSteps(method, n) {
  return method === "auto" ? { method: "riemann_trapezoid", n_steps: n } : { n_steps: n };
}
function createSteps(signal, propose, settle) {
  const slider = element("input");
  slider.type = "range";
  slider.min = "0";
  const number = element("output");
  number.ariaHidden = "true";
  const hint = element("small", "flair-lig-hint");
  const label = element("label", "flair-lig-field", [element("span", "", "Steps"), slider]);
  const field = element("div", "flair-lig-steps", [label, number, hint]);
  let stops = STOPS;
  let method = "";
  slider.addEventListener(
    "input",
    () => propose(wishForSteps(method, stops[slider.valueAsNumber] ?? 0)),
    { signal }
  );
  slider.addEventListener("change", settle, { signal });
  function draw(view) {
    method = view.method;
    const n = view.n_steps ?? view.result?.n_steps;
    if (n !== void 0 && !stops.includes(n)) stops = stopsWith(n);
    slider.max = String(stops.length - 1);
    slider.value = String(stops.indexOf(n ?? 50));
    slider.ariaValueText = n === void 0 ? "not known yet" : plural(n, "step");
    setText(number, n === void 0 ? "\u2013" : String(n));
    setText(hint, method === "auto" ? "set by the tolerance" : "");
    slider.title = method === "auto" ? "The tolerance chooses the number of steps. Move the slider to choose it yourself." : "How many points of the path the scores are made from.";
  }
  return { field, draw };
}

// js/controls.js
var METHOD_NAMES = {
  auto: "auto",
  gausslegendre: "Gauss-Legendre",
  riemann_left: "left Riemann",
  riemann_right: "right Riemann",
  riemann_middle: "midpoint",
  riemann_trapezoid: "trapezoid"
};
function wishForMethod(method) {
  return method === "auto" ? { method, n_steps: null } : { method };
}
function targetOptions({ labels, result, target }) {
  const prediction = result?.prediction ?? [];
  const predicted = result?.predicted ?? [];
  const known = prediction.map(([label]) => label);
  const options = prediction.map(([label, probability]) => [
    label,
    `${label}, ${percent(probability)}${predicted.includes(label) ? " (predicted)" : ""}`
  ]);
  if (target === null && result === null) options.push(["", "the predicted label"]);
  const rest = /* @__PURE__ */ new Set([...labels, ...target === null ? [] : [target]]);
  for (const label of rest) if (!known.includes(label)) options.push([label, label]);
  return options;
}
function createControls(signal, { propose, decide, settle }) {
  const target = createSelect("Explain", signal, (label) => decide({ target: label }));
  const method = createSelect("Method", signal, (name) => decide(wishForMethod(name)));
  const steps = createSteps(signal, propose, settle);
  const box = element("fieldset", "flair-lig-controls", [target.field, method.field, steps.field]);
  box.ariaLabel = "What to explain, and how";
  function draw(view) {
    target.draw(targetOptions(view), view.target ?? view.result?.target ?? "");
    const methods = /* @__PURE__ */ new Set([...view.methods, view.method]);
    method.draw(
      [...methods].map((name) => [name, METHOD_NAMES[name] ?? name]),
      view.method
    );
    steps.draw(view);
    box.disabled = !view.live;
    box.title = view.live ? "" : "No kernel is connected, so nothing can be computed anew.";
  }
  return { node: box, draw };
}
function createSelect(name, signal, choose) {
  const select = element("select");
  const field = element("label", "flair-lig-field", [element("span", "", name), select]);
  select.addEventListener("change", () => choose(select.value), { signal });
  let drawn = "";
  function draw(options, value) {
    const wanted = JSON.stringify(options);
    if (wanted !== drawn) {
      const made = options.map(([value2, text]) => {
        const option = element("option", "", text);
        option.value = value2;
        return option;
      });
      select.replaceChildren(...made);
      drawn = wanted;
    }
    select.value = value;
  }
  return { field, draw };
}

// js/color.js
function peak(words) {
  return words.reduce((most, { score }) => Math.max(most, Math.abs(score)), 0);
}
function tone(score, most) {
  if (score === 0 || most === 0) return { side: "none", strength: 0 };
  return { side: score > 0 ? "for" : "against", strength: Math.abs(score) / most };
}

// js/heatmap.js
var WORD = "flair-lig-word";
function createHeatmap() {
  const text = element("div", "flair-lig-text");
  text.role = "group";
  text.dir = "auto";
  let words = [];
  let drawn = null;
  function draw({ result }) {
    if (result === null || result === drawn) return;
    if (JSON.stringify(result.segments) !== JSON.stringify(drawn?.segments)) write(result);
    drawn = result;
    text.ariaLabel = `The text; the colour of a word is its part in ${result.explained}`;
    const most = peak(result.words);
    for (const word of words) {
      const { side, strength } = tone(result.words[indexOf(word)]?.score ?? 0, most);
      word.className = side === "none" ? WORD : `${WORD} flair-lig-${side}`;
      word.style.setProperty("--flair-lig-strength", strength.toFixed(3));
    }
  }
  function write({ segments }) {
    const focused = text.querySelector(":focus") !== null;
    words = [];
    text.replaceChildren(
      ...segments.map(([piece, index]) => {
        if (index === null) return piece;
        if (index === "unseen") return unseen(piece);
        const word = element("span", WORD, piece);
        word.dataset.word = String(index);
        word.tabIndex = words.length === 0 ? 0 : -1;
        words.push(word);
        return word;
      })
    );
    if (focused) words[0]?.focus();
  }
  return { node: text, draw };
}
function unseen(piece) {
  const made = element("span", "flair-lig-unseen", piece);
  made.title = "not read by the model";
  return made;
}
function indexOf(word) {
  return Number(word.dataset.word);
}
function wordAt({ target }) {
  return target instanceof HTMLElement ? target.closest(`.${WORD}`) : null;
}

// js/legend.js
function createLegend() {
  const against = element("span", "flair-lig-side flair-lig-against");
  const least = element("span");
  const unit = element("span");
  const most = element("span");
  const side = element("span", "flair-lig-side flair-lig-for");
  const bar = element("div", "flair-lig-bar");
  const scale = element("div", "flair-lig-scale", [bar, least, unit, most]);
  const legend = element("div", "flair-lig-legend", [against, scale, side]);
  function draw({ result }) {
    const top = peak(result?.words ?? []);
    legend.hidden = top === 0;
    if (result === null) return;
    const { target, contrast } = result;
    setText(against, contrast === null ? `against ${target}` : `for ${contrast}`);
    setText(side, `for ${target}`);
    setText(least, `\u2212${decimal(top, 3)}`);
    setText(unit, result.unit);
    setText(most, `+${decimal(top, 3)}`);
  }
  return { node: legend, draw };
}

// js/roving.js
function addRoving(text, signal) {
  text.addEventListener(
    "keydown",
    (event) => {
      const word = wordAt(event);
      if (word === null || event.ctrlKey || event.metaKey || event.altKey) return;
      const words = (
        /** @type {NodeListOf<HTMLElement>} */
        text.querySelectorAll("[data-word]")
      );
      const here = [...words].indexOf(word);
      const next = words[destination(event.key, here, words.length, isRightToLeft(text))];
      if (next === void 0) return;
      event.preventDefault();
      next.focus();
    },
    { signal }
  );
  text.addEventListener(
    "focusin",
    (event) => {
      const word = wordAt(event);
      if (word === null) return;
      for (const other of text.querySelectorAll("[tabindex='0']")) {
        other.tabIndex = -1;
      }
      word.tabIndex = 0;
    },
    { signal }
  );
}
function destination(key, here, count, rightToLeft) {
  const forward = rightToLeft ? "ArrowLeft" : "ArrowRight";
  const back = rightToLeft ? "ArrowRight" : "ArrowLeft";
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  if (key === forward || key === "ArrowDown") return Math.min(here + 1, count - 1);
  if (key === back || key === "ArrowUp") return Math.max(here - 1, 0);
  return -1;
}
function isRightToLeft(text) {
  return getComputedStyle(text).direction === "rtl";
}

// js/state.js
var REQUEST = [
  "text",
  "target",
  "contrast",
  "output",
  "method",
  "n_steps",
  "tolerance",
  "baseline",
  "layer",
  "precision"
];
var TRAITS = [...REQUEST, "labels", "methods", "status", "progress", "error", "result"];
function readView(model, draft, live) {
  const traits = Object.fromEntries(TRAITS.map((name) => [name, model.get(name)]));
  const state = (
    /** @type {State} */
    { ...traits, ...draft }
  );
  const result = "segments" in (state.result ?? {}) ? (
    /** @type {Result} */
    state.result
  ) : null;
  const status = state.status === "running" && !live ? "idle" : state.status;
  const stale = status === "running" || result !== null && !answers(result, state);
  return { ...state, status, result, live, stale };
}
function answers(result, wished) {
  const asked = (
    /** @type {[keyof Request, unknown][]} */
    Object.entries(result.request)
  );
  return asked.every(([key, value]) => (wished[key] ?? null) === value);
}

// js/status.js
function summary(result) {
  const { value, baseline_value, delta, relative_delta, unit, rounding } = result;
  const size = relative_delta === null ? "" : ` (${percent(Math.abs(relative_delta))})`;
  const facts = [
    `f(x) ${decimal(value, 3)}`,
    `f(x\u2032) ${decimal(baseline_value, 3)}`,
    `delta ${decimal(delta, 3)} ${unit}${size}`,
    plural(result.n_evaluations, "evaluation")
  ];
  const within = result.error_estimate;
  facts.push(
    within === null ? "error of the scores not known" : `scores within ${percent(within)}`
  );
  if (rounding !== null) facts.push(`${result.precision}, rounding ${percent(rounding)}`);
  if (result.special_score !== 0) {
    facts.push(`special tokens hold ${signed(result.special_score, 4)} ${unit}`);
  }
  return `${predictedLabels(result)}Explaining ${result.explained}: ${facts.join(", ")}.`;
}
function predictedLabels({ prediction, predicted }) {
  const chosen = prediction.filter(([label]) => predicted.includes(label)).map(([label, probability]) => `${label} (${percent(probability)})`);
  if (chosen.length > 0) return `Predicted ${chosen.join(", ")}. `;
  const [closest] = prediction;
  if (closest === void 0) return "";
  return `Predicted no label; ${closest[0]} comes closest (${percent(closest[1])}). `;
}
function warning({ relative_delta, converged, n_steps, request }) {
  const warnings = [];
  if (converged === false) {
    const steps = plural(n_steps, "step");
    const goal = percent(request.tolerance);
    warnings.push(`not converged: ${steps} did not reach the tolerance of ${goal}.`);
  }
  if (relative_delta === null) warnings.push("f(x) equals f(x\u2032), so no share exists.");
  return warnings.join(" ");
}
function createStatus() {
  const facts = element("span", "flair-lig-summary");
  const notes = element("div", "flair-lig-note");
  const alarm = element("div", "flair-lig-warning");
  const failure = element("div", "flair-lig-error");
  const doing = element("span");
  const bar = element("progress");
  bar.ariaLabel = "Progress";
  const activity = element("span", "flair-lig-activity", [doing, bar]);
  const parts = [facts, " ", activity, notes, alarm, failure];
  const status = element("div", "flair-lig-status", parts);
  status.role = "status";
  status.ariaLive = "polite";
  status.ariaAtomic = "false";
  function draw({ result, status: now, progress, error }) {
    const running = now === "running";
    setText(facts, result ? summary(result) : "");
    setText(notes, result ? result.notes.join(" ") : "");
    setText(alarm, result && !running ? warning(result) : "");
    setText(failure, now === "error" ? error : "");
    setText(doing, running ? "Computing\u2026" : "");
    bar.hidden = !running;
    if (running && progress > 0) bar.value = progress;
    else bar.removeAttribute("value");
  }
  return { node: status, draw };
}

// js/tooltip.js
var GAP = 6;
var GRACE = 100;
function describe({ text, score, share, rank, subwords }, { unit, words }) {
  const whole = subwords.some((each) => each.toLowerCase().includes(text.toLowerCase()));
  return {
    score: `${signed(score, 4)} ${unit}`,
    share: share === null ? "no share: f(x) = f(x\u2032)" : `${percent(share)} of f(x) \u2212 f(x\u2032)`,
    rank: `rank ${rank} of ${words.length}`,
    read: whole ? "" : `read as ${subwords.join(" ")}`
  };
}
function place({ first, last }, tip, root) {
  const above = first.top - tip.height - GAP;
  const fits = above >= Math.max(root.top, 0);
  const line = fits ? first : last;
  const left = line.left + line.width / 2 - tip.width / 2 - root.left;
  return {
    left: Math.max(0, Math.min(left, root.width - tip.width)),
    top: (fits ? above : last.bottom + GAP) - root.top
  };
}
function createTooltip(root, text, signal) {
  const name = element("strong");
  name.dir = "auto";
  const [score, share, rank] = [element("span"), element("span"), element("span")];
  const read = element("span", "flair-lig-read");
  const tip = element("div", "flair-lig-tooltip", [name, score, share, rank, read]);
  tip.role = "tooltip";
  tip.id = `flair-lig-${Math.random().toString(36).slice(2)}`;
  tip.hidden = true;
  let hovered = null;
  let focused = null;
  let open = null;
  let drawn = null;
  let leaving;
  function update() {
    const next = hovered ?? focused;
    if (open !== next) open?.removeAttribute("aria-describedby");
    open = next;
    const word = open && drawn?.words[indexOf(open)];
    tip.hidden = !word;
    if (!open || !word || !drawn) return;
    open.setAttribute("aria-describedby", tip.id);
    const lines = describe(word, drawn);
    name.textContent = word.text;
    score.textContent = lines.score;
    share.textContent = lines.share;
    rank.textContent = lines.rank;
    read.textContent = lines.read;
    const rects = open.getClientRects();
    const [first, last] = [rects[0], rects[rects.length - 1]];
    if (!first || !last) return;
    const { left, top } = place(
      { first, last },
      tip.getBoundingClientRect(),
      root.getBoundingClientRect()
    );
    tip.style.left = `${left}px`;
    tip.style.top = `${top}px`;
  }
  function hover(word) {
    clearTimeout(leaving);
    const enter = () => {
      hovered = word;
      update();
    };
    if (word) enter();
    else leaving = setTimeout(enter, GRACE);
  }
  function focus(word) {
    focused = word;
    update();
  }
  function close(event) {
    if (event.key !== "Escape" || open === null) return;
    event.stopPropagation();
    hovered = focused = null;
    update();
  }
  text.addEventListener("pointerover", (event) => hover(wordAt(event)), { signal });
  text.addEventListener("pointerleave", () => hover(null), { signal });
  text.addEventListener("focusin", (event) => focus(wordAt(event)), { signal });
  text.addEventListener("focusout", () => focus(null), { signal });
  document.addEventListener("keydown", close, { signal, capture: true });
  const resized = new ResizeObserver(update);
  resized.observe(root);
  signal.addEventListener("abort", () => {
    resized.disconnect();
    clearTimeout(leaving);
  });
  function draw({ result }) {
    drawn = result;
    if (!hovered?.isConnected) hovered = null;
    if (!focused?.isConnected) focused = null;
    update();
  }
  return { node: tip, draw };
}

// js/widget.js
var DISCONNECTED = "jupyter-widgets-disconnected";
function render({ model, el, signal }) {
  const life = new AbortController();
  const root = element("div", "flair-lig");
  const commit = createCommit((patch) => {
    for (const [name, value] of Object.entries(patch)) {
      model.set(
        /** @type {keyof State} */
        name,
        value
      );
    }
    model.save_changes();
  });
  const controls = createControls(life.signal, {
    propose: (patch) => {
      commit.later(patch);
      draw();
    },
    decide: commit.now,
    settle: commit.flush
  });
  const heatmap = createHeatmap();
  const tooltip = createTooltip(root, heatmap.node, life.signal);
  const parts = [controls, heatmap, createLegend(), createStatus(), tooltip];
  addRoving(heatmap.node, life.signal);
  function draw() {
    const view = readView(model, commit.draft(), el.closest(`.${DISCONNECTED}`) === null);
    root.classList.toggle("flair-lig-stale", view.stale);
    for (const part of parts) part.draw(view);
  }
  function cleanup() {
    if (life.signal.aborted) return;
    for (const name of TRAITS) model.off(`change:${name}`, draw);
    commit.flush();
    life.abort();
    root.remove();
  }
  root.addEventListener(
    "keydown",
    (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
    },
    { signal: life.signal }
  );
  for (const name of TRAITS) model.on(`change:${name}`, draw);
  const connection = new MutationObserver(draw);
  connection.observe(el, { attributes: true, attributeFilter: ["class"] });
  life.signal.addEventListener("abort", () => connection.disconnect());
  signal?.addEventListener("abort", cleanup);
  root.append(...parts.map((part) => part.node));
  el.append(root);
  draw();
  return cleanup;
}
var widget_default = (
  /** @satisfies {AnyWidget<State>} */
  { render }
);
export {
  widget_default as default
};
