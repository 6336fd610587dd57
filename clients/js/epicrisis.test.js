// Run by tests/e2e/test_js_client.py, which starts the server EPICRISIS_URL names.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Client, EpicrisisError } from "./epicrisis.js";
import { ABSENT, flaky } from "./misbehaving.js";

const URL = process.env.EPICRISIS_URL;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const NOTE = "🫀 Denies chest pain. History of hypertension.";
test("predicts one sentence", async () => {
  const answer = await new Client(URL).predict("The patient denies chest pain.");

  assert.equal(answer.label, "ABSENT");
  assert.match(answer.request_id, UUID);
});

test("predicts a batch in order, and a bad item fails alone", async () => {
  const { predictions, batch_size } = await new Client(URL).predictBatch([
    "The patient denies chest pain.",
    "",
    "He has a history of hypertension.",
  ]);

  assert.deepEqual(predictions.map(({ label }) => label), ["ABSENT", null, "PRESENT"]);
  assert.ok("sentences.1" in predictions[1].error.details);
  assert.equal(batch_size, 3);
});

test("says how the server is", async () => {
  const health = await new Client(URL).healthCheck();

  assert.equal(health.healthy, true);
  assert.ok(health.system_metrics.memory_mb > 0);
});

test("says what labels sentences and which engines there are", async () => {
  const client = new Client(URL);

  const [{ labels }, engines] = [await client.modelInfo(), await client.engines()];

  assert.deepEqual(new Set(labels), new Set(["PRESENT", "ABSENT", "POSSIBLE", "CONDITIONAL"]));
  assert.ok(engines.some(({ name }) => name === "rules"));
});

test("a server that is not ready is an answer", async () => {
  const unwell = { status: "unhealthy", model_loaded: false };
  const requests = await flaky([[503, unwell]], async (url) => {
    assert.equal((await new Client(url).healthCheck()).healthy, false);
  });

  assert.equal(requests.length, 1);
});

test("offsets are those of strings in JavaScript", async () => {
  const { entities, request_id } = await new Client(URL).annotate(NOTE);

  assert.deepEqual(entities.map(({ start, end }) => NOTE.slice(start, end)), ["chest pain", "hypertension"]);
  assert.deepEqual(entities.map(({ assertion }) => assertion.status), ["ABSENT", "PRESENT"]);
  assert.match(request_id, UUID);
});

test("assesses findings somebody marked", async () => {
  const start = NOTE.indexOf("hypertension");
  const targets = [{ start, end: start + 12 }];

  const { assertions } = await new Client(URL).assess(NOTE, { targets, scheme: "i2b2" });

  assert.deepEqual(assertions.map(({ text, status }) => [text, status]), [["hypertension", "PRESENT"]]);
  assert.equal(assertions[0].projections.i2b2, "present");
});

test("speaks a profile", async () => {
  const { label } = await new Client(URL, { profile: "a" }).predict("Suspected cardiac arrhythmia.");

  assert.equal(label, "CONDITIONAL");
});

test("what the server refuses has a code, a status and a request id", async () => {
  const client = new Client(URL);

  const refused = await client.annotate("").catch((error) => error);
  const unfit = await client.predict("\ud800").catch((error) => error);

  assert.ok(refused instanceof EpicrisisError);
  assert.deepEqual([refused.code, refused.status], ["empty-text", 422]);
  assert.match(refused.requestId, UUID);
  assert.deepEqual([unfit.code, unfit.status], ["ValidationError", 400]);
  assert.ok("sentence" in unfit.details);
});

for (const status of [429, 502, 503, 504]) {
  test(`asks again after ${status}`, async () => {
    const script = [[status, {}], [status, {}, { "Retry-After": "0" }], [200, ABSENT]];
    const requests = await flaky(script, async (url) => {
      assert.equal((await new Client(url).predict("Denies fever.")).label, "ABSENT");
    });

    assert.equal(requests.length, 3);
  });
}

test("asks again when the connection breaks", async () => {
  const requests = await flaky([null, [200, ABSENT]], async (url) => {
    assert.equal((await new Client(url).predict("Denies fever.")).label, "ABSENT");
  });

  assert.equal(requests.length, 2);
});

test("does not wait for longer than it has", async () => {
  const requests = await flaky([[429, { message: "Wait." }, { "Retry-After": "60" }]], async (url) => {
    await assert.rejects(new Client(url).predict("Denies fever."), { status: 429, message: "Wait." });
  });

  assert.equal(requests.length, 1);
});

test("asks once where asking again would not help", async () => {
  const requests = await flaky([[500, {}]], async (url) => {
    await assert.rejects(new Client(url).predict("Denies fever."), { status: 500 });
  });

  assert.equal(requests.length, 1);
});

test("an answer that takes too long is given up", async () => {
  await flaky([[200, ABSENT, {}, 3_000]], async (url) => {
    const client = new Client(url, { totalSeconds: 0.3 });
    await assert.rejects(client.predict("Denies fever."), { code: "deadline-exceeded" });
  });
});

test("a server that is not there is unreachable", async () => {
  const client = new Client("http://127.0.0.1:9", { retries: 1 });

  await assert.rejects(client.predict("Denies fever."), { code: "unreachable" });
});

test("a server that takes no connection is given up after connectSeconds", async (t) => {
  if (!process.env.EPICRISIS_SILENT_URL) return t.skip("needs a server that is silent, which tests/silent.py is");
  const client = new Client(process.env.EPICRISIS_SILENT_URL, { connectSeconds: 1, totalSeconds: 20, retries: 0 });
  const begun = Date.now();

  await assert.rejects(client.predict("Denies fever."), { code: "unreachable", message: /within 1 s/ });

  assert.ok(Date.now() - begun < 8_000);
});

test("another server is told from ours", async () => {
  await flaky([[200, []]], async (url) => {
    await assert.rejects(new Client(url).predict("Denies fever."), /see that it is one/);
  });
});

test("a key comes from the argument or the environment, and stays in the client", async () => {
  process.env.EPICRISIS_API_KEY = "from-the-environment";
  const requests = await flaky([[200, ABSENT]], async (url) => {
    await new Client(url).predict("Denies fever.");
    await new Client(url, { apiKey: "given" }).predict("Denies fever.");
  });
  delete process.env.EPICRISIS_API_KEY;

  assert.deepEqual(requests.map(({ authorization }) => authorization), ["Bearer from-the-environment", "Bearer given"]);
  assert.ok(!JSON.stringify(new Client(URL, { apiKey: "a-secret" })).includes("a-secret"));
});
