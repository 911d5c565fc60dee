/**
 * Failures of a connection that was never there, by the codes that Node gives them.
 */

const codes = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT"
])
/** The other side's certificate was not accepted: nothing is said before that. */
const certificate = /CERT|SELF_SIGNED|^UNABLE_TO_/

/** Whether a failure says that nothing can have been sent: no connection, or none to whom it should be. */
export const neverConnected = (code: string): boolean => codes.has(code) || certificate.test(code)

/** The code that Node gives to what a request threw, or the empty text. */
export const codeOf = (thrown: unknown): string => {
  const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown
  return typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : ""
}
