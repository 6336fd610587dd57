/**
 * Asks a server of epicrisis, from Node 18 or newer or from a browser.
 *
 *     import { Client } from "./epicrisis.js";
 *
 *     const client = new Client("http://127.0.0.1:8080");
 *     const { label } = await client.predict("The patient denies chest pain.");
 *
 * @module epicrisis
 */

/**
 * What one sentence says; `model_label` is `label` in three labels, a condition counted as a possibility.
 *
 * @typedef {object} Prediction
 * @property {"PRESENT" | "ABSENT" | "POSSIBLE" | "CONDITIONAL"} label
 * @property {number} score
 * @property {"PRESENT" | "ABSENT" | "POSSIBLE"} model_label
 * @property {number} prediction_time_ms
 * @property {string} request_id
 */

/**
 * The place of a sentence that could not be read, and why.
 *
 * @typedef {object} Unread
 * @property {null} label
 * @property {{error: string, message: string, details: Record<string, string>}} error
 * @property {string} request_id
 */

/**
 * What each sentence of a batch says, in order.
 *
 * @typedef {object} Predictions
 * @property {Array<Prediction | Unread>} predictions
 * @property {number} batch_size
 * @property {number} total_prediction_time_ms
 * @property {string} request_id
 */

/**
 * How the server is; `healthy` is false where it may not be asked yet.
 *
 * @typedef {object} Health
 * @property {boolean} healthy
 * @property {string} status
 * @property {string} model_name
 * @property {string} version
 * @property {number} uptime_seconds
 * @property {number} total_predictions
 * @property {Record<string, number>} system_metrics
 */

/**
 * How a client asks. `totalSeconds` covers every try of a call and the pauses between. The key is taken from the
 * environment variable EPICRISIS_API_KEY where there is an environment and none is given.
 *
 * @typedef {object} Options
 * @property {string} [apiKey]
 * @property {"a" | "b"} [profile] the edition of contracts A and B to speak; their union by default
 * @property {number} [totalSeconds]
 * @property {number} [retries]
 * @property {typeof globalThis.fetch} [fetch]
 */

/** What came over the wire. @typedef {{status: number, headers: Headers, text: string}} Received */

/** A stretch of the text, `[start, end)`. @typedef {{start: number, end: number}} Span */

/** What counts as one: a UTF-16 unit, as strings of JavaScript do. @typedef {"utf16" | "code_point" | "byte"} Unit */

// These say: not now. Nothing a client asks for changes anything by being asked for twice, so it may ask again.
const AGAIN = new Set([429, 502, 503, 504]);
const FIRST_SECONDS = 0.25;
const MOST_SECONDS = 8;

/** Why there is no answer: build on its `code`, and quote its `requestId` to ask about it. */
export class EpicrisisError extends Error {
  /**
   * @param {string} message
   * @param {{code?: string, status?: number | null, requestId?: string | null, details?: Record<string, string>,
   *   cause?: unknown}} [about]
   */
  constructor(message, { code = "error", status = null, requestId = null, details = {}, cause } = {}) {
    super(message, { cause });
    this.name = "EpicrisisError";
    this.code = code;
    this.status = status;
    this.requestId = requestId;
    this.details = details;
  }
}

/** Asks one server; what is refused for the moment is asked for again. Every method rejects with `EpicrisisError`. */
export class Client {
  #key;
  #fetch;

  /**
   * @param {string} [url]
   * @param {Options} [options]
   */
  constructor(url = "http://127.0.0.1:8080", { apiKey, profile, totalSeconds = 30, retries = 3, fetch } = {}) {
    this.url = url.replace(/\/+$/, "");
    this.profile = profile;
    this.totalSeconds = totalSeconds;
    this.retries = retries;
    this.#key = apiKey ?? globalThis.process?.env?.EPICRISIS_API_KEY ?? "";
    this.#fetch = fetch ?? globalThis.fetch.bind(globalThis);
  }

  /**
   * Say what `sentence` says: PRESENT, ABSENT, POSSIBLE or CONDITIONAL.
   *
   * @param {string} sentence
   * @returns {Promise<Prediction>}
   */
  predict(sentence) {
    return this.#ask("POST", "/predict", { sentence });
  }

  /**
   * Say what each of up to 100 `sentences` says; one that cannot be read fails alone.
   *
   * @param {string[]} sentences
   * @returns {Promise<Predictions>}
   */
  predictBatch(sentences) {
    return this.#ask("POST", "/predict/batch", { sentences });
  }

  /**
   * Say how the server is; one that is not ready yet is an answer, not an error.
   *
   * @returns {Promise<Health>}
   */
  async healthCheck() {
    const health = await this.#ask("GET", "/health", undefined, [503]);
    return { ...health, healthy: health.model_loaded === true && health.status !== "unhealthy" };
  }

  /**
   * Find everything the note `text` names, and what it says of it.
   *
   * @param {string} text
   * @param {{language?: string, offsetUnit?: Unit}} [options]
   * @returns {Promise<Record<string, any>>} as `POST /v1/annotations` answers
   */
  annotate(text, { language, offsetUnit = "utf16" } = {}) {
    return this.#ask("POST", "/v1/annotations", { text, language, offset_unit: offsetUnit });
  }

  /**
   * Say what `text` says of the findings at `targets` or, without any, of those marked or found in it.
   *
   * @param {string} text
   * @param {{targets?: Span[], language?: string, scheme?: string | string[], offsetUnit?: Unit}} [options]
   * @returns {Promise<Record<string, any>>} as `POST /v1/assertions` answers
   */
  assess(text, { targets, language, scheme, offsetUnit = "utf16" } = {}) {
    return this.#ask("POST", "/v1/assertions", { text, targets, language, scheme, offset_unit: offsetUnit });
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @param {number[]} [answers] statuses that are answers though they are no success
   * @returns {Promise<any>}
   */
  async #ask(method, path, body, answers = []) {
    const end = Date.now() + this.totalSeconds * 1000;
    for (let done = 0; ; done += 1) {
      const { response, error } = await this.#once(method, path, body, end);
      const again = response
        ? AGAIN.has(response.status) && !answers.includes(response.status)
        : error.code === "unreachable";
      const pause = secondsOf(response?.headers.get("retry-after")) + jitter(done);
      if (!again || done >= this.retries || Date.now() + pause * 1000 >= end) {
        if (response) return read(response, this.url, answers);
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, pause * 1000));
    }
  }

  /**
   * Ask once, and take whatever comes of it.
   *
   * @param {string} method
   * @param {string} path
   * @param {object | undefined} body
   * @param {number} end
   * @returns {Promise<{response: Received, error?: undefined} | {response?: undefined, error: EpicrisisError}>}
   */
  async #once(method, path, body, end) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json" };
    if (body) headers["Content-Type"] = "application/json";
    if (this.#key) headers.Authorization = `Bearer ${this.#key}`;
    if (this.profile) headers["X-Contract"] = this.profile;
    try {
      const signal = AbortSignal.timeout(Math.max(1, end - Date.now()));
      const asked = { method, headers, body: body && JSON.stringify(body), signal };
      const response = await this.#fetch(this.url + path, { ...asked, redirect: "error" });
      // Read here: a connection may break in the middle of an answer, too.
      return { response: { status: response.status, headers: response.headers, text: await response.text() } };
    } catch (cause) {
      return { error: failure(cause, this) };
    }
  }
}

/**
 * Return the value of an answer, or throw what it refuses.
 *
 * @param {Received} received
 * @param {string} url
 * @param {number[]} answers
 */
function read({ status, headers, text }, url, answers) {
  const requestId = headers.get("x-request-id");
  let plain;
  try {
    plain = JSON.parse(text);
  } catch {
    plain = null;
  }
  const held = plain !== null && typeof plain === "object" && !Array.isArray(plain);
  if ((status < 200 || status > 299) && !answers.includes(status)) throw refusal(status, held ? plain : {}, requestId);
  if (held) return plain;
  throw new EpicrisisError(`${url} did not answer as a server of epicrisis does; see that it is one.`, {
    status,
    requestId,
  });
}

/**
 * Return the error of a problem document, or of the body contract B gives its errors.
 *
 * @param {number} status
 * @param {Record<string, any>} body
 * @param {string | null} requestId
 */
function refusal(status, body, requestId) {
  /** @type {Array<{pointer: string, detail: string}>} */
  const errors = body.errors ?? [];
  return new EpicrisisError(body.detail ?? body.message ?? `The server answered ${status}.`, {
    code: body.code ?? body.error ?? "error",
    status,
    requestId: body.request_id ?? requestId,
    details: body.details ?? Object.fromEntries(errors.map(({ pointer, detail }) => [pointer, detail])),
  });
}

/**
 * Return the error of a request that was not answered.
 *
 * @param {unknown} cause
 * @param {Client} client
 */
function failure(cause, { url, totalSeconds }) {
  if (cause instanceof Error && cause.name === "TimeoutError") {
    const told = `${url} did not answer within ${totalSeconds} s; send less text at once, or raise totalSeconds.`;
    return new EpicrisisError(told, { code: "deadline-exceeded", cause });
  }
  const told = `${url} does not answer; see that the server runs, and that its address is right.`;
  return new EpicrisisError(told, { code: "unreachable", cause });
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
