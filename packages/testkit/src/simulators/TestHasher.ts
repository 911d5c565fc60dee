/**
 * TestHasher: a password hasher that is fast and not memory-hard. For tests, never for real passwords.
 */
import { createHash } from "node:crypto"
import { PasswordHasher } from "@kinchaku/domain/session/PasswordHasher"
import { Effect, Layer } from "effect"

const hashOf = (password: string): string => `$test$${createHash("sha256").update(password).digest("base64url")}`

export const layer: Layer.Layer<PasswordHasher> = Layer.succeed(
  PasswordHasher,
  PasswordHasher.of({
    hash: (password) => Effect.sync(() => hashOf(password)),
    verify: (password, phc) => Effect.sync(() => phc === hashOf(password))
  })
)
