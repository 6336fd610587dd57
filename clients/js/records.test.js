// Files and what a note records, against the server EPICRISIS_URL names.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Client, EpicrisisError } from "./epicrisis.js";
import { flaky } from "./misbehaving.js";

const client = new Client(process.env.EPICRISIS_URL);
const NOTE = "🫀 ALLERGIES: Penicillin.\nHe denies chest pain. History of hypertension.";
const RTF = new TextEncoder().encode("{\\rtf1\\ansi \\u-10179?\\u-9216? He denies chest pain.}");

test("a file is answered with the documents in it", async () => {
  const { documents, request_id } = await client.read(new Blob([RTF]), { boxes: true });

  assert.deepEqual(documents.map(({ kind, offset_unit, boxes }) => [kind, offset_unit, boxes]), [["rtf", "utf16", []]]);
  assert.match(documents[0].text, /He denies chest pain\./);
  assert.ok(request_id);
});

test("places of a record are those of strings in JavaScript", async () => {
  const { denied, problems, request_id } = await client.extract(NOTE, { language: "en" });

  const found = [...denied, ...problems];
  assert.deepEqual(denied.map(({ name, status }) => [name.text, status]), [["chest pain", "ABSENT"]]);
  assert.deepEqual(found.map(({ name: { start, end } }) => NOTE.slice(start, end)), found.map(({ name }) => name.text));
  assert.ok(request_id);
});

test("places count what is asked for", async () => {
  const { denied, offset_unit } = await client.extract(NOTE, { offsetUnit: "code_point" });

  assert.equal(offset_unit, "code_point");
  assert.equal(denied[0].name.start, NOTE.indexOf("chest pain") - 1);
});

test("one note of a batch fails alone", async () => {
  const { documents } = await client.extractBatch([NOTE, { id: "empty", text: " " }, "He denies fever."]);

  assert.deepEqual(documents.map(({ id }) => id), ["1", "empty", "3"]);
  assert.deepEqual(documents.map(({ problem }) => problem?.code), [undefined, "empty-text", undefined]);
});

test("a note is told in short, and where it says so", async () => {
  const { summary, words, statements, engine } = await client.summarize(NOTE, { maxWords: 8, minWords: 1 });

  assert.ok(words <= 8 && summary.length > 0);
  assert.equal(engine, "salience");
  assert.deepEqual(statements.map(({ spans: [{ start, end }] }) => NOTE.slice(start, end)), statements.map(({ text }) => text));
});

test("one summary of a batch fails alone", async () => {
  const { documents } = await client.summarizeBatch([NOTE, { id: "empty", text: " " }], { maxWords: 8 });

  assert.deepEqual(documents.map(({ problem }) => problem?.code), [undefined, "empty-text"]);
});

test("a record is told in FHIR", async () => {
  const bundle = await client.extractFhir(NOTE);

  assert.deepEqual([bundle.resourceType, bundle.type], ["Bundle", "document"]);
});

test("a document of a file has its record beside its text", async () => {
  const [{ file, record }] = await client.extractFile(RTF, { kind: "rtf" });

  const [{ name }] = record.denied;
  assert.equal(file.text.slice(name.start, name.end), "chest pain");
});

test("a text without a record has its error in its place, and what is wrong with all of them is thrown", async () => {
  const read = { documents: [{ kind: "text", text: " " }, { kind: "text", text: "Fever." }] };
  const empty = [422, { code: "empty-text", detail: "Nothing to read." }];
  await flaky([[200, read], empty, [200, { id: "1", problems: [] }]], async (url) => {
    const [first, second] = await new Client(url).extractFile(RTF);

    assert.equal(first.error.code, "empty-text");
    assert.deepEqual(second.record, { id: "1", problems: [] });
  });
  await flaky([[200, read], [401, { code: "unauthenticated", detail: "Who are you?" }]], async (url) => {
    await assert.rejects(new Client(url).extractFile(RTF), { code: "unauthenticated" });
  });
});

test("what is refused has its code", async () => {
  const calls = {
    "unreadable-document": () => client.read(new Blob([RTF]), { kind: "pdf" }),
    "unsupported-document": () => client.read(new Blob(["GIF89a", new Uint8Array(40)])),
    "invalid-request": () => client.read(new Blob([RTF]), { kind: "parquet" }),
    "empty-text": () => client.extract(" "),
    "unknown-language": () => client.extractFhir("Fever.", { language: "fr" }),
  };

  for (const [code, call] of Object.entries(calls)) {
    const error = await call().catch((raised) => raised);
    assert.ok(error instanceof EpicrisisError, code);
    assert.equal(error.code, code);
  }
});

test("what stays missing is not asked for again", async () => {
  const requests = await flaky([[503, { code: "missing-dependency", detail: "Install it." }]], async (url) => {
    await assert.rejects(new Client(url).read(RTF), { code: "missing-dependency", message: "Install it." });
  });

  assert.equal(requests.length, 1);
});
