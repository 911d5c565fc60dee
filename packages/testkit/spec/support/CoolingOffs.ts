/**
 * Cooling-off: a holder to whom one thing happens after which little comes in, or one after which nothing changes.
 */
import { ChangeEmail, ChangePhone, ChangePhoneByOperator } from "@kinchaku/domain/account/ContactChange"
import { RecordLinkAnswer } from "@kinchaku/domain/bank/LinkAnswer"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { AnyCommand } from "@kinchaku/domain/engine/Command"
import { put } from "@kinchaku/domain/engine/Facts"
import { type CertificatePair, certificatePairs } from "@kinchaku/domain/identity/CertificatePair"
import { RegisterCertificates } from "@kinchaku/domain/identity/Registering"
import { LinkCertificate } from "@kinchaku/domain/identity/Revoking"
import { coolingOffs } from "@kinchaku/domain/limit/CoolingOff"
import { LimitExceeded } from "@kinchaku/domain/limit/Limit"
import { lockouts } from "@kinchaku/domain/otp/Lockout"
import { compat, type Policy, secure } from "@kinchaku/domain/policy/Policy"
import { LoginWithCertificate } from "@kinchaku/domain/session/Login"
import { LoginWithPassword } from "@kinchaku/domain/session/PasswordLogin"
import { type TopUpFromBank } from "@kinchaku/domain/topup/BankTopUp"
import { Result } from "effect"
import { registering } from "./AccountChanges.ts"
import { deskFor, openPolicy, operator, passwordIn } from "./AccountDesk.ts"
import { contents } from "./AccountOperations.ts"
import { hashOf, nonceOf } from "./Accounts.ts"
import { linking } from "./AccountsLinks.ts"
import { me } from "./Payments.ts"
import { type Asked, commandId, type Desk, noon } from "./PaymentsDesk.ts"
import { deciding } from "./PaymentsMistakes.ts"
import { validUntil } from "./Sessions.ts"

export const hours = 24
export const hourMillis = 3_600_000
export const perDay = 50_000

/** Without limits in the way, and with the cooling-off time of `secure` or without any. */
const policyOf = (isAsked: boolean): Policy => openPolicy({ account: (isAsked ? secure : compat).account })

/**
 * So many yen more, so long after a change, on a day on which some came in before; a holder to whom nothing happened, where no time
 * is given.
 */
export const toppingUpAfter = (
  topUp: typeof TopUpFromBank,
  since: number | undefined,
  used: number,
  amount: number
): LimitExceeded | string => {
  const more = since === undefined ? [] : [put(coolingOffs, { id: me, changedAt: noon })]
  const desk = deskFor({ policy: policyOf(true), links: ["registered"], more })
  const at = (noon + (since ?? 0)) as Instant
  const ask = (yen: number) => desk.ask(topUp, { ...contents.topUp, amount: yen as never }, { at })
  if (used > 0 && Result.isFailure(ask(used))) return "not even what is allowed"
  const answer = ask(amount)
  if (Result.isSuccess(answer)) return "accepted"
  return answer.failure instanceof LimitExceeded ? answer.failure : answer.failure._tag
}

/** The commands after which little comes in, and others beside them. */
export const commands = {
  answer: RecordLinkAnswer,
  phone: ChangePhone,
  officePhone: ChangePhoneByOperator,
  email: ChangeEmail,
  password: LoginWithPassword,
  certificate: LoginWithCertificate,
  register: RegisterCertificates,
  link: LinkCertificate
}
export type Commands = Readonly<Record<keyof typeof commands, AnyCommand>>
export const but = (wrong: Partial<Commands>): Commands => ({ ...commands, ...wrong })

/** It begins where nothing is asked to. */
export const beginning = (command: AnyCommand): AnyCommand =>
  deciding(command, (decided, _, { at }) =>
    Result.map(decided, (decision) => ({
      ...decision,
      puts: [...decision.puts, put(coolingOffs, { id: me, changedAt: at })]
    }))
  )

const known = hashOf("kanaName", 9)
const fresh = hashOf("kanaName", 10)

const attempt = (device: typeof known) => ({
  email: hashOf("email", 1),
  device,
  newDevice: device,
  nonce: nonceOf(50),
  token: hashOf("phone", 50),
  evidence: { compared: passwordIn, isRight: true }
})

const certified = (device: typeof known) => ({
  presented: {
    person: hashOf("person", 1),
    use: "login" as const,
    fingerprint: device,
    certificate: { verdict: "verified" as const, challenge: nonceOf(51) }
  },
  nonce: nonceOf(52),
  token: hashOf("phone", 52)
})

const pairOf = (id: CertificatePair["id"], fingerprint: typeof known): CertificatePair => {
  const credential = { fingerprint, validUntil, failures: 0, biometrics: "off" as const }
  return {
    id,
    state: "issued",
    signature: credential,
    login: credential,
    consent: "given",
    romanName: hashOf("kanaName", 9),
    attributeChanges: 0,
    issuedAt: noon,
    registeredIn: commandId(701)
  }
}

const answered =
  (by: Commands, isLinked: boolean) =>
  (desk: Desk): Asked => {
    const { request } = linking(desk)
    const yes = { _tag: "linked", holder: hashOf("kanaName", 1), factors: 2 }
    return { command: by.answer, content: { request, answer: isLinked ? yes : { _tag: "refused", reason: "no" } } }
  }

const again =
  (by: Commands) =>
  (desk: Desk): Asked => {
    desk.ask(by.register, registering(1))
    return { command: by.register, content: registering(2) }
  }

/** What happens, as it is asked, and whether it is a new bank link, phone or device. */
const events = (by: Commands) =>
  ({
    linked: [true, answered(by, true)],
    notLinked: [false, answered(by, false)],
    phone: [true, () => ({ command: by.phone, content: contents.phone })],
    officePhone: [true, () => ({ command: by.officePhone, content: contents.officePhone, actor: operator })],
    email: [false, () => ({ command: by.email, content: contents.email })],
    newDevice: [true, () => ({ command: by.password, content: attempt(fresh) })],
    knownDevice: [false, () => ({ command: by.password, content: attempt(known) })],
    newCertificate: [true, () => ({ command: by.certificate, content: certified(fresh) })],
    knownCertificate: [false, () => ({ command: by.certificate, content: certified(known) })],
    firstRegistering: [false, () => ({ command: by.register, content: registering(1) })],
    registering: [true, again(by)],
    linkedByOperator: [
      true,
      () => ({ command: by.link, content: { account: me, person: hashOf("person", 9) }, actor: operator })
    ]
  }) as const satisfies Readonly<Record<string, readonly [boolean, (desk: Desk) => Asked]>>

export type Event = keyof ReturnType<typeof events>
export const eventNames = Object.keys(events(commands)) as ReadonlyArray<Event>

/** Whether an event is one of those that the rule names. */
export const isRisky = (name: Event): boolean => events(commands)[name][0]

const pairsFor = (name: Event): ReadonlyArray<CertificatePair> => {
  if (name === "newCertificate") return [pairOf(hashOf("person", 1), fresh)]
  if (name === "knownCertificate") return [pairOf(hashOf("person", 1), known)]
  return name === "linkedByOperator" ? [pairOf(hashOf("person", 9), fresh)] : []
}

/** Whether a thing that happens at a time begins it then; a refusal is named. */
export const begins = (by: Commands, name: Event, isAsked: boolean): boolean | string => {
  const desk = deskFor({
    policy: policyOf(isAsked),
    more: [
      put(lockouts, { id: me, failures: 0, wrongCodesAt: [], devices: [known], strangerFailures: 0 }),
      ...pairsFor(name).map((pair) => put(certificatePairs, pair))
    ]
  })
  const { command, content, ...how } = events(by)[name][1](desk)
  const at = (noon + 1) as Instant
  const answer = desk.ask(command, content, { ...how, at })
  if (Result.isFailure(answer)) return answer.failure._tag
  return desk.record(coolingOffs, me)?.changedAt === at
}
