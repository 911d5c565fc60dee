/**
 * What a text of each kind of notice may say, and what one is made of.
 */
import type { InEach, Line } from "./Messages.ts"
import type { NoticeKind } from "./Notice.ts"

/** The kinds that operators are told, who read them where they work and get no mail. */
export type OperatorKind = (typeof toOperators)[number]
const toOperators = [
  "topUpUnresolved",
  "topUpContradicted",
  "paymentContradicted",
  "paymentUnresolved",
  "depositSuspended",
  "depositUnresolved",
  "payoutUnresolved",
  "payoutContradicted"
] as const satisfies ReadonlyArray<NoticeKind>
/** The kinds that holders are told. */
export type HolderKind = Exclude<NoticeKind, OperatorKind>

/** What every text may say. */
export interface CommonFacts {
  /** When it happened, in Japan. */
  readonly at: Line
  /** Whom to ask, with the number to call (ACC-22). */
  readonly contact: Line
}

/** What texts of some kinds say besides. */
export interface FurtherFacts {
  /** Never the start password, which the applicant chose (TOK-24). */
  readonly tokenApplied: { readonly downloadUrl: Line; readonly service: Line; readonly user: Line }
  readonly memberIdReminder: { readonly memberId: Line }
  /** With the page of the chain's own steps, where there is one, which asks nobody to log in (TOP-05). */
  readonly paymentNumberIssued: {
    readonly numbers: InEach<Line>
    readonly where: InEach<Line>
    readonly amount: Line
    readonly due: Line
    readonly steps?: Line
  }
}

/** The kinds that say no more than all say. */
export type PlainKind = Exclude<HolderKind, keyof FurtherFacts>

const furtherKinds: ReadonlySet<NoticeKind> = new Set<keyof FurtherFacts>([
  "tokenApplied",
  "memberIdReminder",
  "paymentNumberIssued"
])
const operatorKinds: ReadonlySet<NoticeKind> = new Set(toOperators)
/** Whether a kind is told to holders and says no more than all say. */
export const isPlain = (kind: NoticeKind): kind is PlainKind => !furtherKinds.has(kind) && !operatorKinds.has(kind)

/** The facts for a kind. */
export type FactsFor<Kind extends HolderKind> = CommonFacts &
  (Kind extends keyof FurtherFacts ? FurtherFacts[Kind] : unknown)

/** A subject, which is also what a text message says, and the paragraphs of a mail. */
export interface NoticeText {
  readonly subject: string
  readonly paragraphs: ReadonlyArray<string>
}

export type Template<Kind extends HolderKind> = (facts: FactsFor<Kind>) => NoticeText

export const text = (subject: string, ...paragraphs: ReadonlyArray<string>): NoticeText => ({ subject, paragraphs })

export const notYoursJa = "お心当たりがない場合は、すぐに下記の窓口へご連絡ください。"
export const notYoursEn = "If this was not you, contact us at once."
