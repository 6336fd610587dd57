// Versions of an engine that are compared, and whom a request is about, against the server EPICRISIS_URL names.
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { Client } from "./epicrisis.js";
import { ABSENT, flaky } from "./misbehaving.js";

const client = new Client(process.env.EPICRISIS_URL);
// The engine this server has anyway: other files ask it meanwhile, and are answered as ever.
const ARMS = [{ name: "control", weight: 90 }, { name: "next", engine: "rules", weight: 10 }];

after(() => client.endComparison("assertion"));

test("versions are compared and shown until that ends", async () => {
  const { request_id, ...begun } = await client.compareEngines("assertion", ARMS, { salt: "spring-2" });
  const shown = await client.experiments();
  const ended = await client.endComparison("assertion");

  assert.deepEqual(begun.arms.map(({ name, mode, share }) => [name, mode, share]), [
    ["control", "live", 0.9], ["next", "live", 0.1],
  ]);
  assert.deepEqual([begun.salt, begun.set_by], ["spring-2", "api"]);
  assert.deepEqual(shown, [begun]);
  assert.ok(request_id);
  assert.deepEqual(ended.arms, []);
});

test("what people say is said of a version", async () => {
  const { request_id, engine, version } = await client.assess("Denies fever.", { targets: [{ start: 7, end: 12 }] });

  const kept = await client.feedback(request_id, { given: "ABSENT", right: "ABSENT", target: 0, engine, version });

  assert.deepEqual([kept.engine, kept.version, kept.known], [engine, version, true]);
});

test("what cannot be compared has its code", async () => {
  const calls = {
    "unknown-engine": () => client.compareEngines("assertion", [{ name: "next", engine: "oracle" }]),
    "invalid-request": () => client.compareEngines("fortunes", ARMS),
  };

  for (const [code, call] of Object.entries(calls)) await assert.rejects(call(), { code });
});

test("a patient goes with each try of what is asked about them, and with nothing else", async () => {
  const busy = [503, { code: "overloaded" }, { "Retry-After": "0" }];
  const requests = await flaky([busy, [200, ABSENT]], async (url) => {
    const client = new Client(url, { apiKey: "a-key", profile: "a" });
    await client.forPatient("Ñ-7").predict("Denies fever.");
    await client.predict("Denies fever.");
  });

  // Headers carry bytes, which Node reads as Latin-1.
  const sent = requests.map((each) => each["x-patient"] && Buffer.from(each["x-patient"], "latin1").toString());
  assert.deepEqual(sent, ["Ñ-7", "Ñ-7", undefined]);
  assert.deepEqual(requests.map((each) => [each.authorization, each["x-contract"]]), Array(3).fill(["Bearer a-key", "a"]));
});

test("a call that names its patient means that one", async () => {
  const requests = await flaky([[200, {}, { "X-Policy": "p", "X-Engine": "a/1" }]], async (url) => {
    await new Client(url).forPatient("7").redactFile(new Blob(["a"]), { patient: "8" });
  });

  assert.deepEqual(requests.map((each) => each["x-patient"]), ["8"]);
});

test("an id no header carries is told, and not sent", async () => {
  const requests = await flaky([[200, ABSENT]], async (url) => {
    await assert.rejects(new Client(url).forPatient("7\r\nX-Other: 1").predict("Denies fever."), { code: "invalid-input" });
  });

  assert.deepEqual(requests, []);
});

test("a server that answers everybody alike does so for a patient", async () => {
  const { label } = await client.forPatient("4711").predict("The patient denies chest pain.");

  assert.equal(label, "ABSENT");
});
