// Cases that are kept, and their like, against the server EPICRISIS_URL names.
import assert from "node:assert/strict";
import crypto from "node:crypto";
import { test } from "node:test";

import { Client, EpicrisisError } from "./epicrisis.js";
import { flaky } from "./misbehaving.js";

const client = new Client(process.env.EPICRISIS_URL);
const TOLD = {
  age: 93,
  sex: "OTHER",
  symptoms: ["blorbing"],
  text: "Mr. John Doe, MRN 00412317, seen on 3/4/2019. Fever and productive cough. Denies chest pain.",
  outcome: "J18.9",
};
// Other files ask the same server, so cases are told apart by who they are of.
const OURS = { sex: "OTHER" };

/** Keep a case while `use` is under way. */
async function keeping(told, use) {
  const kept = await client.keepCase(told);
  try {
    await use(kept);
  } finally {
    await client.removeCase(kept.id);
  }
}

test("a case is kept without who it was of, and read", async () => {
  await keeping(TOLD, async (kept) => {
    assert.equal(kept.text, "Mr. [NAME], MRN [MRN], seen on 2019. Fever and productive cough. Denies chest pain.");
    assert.deepEqual([kept.age, kept.outcome.code, kept.unmatched], [90, "J18.9", ["blorbing"]]);
    const found = Object.fromEntries(kept.findings.map(({ finding, present }) => [finding, present]));
    assert.deepEqual(found, { fever: true, "cough-productive": true, "chest-pain": false });

    const read = await client.readCase(kept.id);

    assert.deepEqual([read.text, read.findings, read.created_at], [kept.text, kept.findings, kept.created_at]);
  });
});

test("its like is found among those that are asked about, and says why", async () => {
  const symptoms = ["fever", "productive cough", "chest pain", "shortness of breath"];
  await keeping(TOLD, async ({ id }) => {
    const among = { ...OURS, ageFrom: 60, outcome: "J" };
    const { cases, notice } = await client.searchCases({ symptoms }, { among, most: 1 });
    const younger = await client.searchCases({ symptoms }, { among: { ...OURS, ageBelow: 60 } });

    const [{ case: found, score, shared, opposed, only_asked }] = cases;
    assert.equal(found.id, id);
    assert.ok(score > 0 && score < 1);
    assert.deepEqual(new Set(shared.map(({ name }) => name)), new Set(["fever", "productive cough"]));
    assert.deepEqual([opposed, only_asked].map(([{ finding }]) => finding), ["chest-pain", "dyspnea"]);
    assert.match(notice, /no diagnosis/);
    assert.deepEqual(younger.cases, []);
  });
});

test("the like of a kept case is found without itself", async () => {
  await keeping(TOLD, async ({ id }) => {
    await keeping({ ...OURS, symptoms: ["fever", "productive cough"] }, async (other) => {
      const { cases } = await client.searchCases({ like: id }, { among: OURS });

      assert.deepEqual(cases.map(({ case: found }) => found.id), [other.id]);
    });
  });
});

test("what a case turned out to be is said and taken back", async () => {
  await keeping(TOLD, async ({ id }) => {
    assert.equal((await client.concludeCase(id, "J15.9")).outcome.code, "J15.9");
    assert.equal((await client.concludeCase(id, null)).outcome, null);
  });
});

test("a case that is forgotten is not there", async () => {
  const { id } = await client.keepCase({ ...OURS, symptoms: ["cough"] });

  assert.equal((await client.removeCase(id)).removed, id);

  for (const call of [client.readCase(id), client.removeCase(id), client.concludeCase(id, null)]) {
    await assert.rejects(call, { code: "unknown-record", status: 404 });
  }
  await assert.rejects(client.searchCases({ like: crypto.randomUUID() }), { code: "unknown-record" });
});

test("what is refused repeats nothing, and what is no id stands in no address", async () => {
  const calls = [
    [422, () => client.keepCase({})],
    [422, () => client.keepCase({ symptoms: ["cough"], outcome: "Ana Ruiz Prueba" })],
    [422, () => client.searchCases({ symptoms: ["cough"] }, { among: { outcome: "Ana Ruiz Prueba" } })],
    [null, () => client.readCase("Ana Ruiz Prueba")],
    [null, () => client.removeCase("search")],
    [null, () => client.concludeCase("..", "J18.9")],
  ];

  for (const [status, call] of calls) {
    const error = await call().catch((raised) => raised);
    assert.ok(error instanceof EpicrisisError);
    assert.equal(error.status, status);
    assert.doesNotMatch(JSON.stringify([error.message, error.details]), /Ruiz/);
  }
});

test("a search only reads, so it is asked again without a key", async () => {
  const busy = [503, { code: "overloaded", detail: "Try again in a moment." }, { "Retry-After": "0" }];
  const requests = await flaky([busy, [200, { cases: [] }]], async (url) => {
    assert.deepEqual((await new Client(url).searchCases({ symptoms: ["cough"] })).cases, []);
  });

  assert.deepEqual(requests.map((each) => each["idempotency-key"]), [undefined, undefined]);
});
