/**
 * What the client does with an exchange: its headers, its timeouts, when it asks again, and what comes of it.
 *
 * @module epicrisis/exchange
 */

import { EpicrisisError, failure, refusal, stranger } from "./errors.js";
import { Interrupted, Limit, answerIn, eventsOf, isStream, objectIn } from "./events.js";

/** @typedef {import("./types.js").Options} Options */

/**
 * A request: what is sent, under which key it is done once however often it is sent, and which statuses are answers
 * though they are no success. Where there is `onProgress`, it hears what comes before the answer, as `hears` makes it of
 * what an event says; with a key too, a stream that breaks off goes on where it was.
 *
 * @typedef {object} Asked
 * @property {string} method
 * @property {string} path
 * @property {object} [json]
 * @property {BodyInit} [file]
 * @property {Record<string, string>} [headers]
 * @property {string} [key]
 * @property {number[]} [answers]
 * @property {(heard: any) => unknown} [onProgress]
 * @property {import("./events.js").Hears} [hears]
 */

/** @typedef {import("./errors.js").Received} Received */

// These say: not now. Whatever is asked for may be asked for twice: it changes nothing, or it leaves twice what it leaves
// once, or it carries a key.
const AGAIN = new Set([429, 502, 503, 504]);
// But these, with the same status, last until somebody installs or changes something there.
const LASTING = new Set([
  "missing-dependency", "missing-artifact", "corrupt-artifact", "invalid-settings", "invalid-policy", "invalid-word-list",
]);
// And this: an earlier try under the same key is being done.
const RUNNING = 409;
const FIRST_SECONDS = 0.25;
const MOST_SECONDS = 8;

/** One server, as a client of it sees it. */
export class Exchange {
  #key;
  #fetch;
  #dispatcher;
  /** @type {Record<string, string>} */
  #patient = {};

  /**
   * @param {string} url
   * @param {Options} options
   */
  constructor(url, { apiKey, profile, connectSeconds = 10, totalSeconds = 30, retries = 3, fetch }) {
    this.url = url.replace(/\/+$/, "");
    this.profile = profile;
    this.connectSeconds = connectSeconds;
    this.totalSeconds = totalSeconds;
    this.retries = retries;
    this.#key = apiKey ?? globalThis.process?.env?.EPICRISIS_API_KEY ?? "";
    this.#fetch = fetch ?? globalThis.fetch.bind(globalThis);
    this.#dispatcher = fetch ? undefined : dispatcherOf(connectSeconds);
  }

  /**
   * Return the same server, asked about one patient over the same connections.
   *
   * @param {string} patient
   */
  forPatient(patient) {
    const { profile, connectSeconds, totalSeconds, retries } = this;
    const options = { apiKey: this.#key, profile, connectSeconds, totalSeconds, retries, fetch: this.#fetch };
    const same = new Exchange(this.url, options);
    same.#dispatcher = this.#dispatcher;
    same.#patient = { "X-Patient": inHeader(patient) };
    return same;
  }

  /**
   * Ask for an object.
   *
   * @param {Asked} asked
   * @returns {Promise<any>}
   */
  async object(asked) {
    const received = await this.received(asked);
    const plain = parsed(received);
    if (plain) return plain;
    throw stranger(this.url, received);
  }

  /**
   * Ask until there is an answer, or no time left for one; a refusal is thrown.
   *
   * @param {Asked} asked
   * @returns {Promise<Received>}
   */
  async received(asked) {
    const time = { end: Date.now() + this.totalSeconds * 1000, event: "" };
    for (let done = 0; ; ) {
      const { received, error } = await this.#once(asked, time);
      // What is being done is worth waiting for, however often that takes.
      const running = received?.status === RUNNING && Boolean(asked.key);
      const again = received ? isForNow(received, asked) : error.code === "unreachable";
      const pause = secondsOf(received?.headers.get("retry-after")) + jitter(done);
      if (!running && (!again || done >= this.retries)) return settled(asked, received, error);
      if (Date.now() + pause * 1000 >= time.end) return settled(asked, received, error);
      if (!running) done += 1;
      await new Promise((resolve) => setTimeout(resolve, pause * 1000));
    }
  }

  /**
   * Ask once, and take whatever comes of it; every event gives it as long again.
   *
   * @param {Asked} asked
   * @param {{end: number, event: string}} time `event` is the id of the last that was heard.
   * @returns {Promise<{received: Received, error?: undefined} | {received?: undefined, error: EpicrisisError}>}
   */
  async #once({ method, path, json, file, headers, key, onProgress, hears }, time) {
    /** @type {Record<string, string>} */
    const sent = { Accept: "application/json", ...(json && { "Content-Type": "application/json" }) };
    Object.assign(sent, this.#patient, headers);
    if (this.#key) sent.Authorization = `Bearer ${this.#key}`;
    if (this.profile) sent["X-Contract"] = this.profile;
    if (key) sent["Idempotency-Key"] = key;
    if (key && time.event) sent["Last-Event-ID"] = time.event;
    try {
      new Headers(sent);
    } catch (cause) {
      const told = "A key, a token and the id of a patient go as headers, which are one line of printable text.";
      return { error: new EpicrisisError(told, { code: "invalid-input", cause }) };
    }
    const limit = new Limit();
    try {
      limit.lasts(time.end - Date.now());
      const body = json ? JSON.stringify(json) : file;
      /** @type {RequestInit & {dispatcher?: unknown}} */
      const asked = { method, headers: sent, body, signal: limit.signal, redirect: "error" };
      if (this.#dispatcher) asked.dispatcher = this.#dispatcher;
      const response = await this.#fetch(this.url + path, asked);
      if (response.body && isStream(response.headers)) {
        for await (const event of eventsOf(response.body)) {
          // What whoever is told of it makes of that takes no time of the server.
          limit.stop();
          time.event = event.id || time.event;
          const answer = await answerIn(event, response.headers.get("x-request-id"), onProgress, hears);
          if (answer) return { received: { headers: response.headers, ...answer } };
          time.end = Date.now() + this.totalSeconds * 1000;
          limit.lasts(this.totalSeconds * 1000);
        }
        const told = `${this.url} broke off before it answered; try again in a moment.`;
        return { error: new EpicrisisError(told, { code: "unreachable" }) };
      }
      // Read here: a connection may break in the middle of an answer, too.
      const bytes = new Uint8Array(await response.arrayBuffer());
      return { received: { status: response.status, headers: response.headers, bytes } };
    } catch (cause) {
      if (cause instanceof Interrupted) throw cause.error;
      return { error: failure(cause, this) };
    } finally {
      limit.stop();
    }
  }
}

/**
 * Return what gives a connection `seconds` in Node, or nothing where that is not ours to say.
 *
 * Node's own `fetch` takes a dispatcher; we make one of the kind it has, unless the program has put another in its
 * place (a proxy, a test double). A browser decides by itself for how long it tries to connect.
 *
 * @param {number} seconds
 */
function dispatcherOf(seconds) {
  // Reading `Response` loads what `fetch` is made of, and with it the dispatcher.
  if (!globalThis.process?.versions?.node || !globalThis.Response) return undefined;
  const usual = Reflect.get(globalThis, Symbol.for("undici.globalDispatcher.1"));
  if (usual?.constructor?.name !== "Agent") return undefined;
  // For how long an answer is waited, our own limit says.
  return new usual.constructor({ connect: { timeout: seconds * 1000 }, headersTimeout: 0, bodyTimeout: 0 });
}

/**
 * Return a text as a header carries it, which is in bytes.
 *
 * @param {string} text
 */
export function inHeader(text) {
  return String.fromCharCode(...new TextEncoder().encode(text));
}

/** Return a key nobody else has: 128 bits by chance. */
export function freshKey() {
  const bytes = new Uint8Array(16);
  // Node 18 hands its `crypto` to no module; a key has to be new and not secret, so chance of any kind will do there.
  if (globalThis.crypto?.getRandomValues) globalThis.crypto.getRandomValues(bytes);
  else bytes.forEach((_, place) => (bytes[place] = Math.random() * 256));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Return an answer, or throw what it refuses or why there is none.
 *
 * @param {Asked} asked
 * @param {Received | undefined} received
 * @param {EpicrisisError | undefined} error
 */
function settled({ answers = [] }, received, error) {
  if (!received) throw error;
  const success = received.status >= 200 && received.status < 300;
  if (success || answers.includes(received.status)) return received;
  throw refusal(received.status, parsed(received) ?? {}, received.headers.get("x-request-id"));
}

/**
 * Return the object in an answer, or nothing where there is none.
 *
 * @param {Received} received
 * @returns {Record<string, any> | undefined}
 */
function parsed({ bytes }) {
  return objectIn(new TextDecoder().decode(bytes));
}

/**
 * Return whether an answer says: not now.
 *
 * @param {Received} received
 * @param {Asked} asked
 */
function isForNow(received, { answers = [] }) {
  const { status } = received;
  return AGAIN.has(status) && !answers.includes(status) && !LASTING.has(parsed(received)?.code);
}

/**
 * Return the seconds a `Retry-After` header asks for (RFC 9110, 10.2.3), 0 where we do not understand it.
 *
 * @param {string | null | undefined} retryAfter
 */
function secondsOf(retryAfter) {
  if (!retryAfter) return 0;
  if (/^\d{1,6}$/.test(retryAfter)) return Number(retryAfter);
  return Math.max(0, (Date.parse(retryAfter) - Date.now()) / 1000) || 0;
}

/**
 * Return a pause before the next try. Full jitter: clients that were refused together do not come back together.
 *
 * @param {number} done
 */
function jitter(done) {
  return Math.random() * Math.min(MOST_SECONDS, FIRST_SECONDS * 2 ** done);
}
