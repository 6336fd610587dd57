// Patients: what is sent for a record and for an EHR, and a stream that breaks and goes on where it was.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Client } from "./epicrisis.js";
import { flaky } from "./misbehaving.js";

const SUMMARY = { markdown: "## Clinical Assessment\n", sections: [], mode: "rule", asked: "rule", fallbacks: [] };
const BUNDLE = { resourceType: "Bundle", entry: [] };
const event = (id, type, data) => `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;

test("a bundle is asked about in JSON, and other records as files", async () => {
  const answer = [200, SUMMARY, { "Content-Type": "application/json" }];
  const requests = await flaky([answer, answer, answer], async (url) => {
    const client = new Client(url);
    assert.equal((await client.summarizePatient(BUNDLE, { mode: "rule" })).markdown, SUMMARY.markdown);
    await client.summarizePatient(new TextEncoder().encode("MSH|^~\\&|"), { language: "es", readNotes: false });
    await client.summarizePatient(null, { patient: "p1", ehr: "main", token: "t" });
  });

  assert.deepEqual(requests.map((each) => each["content-type"]), [
    "application/json", "application/octet-stream", "application/json",
  ]);
});

test("a stream that breaks goes on where it was", async () => {
  const progress = (id, percent) => event(id, "progress", { stage: "reading", percent });
  const heard = [];
  const script = [{ pieces: [progress(1, 0), progress(2, 25)] }, { pieces: [progress(3, 65), event(4, "complete", SUMMARY)] }];
  const requests = await flaky(script, async (url) => {
    const onProgress = ({ stage, percent }) => heard.push(`${stage} ${percent}`);
    assert.equal((await new Client(url).summarizePatient(BUNDLE, { onProgress })).mode, "rule");
  });

  assert.deepEqual(heard, ["reading 0", "reading 25", "reading 65"]);
  assert.equal(requests[1]["last-event-id"], "2");
  assert.equal(requests[0]["last-event-id"], undefined);
  assert.ok(requests[0]["idempotency-key"]);
  assert.equal(requests[0]["idempotency-key"], requests[1]["idempotency-key"]);
});

test("the server summarises a record, and says how far it is", async (t) => {
  if (!process.env.EPICRISIS_URL) return t.skip("needs a server");
  const client = new Client(process.env.EPICRISIS_URL);
  const subject = { reference: "Patient/p1" };
  const resources = [{ resourceType: "Patient", id: "p1" }, { resourceType: "Condition", code: { text: "Gout" }, subject }];
  const record = { resourceType: "Bundle", type: "collection", entry: resources.map((resource) => ({ resource })) };
  const stages = [];

  const told = await client.summarizePatient(record, { onProgress: ({ stage }) => stages.push(stage) });
  const file = await client.summarizePatient(new TextEncoder().encode(JSON.stringify(record)), { language: "es" });
  const ips = await client.patientIps(record);

  assert.match(told.markdown, /Gout/);
  assert.deepEqual([told.mode, file.language, ips.type], ["rule", "es", "document"]);
  assert.equal(stages[0], "started");
});
