/**
 * Password hashes on Node: Argon2id (RFC 9106) as PHC texts.
 *
 * Hashing runs in the thread pool, so the event loop goes on, and only a few at once, because each takes its memory. A text that
 * is no hash costs as much to compare with as one that is.
 */
import { argon2, randomBytes, timingSafeEqual } from "node:crypto"
import { PasswordHasher } from "@kinchaku/domain/session/PasswordHasher"
import { Effect, Layer, Semaphore } from "effect"

export interface Options {
  /** KiB of memory for one hash, passes over it, and lanes. No less than OWASP asks: 19,456 KiB, two passes, one lane. */
  readonly memory?: number
  readonly passes?: number
  readonly parallelism?: number
  /** How many are computed at once; the others wait. */
  readonly atOnce?: number
}

interface Parameters {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

interface Hash extends Parameters {
  readonly salt: Buffer
  readonly tag: Buffer
}

const saltLength = 16
const tagLength = 32

// Salt and tag have the lengths of this hasher or longer; what hashes cost is bounded, whoever wrote the text.
const phcPattern =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/
const memoryMax = 1_048_576

const base64 = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "")

const written = ({ memory, parallelism, passes, salt, tag }: Hash): string =>
  `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`

const read = (phc: string): Hash | undefined => {
  const [, m, t, p, salt = "", tag = ""] = phcPattern.exec(phc) ?? []
  const [memory, passes, parallelism] = [Number(m), Number(t), Number(p)]
  const isPossible = memory >= 8 * parallelism && memory <= memoryMax && passes >= 1 && parallelism >= 1
  if (m === undefined || !isPossible) return undefined
  return { memory, passes, parallelism, salt: Buffer.from(salt, "base64"), tag: Buffer.from(tag, "base64") }
}

const derived = (password: string, salt: Buffer, length: number, parameters: Parameters): Effect.Effect<Buffer> =>
  Effect.callback((resume) => {
    argon2("argon2id", { message: password, nonce: salt, tagLength: length, ...parameters }, (error, tag) =>
      resume(error === null ? Effect.succeed(Buffer.from(tag)) : Effect.die(error))
    )
  })

/** A hasher with its own limit of how many run at once. */
export const make = (options: Options = {}): PasswordHasher["Service"] => {
  const { atOnce = 2, memory = 19_456, parallelism = 1, passes = 2 } = options
  if (memory < 19_456 || passes < 2 || parallelism < 1) {
    throw new RangeError("Argon2id with less than 19,456 KiB or two passes is too weak")
  }
  const own = { memory, passes, parallelism }
  const few = Semaphore.makeUnsafe(atOnce)
  /** Takes the place of a hash where there is none; its tag is empty, so nothing fits it. */
  const none: Hash = { ...own, salt: randomBytes(saltLength), tag: Buffer.alloc(0) }

  const hash = (password: string) =>
    few.withPermit(
      Effect.suspend(() => {
        const salt = randomBytes(saltLength)
        return Effect.map(derived(password, salt, tagLength, own), (tag) => written({ ...own, salt, tag }))
      })
    )
  const verify = (password: string, phc: string) =>
    few.withPermit(
      Effect.suspend(() => {
        const { salt, tag, ...parameters } = read(phc) ?? none
        const length = tag.length === 0 ? tagLength : tag.length
        return Effect.map(
          derived(password, salt, length, parameters),
          (made) => made.length === tag.length && timingSafeEqual(made, tag)
        )
      })
    )
  return { hash, verify }
}

/** The hasher of a process. */
export const layer = (options: Options = {}): Layer.Layer<PasswordHasher> =>
  Layer.sync(PasswordHasher, () => PasswordHasher.of(make(options)))
