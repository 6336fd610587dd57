/**
 * Asks a server of epicrisis, from Node 18 or newer or from a browser. Types stand in types.d.ts.
 *
 *     import { Client } from "./epicrisis.js";
 *
 *     const client = new Client("http://127.0.0.1:8080");
 *     const { label } = await client.predict("The patient denies chest pain.");
 *
 * @module epicrisis
 */

/** @typedef {import("./types.js").Client} Typed */
/** @typedef {import("./types.js").Options} Options */
/** @typedef {import("./types.js").ReadDocument} ReadDocument */
/** @typedef {import("./types.js").RedactedFile} RedactedFile */
/** @typedef {import("./types.js").Unit} Unit */
/** @typedef {import("./errors.js").Received} Received */

import { keepingCase, ofCase, ofExperiment, searchingCases, toldOf } from "./asks.js";
import { EpicrisisError, stranger } from "./errors.js";
import { Exchange, freshKey, inHeader } from "./exchange.js";

export { EpicrisisError };

// The text itself is too long, or cannot be read.
const OF_ONE = /** @type {Set<number | null>} */ (new Set([413, 422]));
const FILE = { "Content-Type": "application/octet-stream" };

/** Asks one server; what is refused for the moment is asked for again. Every method rejects with `EpicrisisError`. */
export class Client {
  #exchange;

  /**
   * @param {string} [url]
   * @param {Options} [options]
   */
  constructor(url = "http://127.0.0.1:8080", options = {}) {
    this.#exchange = new Exchange(url, options);
  }

  /** Where the server is. */
  get url() {
    return this.#exchange.url;
  }

  /** @type {Typed["forPatient"]} */
  forPatient(patient) {
    const same = new Client(this.url);
    same.#exchange = this.#exchange.forPatient(patient);
    return same;
  }

  /** @type {Typed["predict"]} */
  predict(sentence) {
    return this.#post("/predict", { sentence });
  }

  /** @type {Typed["predictBatch"]} */
  predictBatch(sentences) {
    return this.#post("/predict/batch", { sentences });
  }

  /** @type {Typed["healthCheck"]} */
  async healthCheck() {
    const health = await this.#exchange.object({ method: "GET", path: "/health", answers: [503] });
    return { ...health, healthy: health.model_loaded === true && health.status !== "unhealthy" };
  }

  /** @type {Typed["modelInfo"]} */
  modelInfo() {
    return this.#exchange.object({ method: "GET", path: "/model/info" });
  }

  /** @type {Typed["engines"]} */
  async engines() {
    return (await this.#exchange.object({ method: "GET", path: "/v1/engines" })).engines;
  }

  /** @type {Typed["annotate"]} */
  annotate(text, options) {
    return this.#post("/v1/annotations", { text, ...counted(options) });
  }

  /** @type {Typed["annotateBatch"]} */
  annotateBatch(documents, options) {
    return this.#post("/v1/annotations", { documents: inDocuments(documents), ...counted(options) });
  }

  /** @type {Typed["assess"]} */
  assess(text, { targets, scheme, ...options } = {}) {
    return this.#post("/v1/assertions", { text, targets, scheme, ...counted(options) });
  }

  /** @type {Typed["assessBatch"]} */
  assessBatch(documents, { scheme, ...options } = {}) {
    return this.#post("/v1/assertions", { documents: inDocuments(documents), scheme, ...counted(options) });
  }

  /** @type {Typed["named"]} */
  named(text, { labelSets, ...options } = {}) {
    return this.#post("/v1/entities", { text, label_sets: labelSets, ...counted(options) });
  }

  /** @type {Typed["namedBatch"]} */
  namedBatch(documents, { labelSets, ...options } = {}) {
    return this.#post("/v1/entities", {
      documents: inDocuments(documents),
      label_sets: labelSets,
      ...counted(options),
    });
  }

  /** @type {Typed["read"]} */
  read(file, { kind, boxes, ...options } = {}) {
    const path = withQuery("/v1/documents", { kind, boxes: boxes ? "true" : undefined, ...counted(options) });
    return this.#exchange.object({ method: "POST", path, file, headers: FILE });
  }

  /** @type {Typed["extract"]} */
  extract(text, options) {
    return this.#post("/v1/extractions", { text, ...counted(options) });
  }

  /** @type {Typed["extractBatch"]} */
  extractBatch(documents, options) {
    return this.#post("/v1/extractions", { documents: inDocuments(documents), ...counted(options) });
  }

  /** @type {Typed["summarize"]} */
  summarize(text, { maxWords, minWords, style, ...options } = {}) {
    const bounds = { max_length: maxWords, min_length: minWords, style };
    return this.#post("/v1/summaries", { text, ...bounds, ...counted(options) });
  }

  /** @type {Typed["summarizeBatch"]} */
  summarizeBatch(documents, { maxWords, minWords, style, ...options } = {}) {
    const bounds = { max_length: maxWords, min_length: minWords, style };
    return this.#post("/v1/summaries", { documents: inDocuments(documents), ...bounds, ...counted(options) });
  }

  /** @type {Typed["extractFhir"]} */
  async extractFhir(text, { language } = {}) {
    return (await this.#post("/v1/extractions", { text, language, form: "fhir" })).bundle;
  }

  /** @type {Typed["extractFile"]} */
  async extractFile(file, options = {}) {
    const { documents } = await this.read(file, options);
    const { language, offsetUnit } = options;
    const extracted = [];
    for (const read of documents) {
      extracted.push({ file: read, ...(await this.#recordOf(read, { language, offsetUnit })) });
    }
    return extracted;
  }

  /** @type {Typed["transcribe"]} */
  transcribe(audio, { onProgress, ...options } = {}) {
    const path = withQuery("/v1/transcripts", counted(options));
    const headers = onProgress ? { ...FILE, Accept: "text/event-stream" } : FILE;
    const key = onProgress && freshKey();
    return this.#exchange.object({ method: "POST", path, file: audio, headers, key, onProgress });
  }

  /** @type {Typed["summarizePatient"]} */
  summarizePatient(record, { onProgress, ...options } = {}) {
    return this.#exchange.object(ofPatient(record, options, onProgress));
  }

  /** @type {Typed["patientIps"]} */
  patientIps(record, options = {}) {
    return this.#exchange.object(ofPatient(record, { ...options, format: "ips" }));
  }

  /** @type {Typed["differentials"]} */
  differentials(told, { most, ...options } = {}) {
    return this.#post("/v1/differentials", { ...toldOf(told), most, ...counted(options) });
  }

  /** @type {Typed["differentialFeedback"]} */
  differentialFeedback(requestId, { idempotencyKey, condition, verdict, final }) {
    const said = { request_id: requestId, condition, verdict, final };
    return this.#post("/v1/differentials/feedback", said, idempotencyKey ?? freshKey());
  }

  /** @type {Typed["keepCase"]} */
  keepCase(told, options = {}) {
    return this.#exchange.object(keepingCase(told, options));
  }

  /** @type {Typed["searchCases"]} */
  searchCases(told, options = {}) {
    return this.#exchange.object(searchingCases(told, options));
  }

  /** @type {Typed["readCase"]} */
  async readCase(id) {
    return this.#exchange.object({ method: "GET", path: ofCase(id) });
  }

  /** @type {Typed["concludeCase"]} */
  async concludeCase(id, outcome) {
    return this.#exchange.object({ method: "PUT", path: `${ofCase(id)}/outcome`, json: { outcome } });
  }

  /** @type {Typed["removeCase"]} */
  async removeCase(id) {
    return this.#exchange.object({ method: "DELETE", path: ofCase(id) });
  }

  /** @type {Typed["experiments"]} */
  async experiments() {
    return (await this.#exchange.object({ method: "GET", path: "/v1/engines" })).experiments;
  }

  /** @type {Typed["compareEngines"]} */
  compareEngines(capability, arms, { salt } = {}) {
    return this.#exchange.object({ method: "PUT", path: ofExperiment(capability), json: { arms, salt } });
  }

  /** @type {Typed["endComparison"]} */
  endComparison(capability) {
    return this.#exchange.object({ method: "DELETE", path: ofExperiment(capability) });
  }

  /** @type {Typed["redact"]} */
  redact(text, { idempotencyKey, policy, patient, explain, purpose, ...options } = {}) {
    const asked = { text, policy, patient, explain, purpose, ...counted(options) };
    return this.#post("/v1/redactions", asked, idempotencyKey ?? freshKey());
  }

  /** @type {Typed["redactBatch"]} */
  redactBatch(documents, { idempotencyKey, policy, patient, explain, purpose, ...options } = {}) {
    const how = { policy, patient, explain, purpose, ...counted(options) };
    return this.#post("/v1/redactions", { documents: inDocuments(documents), ...how }, idempotencyKey ?? freshKey());
  }

  /** @type {Typed["redactFile"]} */
  async redactFile(file, options = {}) {
    const { idempotencyKey, patient, rules = {}, header = true, kind, policy, language, purpose } = options;
    // A small table may be taken for plain text, in which no rule finds its place.
    if (!kind && Object.keys(rules).length) {
      throw new EpicrisisError("Rules name places of JSON, FHIR, CSV or Parquet; say which the file is by `kind`.", {
        code: "invalid-input",
      });
    }
    const query = new URLSearchParams();
    const how = { kind, policy, language, purpose, header: header ? undefined : "false" };
    for (const [name, value] of Object.entries(how)) if (value) query.append(name, value);
    for (const [place, action] of Object.entries(rules)) query.append("rule", `${place}=${action}`);
    /** @type {Record<string, string>} */
    const headers = { Accept: "*/*", "Content-Type": "application/octet-stream" };
    // No word of a note belongs in an address, and the id of a patient might be one.
    if (patient !== undefined) headers["X-Patient"] = inHeader(patient);
    const path = `/v1/redactions/files?${query}`;
    const key = idempotencyKey ?? freshKey();
    return readFile(await this.#exchange.received({ method: "POST", path, file, headers, key }), this.#exchange.url);
  }

  /** @type {Typed["reidentify"]} */
  reidentify(text, { idempotencyKey, purpose } = {}) {
    return this.#post("/v1/reidentifications", { text, purpose }, idempotencyKey ?? freshKey());
  }

  /** @type {Typed["feedback"]} */
  feedback(requestId, { idempotencyKey, given, right, item, target, engine, version }) {
    const said = { request_id: requestId, given, right, item, target, engine, version };
    return this.#post("/v1/feedback", said, idempotencyKey ?? freshKey());
  }

  /**
   * Return the record of a document that was read, or why there is none.
   *
   * @param {ReadDocument} read
   * @param {{language?: string, offsetUnit?: Unit}} options
   */
  async #recordOf({ text }, options) {
    try {
      return { record: await this.extract(text, options) };
    } catch (error) {
      // What is wrong with one text; whoever has no key, or no server, has none for the next text either.
      const ofOne = error instanceof EpicrisisError && (OF_ONE.has(error.status) || error.code === "deadline-exceeded");
      if (ofOne) return { error };
      throw error;
    }
  }

  /**
   * @param {string} path
   * @param {object} json
   * @param {string} [key]
   */
  #post(path, json, key) {
    return this.#exchange.object({ method: "POST", path, json, key });
  }
}

/**
 * Return what asks for the summary of a patient: of a record, or of a patient in an EHR where there is none.
 *
 * @param {object | null | undefined} record
 * @param {Record<string, any>} options
 * @param {((heard: any) => unknown)} [onProgress]
 */
function ofPatient(record, options, onProgress) {
  const { patient, ehr, token, key, mode, language, since, timeout, model, modelType, readNotes, format } = options;
  const how = { mode, language, since, timeout, model, model_type: modelType, read_notes: readNotes, format };
  const events = onProgress ? { Accept: "text/event-stream" } : {};
  const asked = { method: "POST", path: "/v1/patient-summaries", key: onProgress && freshKey(), onProgress, hears };
  if (isFile(record)) {
    const query = Object.fromEntries(Object.entries(how).map(([name, value]) => [name, value?.toString()]));
    return { ...asked, path: withQuery(asked.path, query), file: record, headers: { ...FILE, ...events } };
  }
  return { ...asked, json: { record: record ?? undefined, patient, ehr, token, key, ...how }, headers: events };
}

/**
 * Return how far a summary is.
 *
 * @type {import("./events.js").Hears}
 */
function hears({ stage, percent }) {
  return typeof stage === "string" ? { stage, percent } : undefined;
}

/**
 * Return whether a record is the bytes of a file, and not a Bundle.
 *
 * @param {any} record
 * @returns {record is BodyInit}
 */
function isFile(record) {
  return record instanceof ArrayBuffer || ArrayBuffer.isView(record) || record instanceof Blob;
}

/**
 * Return what all requests about notes have: offsets count UTF-16 units, as strings of JavaScript do.
 *
 * @param {{language?: string, offsetUnit?: Unit}} [options]
 */
function counted({ language, offsetUnit = "utf16" } = {}) {
  return { language, offset_unit: offsetUnit };
}

/**
 * Return a path with what is given of `query`.
 *
 * @param {string} path
 * @param {Record<string, string | undefined>} query
 */
function withQuery(path, query) {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.append(name, value);
  return `${path}?${given}`;
}

/**
 * Return texts as a batch has them.
 *
 * @param {Array<string | object>} documents
 */
function inDocuments(documents) {
  return documents.map((each) => (typeof each === "string" ? { text: each } : each));
}

/**
 * Return the file in an answer, and what was done to it.
 *
 * @param {Received} received
 * @param {string} url
 * @returns {RedactedFile}
 */
function readFile(received, url) {
  const { bytes: data, headers } = received;
  const policy = headers.get("x-policy");
  if (policy === null) throw stranger(url, received);
  const [engine, version] = (headers.get("x-engine") ?? "").split("/");
  const told = (headers.get("x-redactions") ?? "").split(", ").filter(Boolean);
  const counts = Object.fromEntries(told.map((each) => each.split("=")).map(([kind, count]) => [kind, Number(count)]));
  const mediaType = (headers.get("content-type") ?? "").split(";")[0];
  return { data, media_type: mediaType, policy, counts, engine, version, request_id: headers.get("x-request-id") ?? "" };
}
