/**
 * What is asked about kept cases and about versions of an engine.
 *
 * @module epicrisis/asks
 */

import { EpicrisisError } from "./errors.js";
import { freshKey } from "./exchange.js";

/** @typedef {import("./exchange.js").Asked} Asked */
/** @typedef {import("./types.js").Case} Case */
/** @typedef {import("./types.js").KeepingCase} KeepingCase */
/** @typedef {import("./types.js").SearchingCases} SearchingCases */
/** @typedef {import("./types.js").Arm} Arm */

const CASES = "/v1/cases";
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Return what asks for a case to be kept.
 *
 * @param {Case & {outcome?: string}} told
 * @param {KeepingCase} options
 * @returns {Asked}
 */
export function keepingCase(told, { language, idempotencyKey }) {
  const json = { ...toldOf(told), outcome: told.outcome, language };
  return { method: "POST", path: CASES, json, key: idempotencyKey ?? freshKey() };
}

/**
 * Return what asks for the like of a case, or of the kept one whose id is `like`.
 *
 * @param {Case & {like?: string}} told
 * @param {SearchingCases} options
 * @returns {Asked}
 */
export function searchingCases(told, { language, most, among }) {
  const { ageFrom, ageBelow, ...others } = among ?? {};
  const searched = among && { ...others, age_from: ageFrom, age_below: ageBelow };
  const json = { ...toldOf(told), case: told.like, among: searched, most, language };
  return { method: "POST", path: `${CASES}/search`, json };
}

/**
 * Return the address of a case.
 *
 * @param {string} id
 */
export function ofCase(id) {
  // An address is logged on its way: what is no id, and might be anybody's name, is not sent as one.
  if (ID.test(id)) return `${CASES}/${id}`;
  const told = "A case is named by its id, the UUID that keeping it answered.";
  throw new EpicrisisError(told, { code: "invalid-input" });
}

/**
 * Return the address of what is compared in a capability.
 *
 * @param {string} capability
 */
export function ofExperiment(capability) {
  return `/v1/engines/experiments/${encodeURIComponent(capability)}`;
}

/**
 * Return what is told of a patient, and nothing else.
 *
 * @param {Case} told
 */
export function toldOf({ text, symptoms, conditions, results, findings, age, sex, severity }) {
  return { text, symptoms, conditions, results, findings, age, sex, severity };
}
