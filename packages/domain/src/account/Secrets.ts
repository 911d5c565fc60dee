/**
 * Secrets: keyed hashes of personal values, so that the books can compare what they must not hold (REG-03, REG-04).
 */
import { Context } from "effect"
import type { KeyedHash } from "./Account.ts"

export class Secrets extends Context.Service<
  Secrets,
  {
    /**
     * HMAC-SHA256 of a value under the operator's key, separated by purpose: equal values of one purpose have equal hashes;
     * the same value for another purpose has another.
     */
    readonly keyedHash: (purpose: "person" | "email" | "phone" | "kanaName" | "bankAccount", value: string) => KeyedHash
  }
>()("@kinchaku/domain/account/Secrets") {}
