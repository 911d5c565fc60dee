/**
 * Post: the couriers of codes and notices over a simulated provider and mail server, at the time of a test clock.
 *
 * A scene puts in place what was decided before, lets time pass, and looks at telephones and mailboxes.
 */
import { Secrets } from "@kinchaku/domain/account/Secrets"
import { type Instant, instant, later } from "@kinchaku/domain/calendar/JapanDate"
import type { Actor, AnyCommand, Command, CommandId } from "@kinchaku/domain/engine/Command"
import * as Decision from "@kinchaku/domain/engine/Decision"
import { type Courier, Dispatcher } from "@kinchaku/domain/engine/Dispatcher"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import { Ids } from "@kinchaku/domain/engine/Ids"
import { Outbox, requestId } from "@kinchaku/domain/engine/Outbox"
import { key } from "@kinchaku/domain/engine/RecordKind"
import { Store } from "@kinchaku/domain/engine/Store"
import { DeliveryReports } from "@kinchaku/domain/notice/DeliveryReports"
import { MailSender } from "@kinchaku/domain/notice/MailSender"
import type { Notice } from "@kinchaku/domain/notice/Notice"
import * as NoticeCourier from "@kinchaku/domain/notice/NoticeCourier"
import { Notices } from "@kinchaku/domain/notice/Notices"
import { SmsSender } from "@kinchaku/domain/notice/SmsSender"
import { hashed, type Otp, type OtpId, otps } from "@kinchaku/domain/otp/Otp"
import { OneTimePasswords } from "@kinchaku/domain/otp/OneTimePasswords"
import * as OtpCourier from "@kinchaku/domain/otp/OtpCourier"
import { compat, type Policy, policyInForce } from "@kinchaku/domain/policy/Policy"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import * as TestDigest from "../../src/memory/TestDigest.ts"
import * as SimulatedMail from "../../src/simulators/SimulatedMail.ts"
import * as SimulatedSms from "../../src/simulators/SimulatedSms.ts"
import * as TestSecrets from "../../src/simulators/TestSecrets.ts"
import { Effect, Layer, Logger, Result, Schema } from "effect"
import { TestClock } from "effect/testing"
import { hashOf } from "./Accounts.ts"

type Needed = Engine | Store | Notices | Secrets | SmsSender | MailSender

/** The couriers under trial. */
export type Couriers = Effect.Effect<ReadonlyArray<Courier>, never, Needed>
export const couriers: Couriers = Effect.map(Effect.all([OtpCourier.couriers, NoticeCourier.couriers]), (all) =>
  all.flat()
)

/** Noon of an ordinary working day in Japan. */
export const noon: Instant = instant(Date.UTC(2026, 4, 20, 3))

const actor = "system:stage" as Actor

/** What was decided before: records, a notice, or a code that was issued. */
interface Staged {
  readonly records?: ReadonlyArray<Put>
  readonly notice?: Omit<Notice, "id" | "at">
  readonly otp?: Pick<Otp, "purpose" | "channel" | "contactIn"> & Partial<Otp>
}

const issued = ({ otp }: Staged, id: CommandId, at: Instant): ReadonlyArray<Otp> =>
  otp === undefined
    ? []
    : [
        {
          subject: "phone:someone",
          contact: hashOf("phone", 1),
          nonce: "n".repeat(22) as Otp["nonce"],
          code: hashOf("phone", 2),
          state: "open",
          issuedAt: at,
          expiresAt: later(at, 300_000),
          failures: 0,
          delivery: "pending",
          ...otp,
          id: `otp_${id}` as OtpId
        }
      ]

const Stage: Command<unknown, { readonly id: string }, never> = {
  tag: "Stage",
  content: Schema.Unknown,
  success: Schema.Struct({ id: Schema.String }),
  reads: () => [],
  decide: (_, { at, content, id }) => {
    const { notice, records = [], ...staged } = content as Staged
    const codes = issued(staged, id, at)
    return Result.succeed(
      Decision.make({
        result: { id },
        puts: [...records, ...codes.map((otp) => put(otps, otp))],
        requests: codes.map((otp) => ({ id: requestId(id), kind: "otp", subject: otp.id, askedAt: at })),
        notices: notice === undefined ? [] : [{ ...notice, id: `${id}.1`, at }]
      })
    )
  }
}

let staged = 0
const stage = Effect.fnUntraced(function* (content: Staged, personal?: object) {
  const engine = yield* Engine
  const beside = personal === undefined ? {} : { personal: JSON.stringify(personal) }
  const { id } = yield* engine.submit(Stage, content, { actor, key: `stage ${(staged += 1)}`, ...beside })
  return id as CommandId
})

/** Keeps personal data; answers the command that it is kept under. */
export const keep = (personal: object) => stage({}, personal)
/** Puts records in place. */
export const place = (...records: ReadonlyArray<Put>) => stage({ records })
/** Records a notice, which the couriers are to tell. */
export const tell = (notice: Omit<Notice, "id" | "at">) => stage({ notice })
/** Issues a code, which the couriers are to send; its hash is that of the code that its nonce makes. */
export const issue = Effect.fnUntraced(function* (otp: NonNullable<Staged["otp"]>) {
  const { code, keyedHash, nonce: fresh } = yield* Secrets
  const nonce = fresh()
  return `otp_${yield* stage({ otp: { nonce, code: keyedHash("otp", hashed(nonce, code(nonce))), ...otp } })}` as OtpId
})
/** The code of a challenge, as its receiver reads it. */
export const codeOf = Effect.fnUntraced(function* (id: OtpId) {
  return (yield* Secrets).code((yield* otp(id)).nonce)
})

/** A challenge as it stands. */
export const otp = Effect.fnUntraced(function* (id: OtpId) {
  const found = (yield* (yield* Store).read([key(otps, id)])).find(otps, id)
  if (found === undefined) throw new Error("no such code")
  return found
})

/** Lets the couriers try, and time pass, so many times. */
export const deliver = Effect.fnUntraced(function* (rounds = 4) {
  const dispatcher = yield* Dispatcher
  for (let round = 0; round < rounds; round++) {
    yield* dispatcher.runDue
    yield* TestClock.adjust("70 seconds")
  }
})

/** How many requests wait. */
export const waiting = Effect.flatMap(Outbox, (outbox) => outbox.waiting)
/** Takes the SMS provider off the network, or puts it back. */
export const reachable = (isReachable: boolean) =>
  Effect.map(SimulatedSms.SimulatedSms, (provider) => provider.reachable(isReachable))

/** What telephones show. */
export const telephones = Effect.flatMap(SimulatedSms.SimulatedSms, ({ arrived }) => arrived)
/** What mailboxes show. */
export const mailboxes = Effect.flatMap(SimulatedMail.SimulatedMail, ({ arrived }) => arrived)

export interface Surroundings extends SimulatedSms.Options, SimulatedMail.Options {
  readonly policy?: Policy
}

type Post =
  | Needed
  | Outbox
  | Dispatcher
  | DeliveryReports
  | OneTimePasswords
  | SimulatedSms.SimulatedSms
  | SimulatedMail.SimulatedMail

/** Plays a scene with couriers. */
export const play = <A, E>(
  under: Couriers,
  { policy = compat, ...options }: Surroundings,
  scene: Effect.Effect<A, E, Post>
): Promise<A> => {
  const ports = Layer.mergeAll(
    MemoryStore.layer,
    TestDigest.layer,
    Ids.layer,
    TestSecrets.layer,
    SimulatedSms.layer(options),
    SimulatedMail.layer(options)
  )
  const post = Layer.mergeAll(
    Dispatcher.layer(under, { concurrency: 8 }),
    DeliveryReports.layer,
    OneTimePasswords.layer
  ).pipe(Layer.provideMerge(Engine.layer()), Layer.provideMerge(ports), Layer.provideMerge(TestClock.layer()))
  const adopted = put(policyInForce, { id: "current" as const, version: 1, policy })
  return Effect.gen(function* () {
    yield* TestClock.setTime(noon)
    yield* place(adopted)
    return yield* scene
  }).pipe(Effect.provide(Layer.merge(post, Logger.layer([]))), Effect.runPromise)
}

/** Couriers that see records otherwise than they are. */
export const seeing = (alter: <R>(kind: string, record: R) => R): Couriers =>
  Effect.updateService(couriers, Store, (store) => ({
    ...store,
    read: (keys) =>
      Effect.map(store.read(keys), (facts) => {
        const find: typeof facts.find = (kind, id) => {
          const record = facts.find(kind, id)
          return record === undefined ? undefined : alter(kind.name, record)
        }
        return Object.defineProperties(
          { ...facts, find },
          { policy: { value: alter("policy", facts.policy) } }
        ) as typeof facts
      })
  }))

/** Couriers to whom a closed account looks otherwise. */
export const seeingAccount = (changed: object): Couriers =>
  seeing((kind, record) => (kind === "account" ? { ...record, ...changed } : record))
/** Couriers to whom codes look otherwise. */
export const seeingOtp = (changed: Partial<Otp>): Couriers =>
  seeing((kind, record) => (kind === "otp" ? { ...record, ...changed } : record))
/** Couriers that give so many days more after a closing. */
export const seeingDays = (more: number): Couriers =>
  seeing((kind, record) => {
    if (kind !== "policy") return record
    const { account, ...rest } = record as Policy
    return { ...rest, account: { ...account, mailDaysAfterClosing: account.mailDaysAfterClosing + more } } as never
  })

/** Couriers that find personal data otherwise than it was kept. */
export const keeping = (alter: (kept: Record<string, unknown>) => object): Couriers =>
  Effect.updateService(couriers, Store, (store) => ({
    ...store,
    personal: (id) =>
      Effect.map(store.personal(id), (kept) => (kept === undefined ? kept : JSON.stringify(alter(JSON.parse(kept)))))
  }))

/** Couriers that find the same personal data under every command. */
export const reaching = (data: object): Couriers =>
  Effect.updateService(couriers, Store, (store) => ({ ...store, personal: () => Effect.succeed(JSON.stringify(data)) }))

/** Couriers that make other codes. */
export const coding = (alter: (code: string) => string): Couriers =>
  Effect.updateService(couriers, Secrets, (secrets) => ({ ...secrets, code: (nonce) => alter(secrets.code(nonce)) }))
/** Nobody delivers anything. */
export const couriersOfNone: Couriers = Effect.succeed([])

/** Couriers whose messages are sent otherwise. */
export const texting = (alter: (real: SmsSender["Service"]) => SmsSender["Service"]): Couriers =>
  Effect.updateService(couriers, SmsSender, alter)
/** Couriers whose mails are sent otherwise. */
export const mailing = (alter: (real: MailSender["Service"]) => MailSender["Service"]): Couriers =>
  Effect.updateService(couriers, MailSender, alter)

/** Couriers that find notices otherwise than they were recorded. */
export const finding = (alter: (notice: Notice) => Notice): Couriers =>
  Effect.updateService(couriers, Notices, (notices) => ({
    ...notices,
    find: (id) => Effect.map(notices.find(id), (found) => (found === undefined ? undefined : alter(found)))
  }))

/** Couriers whose answers are recorded by another command. */
export const recording = (wrong: AnyCommand): Couriers =>
  Effect.updateService(couriers, Engine, (engine) => ({
    ...engine,
    submit: (command, content, options) =>
      engine.submit(command.tag === wrong.tag ? (wrong as typeof command) : command, content, options)
  }))
