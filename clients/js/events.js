/**
 * What is told before an answer, as server-sent events (WHATWG HTML, 9.2); the last of them is the answer.
 *
 * `EventSource` is no help here: it sends no file.
 *
 * @module epicrisis/events
 */

/** @typedef {{type: string, data: string, id: string}} Event */
/** @typedef {import("./types.js").Heard} Heard */
/** @typedef {(told: Record<string, any>) => object | undefined | null} Hears */

// No server of ours says this; whoever reads the answer will say so.
const NONSENSE = { status: 200, bytes: new Uint8Array() };

/** Carries what the caller's own `onProgress` threw past all who look for a failure of the connection. */
export class Interrupted {
  /** @param {unknown} error */
  constructor(error) {
    this.error = error;
  }
}

/**
 * Return whether an answer is a stream of events; what is refused at once is not.
 *
 * @param {Headers} headers
 */
export function isStream(headers) {
  return (headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase() === "text/event-stream";
}

/**
 * Yield the events of a body as they arrive; one that does not end is none.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<Event, void, void>}
 */
export async function* eventsOf(body) {
  let [type, id, data] = ["", "", /** @type {string[]} */ ([])];
  for await (const line of linesOf(body)) {
    if (line === "") {
      if (data.length) yield { type: type || "message", data: data.join("\n"), id };
      [type, data] = ["", []];
    }
    const [, name, value = ""] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (name === "event") type = value;
    if (name === "data") data.push(value);
    if (name === "id" && /^\d+$/.test(value)) id = value;
  }
}

/**
 * Yield the lines of a body. A line may end in CR, LF or both, and the two may come in different pieces.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<string, void, void>}
 */
async function* linesOf(body) {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let [rest, afterReturn] = ["", false];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      let piece = decoder.decode(value, { stream: true });
      if (!piece) continue;
      if (afterReturn && piece.startsWith("\n")) piece = piece.slice(1);
      afterReturn = piece.endsWith("\r");
      const lines = piece.split(/\r\n|\r|\n/);
      lines[0] = rest + lines[0];
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } finally {
    // Whoever reads no further wants no more of it.
    reader.cancel().catch(() => {});
  }
}

/**
 * Return the answer that an event brings, or nothing where it goes on; `onProgress` hears how far it is.
 *
 * The answer is what would have come without a stream: a success, or a refusal with its own status.
 *
 * @param {Event} event
 * @param {string | null} requestId
 * @param {((heard: any) => unknown) | undefined} onProgress
 * @param {Hears} [hears] Makes what is heard of what an event says; null is nothing to hear, undefined is nonsense.
 * @returns {Promise<{status: number, bytes: Uint8Array} | undefined>}
 */
export async function answerIn({ type, data }, requestId, onProgress, hears = secondsHeard) {
  if (!["progress", "complete", "error"].includes(type)) return undefined;
  const plain = objectIn(data);
  if (!plain) return NONSENSE;
  const { type: _, ...told } = plain;
  const bytes = new TextEncoder().encode(JSON.stringify({ request_id: requestId, ...told }));
  if (type === "complete") return { status: 200, bytes };
  if (type === "error") return Number.isInteger(told.status) ? { status: told.status, bytes } : NONSENSE;
  const heard = hears(told);
  if (heard === undefined) return NONSENSE;
  try {
    if (heard) await onProgress?.(heard);
  } catch (error) {
    throw new Interrupted(error);
  }
  return undefined;
}

/**
 * Return how much of a recording has been heard; null before it is known how long it is.
 *
 * @type {Hears}
 */
function secondsHeard({ seconds, of }) {
  if (typeof seconds !== "number") return undefined;
  return of === 0 ? null : { seconds, of };
}

/**
 * Return the object that `text` is in JSON, or nothing where it is none.
 *
 * @param {string} text
 * @returns {Record<string, any> | undefined}
 */
export function objectIn(text) {
  try {
    const plain = JSON.parse(text);
    return plain !== null && typeof plain === "object" && !Array.isArray(plain) ? plain : undefined;
  } catch {
    return undefined;
  }
}

/** Ends what takes longer than it may, by its `signal`. */
export class Limit {
  #controller = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** What is aborted when the time is over. */
  get signal() {
    return this.#controller.signal;
  }

  /**
   * Wait for so long from now on.
   *
   * @param {number} milliseconds
   */
  lasts(milliseconds) {
    this.stop();
    const late = () => this.#controller.abort(new DOMException("The answer did not end in time.", "TimeoutError"));
    this.#timer = setTimeout(late, Math.max(1, milliseconds));
  }

  /** Wait no more. */
  stop() {
    clearTimeout(this.#timer);
  }
}
