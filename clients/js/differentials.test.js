// What may explain a case, against the server EPICRISIS_URL names.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { test } from "node:test";

import { Client } from "./epicrisis.js";
import { flaky } from "./misbehaving.js";

const client = new Client(process.env.EPICRISIS_URL);

test("symptoms are answered with conditions, their evidence and the notice", async () => {
  const told = { age: 65, sex: "MALE", symptoms: ["chest pain", "no fever", "blorbing"], conditions: ["hypertension"] };

  const { hypotheses, case: heard, notice, request_id } = await client.differentials(told, { most: 3 });

  assert.equal(hypotheses.length, 3);
  assert.ok(hypotheses.every(({ confidence, code }) => confidence >= 0 && confidence <= 1 && code.code));
  assert.ok(hypotheses.some(({ supporting }) => supporting.some(({ finding, weight }) => finding === "chest-pain" && weight > 0)));
  const found = heard.findings.map(({ finding, present, source }) => [finding, present, source]);
  assert.deepEqual(found.slice(0, 2), [["chest-pain", true, "symptoms/0"], ["fever", false, "symptoms/1"]]);
  assert.deepEqual(heard.unmatched, ["blorbing"]);
  assert.match(notice, /no diagnosis/);
  assert.ok(request_id);
});

test("places in a note are those of strings in JavaScript", async () => {
  const text = "🫀 She has chest pain. She denies fever.";

  const { case: heard, offset_unit } = await client.differentials({ text }, { language: "en" });

  assert.equal(offset_unit, "utf16");
  const spans = heard.findings.map(({ span }) => span);
  assert.ok(spans.length >= 2);
  assert.deepEqual(spans.map(({ start, end }) => text.slice(start, end)), spans.map((span) => span.text));
});

test("a case is told in Spanish", async () => {
  const { language, notice } = await client.differentials({ symptoms: ["dolor torácico"] }, { language: "es" });

  assert.equal(language, "es");
  assert.match(notice, /no es un diagnóstico/);
});

test("what is refused has its code, and repeats nothing", async () => {
  for (const told of [{}, { symptoms: ["cough"], age: -3 }, { findings: [{ finding: "Ana Ruiz Prueba" }] }]) {
    await assert.rejects(client.differentials(told), (error) => {
      assert.equal(error.status, 422);
      assert.doesNotMatch(JSON.stringify([error.message, error.details]), /Ruiz/);
      return true;
    });
  }
});

test("what became of a condition is kept once, and counted where the answer is known", async () => {
  const { request_id, engine, hypotheses } = await client.differentials({ symptoms: ["chest pain"], age: 65 }, { most: 1 });
  const said = { condition: hypotheses[0].code.code, final: "I20.0" };

  const kept = await client.differentialFeedback(request_id, { ...said, verdict: "RULED_OUT" });
  const again = await client.differentialFeedback(request_id, { ...said, verdict: "CONFIRMED" });
  const unknown = await client.differentialFeedback(crypto.randomUUID(), { ...said, verdict: "MISSED" });

  assert.deepEqual([kept.verdict, again.verdict, again.id], ["RULED_OUT", "CONFIRMED", kept.id]);
  assert.deepEqual([kept.engine, kept.known, unknown.known], [engine, true, false]);
});

test("it only reads, so it is asked again without a key", async () => {
  const busy = [503, { code: "overloaded", detail: "Try again in a moment." }, { "Retry-After": "0" }];
  const requests = await flaky([busy, [200, { hypotheses: [] }]], async (url) => {
    assert.deepEqual((await new Client(url).differentials({ symptoms: ["cough"] })).hypotheses, []);
  });

  assert.deepEqual(requests.map((each) => each["idempotency-key"]), [undefined, undefined]);
});
