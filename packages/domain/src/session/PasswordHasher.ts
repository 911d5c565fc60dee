/**
 * PasswordHasher: memory-hard hashes of passwords (SES-04, SEC-02).
 */
import { Context, type Effect } from "effect"

export class PasswordHasher extends Context.Service<
  PasswordHasher,
  {
    /** The hash of a password with a salt of its own, as a PHC text ("$argon2id$v=19$…"). */
    readonly hash: (password: string) => Effect.Effect<string>
    /**
     * Whether a password is the one of a hash. It takes as long for a wrong password as for the right one, and as long for
     * a text that is no hash of this hasher, which no password fits.
     */
    readonly verify: (password: string, phc: string) => Effect.Effect<boolean>
  }
>()("@kinchaku/domain/session/PasswordHasher") {}
