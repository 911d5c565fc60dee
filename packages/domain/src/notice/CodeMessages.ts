/**
 * Code messages: the text message or mail that carries a one-time password, and nothing but the code, what it is for, how long
 * it lives, and the warning not to pass it on (OTP-13).
 *
 * Where money moves, amount and payee belong to what it is for, so that a holder sees what a code confirms (OTP-04).
 */
import type { Language } from "../account/Holder.ts"
import type { OtpPurpose } from "../otp/Otp.ts"
import { cut, type InEach, type Letter, segment, segmentUnits, unlinked, yen } from "./Messages.ts"

/** What money moves by: the code of such a purpose confirms one amount to one payee. */
export type MoneyPurpose = Extract<OtpPurpose, "topUp" | "payment" | "payout"> | "cardPurchase" | "cardTopUp"
/** What a code is for: what an account does, or a purchase by card that is challenged (AUT-03, AUT-09). */
export type CodePurpose = OtpPurpose | MoneyPurpose

interface CommonFacts {
  /** Six digits. */
  readonly code: string
  readonly lifeMinutes: number
  readonly language: Language
}
/** What a code message says. Amounts are yen; a payee of no name is left out. */
export type CodeFacts = CommonFacts &
  (
    | { readonly purpose: MoneyPurpose; readonly money: { readonly amount: number; readonly payee: string } }
    | { readonly purpose: Exclude<CodePurpose, MoneyPurpose> }
  )

/** What a code is for, in a few words: with an amount there is room for little else. */
export const purposes: Readonly<Record<CodePurpose, InEach<string>>> = {
  openingPhone: { ja: "アカウント開設（電話番号の確認）", en: "Open account (phone)" },
  openingEmail: { ja: "アカウント開設（メールアドレスの確認）", en: "Open account (email)" },
  migration: { ja: "アカウントの引き継ぎ", en: "Migrate account" },
  topUp: { ja: "チャージ", en: "Top-up" },
  payment: { ja: "支払い", en: "Pay" },
  payout: { ja: "払い出し", en: "Payout" },
  phoneChange: { ja: "電話番号の変更", en: "Change phone number" },
  newPhone: { ja: "新しい電話番号の確認", en: "Confirm new phone" },
  emailChange: { ja: "メールアドレスの変更", en: "Change email" },
  passwordSet: { ja: "パスワードの設定", en: "Set password" },
  suspend: { ja: "利用停止", en: "Suspend account" },
  resume: { ja: "利用再開", en: "Resume account" },
  cardPurchase: { ja: "カード払い", en: "Card" },
  cardTopUp: { ja: "カード入金", en: "Card" }
}

interface Wording {
  readonly heading: (facts: CodeFacts) => string
  readonly amount: (yen: string) => string
  /** The lines after what the code is for. */
  readonly ending: (facts: CodeFacts) => ReadonlyArray<string>
  readonly subject: string
}

const wordings: InEach<Wording> = {
  ja: {
    heading: ({ code }) => `認証番号 ${code}`,
    amount: (amount) => `${amount}円`,
    ending: ({ lifeMinutes }) => [`${lifeMinutes}分間有効`, "他人に教えないでください"],
    subject: "認証番号のお知らせ"
  },
  en: {
    heading: ({ code, lifeMinutes }) => `Code ${code} (${lifeMinutes} min, do not share)`,
    amount: (amount) => `¥${amount}`,
    ending: () => [],
    subject: "Your code"
  }
}

/** What a code is for, with amount and payee, the payee cut to a room. */
const what = (facts: CodeFacts, room: (rest: number) => number): string => {
  const named = purposes[facts.purpose][facts.language]
  if (!("money" in facts)) return named
  const { language, money } = facts
  const paid = `${named} ${wordings[language].amount(yen(money.amount))}`
  const payee = cut(unlinked(money.payee), Math.max(room(paid.length + 1), 0))
  return payee === "" ? paid : `${paid} ${payee}`
}

/** The text message of a code: one segment, whatever the amount and the payee's name. */
export const codeSms = (facts: CodeFacts): string => {
  const { ending, heading } = wordings[facts.language]
  const [before, after] = [[heading(facts)], ending(facts)]
  const around = [...before, ...after].reduce((sum, part) => sum + part.length + 1, 0)
  return segment([...before, what(facts, (rest) => segmentUnits - around - rest), ...after])
}

const mailPayeeUnits = 100

/** The mail of a code. The subject, which locked screens show, is without the code. */
export const codeMail = (facts: CodeFacts): Letter => {
  const { ending, heading, subject } = wordings[facts.language]
  const lines = [heading(facts), what(facts, () => mailPayeeUnits), ...ending(facts)]
  return { subject, text: lines.map((each) => `${each}\n`).join("") }
}
