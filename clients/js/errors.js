/**
 * Why there is no answer: what a server refuses, what no server of ours would say, and what did not arrive.
 *
 * @module epicrisis/errors
 */

/** @typedef {import("./exchange.js").Exchange} Exchange */
/** What came over the wire. @typedef {{status: number, headers: Headers, bytes: Uint8Array}} Received */

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

/**
 * Return the error of an answer that no server of epicrisis would give.
 *
 * @param {string} url
 * @param {Received} received
 */
export function stranger(url, { status, headers }) {
  return new EpicrisisError(`${url} did not answer as a server of epicrisis does; see that it is one.`, {
    status,
    requestId: headers.get("x-request-id"),
  });
}

/**
 * Return the error of a problem document, or of the body contract B gives its errors.
 *
 * @param {number} status
 * @param {Record<string, any>} body
 * @param {string | null} requestId
 */
export function refusal(status, body, requestId) {
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
 * @param {Exchange} exchange
 */
export function failure(cause, { url, connectSeconds, totalSeconds }) {
  if (cause instanceof Error && cause.name === "TimeoutError") {
    const told = `${url} did not answer within ${totalSeconds} s; send less at once, or raise totalSeconds.`;
    return new EpicrisisError(told, { code: "deadline-exceeded", cause });
  }
  const within = codeOf(cause) === "UND_ERR_CONNECT_TIMEOUT" ? ` within ${connectSeconds} s` : "";
  const told = `${url} does not answer${within}; see that the server runs, and that its address is right.`;
  return new EpicrisisError(told, { code: "unreachable", cause });
}

/**
 * Return what Node says of a connection that failed.
 *
 * @param {unknown} error
 */
function codeOf(error) {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause ? cause.code : undefined;
}
