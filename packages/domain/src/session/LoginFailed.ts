/**
 * LoginFailed: the one answer to whoever does not get in with a name and a password (SEC-01).
 */
import { Schema } from "effect"

/**
 * Refused: nobody has that name, or the password is another one, or there is none, or the account is locked, stopped or closed.
 * Which of these it was is not said.
 */
export class LoginFailed extends Schema.TaggedError<LoginFailed>()("LoginFailed", {}) {}
