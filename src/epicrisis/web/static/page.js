// The page: sends the note, shows what was read in it. Nothing is stored, and text enters the page as text only.
import { calm, showFindings, showReading, showWhy } from "./reading.js";

const $ = (id) => document.getElementById(id);
const composer = $("composer");
const note = $("note");
const read = $("read");
const most = Number(composer.dataset.max);
let latest = 0;

composer.addEventListener("submit", (event) => {
  event.preventDefault();
  readNote();
});
note.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) readNote();
});
note.addEventListener("input", countCharacters);
$("use-example").addEventListener("click", () => {
  note.value = $("example").content.textContent.trim();
  countCharacters();
  readNote();
});
$("clear").addEventListener("click", () => {
  latest += 1;
  note.value = "";
  $("results").hidden = true;
  say("summary", "");
  trouble("");
  busy(false);
  countCharacters();
  note.focus();
});
countCharacters();

async function readNote() {
  if (!note.value.trim()) {
    trouble("There is no note yet. Paste one, or read the example.");
    note.focus();
    return;
  }
  const turn = (latest += 1);
  const text = note.value;
  trouble("");
  busy(true);
  say("summary", "Reading…");
  try {
    const annotated = await annotate(text, $("language").value);
    if (turn === latest) show(text, annotated);
  } catch (error) {
    if (turn !== latest) return;
    $("results").hidden = true;
    say("summary", "");
    trouble(error.message);
  } finally {
    if (turn === latest) busy(false);
  }
}

async function annotate(text, language) {
  const question = { text, offset_unit: "utf16" };
  if (language) question.language = language;
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  if ($("key").value.trim()) headers.Authorization = `Bearer ${$("key").value.trim()}`;
  let response;
  try {
    response = await fetch(composer.dataset.action, {
      method: "POST",
      headers,
      body: JSON.stringify(question),
      credentials: "same-origin",
      cache: "no-store",
      referrerPolicy: "no-referrer",
    });
  } catch {
    throw new Error("The server cannot be reached. Your note is still here; try again in a moment.");
  }
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  if (response.status === 401) askForKey();
  if (!answer?.title) throw new Error(`The server answered ${response.status}. Your note is still here; try again in a moment.`);
  const reference = response.status >= 500 ? ` (request ${answer.request_id})` : "";
  throw new Error(`${answer.title}. ${answer.detail}${reference}`);
}

function askForKey() {
  $("credential").hidden = false;
  $("key").focus();
}

function show(text, annotated) {
  const findings = annotated.entities.filter((entity) => entity.assertion);
  $("results").hidden = false;
  showWhy($("why"), null, text, annotated);
  const reading = showReading($("reading"), text, annotated, (entity) => showWhy($("why"), entity, text, annotated));
  showFindings($("findings"), annotated, (entity) => reading.go(entity));
  $("summary").scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
  say(
    "summary",
    `${count(findings.length, "finding")} in ${count(annotated.sentences.length, "sentence")}, read by ${annotated.engine} ${annotated.version}.`,
  );
}

function count(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

function countCharacters() {
  // The server counts code points; so do we, or an emoji would count twice.
  const characters = note.value.length > most ? [...note.value].length : note.value.length;
  say("count", characters > most ? `${count(characters, "character")}, ${count(most, "character")} at most` : count(characters, "character"));
}

function trouble(words) {
  say("trouble", words);
  $("trouble").hidden = !words;
}

function busy(yes) {
  read.setAttribute("aria-busy", String(yes));
  read.textContent = yes ? "Reading…" : "Read";
}

function say(id, words) {
  $(id).textContent = words;
}
