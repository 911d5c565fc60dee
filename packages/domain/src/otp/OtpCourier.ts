/**
 * The courier of codes: makes the code of a challenge from its nonce and sends it where it belongs (OTP-07).
 *
 * The same challenge always makes the same code and the same text, so a message that is sent again does no harm. A code that
 * cannot be delivered leaves its challenge open (OTP-11).
 */
import { Clock, Effect, Option, Schema } from "effect"
import { holders, HolderText, type Language } from "../account/Holder.ts"
import { Secrets } from "../account/Secrets.ts"
import { bankLinks } from "../bank/BankLink.ts"
import { billers } from "../bill/Biller.ts"
import { billerOf } from "../bill/SlipBarcode.ts"
import { commandOf, type OutgoingRequest } from "../engine/Outbox.ts"
import { type Courier, delivery, dispatcher } from "../engine/Dispatcher.ts"
import { Engine } from "../engine/Engine.ts"
import { key } from "../engine/RecordKind.ts"
import { Store } from "../engine/Store.ts"
import { type CodeFacts, codeMail, codeSms } from "../notice/CodeMessages.ts"
import { MailSender } from "../notice/MailSender.ts"
import { SmsSender } from "../notice/SmsSender.ts"
import { type Policy, policyInForce } from "../policy/Policy.ts"
import { RecordOtpDelivery } from "./Confirming.ts"
import { type Otp, type OtpId, otpKey, otps } from "./Otp.ts"

type Delivered = "sent" | "notDelivered"

const decodeHolder = Schema.decodeUnknownOption(HolderText)

/** The parts of an operation's written form: what, about what, how much (OTP-04). A form that no operation has confirms nothing. */
const partsOf = (operation: string | undefined) => {
  const [, about = "", written = ""] = (operation ?? "").split(" ")
  const amount = /^\d+$/.test(written) ? Number(written) : 0
  return { about, amount: Number.isSafeInteger(amount) ? amount : 0 }
}

/** Whether a message is worth sending: one that came to nothing, or whose code nobody can use any more, is not. */
const standing = ({ expiresAt, state }: Otp, now: number): Delivered | "toBeSent" => {
  if (state === "confirmed" || state === "used") return "sent"
  return state === "open" && now <= expiresAt ? "toBeSent" : "notDelivered"
}

/** The courier of codes. */
export const couriers: Effect.Effect<
  ReadonlyArray<Courier>,
  never,
  Engine | Store | Secrets | SmsSender | MailSender
> = Effect.gen(function* () {
  const engine = yield* Engine
  const store = yield* Store
  const secrets = yield* Secrets
  const sms = yield* SmsSender
  const mail = yield* MailSender

  /** The payee of an operation, as its holder knows it: the bank of a link, the biller of a slip. */
  const payeeOf = Effect.fnUntraced(function* ({ purpose }: Otp, about: string, policy: Policy) {
    if (purpose === "topUp") {
      const link = (yield* store.read([key(bankLinks, about)])).peek(bankLinks, about)
      return link === undefined ? "" : (policy.banks[link.bank]?.name ?? "")
    }
    const biller = billerOf(about)
    return (yield* store.read([key(billers, biller)])).peek(billers, biller)?.name ?? ""
  })

  const factsOf = Effect.fnUntraced(function* (otp: Otp, language: Language, policy: Policy) {
    const { nonce, purpose } = otp
    const lifeMinutes = Math.round((otp.expiresAt - otp.issuedAt) / 60_000)
    const common = { code: secrets.code(nonce), lifeMinutes, language }
    if (purpose !== "topUp" && purpose !== "payment" && purpose !== "payout") return { ...common, purpose }
    const { about, amount } = partsOf(otp.operation)
    const payee = purpose === "payout" ? "" : yield* payeeOf(otp, about, policy)
    return { ...common, purpose, money: { amount, payee } } satisfies CodeFacts
  })

  /** Sends the code of a challenge; answers false where its number or address was erased. */
  const tell = Effect.fnUntraced(function* ({ id }: OutgoingRequest, otp: Otp, language: Language, policy: Policy) {
    const { email, phone } = Option.getOrElse(decodeHolder(yield* store.personal(otp.contactIn)), () => ({
      email: undefined,
      phone: undefined
    }))
    const facts = yield* factsOf(otp, language, policy)
    const { senders } = policy.authentication.otp
    if (otp.channel === "sms" && phone !== undefined) {
      yield* sms.send({ key: id, to: phone, text: codeSms(facts), senders })
    } else if (otp.channel === "mail" && email !== undefined) {
      yield* mail.send({ key: id, to: email, ...codeMail(facts) })
    } else return false
    return true
  })

  const ask = Effect.fnUntraced(function* (request: OutgoingRequest) {
    const id = `otp_${commandOf(request.id)}` as OtpId
    const found = yield* store.read([otpKey(id), key(policyInForce, "current")])
    const otp = found.find(otps, id)
    if (otp === undefined) return yield* Effect.die(new Error(`request ${request.id} names no code`))
    const stands = standing(otp, yield* Clock.currentTimeMillis)
    if (stands !== "toBeSent") return stands
    const holder =
      otp.account === undefined
        ? undefined
        : (yield* store.read([key(holders, otp.account)])).find(holders, otp.account)
    const isTold = yield* tell(request, otp, holder?.language ?? "ja", found.policy).pipe(
      Effect.catchTag(["SmsRefused", "MailRefused"], () => Effect.succeed(false))
    )
    return isTold ? ("sent" as const) : ("notDelivered" as const)
  })

  const inquire = () => Effect.succeed("notFound" as const)

  const submit = ({ id }: OutgoingRequest, answer: Delivered) =>
    engine.submit(RecordOtpDelivery, { request: id, answer }, { actor: dispatcher, key: deliveryKey(id, answer) })

  return [{ kind: "otp", deliver: delivery({ ask, inquire, submit }) }]
})

/** The key of what became of a message: the same again is the same intention, the opposite is another one. */
export const deliveryKey = (request: string, answer: Delivered): string => `${request} ${answer}`
