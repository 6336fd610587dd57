// Batches, names, redactions and files, against the server EPICRISIS_URL names.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Client, EpicrisisError } from "./epicrisis.js";
import { flaky } from "./misbehaving.js";

const client = new Client(process.env.EPICRISIS_URL);
const NOTES = ["🫀 Denies chest pain.", { id: "empty", text: "" }, "History of hypertension."];
const NOTE = "🫀 Patient John Doe, SSN 123-45-6789, denies chest pain.";

for (const name of ["annotateBatch", "assessBatch", "namedBatch", "redactBatch"]) {
  test(`${name} keeps the order, and a bad note fails alone`, async () => {
    const { documents, request_id } = await client[name](NOTES);

    assert.deepEqual(documents.map(({ id }) => id), ["1", "empty", "3"]);
    assert.deepEqual(documents.map(({ problem }) => problem?.code), [undefined, "empty-text", undefined]);
    assert.ok(request_id);
  });
}

test("each text of a batch has targets of its own", async () => {
  const [text] = NOTES;
  const start = text.indexOf("chest pain");

  const { documents } = await client.assessBatch([{ text, targets: [{ start, end: start + 10 }] }, NOTES[2]]);

  assert.deepEqual(documents[0].assertions.map(({ text, status }) => [text, status]), [["chest pain", "ABSENT"]]);
  assert.deepEqual(documents[1].assertions.map(({ text, status }) => [text, status]), [["hypertension", "PRESENT"]]);
});

test("names what a note speaks of, in both languages", async () => {
  const { entities, label_sets } = await client.named(NOTES[0], { labelSets: ["clinical"] });

  assert.deepEqual(label_sets, ["clinical"]);
  assert.deepEqual(
    entities.map(({ start, end, label, label_es }) => [NOTES[0].slice(start, end), label, label_es]),
    [["chest pain", "PROBLEM", "PROBLEMA"]],
  );
});

test("a redacted note says where everything was and is", async () => {
  const { text, replacements, counts } = await client.redact(NOTE, { policy: "contract-h", explain: true });

  assert.deepEqual(counts, { NAME: 1, SSN: 1 });
  assert.deepEqual(replacements.map(({ original: { start, end } }) => NOTE.slice(start, end)), ["John Doe", "123-45-6789"]);
  assert.deepEqual(replacements.map(({ start, end }) => text.slice(start, end)), ["[REDACTED]", "[REDACTED]"]);
  assert.ok(replacements.every(({ found_by }) => found_by));
});

test("dates of one patient move together, in notes and in files", async () => {
  const how = { policy: "research", patient: "Ñ-7" };

  const note = await client.redact("Seen on 03/04/2019.", how);
  const file = await client.redactFile(new Blob(["when\n03/04/2019\n"]), { ...how, kind: "csv" });

  const moved = note.replacements[0].text;
  assert.notEqual(moved, "03/04/2019");
  assert.ok(new TextDecoder().decode(file.data).includes(moved));
});

test("a file comes back as it was, without names", async () => {
  const table = "id,note,dose\n7,Mr. John Roe denies fever.,Mr. John Roe\n";
  const rules = { id: "remove", dose: "keep" };

  const file = await client.redactFile(new Blob([table]), { kind: "csv", policy: "contract-h", rules });

  assert.equal(new TextDecoder().decode(file.data), "id,note,dose\n,Mr. [REDACTED] denies fever.,Mr. John Roe\n");
  assert.deepEqual([file.media_type, file.policy, file.counts], ["text/csv", "contract-h", { NAME: 1 }]);
  assert.ok(file.engine && file.version && file.request_id);
});

test("what is refused has its code", async () => {
  const calls = {
    "unknown-policy": () => client.redact("Denies fever.", { policy: "nobody-knows" }),
    "unreadable-document": () => client.redactFile(new Blob(["%PDF-1.7 cut off"]), { kind: "pdf" }),
    "invalid-input": () => client.redactFile(new Blob(["a,b\n"]), { rules: { a: "remove" } }),
  };

  for (const [code, call] of Object.entries(calls)) {
    const error = await call().catch((raised) => raised);
    assert.ok(error instanceof EpicrisisError, code);
    assert.equal(error.code, code);
  }
});

test("a file of another server is told from ours", async () => {
  await flaky([[200, {}]], async (url) => {
    await assert.rejects(new Client(url).redactFile(new Blob(["a"])), /see that it is one/);
  });
});
