/**
 * A person who gives everything there is to give, and the search for it in whatever is not kept beside the books.
 */
import { AccountOffice } from "@kinchaku/domain/account/AccountOffice"
import { Accounts } from "@kinchaku/domain/account/Accounts"
import type { KeyedHash } from "@kinchaku/domain/account/Account"
import { Secrets } from "@kinchaku/domain/account/Secrets"
import { BankLinks } from "@kinchaku/domain/bank/BankLinks"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { Ids } from "@kinchaku/domain/engine/Ids"
import { OneTimePasswords } from "@kinchaku/domain/otp/OneTimePasswords"
import { AdoptPolicy } from "@kinchaku/domain/policy/Adoption"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import * as TestDigest from "../../src/memory/TestDigest.ts"
import { proveContacts } from "../../src/scenario/Proving.ts"
import { openBank } from "../../src/scenario/TestPolicy.ts"
import * as Outside from "../../src/simulators/Outside.ts"
import * as SimulatedBank from "../../src/simulators/SimulatedBank.ts"
import * as SimulatedVerifier from "../../src/simulators/SimulatedVerifier.ts"
import * as TestSecrets from "../../src/simulators/TestSecrets.ts"
import { Effect, Layer, Schema } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { compat } from "@kinchaku/domain/policy/Policy"
import * as Linking from "../../src/scenario/Linking.ts"
import * as TestDirectory from "../../src/simulators/TestDirectory.ts"
import { noon } from "./PaymentsDesk.ts"

/** What a person gives. */
export interface Given {
  readonly email: string
  /** Without the zero in front, as every way of writing it has it. */
  readonly phone: string
  readonly kana: string
  readonly newKana: string
  readonly name: string
  readonly bankAccount: string
}

const kana = fc.stringMatching(/^[アカサタナハマヤラワ]{5,8}$/)

/** People, no two alike in anything that is searched for. */
export const given: { readonly [Name in keyof Given]: fc.Arbitrary<Given[Name]> } = {
  email: fc.stringMatching(/^[a-z]{6}\.[a-z]{6}@example\.jp$/),
  phone: fc.stringMatching(/^[789]0[1-9]\d{7}$/),
  kana,
  newKana: kana,
  name: fc.stringMatching(/^[東西南北山川田村]{4}　[一二三太花子]{3}$/),
  bankAccount: fc.stringMatching(/^[1-9]\d{6}$/)
}

type Submit = Engine["Service"]["submit"]

/** How things are kept: what becomes of a value that is hashed, and of what is submitted. */
export interface Keeping {
  readonly hash: (real: Secrets["Service"]["keyedHash"]) => Secrets["Service"]["keyedHash"]
  readonly submit: (real: Submit) => Submit
}

/** As it is. */
export const real: Keeping = { hash: (hash) => hash, submit: (submit) => submit }

/** A hash that can be read back. */
export const readable: Keeping = {
  ...real,
  hash: () => (_, value) => Buffer.from(value).toString("hex").padEnd(64, "0").slice(0, 64) as KeyedHash
}

/** Commands that carry what is to be kept beside them. */
export const carried: Keeping = {
  ...real,
  submit: (submit) => (command, content, options) =>
    options.personal === undefined
      ? submit(command, content, options)
      : submit({ ...command, content: Schema.Unknown as never }, { ...content, note: options.personal }, options)
}

/** Commands that are named after whom they are about. */
export const named: Keeping = {
  ...real,
  submit: (submit) => (command, content, options) => {
    const key = `${options.key} ${encodeURIComponent(options.personal ?? "")}`.slice(0, 250)
    return submit(command, content, { ...options, key })
  }
}

/** Nothing is kept beside the books, so that nobody can be reached. */
export const forgotten: Keeping = {
  ...real,
  submit:
    (submit) =>
    (command, content, { personal, ...options }) =>
      submit(command, content, personal === undefined ? options : { ...options, personal: "{}" })
}

const policy: Policy = { ...compat, banks: { "9999": openBank } }

const world = ({ hash, submit }: Keeping) => {
  const secrets = Layer.sync(Secrets, () => {
    const made = TestSecrets.make()
    return Secrets.of({ ...made, keyedHash: hash(made.keyedHash) })
  })
  const engine = Layer.effect(
    Engine,
    Effect.map(Engine, (made) => Engine.of({ ...made, submit: submit(made.submit) }))
  ).pipe(Layer.provide(Engine.layer()))
  const services = Layer.mergeAll(Accounts.layer, AccountOffice.layer, OneTimePasswords.layer, BankLinks.layer)
  const ports = Layer.mergeAll(
    MemoryStore.layer,
    TestDigest.layer,
    Outside.layer,
    SimulatedBank.layer(),
    TestDirectory.layer,
    secrets,
    Ids.layerFrom(() => 0.5)
  )
  return services.pipe(Layer.provideMerge(engine), Layer.provideMerge(ports), Layer.provideMerge(TestClock.layer()))
}

const host = "host:test" as Actor
const operator = "operator:test" as Actor

const life = Effect.fnUntraced(function* ({ bankAccount, email, kana: kanaName, name, newKana, phone }: Given) {
  yield* TestClock.setTime(noon)
  yield* (yield* Engine).submit(AdoptPolicy, { policy }, { actor: operator, key: "policy" })
  const contacts = { email, phone: `0${phone}` }
  const codes = yield* proveContacts(contacts, { actor: host, key: "codes" })
  const request = { presentation: SimulatedVerifier.certificate(name), kanaName, ...contacts, ...codes }
  const { id } = yield* (yield* Accounts).open(request, { actor: host, key: "open" })
  const bank = { bank: "9999", branch: "001", kind: "ordinary", number: bankAccount } as never
  yield* Linking.link(yield* BankLinks, id, bank, { actor: host, key: "link" })
  const changed = { account: id, kanaName: newKana, reference: "CASE-1" }
  yield* (yield* AccountOffice).changeKanaName(changed, { actor: operator, key: "kana" })
  return (yield* MemoryStore.MemoryBooks).books
})

const written = (part: unknown): string =>
  JSON.stringify(part, (_, value: unknown) => {
    if (typeof value === "bigint") return `${value}`
    return value instanceof Map ? [...value] : value
  })

/** Base64 of a text that begins so many bytes after a group of three: the characters that depend on nothing else. */
const aligned = (text: string, offset: number): string => {
  const bytes = Buffer.from(text)
  const whole = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64")
  return whole.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
}

/** The forms in which a value might have been written down. Seven digits are looked for in quotes: alone they are no rarity. */
const formsOf = (value: string): ReadonlyArray<string> => {
  const searched = /^\d{7}$/.test(value) ? `"${value}"` : value
  return [
    searched,
    encodeURIComponent(searched),
    Buffer.from(searched).toString("hex"),
    ...[0, 1, 2].map((offset) => aligned(searched, offset))
  ]
}

/** Where what a person gave is found: beside the books, and anywhere else. */
export const found = (
  keeping: Keeping,
  person: Given
): Effect.Effect<{ readonly beside: ReadonlyArray<string>; readonly elsewhere: ReadonlyArray<string> }, unknown> =>
  Effect.map(Effect.provide(life(person), world(keeping), { local: true }), ({ personal, ...books }) => {
    const values = Object.values({ ...person, address: "東京都千代田区", birthDate: "1980-02-17" })
    const inside = (text: string) => values.filter((value) => formsOf(value).some((form) => text.includes(form)))
    return { beside: inside([...personal.values()].join("\n")), elsewhere: inside(written(books)) }
  })
