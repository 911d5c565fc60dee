/**
 * The courier of notices: looks up whom a notice is for and where they are reached now, and sends it as a mail, or as a text message
 * where it says so (NTF-02).
 *
 * Sending is at least once under the request's id. A mail that no address takes is given up and stands in the operators' log.
 */
import { Clock, Effect, Option, Schema } from "effect"
import { accounts } from "../account/Account.ts"
import { holders, Language } from "../account/Holder.ts"
import { instant } from "../calendar/JapanDate.ts"
import { type Courier, delivery, dispatcher } from "../engine/Dispatcher.ts"
import { Engine } from "../engine/Engine.ts"
import type { WorkingSet } from "../engine/Facts.ts"
import { noticeOf, type OutgoingRequest } from "../engine/Outbox.ts"
import { key } from "../engine/RecordKind.ts"
import { Store } from "../engine/Store.ts"
import { policyInForce } from "../policy/Policy.ts"
import { cardProfiles } from "../stepup/CardProfile.ts"
import { tokenServices } from "../token/TokenUser.ts"
import { depositTopUps } from "../topup/Deposit.ts"
import { maySend, type NoticeDelivery, RecordNoticeDelivery } from "./Delivery.ts"
import { depositFacts } from "./DepositLetter.ts"
import { MailSender } from "./MailSender.ts"
import { clock, type Letter, line } from "./Messages.ts"
import type { Notice } from "./Notice.ts"
import { noticeMail, noticeSms } from "./NoticeMessages.ts"
import { Notices } from "./Notices.ts"
import { isPlain } from "./NoticeText.ts"
import { SmsSender } from "./SmsSender.ts"

/** What of the personal data under a command a notice may need. */
const Reached = Schema.Struct({
  email: Schema.optionalKey(Schema.String),
  phone: Schema.optionalKey(Schema.String),
  language: Schema.optionalKey(Language),
  /** Of a card profile (AUT-10). */
  memberId: Schema.optionalKey(Schema.String),
  /** Of an application for a token (TOK-24). */
  service: Schema.optionalKey(Schema.String),
  user: Schema.optionalKey(Schema.String)
})
type Reached = typeof Reached.Type
const decodeReached = Schema.decodeUnknownOption(Schema.fromJsonString(Reached))

/** A notice with what is known of whom it is for. */
interface Known {
  readonly notice: Notice
  readonly facts: WorkingSet
  readonly reached: Reached
  /** Where a token app is downloaded, where the notice is about one. */
  readonly downloadUrl: string | undefined
}

const languageOf = ({ facts, notice, reached }: Known): Language =>
  facts.find(holders, notice.account)?.language ??
  facts.find(cardProfiles, notice.subject)?.language ??
  reached.language ??
  "ja"

const commonFacts = ({ facts, notice }: Known) => ({ at: clock(notice.at), contact: line(facts.policy.contact) })

/** The mail of a notice; none where a fact is missing that it is about, because it was erased. */
const letterOf = (known: Known): Letter | undefined => {
  const { downloadUrl, facts: found, notice, reached } = known
  const { kind } = notice
  const [common, language] = [commonFacts(known), languageOf(known)]
  if (isPlain(kind)) return noticeMail(kind, language, common)
  const { memberId, service, user } = reached
  if (kind === "memberIdReminder" && memberId !== undefined) {
    return noticeMail(kind, language, { ...common, memberId: line(memberId) })
  }
  if (kind === "tokenApplied" && downloadUrl !== undefined && service !== undefined && user !== undefined) {
    const facts = { downloadUrl: line(downloadUrl), service: line(service), user: line(user) }
    return noticeMail(kind, language, { ...common, ...facts })
  }
  const topUp = kind === "paymentNumberIssued" ? found.find(depositTopUps, notice.subject) : undefined
  const facts = topUp === undefined ? undefined : depositFacts(topUp, found.policy.wallet.deposit)
  if (kind === "paymentNumberIssued" && facts !== undefined) return noticeMail(kind, language, { ...common, ...facts })
  return undefined
}

/** Whether the account of a notice is closed, and its time over (NTF-03). */
const isWithheld = ({ facts, notice }: Pick<Known, "facts" | "notice">, now: number): boolean => {
  const account = facts.find(accounts, notice.account)
  const days = facts.policy.account.mailDaysAfterClosing
  return account?._tag === "closed" && !maySend(notice, account.closedAt, instant(now), days)
}

/** The courier of notices. */
export const couriers: Effect.Effect<
  ReadonlyArray<Courier>,
  never,
  Engine | Store | Notices | MailSender | SmsSender
> = Effect.gen(function* () {
  const engine = yield* Engine
  const store = yield* Store
  const notices = yield* Notices
  const mail = yield* MailSender
  const sms = yield* SmsSender

  const know = Effect.fnUntraced(function* (notice: Notice, facts: WorkingSet) {
    const holder = facts.find(holders, notice.account)
    const at = notice.via ?? (notice.channel === "sms" ? holder?.phoneIn : holder?.emailIn)
    const kept = at === undefined ? undefined : yield* store.personal(at)
    const reached = Option.getOrElse(decodeReached(kept), (): Reached => ({}))
    const service = notice.kind === "tokenApplied" ? reached.service : undefined
    const offered = service === undefined ? undefined : yield* store.read([key(tokenServices, service)])
    const downloadUrl = offered?.find(tokenServices, service ?? "")?.downloadUrl
    return { notice, facts, reached, downloadUrl } satisfies Known
  })

  /** Sends a notice; answers false where there is nowhere to send it to, or nothing that could be said. */
  const tell = Effect.fnUntraced(function* ({ id }: OutgoingRequest, known: Known) {
    const { facts, notice, reached } = known
    if (notice.channel === "sms" && isPlain(notice.kind)) {
      if (reached.phone === undefined) return false
      const text = noticeSms(notice.kind, languageOf(known), commonFacts(known))
      yield* sms.send({ key: id, to: reached.phone, text, senders: facts.policy.authentication.otp.senders })
      return true
    }
    const letter = letterOf(known)
    if (letter === undefined || reached.email === undefined) return false
    yield* mail.send({ key: id, to: reached.email, ...letter })
    return true
  })

  const ask = Effect.fnUntraced(function* (request: OutgoingRequest) {
    const notice = yield* notices.find(noticeOf(request.id))
    if (notice === undefined) return yield* Effect.die(new Error(`request ${request.id} names no notice`))
    const { account, subject } = notice
    const facts = yield* store.read([
      key(policyInForce, "current"),
      key(accounts, account),
      key(holders, account),
      key(cardProfiles, subject),
      key(depositTopUps, subject)
    ])
    if (isWithheld({ notice, facts }, yield* Clock.currentTimeMillis)) return "withheld" as const
    const isTold = yield* tell(request, yield* know(notice, facts)).pipe(
      Effect.catchTag(["MailRefused", "SmsRefused"], () => Effect.succeed(false))
    )
    if (isTold) return "sent" as const
    yield* Effect.logError("a notice cannot be sent", { request: request.id, kind: notice.kind, account })
    return "notDelivered" as const
  })

  // Neither mail nor text message can be inquired; what is sent again carries the same key.
  const inquire = () => Effect.succeed("notFound" as const)

  const submit = ({ id }: OutgoingRequest, answer: NoticeDelivery) =>
    engine.submit(RecordNoticeDelivery, { request: id, answer }, { actor: dispatcher, key: `${id} ${answer}` })

  return [{ kind: "notice", deliver: delivery({ ask, inquire, submit }) }]
})
