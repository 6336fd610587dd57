// What a server writes down is asked for under a key: a try that follows a lost answer hears that answer.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Client } from "./epicrisis.js";
import { ABSENT, cutting, flaky } from "./misbehaving.js";

const URL = process.env.EPICRISIS_URL;
const NOTE = "Patient John Doe, SSN 123-45-6789, denies chest pain.";
const TABLE = new TextEncoder().encode("name,note\nJohn Doe,Denies fever.\n");
const REQUEST = "0b8f4f0e-6f0e-4e2c-9d0b-3c2c5a7f9a11";
const CALLS = {
  redact: (client) => client.redact(NOTE, { policy: "contract-h" }),
  redactBatch: (client) => client.redactBatch([NOTE, "Seen by Dr. John Roe."]),
  redactFile: (client) => client.redactFile(TABLE, { kind: "csv" }),
  reidentify: (client) => client.reidentify("Nothing is sealed here."),
  keepCase: (client) => client.keepCase({ symptoms: ["cough"], text: NOTE, outcome: "J18.9" }),
  differentialFeedback: (client) => client.differentialFeedback(REQUEST, { condition: "I21.9", verdict: "RULED_OUT" }),
  feedback: (client) => client.feedback(REQUEST, { given: "ABSENT", right: "ABSENT" }),
};
const RUNNING = [409, { code: "still-running", detail: "Wait." }, { "Retry-After": "0" }];
const KEPT = [201, { id: "1", agreed: true, engine: "rules", version: "1" }];
const keysOf = (requests) => requests.map((headers) => headers["idempotency-key"]);

/** Count what the audit log says was done. */
async function done() {
  const { rows } = await (await fetch(`${URL}/v1/audit?limit=1000`)).json();
  return rows.filter(({ action }) => ["redact", "reidentify", "case.add"].includes(action)).length;
}

for (const [name, call] of Object.entries(CALLS)) {
  test(`${name} is not done again when its answer is lost`, async () => {
    const before = await done();
    await call(new Client(URL));
    const undisturbed = await done();

    const { requests, lost } = await cutting(URL, 2, (url) => call(new Client(url)));

    const keys = keysOf(requests);
    assert.equal(keys.length, 3);
    assert.equal(new Set(keys).size, 1);
    assert.match(keys[0], /^[0-9a-f]{32}$/);
    assert.ok([200, 201].includes(lost[0].status));
    assert.equal(lost[1].headers["idempotent-replayed"], "true");
    assert.ok(undisturbed > before || ["feedback", "differentialFeedback"].includes(name));
    assert.equal((await done()) - undisturbed, undisturbed - before);
  });
}

test("the answer that was lost is the one that is heard", async () => {
  let heard;
  const { lost } = await cutting(URL, 1, async (url) => {
    heard = await new Client(url).redact(NOTE);
  });

  assert.deepEqual(heard, JSON.parse(lost[0].body));
});

test("every call has a key of its own, which may be chosen and left out", async () => {
  const requests = await flaky([KEPT], async (url) => {
    const client = new Client(url);
    for (const idempotencyKey of [undefined, undefined, "mine", "mine", ""]) {
      await client.feedback(REQUEST, { given: "ABSENT", right: "ABSENT", idempotencyKey });
    }
  });

  const [one, other, ...chosen] = keysOf(requests);
  assert.notEqual(one, other);
  assert.deepEqual(chosen, ["mine", "mine", undefined]);
});

test("a key that no header can carry is told before anything is sent", async () => {
  const requests = await flaky([KEPT], async (url) => {
    for (const idempotencyKey of ["k\r\nX-Other: 1", "\u2603"]) {
      const said = { given: "ABSENT", right: "ABSENT", idempotencyKey };
      await assert.rejects(new Client(url).feedback(REQUEST, said), { code: "invalid-input" });
    }
  });

  assert.equal(requests.length, 0);
});

test("what is being done is waited for", async () => {
  const script = [RUNNING, RUNNING, RUNNING, RUNNING, RUNNING, KEPT];
  const requests = await flaky(script, async (url) => {
    const client = new Client(url, { retries: 1 });
    assert.equal((await client.feedback(REQUEST, { given: "ABSENT", right: "ABSENT" })).agreed, true);
  });

  assert.equal(requests.length, 6);
  assert.equal(new Set(keysOf(requests)).size, 1);
});

test("it is not waited for longer than there is time", async () => {
  const requests = await flaky([[409, RUNNING[1], { "Retry-After": "1" }]], async (url) => {
    const client = new Client(url, { totalSeconds: 0.5 });
    await assert.rejects(client.feedback(REQUEST, { given: "ABSENT", right: "ABSENT" }), { code: "still-running" });
  });

  assert.equal(requests.length, 1);
});

test("what only answers needs no key", async () => {
  const requests = await flaky([[200, ABSENT]], (url) => new Client(url).predict("Denies fever."));

  assert.deepEqual(keysOf(requests), [undefined]);
});
