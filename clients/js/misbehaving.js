// Servers for the tests: one that answers as a script says, and a way to a real one that breaks at the worst moment.
import { createServer, request as ask } from "node:http";

export const ABSENT = { label: "ABSENT", score: 0.98, model_label: "ABSENT", prediction_time_ms: 2, request_id: "7" };

/** Answer as `script` says, one after the other: [status, body, headers], pieces of a stream of events, or null. */
export async function flaky(script, use) {
  const requests = [];
  const server = createServer((request, response) => {
    const said = script[Math.min(requests.length, script.length - 1)];
    requests.push(request.headers);
    if (said === null) return request.socket.destroy();
    if (said.pieces) return streamed(said, response);
    const [status, body, headers, milliseconds = 0] = said;
    setTimeout(() => response.writeHead(status, headers).end(JSON.stringify(body)), milliseconds);
  });
  await listening(server, use);
  return requests;
}

/** Say the `pieces` of a stream one after the other, with `milliseconds` between, and end it. */
async function streamed({ pieces, milliseconds = 0 }, response) {
  response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8", "X-Request-Id": "7" });
  for (const piece of pieces) {
    response.write(piece);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
  response.end();
}

/** Lead to the server at `url`, and hang up in the place of its first `answers`, once it has given them whole. */
export async function cutting(url, answers, use) {
  const [requests, lost] = [[], []];
  const server = createServer((request, response) => {
    requests.push(request.headers);
    const { method, url: path, headers } = request;
    const behind = ask(url + path, { method, headers, agent: false }, async (answer) => {
      const body = Buffer.concat(await answer.toArray());
      if (lost.length >= answers) return response.writeHead(answer.statusCode, answer.headers).end(body);
      lost.push({ status: answer.statusCode, headers: answer.headers, body: body.toString() });
      request.socket.destroy();
    });
    request.pipe(behind);
  });
  await listening(server, use);
  return { requests, lost };
}

async function listening(server, use) {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(`http://127.0.0.1:${server.address().port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
