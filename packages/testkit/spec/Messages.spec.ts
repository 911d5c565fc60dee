/**
 * Messages: what holders are sent, where it goes, and what becomes of it (OTP-07, OTP-11, OTP-13, SEC-06, SEC-07, NTF-02, NTF-03).
 */
import { accounts } from "@kinchaku/domain/account/Account"
import { holders } from "@kinchaku/domain/account/Holder"
import { later } from "@kinchaku/domain/calendar/JapanDate"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { put } from "@kinchaku/domain/engine/Facts"
import { requestId, tellingOf } from "@kinchaku/domain/engine/Outbox"
import { codeMail, codeSms } from "@kinchaku/domain/notice/CodeMessages"
import { RecordNoticeDelivery } from "@kinchaku/domain/notice/Delivery"
import { DeliveryReports } from "@kinchaku/domain/notice/DeliveryReports"
import { MailRefused } from "@kinchaku/domain/notice/MailSender"
import { line } from "@kinchaku/domain/notice/Messages"
import { noticeMail } from "@kinchaku/domain/notice/NoticeMessages"
import type { PlainKind } from "@kinchaku/domain/notice/NoticeText"
import { SmsRefused } from "@kinchaku/domain/notice/SmsSender"
import { RecordOtpDelivery } from "@kinchaku/domain/otp/Confirming"
import { OneTimePasswords } from "@kinchaku/domain/otp/OneTimePasswords"
import { compat } from "@kinchaku/domain/policy/Policy"
import { tokenServices } from "@kinchaku/domain/token/TokenUser"
import type { MailBehaviour } from "../src/simulators/SimulatedMail.ts"
import type { SmsBehaviour } from "../src/simulators/SimulatedSms.ts"
import { Effect, Result } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { example, invariant, notice, policy, transition, validation } from "../src/Rule.ts"
import * as Post from "./support/Messages.ts"
import { accountOf, holderOf, me } from "./support/Payments.ts"
import { deciding, mistaking } from "./support/PaymentsMistakes.ts"
import {
  codeFacts,
  hasLink,
  isPlainText,
  language,
  noticeFacts,
  saysNoMore,
  segmentOf,
  textsOf
} from "./support/MessagesTexts.ts"

/** Facts with another payee, where money moves. */
const paying = (facts: Parameters<typeof codeSms>[0], payee: string) =>
  "money" in facts ? { ...facts, money: { ...facts.money, payee } } : facts
/** The text of a code with the payee's name as it was written. */
const asWritten = (facts: Parameters<typeof codeSms>[0]): string =>
  "money" in facts ? codeSms(paying(facts, "￼")).replace("￼", facts.money.payee) : codeSms(facts)

validation(
  "OTP-13",
  "the text of a code is the code, its purpose with amount and payee, its validity and the warning, in one segment of 70 units",
  {
    because: "rulebook OTP-13; seed 002, フィッシング詐欺; UCS-2 carries 70 units in a message of one part",
    given: { facts: codeFacts() },
    covers: {
      "money moves": { atLeast: 25, when: ({ facts }) => "money" in facts },
      "a name that does not fit": { atLeast: 5, when: ({ facts }) => "money" in facts && facts.money.payee.length > 25 }
    },
    subject: codeSms,
    holds: (write, { facts }) => {
      const text = write(facts)
      return text.length <= segmentOf && isPlainText(text) && saysNoMore(text, facts)
    },
    catches: {
      "names are not cut": asWritten,
      "the warning is left out": (facts) => codeSms(facts).replace(/\n?[^\n(]*(教えないでください|do not share)/, ""),
      "a character is cut in two": (facts) => codeSms(facts).replace("…", "\ud83d…"),
      "a number to call is added": (facts) => `${codeSms(facts)}\n0120-000-000`,
      "another purpose is named": (facts) => codeSms({ ...facts, purpose: "suspend" }),
      "the code is left out": (facts) => codeSms({ ...facts, code: "000000" })
    },
    runs: 500
  }
)

invariant(
  "SEC-07",
  "no text message has a link, whatever payees and contacts are called, and no notice leads to a log-in",
  {
    because: "rulebook SEC-07; seed 002, フィッシング詐欺",
    given: { code: codeFacts(), notice: noticeFacts() },
    covers: {
      "a name that is a link": { atLeast: 5, when: ({ code }) => "money" in code && hasLink(code.money.payee) },
      "a contact that is a link": { atLeast: 15, when: ({ notice }) => hasLink(notice.contact) }
    },
    subject: { codeMail, codeSms, textsOf },
    holds: (write, { code, notice }) => {
      const { sms } = write.textsOf(notice)
      const { mail } = write.textsOf({ ...notice, contact: "お客様センター 0120-000-000" })
      return (
        ![write.codeSms(code), write.codeMail(code).text, sms, mail].some(hasLink) &&
        sms.length <= segmentOf &&
        isPlainText(sms)
      )
    },
    catches: {
      "names are put in as they are written": { codeMail, codeSms: asWritten, textsOf },
      "contacts are put in as they are written": {
        codeMail,
        codeSms,
        textsOf: (notice) => ({ ...textsOf(notice), sms: notice.contact })
      },
      "a mail asks to log in": {
        codeMail,
        codeSms,
        textsOf: (notice) => ({ ...textsOf(notice), mail: "https://wallet.example/login" })
      }
    },
    runs: 500
  }
)

const registered = { phone: "09011110000", email: "registered@example.jp" }
const other = { phone: "08022220000", email: "other@example.jp" }
const senders = { default: "KINCHAKU", softbank: "21061" }
const policyWith = (otp: Partial<typeof compat.authentication.otp>) => ({
  ...compat,
  authentication: { ...compat.authentication, otp: { ...compat.authentication.otp, ...otp } }
})

validation(
  "OTP-07",
  "a code goes to the contact of its challenge alone, under the sender of the carrier or the default one",
  {
    because: "seed 000, Softbankの端末; seed 002, 03-3525-8755; rulebook OTP-07, ACC-16",
    given: {
      code: fc.constantFrom(
        { purpose: "resume", channel: "sms" } as const,
        { purpose: "newPhone", channel: "sms" } as const,
        { purpose: "openingEmail", channel: "mail" } as const
      ),
      carrier: fc.constantFrom(undefined, "softbank", "docomo")
    },
    subject: Post.couriers,
    holds: (couriers, { carrier, code }) =>
      Post.play(
        couriers,
        { carrierOf: () => carrier, policy: policyWith({ senders }) },
        Effect.gen(function* () {
          const [own, proved] = [yield* Post.keep(registered), yield* Post.keep(other)]
          yield* Post.place(put(holders, { ...holderOf(me), phoneIn: own, emailIn: own }))
          const isOwn = code.purpose === "resume"
          yield* Post.issue({ ...code, account: me, contactIn: isOwn ? own : proved })
          yield* Post.deliver(2)
          const texts = (yield* Post.telephones).map(({ sender, to }) => `${to} ${sender}`)
          const mails = (yield* Post.mailboxes).map(({ to }) => to)
          const [to, sender] = [isOwn ? registered : other, carrier === "softbank" ? "21061" : "KINCHAKU"]
          const expected = code.channel === "sms" ? `${to.phone} ${sender}` : to.email
          return [...texts, ...mails].join() === expected
        })
      ),
    catches: {
      "every code goes to the registered contact": Post.reaching(registered),
      "every code goes to the contact that is to be proved": Post.reaching(other),
      "every message shows the default sender": Post.texting(({ send }) => ({
        send: (message) => send({ ...message, senders: { default: senders.default } })
      })),
      "every code goes to both": Post.texting(({ send }) => ({
        send: (message) =>
          Effect.andThen(send({ ...message, key: requestId("0".repeat(26)), to: "09099990000" }), send(message))
      }))
    },
    runs: 40
  }
)

validation("OTP-07b", "the code that a telephone or a mailbox shows is the one that confirms", {
  because: "seed 000, SMSで送られた6桁; seed 003, 6桁の確認コード",
  given: {
    of: fc.constantFrom("phone" as const, "email" as const),
    line: fc.constantFrom<SmsBehaviour>("sends", "sendsTwice", "sendsAndFallsSilent")
  },
  subject: Post.couriers,
  holds: (couriers, { line, of }) =>
    Post.play(
      couriers,
      { messages: () => line, mails: () => line },
      Effect.gen(function* () {
        const codes = yield* OneTimePasswords
        const contact = of === "phone" ? { phone: registered.phone } : { email: registered.email }
        const asker = { actor: "host:web" as Actor, key: "prove" }
        const { id } = yield* codes.prove(contact, asker)
        yield* Post.deliver(2)
        const texts = [...(yield* Post.telephones), ...(yield* Post.mailboxes)].map(({ text }) => text)
        const [code = ""] = texts.map((text) => /\d{6}/.exec(text)?.[0] ?? "")
        const confirmed = yield* Effect.result(codes.confirm(id, code, { ...asker, key: "confirm" }))
        return Result.isSuccess(confirmed) && new Set(texts).size === 1
      })
    ),
  catches: {
    "another code is sent": Post.coding((code) => `${(Number(code) + 1) % 1_000_000}`.padStart(6, "0")),
    "digits change their places": Post.coding((code) => `${code.slice(1)}${code.slice(0, 1)}`),
    "nothing is sent": Post.couriersOfNone
  },
  runs: 25
})

/** How the line to the provider behaves; "isAway" is one that comes back when the code has expired. */
const lineFor = (): fc.Arbitrary<SmsBehaviour | "isAway"> =>
  fc.constantFrom(
    "sends",
    "sends",
    "refuses",
    "sendsTwice",
    "sendsAndFallsSilent",
    "losesTheFirst",
    "isUnreachableFirst",
    "isAway"
  )

/** Whether a message arrives at last. */
const arrives = ({ isErased, line }: { readonly isErased: boolean; readonly line: SmsBehaviour | "isAway" }): boolean =>
  !isErased && line !== "refuses" && line !== "isAway"

/** How a code's message is sent and heard of. */
const hearing = {
  couriers: Post.couriers,
  hear: (otp: string) =>
    Effect.flatMap(DeliveryReports, (reports) => reports.undelivered(requestId(otp.slice("otp_".length))))
}

transition(
  "OTP-11",
  "a code whose message cannot be delivered stays open and shows as not delivered, never as sent; one that arrived shows as sent",
  {
    because: "seed 000, ワンタイムパスワードを受け取れません; rulebook OTP-11",
    given: { line: lineFor(), isErased: fc.constantFrom(false, false, true), isReported: fc.boolean() },
    covers: {
      "it arrives": { atLeast: 20, when: (given) => arrives(given) && !given.isReported },
      "reported later": { atLeast: 15, when: (given) => arrives(given) && given.isReported },
      "it never arrives": { atLeast: 10, when: (given) => !arrives(given) && !given.isErased }
    },
    subject: hearing,
    holds: ({ couriers, hear }, { isErased, isReported, line }) =>
      Post.play(
        couriers,
        { messages: () => (line === "isAway" ? "sends" : line) },
        Effect.gen(function* () {
          if (line === "isAway") yield* Post.reachable(false)
          const contactIn = yield* Post.keep(isErased ? {} : registered)
          const id = yield* Post.issue({ purpose: "suspend", channel: "sms", contactIn })
          yield* Post.deliver(line === "isAway" ? 6 : 3)
          yield* Post.reachable(true)
          yield* Post.deliver(3)
          if (isReported) yield* hear(id)
          const { delivery, state } = yield* Post.otp(id)
          const isThere = (yield* Post.telephones).length > 0
          const expected = arrives({ isErased, line }) && !isReported ? "sent" : "notDelivered"
          const isAsSaid = delivery === expected && isThere === arrives({ isErased, line })
          return state === "open" && isAsSaid && (yield* Post.waiting) === 0
        })
      ),
    catches: {
      "a refusal counts as sent": {
        ...hearing,
        couriers: Post.texting(({ send }) => ({
          send: (message) => Effect.catchTag(send(message), "SmsRefused", () => Effect.void)
        }))
      },
      "silence counts as not delivered": {
        ...hearing,
        couriers: Post.texting(({ send }) => ({
          send: (message) =>
            Effect.catchTag(send(message), "SmsOutcomeUnknown", () =>
              Effect.fail(new SmsRefused({ reason: "silence" }))
            )
        }))
      },
      "a provider that is away counts as one that refuses": {
        ...hearing,
        couriers: Post.texting(({ send }) => ({
          send: (message) =>
            Effect.catchTag(send(message), "SmsUnavailable", () => Effect.fail(new SmsRefused({ reason: "away" })))
        }))
      },
      "nobody hears what is reported later": { ...hearing, hear: () => Effect.void },
      "a code that was not delivered is void": {
        ...hearing,
        couriers: Post.recording(mistaking(RecordOtpDelivery, "otp", { state: "void" }))
      }
    },
    runs: 60
  }
)

/** A code in a state, at a time before or after its end. */
const codeIn = () =>
  fc.record({
    state: fc.constantFrom(
      "open" as const,
      "confirmed" as const,
      "used" as const,
      "superseded" as const,
      "void" as const
    ),
    endsIn: fc.constantFrom(-1, 0, 1, 300_000)
  })

transition("OTP-11b", "a message goes out only while its code can be used, and shows as sent only where it was", {
  because: "rulebook OTP-03, OTP-05, OTP-11",
  given: { code: codeIn() },
  covers: { "it can be used": { atLeast: 8, when: ({ code: { endsIn, state } }) => state === "open" && endsIn >= 0 } },
  subject: Post.couriers,
  holds: (couriers, { code: { endsIn, state } }) =>
    Post.play(
      couriers,
      {},
      Effect.gen(function* () {
        const contactIn = yield* Post.keep(registered)
        const expiresAt = later(Post.noon, endsIn)
        const id = yield* Post.issue({ purpose: "suspend", channel: "sms", contactIn, state, expiresAt })
        yield* Post.deliver(1)
        const isGoing = state === "open" && endsIn >= 0
        const expected = isGoing || state === "confirmed" || state === "used" ? "sent" : "notDelivered"
        const arrived = yield* Post.telephones
        return arrived.length === (isGoing ? 1 : 0) && (yield* Post.otp(id)).delivery === expected
      })
    ),
  catches: {
    "expired codes are sent": Post.seeingOtp({ expiresAt: later(Post.noon, 600_000) }),
    "a code is not sent at its last moment": Post.seeingOtp({ expiresAt: later(Post.noon, -1) }),
    "superseded and void codes are sent": Post.seeingOtp({ state: "open" }),
    "a code that was confirmed shows as not delivered": Post.seeingOtp({ state: "superseded" })
  },
  runs: 60
})

/** What changed, how its old contact is told, and how that reads. */
const changes = [
  { kind: "phoneChanged", channel: "sms", says: /電話番号|phone/i },
  { kind: "emailChanged", channel: "mail", says: /メールアドレス|email/i },
  { kind: "passwordChanged", channel: "mail", says: /パスワード|password/i },
  { kind: "deviceChanged", channel: "mail", says: /端末|device/i }
] as const

notice("SEC-06", "a changed phone, e-mail, password or device is told to the contact that the account had before", {
  because: "rulebook SEC-06",
  given: { change: fc.constantFrom(...changes), language: language() },
  subject: Post.couriers,
  holds: (couriers, { change: { channel, kind, says }, language }) =>
    Post.play(
      couriers,
      {},
      Effect.gen(function* () {
        const [before, now] = [yield* Post.keep(registered), yield* Post.keep(other)]
        yield* Post.place(
          put(accounts, accountOf(me, "money")),
          put(holders, { ...holderOf(me), phoneIn: now, emailIn: now, language })
        )
        yield* Post.tell({ kind, to: "holder", account: me, subject: me, channel, via: before })
        yield* Post.deliver(2)
        const [texts, mails] = [yield* Post.telephones, yield* Post.mailboxes]
        const to = [...texts, ...mails].map((message) => message.to).join()
        const said = [...texts.map(({ text }) => text), ...mails.map(({ subject }) => subject)].join()
        return to === (channel === "sms" ? registered.phone : registered.email) && says.test(said)
      })
    ),
  catches: {
    "the new contact is told": Post.finding(({ via: _, ...notice }) => notice),
    "a phone that changed is told by mail": Post.finding(({ channel: _, ...notice }) => notice),
    "nobody is told": Post.mailing(() => ({ send: () => Effect.void })),
    "another change is told": Post.finding((notice) => ({ ...notice, kind: "accountOpened" }))
  },
  runs: 40
})

const mailLines = (): fc.Arbitrary<MailBehaviour> =>
  fc.constantFrom("sends", "sendsTwice", "sendsAndFallsSilent", "losesTheFirst", "isUnreachableFirst")

invariant(
  "NTF-02",
  "a notice is sent at least once, always the same under its own key, whatever the mail server does",
  {
    because: "rulebook NTF-02; ADR-0004",
    given: { lines: fc.array(mailLines(), { minLength: 1, maxLength: 4 }) },
    covers: { "something is lost": { atLeast: 30, when: ({ lines }) => lines.includes("losesTheFirst") } },
    subject: Post.couriers,
    holds: (couriers, { lines }) =>
      Post.play(
        couriers,
        { mails: lines },
        Effect.gen(function* () {
          const emailIn = yield* Post.keep(registered)
          yield* Post.place(put(accounts, accountOf(me, "money")), put(holders, { ...holderOf(me), emailIn }))
          const told = yield* Effect.forEach(lines, () =>
            Post.tell({ kind: "accountStopped", to: "holder", account: me, subject: me })
          )
          yield* Post.deliver(3)
          const arrived = yield* Post.mailboxes
          const different = new Set(arrived.map(({ at: _, ...mail }) => JSON.stringify(mail)))
          const keys = new Set<string>(arrived.map(({ key }) => key))
          const isThere = told.every((command) => keys.has(tellingOf(`${command}.1`)))
          return isThere && different.size === lines.length && (yield* Post.waiting) === 0
        })
      ),
    catches: {
      "what may have been lost is not sent again": Post.mailing(({ send }) => ({
        send: (mail) => Effect.catchTag(send(mail), "MailOutcomeUnknown", () => Effect.void)
      })),
      "a server that is away is given up": Post.mailing(({ send }) => ({
        send: (mail) =>
          Effect.catchTag(send(mail), "MailUnavailable", () => Effect.fail(new MailRefused({ reason: "away" })))
      })),
      "every mail has the same key": Post.mailing(({ send }) => ({
        send: (mail) => send({ ...mail, key: requestId("0".repeat(26)) })
      })),
      "what was sent waits for ever": Post.recording(
        deciding(RecordNoticeDelivery, (decided) => Result.map(decided, (decision) => ({ ...decision, answered: [] })))
      )
    },
    runs: 60
  }
)

const day = 86_400_000

policy("NTF-03", "mails from before a closing go out until so many days after it, and nothing that is newer ever", {
  because: "seed 000, 配信予約済みのメール",
  given: {
    days: fc.constantFrom(0, 1, 3, 5),
    closedAfter: fc.constantFrom(-1, 0, 1, 3_600_000),
    beyond: fc.constantFrom(-day, -1, 0, 1, day)
  },
  covers: { "at the last moment": { atLeast: 10, when: ({ beyond }) => beyond === 0 } },
  subject: Post.couriers,
  holds: (couriers, { beyond, closedAfter, days }) =>
    Post.play(
      couriers,
      { policy: { ...compat, account: { ...compat.account, mailDaysAfterClosing: days } } },
      Effect.gen(function* () {
        const emailIn = yield* Post.keep(registered)
        const closedAt = later(Post.noon, closedAfter)
        const closed = { ...accountOf(me, "money"), _tag: "closed" as const, closedAt }
        yield* Post.place(put(accounts, closed), put(holders, { ...holderOf(me), emailIn }))
        yield* Post.tell({ kind: "accountClosed", to: "holder", account: me, subject: me })
        const now = Math.max(Post.noon, closedAt + days * day + beyond)
        yield* TestClock.setTime(now)
        yield* Post.deliver(1)
        const isDue = closedAfter >= 0 && now <= closedAt + days * day
        return (yield* Post.mailboxes).length === (isDue ? 1 : 0) && (yield* Post.waiting) === 0
      })
    ),
  catches: {
    "closed accounts are told like others": Post.seeingAccount({ _tag: "active" }),
    "a day more is given": Post.seeingDays(1),
    "a day less is given": Post.seeingDays(-1),
    "what is newer than the closing goes out too": Post.seeingAccount({ closedAt: later(Post.noon, 1) }),
    "nothing goes out after a closing": Post.seeingAccount({ closedAt: 0 })
  },
  runs: 80
})

/** What an applicant or a cardholder is mailed, over what is kept of them. */
const mailed = (couriers: Post.Couriers, kind: "tokenApplied" | "memberIdReminder", kept: object) =>
  Post.play(
    couriers,
    {},
    Effect.gen(function* () {
      const via = yield* Post.keep({ email: registered.email, ...kept })
      const service = { id: "bank", name: "銀行", downloadUrl, confirmsTransactions: true, open: true }
      yield* Post.place(put(tokenServices, service as never))
      yield* Post.tell({ kind, to: "holder", account: "someone", subject: "someone", via })
      yield* Post.deliver(1)
      return yield* Post.mailboxes
    })
  )
const downloadUrl = "https://apps.example.jp/token"
const word = (): fc.Arbitrary<string> => fc.stringMatching(/^[A-Z][A-Za-z0-9]{7,15}$/)

notice(
  "TOK-24b",
  "an applicant is mailed where the app is, the service ID and the user ID, and never the start password",
  {
    because: "seed 004, 申請時に入力したもの",
    given: { user: word(), startPassword: word(), language: language() },
    subject: Post.couriers,
    holds: async (couriers, { language, startPassword, user }) => {
      const mails = await mailed(couriers, "tokenApplied", { language, service: "bank", user, startPassword })
      const [text = ""] = mails.map((mail) => `${mail.to} ${mail.subject} ${mail.text}`)
      const isThere = [registered.email, downloadUrl, "bank", user].every((part) => text.includes(part))
      return mails.length === 1 && isThere && !text.includes(startPassword)
    },
    catches: {
      "the start password is mailed": Post.keeping(({ startPassword, user, ...kept }) => ({
        ...kept,
        user: `${user} ${startPassword}`
      })),
      "the user ID is left out": Post.keeping((kept) => ({ ...kept, user: "" })),
      "nothing is mailed": Post.mailing(() => ({ send: () => Effect.void }))
    },
    runs: 25
  }
)

notice("AUT-10b", "a forgotten member ID is mailed to the address that is kept with it, and to no other", {
  because: "seed 002, IDをお忘れの方",
  given: { memberId: word(), another: word() },
  subject: Post.couriers,
  holds: async (couriers, { another, memberId }) => {
    const mails = await mailed(couriers, "memberIdReminder", { memberId, phone: another })
    const [text = ""] = mails.map((mail) => `${mail.to} ${mail.subject} ${mail.text}`)
    return (
      mails.length === 1 &&
      text.startsWith(`${registered.email} `) &&
      text.includes(memberId) &&
      !text.includes(another)
    )
  },
  catches: {
    "another member ID is mailed": Post.keeping((kept) => ({ ...kept, memberId: "Another00" })),
    "it is mailed elsewhere": Post.mailing(({ send }) => ({ send: (mail) => send({ ...mail, to: other.email }) })),
    "nothing is mailed": Post.mailing(() => ({ send: () => Effect.void }))
  },
  runs: 25
})

/** The mail of a kind, as one line. */
const mailOf = (kind: PlainKind): string => {
  const facts = { at: line("2026-05-20 12:00"), contact: line("0120-000-000") }
  const { subject, text } = noticeMail(kind, "ja", facts)
  return `${subject}: ${text
    .split("\n")
    .filter((each) => each !== "")
    .join(" ")}`
}
const notYours = "お心当たりがない場合は、すぐに下記の窓口へご連絡ください。"
const footer = "お問い合わせ: 0120-000-000 ※このメールは送信専用です。"

example(
  "NTF-01",
  "holders are mailed of failed authentications, stops with the number to call, confirmations due and changes",
  {
    because: "seed 000, 連続3回に達した時点, アカウントが停止されました, 本人確認のご案内をお送り, 本登録完了のメール",
    subject: mailOf,
    cases: {
      "the third failed authentication in a row (LCK-02)": {
        given: "authenticationWarning",
        gives: `認証に続けて失敗しています: 2026-05-20 12:00までに、パスワードまたは認証番号の入力が続けて失敗しました。このまま失敗が続くと、アカウントがロックされます。 ${notYours} ${footer}`
      },
      "an account that an operator stopped (ACC-22)": {
        given: "accountStopped",
        gives: `アカウントが停止されました: 2026-05-20 12:00に、アカウントを停止しました。 再開をご希望の場合は、0120-000-000 までお電話ください。 ${footer}`
      },
      "a confirmation that is due (IDV-05)": {
        given: "confirmationDue",
        gives: `本人確認のお願い: ご本人の情報とご利用目的を、あらためて確認する時期になりました。 アプリを開いて、確認の手続きをお願いします。期限を過ぎると、ご利用が制限されることがあります。 ${footer}`
      },
      "a bank link that is registered (BNK-01)": {
        given: "bankLinkRegistered",
        gives: `口座の本登録が完了しました: 2026-05-20 12:00に、銀行口座の本登録が完了しました。 ${notYours} ${footer}`
      },
      "a password that was changed (SEC-06)": {
        given: "passwordChanged",
        gives: `パスワードが変更されました: 2026-05-20 12:00に、ご登録のパスワードが変更されました。 ${notYours} ${footer}`
      },
      "an e-mail address that was changed (SEC-06)": {
        given: "emailChanged",
        gives: `メールアドレスが変更されました: 2026-05-20 12:00に、ご登録のメールアドレスが変更されました。 ${notYours} ${footer}`
      }
    },
    catches: {
      "the number to call is left out": (kind) => mailOf(kind).replaceAll("0120-000-000", ""),
      "every change reads alike": (kind) => mailOf(kind === "emailChanged" ? "passwordChanged" : kind)
    }
  }
)
