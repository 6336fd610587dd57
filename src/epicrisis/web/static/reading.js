// Draws an annotated note: the text with its findings, the reason for one of them, and all of them in tables.
// Offsets are UTF-16 units, as JavaScript strings count.

const ORDER = ["PRESENT", "POSSIBLE", "CONDITIONAL", "HYPOTHETICAL", "ABSENT", "NORMAL"];

/** Shows the text and returns `go(entity)`, which moves the reader to an entity; `onPoint(entity)` tells where they are. */
export function showReading(place, text, annotated, onPoint) {
  const cueParts = new Map();
  const marks = new Map();
  const shown = outermost(annotated.entities, text.length);
  const plain = wordsOf(text, annotated, cueParts);

  const pieces = [];
  let done = 0;
  for (const entity of shown) {
    pieces.push(...plain(done, entity.start));
    const mark = element("span", entity.assertion ? "finding" : "attribute");
    if (entity.assertion) {
      mark.dataset.status = entity.assertion.status;
      mark.setAttribute("role", "button");
      mark.setAttribute("aria-label", `${entity.text}: ${words(entity.assertion.status)}`);
      marks.set(entity, mark);
    } else {
      mark.title = words(entity.label);
    }
    mark.append(...plain(entity.start, entity.end));
    pieces.push(mark);
    done = entity.end;
  }
  pieces.push(...plain(done, text.length));
  place.replaceChildren(...pieces);

  const entities = [...marks.keys()];
  const entityAt = new Map(entities.map((entity) => [marks.get(entity), entity]));
  const point = (entity) => {
    for (const lit of place.querySelectorAll(".lit")) lit.classList.remove("lit");
    marks.get(entity)?.classList.add("lit");
    for (const cue of entity.assertion.cues) for (const part of cueParts.get(cue.start) ?? []) part.classList.add("lit");
    onPoint(entity);
  };
  const go = (entity) => {
    // An entity inside a longer one has no mark of its own; the longer one shows where it stands.
    const near = marks.get(entity) ?? marks.get(shown.find((other) => other.start < entity.end && entity.start < other.end));
    for (const mark of marks.values()) mark.tabIndex = -1;
    if (near) {
      near.tabIndex = 0;
      near.focus({ preventScroll: true });
      near.scrollIntoView({ block: "center", behavior: calm() ? "auto" : "smooth" });
    }
    point(entity);
  };
  for (const [index, mark] of [...marks.values()].entries()) mark.tabIndex = index === 0 ? 0 : -1;
  // Focus does not bubble, so each mark listens; everything else is heard once, by the note.
  const pointed = (event) => {
    const entity = entityAt.get(event.target.closest(".finding"));
    if (entity) point(entity);
  };
  for (const mark of marks.values()) mark.onfocus = pointed;
  place.onmouseover = pointed;
  place.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const here = entities.indexOf(entityAt.get(document.activeElement));
    if (!step || here < 0) return;
    event.preventDefault();
    go(entities[Math.min(Math.max(here + step, 0), entities.length - 1)]);
  };
  return { go };
}

/** Returns a function that gives `text[start:end]` as nodes, cues and headings wrapped; wrapped cues enter `cueParts`. */
function wordsOf(text, annotated, cueParts) {
  // One number per character: which cue stands there, counted from 1, and whether a heading does.
  const cueAt = new Int32Array(text.length);
  const headingAt = new Uint8Array(text.length);
  annotated.cues.forEach((cue, index) => cueAt.fill(index + 1, cue.start, cue.end));
  for (const { heading } of annotated.sections) if (heading) headingAt.fill(1, heading.start, heading.end);

  return (start, end) => {
    const nodes = [];
    for (let from = start, to; from < end; from = to) {
      for (to = from + 1; to < end && cueAt[to] === cueAt[from] && headingAt[to] === headingAt[from]; to += 1);
      const cue = annotated.cues[cueAt[from] - 1];
      const name = [cue && "cue", headingAt[from] && "heading"].filter(Boolean).join(" ");
      const said = text.slice(from, to);
      const node = name ? element("span", name, said) : document.createTextNode(said);
      if (cue) cueParts.set(cue.start, [...(cueParts.get(cue.start) ?? []), node]);
      nodes.push(node);
    }
    return nodes;
  };
}

/** Says why `entity` has its status, with the sentence it stands in. */
export function showWhy(place, entity, text, annotated) {
  if (!entity) {
    place.replaceChildren(element("p", "hint", "Point at a finding, or move to it with the keyboard."));
    return;
  }
  const { assertion } = entity;
  const heading = element("h3", "", entity.text);
  const chips = element("p", "chips");
  const status = element("span", "finding", words(assertion.status));
  status.dataset.status = assertion.status;
  chips.append(status, element("span", "chip", words(entity.label)));
  if (assertion.temporality !== "CURRENT") chips.append(element("span", "chip", words(assertion.temporality)));
  if (assertion.experiencer !== "PATIENT") chips.append(element("span", "chip", whose(assertion.experiencer)));
  chips.append(element("span", "chip", `${percent(assertion.confidence)} sure`));

  const because = assertion.cues.length
    ? `Because of ${assertion.cues.map((cue) => `“${cue.text}”`).join(", ")}.`
    : "No cue speaks against it, so it is read as it stands.";
  const parts = [heading, chips, element("p", "", because)];
  if (assertion.conflict) {
    const { engine, status: other } = assertion.conflict;
    parts.push(element("p", "", `Engines disagree: ${engine} reads it as ${words(other)}. Check this one yourself.`));
  }
  const sentence = annotated.sentences.find((each) => each.start <= entity.start && entity.end <= each.end);
  if (sentence) parts.push(element("blockquote", "", text.slice(sentence.start, sentence.end).trim()));
  place.replaceChildren(...parts);
}

/** Lists the findings, one table per status; `onChoose(entity)` is called for the one chosen. */
export function showFindings(place, annotated, onChoose) {
  const tables = ORDER.map((status) => [status, annotated.entities.filter((entity) => entity.assertion?.status === status)])
    .filter(([, entities]) => entities.length)
    .map(([status, entities]) => table(status, entities, onChoose));
  place.replaceChildren(...(tables.length ? tables : [element("p", "hint", "Nothing was found in this note.")]));
}

function table(status, entities, onChoose) {
  const made = element("table");
  made.dataset.status = status;
  const caption = element("caption", "", `${words(status)} `);
  caption.append(element("span", "hint", String(entities.length)));
  const head = element("tr");
  for (const title of ["Finding", "Kind", "Because", "Sure"]) {
    const cell = element("th", title === "Sure" ? "sure" : "", title);
    cell.scope = "col";
    head.append(cell);
  }
  const body = element("tbody");
  for (const entity of entities) {
    const { assertion } = entity;
    const button = element("button", "", entity.text);
    button.type = "button";
    button.addEventListener("click", () => onChoose(entity));
    const finding = element("td");
    finding.append(button);
    const whoWhen = [
      assertion.experiencer === "PATIENT" ? "" : whose(assertion.experiencer),
      assertion.temporality === "CURRENT" ? "" : words(assertion.temporality),
    ].filter(Boolean);
    if (whoWhen.length) finding.append(element("div", "hint", whoWhen.join(", ")));
    if (assertion.conflict) finding.append(element("div", "hint", "engines disagree"));
    const row = element("tr");
    row.append(
      finding,
      element("td", "", words(entity.label)),
      element("td", "", assertion.cues.map((cue) => cue.text).join(", ")),
      element("td", "sure", percent(assertion.confidence)),
    );
    body.append(row);
  }
  const header = element("thead");
  header.append(head);
  made.append(caption, header, body);
  return made;
}

/** Returns entities of which none overlaps another: findings before attributes, the longer before the shorter. */
function outermost(entities, length) {
  const taken = new Uint8Array(length);
  const wanted = [...entities].sort((a, b) => !a.assertion - !b.assertion || b.end - b.start - (a.end - a.start));
  return wanted
    .filter(({ start, end }) => !taken.subarray(start, end).includes(1) && taken.fill(1, start, end))
    .sort((a, b) => a.start - b.start);
}

function element(name, className = "", textContent = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = textContent;
  return made;
}

function words(value) {
  return value.toLowerCase();
}

function whose(experiencer) {
  return experiencer === "FAMILY" ? "family" : "someone else";
}

function percent(share) {
  return `${Math.round(share * 100)} %`;
}

/** Returns whether the reader asked for no moving pictures. */
export function calm() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
