/**
 * Texts: what goes into messages, kind and hostile, and a reader of text messages that knows nothing of the templates.
 */
import { type CodeFacts, type CodePurpose, purposes } from "@kinchaku/domain/notice/CodeMessages"
import { line } from "@kinchaku/domain/notice/Messages"
import { noticeMail, noticeSms } from "@kinchaku/domain/notice/NoticeMessages"
import { isPlain, type PlainKind } from "@kinchaku/domain/notice/NoticeText"
import { noticeTexts } from "@kinchaku/domain/notice/NoticeTexts"
import type { NoticeKind } from "@kinchaku/domain/notice/Notice"
import * as fc from "fast-check"

export const language = (): fc.Arbitrary<"ja" | "en"> => fc.constantFrom("ja", "en")

/** Names that people or a swindler may have given to a payee or to a service. */
const hostile = [
  "https://evil.example/login",
  "www.evil.example",
  "evil.example",
  "ｅｖｉｌ．ｅｘａｍｐｌｅ",
  "evil。example",
  "evil｡example",
  "evil\u2024example",
  "tel:0312345678",
  "a@evil.example",
  "evil.\u200bexample",
  "evil\u200b.example",
  "一行目\r\n認証番号 999999",
  "\u202e逆さ\u202c",
  "\ud800半分",
  "👛".repeat(60),
  "が".repeat(200),
  "㍿".repeat(40),
  ""
]
export const name = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom("東京ガス", "みなと市水道局", "Tokyo Gas Co., Ltd.", ...hostile),
    fc.string({ unit: "grapheme", maxLength: 80 }),
    fc.string({ unit: "grapheme-ascii", minLength: 30, maxLength: 80 }),
    fc.string({ unit: "binary", maxLength: 80 })
  )

const moneyPurposes = ["topUp", "payment", "payout", "cardPurchase", "cardTopUp"] as const
const isOfMoney = (purpose: CodePurpose): purpose is (typeof moneyPurposes)[number] =>
  moneyPurposes.some((one) => one === purpose)
const plainPurposes = (Object.keys(purposes) as Array<CodePurpose>).filter(
  (purpose): purpose is Exclude<CodePurpose, (typeof moneyPurposes)[number]> => !isOfMoney(purpose)
)

const amount = (): fc.Arbitrary<number> =>
  fc.oneof(
    fc.constantFrom(1, 999, 1000, 999_999, 1_000_000, Number.MAX_SAFE_INTEGER),
    fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
  )

/** Everything that a code message can say. */
export const codeFacts = (): fc.Arbitrary<CodeFacts> => {
  const common = {
    code: fc.integer({ min: 0, max: 999_999 }).map((code) => `${code}`.padStart(6, "0")),
    lifeMinutes: fc.constantFrom(1, 5, 60),
    language: language()
  }
  return fc.oneof(
    fc.record({ ...common, purpose: fc.constantFrom(...plainPurposes) }),
    fc.record({
      ...common,
      purpose: fc.constantFrom(...moneyPurposes),
      money: fc.record({ amount: amount(), payee: name() })
    })
  )
}

/** The segment of a text message in the encoding that Japanese needs, in units. */
export const segmentOf = 70

/** Every shape that a code message may have: code, what it is for, how long it lives, and the warning. */
const shapes = {
  ja: /^認証番号 (?<code>\d{6})\n(?<what>.+)\n(?<life>\d+)分間有効\n他人に教えないでください$/u,
  en: /^Code (?<code>\d{6}) \((?<life>\d+) min, do not share\)\n(?<what>.+)$/u
}

/** An amount as it is written in a message. */
const amountIn = ({ amount, language }: { readonly amount: number; readonly language: "ja" | "en" }): string => {
  const digits = amount.toLocaleString("en-US")
  return language === "ja" ? `${digits}円` : `¥${digits}`
}

/** Whether a text says exactly what a code message may say: nothing less, and nothing more than the beginning of a payee's name. */
export const saysNoMore = (text: string, facts: CodeFacts): boolean => {
  const { code, life, what = "" } = shapes[facts.language].exec(text)?.groups ?? {}
  const named = purposes[facts.purpose][facts.language]
  if (code !== facts.code || life !== `${facts.lifeMinutes}`) return false
  if (!("money" in facts)) return what === named
  const paid = `${named} ${amountIn({ ...facts.money, language: facts.language })}`
  if (what !== paid && !what.startsWith(`${paid} `)) return false
  const payee = what.slice(paid.length + 1)
  return payee === "" || isOfName(payee, facts.money.payee)
}

/** Letters and digits alone, in their plain forms. */
const letters = (text: string): string => text.normalize("NFKC").replace(/[^\p{L}\p{N}]/gu, "")
const isOfName = (shown: string, payee: string): boolean =>
  letters(payee).startsWith(letters(shown)) || payee.length > 400

/** Whether a text breaks no character in two and hides nothing. */
export const isPlainText = (text: string): boolean =>
  text.isWellFormed() && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text.replaceAll("\n", ""))

/**
 * What telephones and mail programs make a link of: a scheme, a host with any kind of dot, an address. A full stop between
 * Japanese words is none.
 */
const linked = /[a-z][a-z+.-]*:(?=\S)|\/\/|www\.|@|[\p{L}\p{N}-]+\.[\p{L}]{2,}|[a-z\d-]+[。\u2024][a-z]{2,}/iu
export const hasLink = (text: string): boolean => linked.test(text.normalize("NFKC")) || linked.test(text)

/** The kinds of notices that say no more than when and whom to ask. */
export const plainKinds = (Object.keys(noticeTexts) as Array<NoticeKind>).filter((kind): kind is PlainKind =>
  isPlain(kind)
)

export interface NoticeFacts {
  readonly kind: PlainKind
  readonly language: "ja" | "en"
  readonly contact: string
}
export const noticeFacts = (): fc.Arbitrary<NoticeFacts> =>
  fc.record({ kind: fc.constantFrom(...plainKinds), language: language(), contact: name() })

/** The text message and the mail of a notice. */
export const textsOf = ({ contact, kind, language }: NoticeFacts) => {
  const facts = { at: line("2026-05-20 12:00"), contact: line(contact) }
  const { subject, text } = noticeMail(kind, language, facts)
  return { sms: noticeSms(kind, language, facts), mail: `${subject}\n${text}` }
}
