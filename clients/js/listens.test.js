// Recordings: what is heard on the way to a transcript, and what becomes of a stream that breaks.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Client } from "./epicrisis.js";
import { flaky } from "./misbehaving.js";

const AUDIO = new Blob(["OggS"]);
const TRANSCRIPT = { text: "🫀 Denies fever.", seconds: 4, segments: [{ start: 0, end: 16, from_seconds: 0.5 }] };
const BUSY = { status: 503, code: "overloaded", detail: "Try again in a moment.", request_id: "7" };
const event = (type, data) => `id: 1\nevent: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
const progress = (seconds) => event("progress", { seconds, of: 4, percent: seconds * 25 });
const COMPLETE = event("complete", TRANSCRIPT);
const nothing = () => {};

/** Return what `transcribe` answers at `url`, and what was heard before. */
async function listened(url, options) {
  const heard = [];
  const onProgress = ({ seconds, of }) => heard.push([seconds, of]);
  return { transcript: await new Client(url, options).transcribe(AUDIO, { onProgress }), heard };
}

test("hears how far it is and then the words", async () => {
  const pieces = [progress(0), progress(2), event("heartbeat"), progress(4), COMPLETE];
  const requests = await flaky([{ pieces }], async (url) => {
    const { transcript, heard } = await listened(url);

    assert.deepEqual(heard, [[0, 4], [2, 4], [4, 4]]);
    assert.deepEqual(transcript, { request_id: "7", ...TRANSCRIPT });
  });

  assert.equal(requests[0].accept, "text/event-stream");
});

test("events may come in any pieces, their lines ended in any way", async () => {
  for (const ending of ["\n", "\r", "\r\n"]) {
    const whole = Buffer.from((`: hello\n\n${progress(1)}${COMPLETE}`).replaceAll("\n", ending));
    for (const size of [1, 5, 1000]) {
      const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
        whole.subarray(at * size, (at + 1) * size),
      );
      await flaky([{ pieces }], async (url) => {
        const { transcript, heard } = await listened(url);

        assert.deepEqual([heard, transcript.text], [[[1, 4]], TRANSCRIPT.text]);
      });
    }
  }
});

test("an event gives it as long again", async () => {
  const pieces = [event("heartbeat"), progress(1), event("heartbeat"), progress(2), COMPLETE];
  await flaky([{ pieces, milliseconds: 400 }], async (url) => {
    const { transcript } = await listened(url, { totalSeconds: 1, retries: 0 });

    assert.equal(transcript.seconds, 4);
  });
});

test("what onProgress does takes no time of the server", async () => {
  await flaky([{ pieces: [progress(1), COMPLETE] }], async (url) => {
    const onProgress = () => new Promise((resolve) => setTimeout(resolve, 800));
    const patient = new Client(url, { totalSeconds: 0.5, retries: 0 });

    assert.equal((await patient.transcribe(AUDIO, { onProgress })).seconds, 4);
  });
});

test("a server that says no more is given up", async () => {
  for (const after of ["", ": still here\n"]) {
    await flaky([{ pieces: [progress(1), ...Array(8).fill(after)], milliseconds: 300 }], async (url) => {
      await assert.rejects(listened(url, { totalSeconds: 0.7, retries: 0 }), { code: "deadline-exceeded" });
    });
  }
});

test("a stream that breaks begins anew, and one that always breaks is given up", async () => {
  const requests = await flaky([{ pieces: [progress(1)] }, null, { pieces: [progress(2), COMPLETE] }], async (url) => {
    assert.deepEqual((await listened(url)).heard, [[1, 4], [2, 4]]);
  });
  await flaky([{ pieces: [progress(1)] }], async (url) => {
    await assert.rejects(listened(url, { retries: 1 }), { code: "unreachable", message: /broke off/ });
  });

  assert.equal(requests.length, 3);
});

test("not now is asked again, also where an event says so", async () => {
  const requests = await flaky([{ pieces: [event("error", BUSY)] }, [503, BUSY], { pieces: [COMPLETE] }], async (url) => {
    assert.equal((await listened(url)).transcript.seconds, 4);
  });

  assert.equal(requests.length, 3);
});

test("an error is the same in an event and in an answer", async () => {
  for (const [status, code] of [[422, "unreadable-document"], [500, "error"], [503, "missing-dependency"]]) {
    const problem = { status, code, detail: "Send a recording.", request_id: "7" };
    for (const said of [{ pieces: [progress(0), event("error", problem)] }, [status, problem]]) {
      const requests = await flaky([said], async (url) => {
        await assert.rejects(listened(url), { status, code, message: problem.detail, requestId: "7" });
      });

      assert.equal(requests.length, 1);
    }
  }
});

test("another server is told from ours", async () => {
  for (const piece of ["event: complete\ndata: <html>\n\n", event("progress"), event("error")]) {
    await flaky([{ pieces: [piece] }], async (url) => {
      await assert.rejects(listened(url), /see that it is one/);
    });
  }
});

test("what onProgress throws ends the call", async () => {
  const requests = await flaky([{ pieces: [progress(1), COMPLETE] }], async (url) => {
    for (const error of [new TypeError("enough"), new DOMException("enough", "TimeoutError")]) {
      const onProgress = () => {
        throw error;
      };
      await assert.rejects(new Client(url).transcribe(AUDIO, { onProgress }), error);
    }
  });

  assert.equal(requests.length, 2);
});

test("who does not listen is answered at once", async () => {
  const requests = await flaky([[200, TRANSCRIPT]], async (url) => {
    assert.deepEqual(await new Client(url).transcribe(AUDIO, { language: "en" }), TRANSCRIPT);
  });

  assert.equal(requests[0].accept, "application/json");
});

test("the server writes a recording down, or says what to install", async (t) => {
  if (!process.env.EPICRISIS_URL) return t.skip("needs a server");
  const client = new Client(process.env.EPICRISIS_URL, { retries: 0 });

  const error = await client.transcribe(AUDIO, { onProgress: nothing }).catch((raised) => raised);

  assert.ok(["unreadable-document", "unsupported-document", "missing-dependency"].includes(error.code), error.message);
  assert.ok(error.requestId);
});
