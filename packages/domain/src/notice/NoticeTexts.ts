/**
 * Notice texts: what a holder is told, one entry for each kind of notice, in Japanese and English (NTF-01).
 *
 * The table is complete by type: a new kind does not compile until it has its texts. No text asks to log in or leads to a page where one does
 * (SEC-07); the one address in it is where a token app is downloaded (TOK-24).
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
interface FurtherFacts {
  /** Never the start password, which the applicant chose (TOK-24). */
  readonly tokenApplied: { readonly downloadUrl: Line; readonly service: Line; readonly user: Line }
  readonly memberIdReminder: { readonly memberId: Line }
  /** With the page of the chain's own steps, which asks nobody to log in (TOP-05). */
  readonly paymentNumberIssued: {
    readonly numbers: InEach<Line>
    readonly where: InEach<Line>
    readonly amount: Line
    readonly due: Line
    readonly steps: Line
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

type Template<Kind extends HolderKind> = (facts: FactsFor<Kind>) => NoticeText

const text = (subject: string, ...paragraphs: ReadonlyArray<string>): NoticeText => ({ subject, paragraphs })

const notYoursJa = "お心当たりがない場合は、すぐに下記の窓口へご連絡ください。"
const notYoursEn = "If this was not you, contact us at once."

/** What changed, as it is told to the old contact as well (SEC-06). */
const changed = (ja: string, en: string): InEach<(facts: CommonFacts) => NoticeText> => ({
  ja: ({ at }) => text(`${ja}が変更されました`, `${at}に、ご登録の${ja}が変更されました。`, notYoursJa),
  en: ({ at }) => text(`Your ${en} was changed`, `Your ${en} was changed at ${at} (Japan time).`, notYoursEn)
})

export const noticeTexts: { readonly [Kind in HolderKind]: InEach<Template<Kind>> } = {
  accountOpened: {
    ja: ({ at }) => text("アカウントを開設しました", `${at}に、アカウントの開設が完了しました。`, notYoursJa),
    en: ({ at }) => text("Your account is open", `Your account was opened at ${at} (Japan time).`, notYoursEn)
  },
  accountMigrated: {
    ja: ({ at }) =>
      text("アカウントを引き継ぎました", `${at}に、電子証明書によるログインへの引き継ぎが完了しました。`, notYoursJa),
    en: ({ at }) =>
      text("Your account was migrated", `Since ${at} (Japan time) it is used with your certificate.`, notYoursEn)
  },
  accountSuspended: {
    ja: ({ at }) =>
      text("利用停止の手続きが完了しました", `${at}に、お申し出によりアカウントを利用停止にしました。`, notYoursJa),
    en: ({ at }) => text("Your account is suspended", `It was suspended on request at ${at} (Japan time).`, notYoursEn)
  },
  accountResumed: {
    ja: ({ at }) => text("アカウントの利用を再開しました", `${at}に、アカウントの利用を再開しました。`, notYoursJa),
    en: ({ at }) => text("Your account is in use again", `It was resumed at ${at} (Japan time).`, notYoursEn)
  },
  accountStopped: {
    ja: ({ at, contact }) =>
      text(
        "アカウントが停止されました",
        `${at}に、アカウントを停止しました。`,
        `再開をご希望の場合は、${contact} までお電話ください。`
      ),
    en: ({ at, contact }) =>
      text(
        "Your account was stopped",
        `We stopped your account at ${at} (Japan time).`,
        `To have it resumed, call ${contact}.`
      )
  },
  accountClosed: {
    ja: ({ at }) =>
      text(
        "解約の手続きが完了しました",
        `${at}に、アカウントの解約が完了しました。残高とポイントは消滅しました。`,
        "電子証明書は失効していません。失効をご希望の場合は、別途お手続きください。",
        notYoursJa
      ),
    en: ({ at }) =>
      text(
        "Your account is closed",
        `It was closed at ${at} (Japan time). Remaining balances and points have been forfeited.`,
        "Your certificates are not revoked by this; you can still have them revoked.",
        notYoursEn
      )
  },
  phoneChanged: changed("電話番号", "phone number"),
  emailChanged: changed("メールアドレス", "email address"),
  passwordChanged: changed("パスワード", "password"),
  deviceChanged: {
    ja: ({ at }) => text("新しい端末で利用が始まりました", `${at}に、利用する端末が変更されました。`, notYoursJa),
    en: ({ at }) => text("A new device is in use", `Your device was changed at ${at} (Japan time).`, notYoursEn)
  },
  confirmationDue: {
    ja: () =>
      text(
        "本人確認のお願い",
        "ご本人の情報とご利用目的を、あらためて確認する時期になりました。",
        "アプリを開いて、確認の手続きをお願いします。期限を過ぎると、ご利用が制限されることがあります。"
      ),
    en: () =>
      text(
        "Please confirm your identity",
        "It is time to confirm your details and the purpose of use again.",
        "Please open the app and do so. Some functions are restricted once the date has passed."
      )
  },
  authenticationWarning: {
    ja: ({ at }) =>
      text(
        "認証に続けて失敗しています",
        `${at}までに、パスワードまたは認証番号の入力が続けて失敗しました。このまま失敗が続くと、アカウントがロックされます。`,
        notYoursJa
      ),
    en: ({ at }) =>
      text(
        "Repeated failed authentication",
        `Until ${at} (Japan time) password or codes were wrong several times in a row. Further failures lock the account.`,
        notYoursEn
      )
  },
  accountLocked: {
    ja: ({ at }) =>
      text(
        "アカウントがロックされました",
        `${at}に、認証の失敗が続いたためアカウントをロックしました。`,
        "パスワードの再設定、または下記の窓口でのお手続きで解除できます。",
        notYoursJa
      ),
    en: ({ at }) =>
      text(
        "Your account is locked",
        `It was locked at ${at} (Japan time) after repeated failures.`,
        "Set a new password, or contact us, to have it unlocked.",
        notYoursEn
      )
  },
  accountUnlocked: {
    ja: ({ at }) => text("ロックを解除しました", `${at}に、アカウントのロックを解除しました。`, notYoursJa),
    en: ({ at }) => text("Your account is unlocked", `It was unlocked at ${at} (Japan time).`, notYoursEn)
  },
  tokenApplied: {
    ja: ({ downloadUrl, service, user }) =>
      text(
        "トークンのお申し込みを受け付けました",
        `アプリのダウンロード: ${downloadUrl}\nサービスID: ${service}\nユーザID: ${user}`,
        "利用開始パスワードは、お申し込みの際にご自身で入力したものです。",
        notYoursJa
      ),
    en: ({ downloadUrl, service, user }) =>
      text(
        "Your token application",
        `Download the app: ${downloadUrl}\nService ID: ${service}\nUser ID: ${user}`,
        "The start password is the one that you chose when you applied.",
        notYoursEn
      )
  },
  memberIdReminder: {
    ja: ({ memberId }) => text("会員IDのお知らせ", `会員ID: ${memberId}`, notYoursJa),
    en: ({ memberId }) => text("Your member ID", `Member ID: ${memberId}`, notYoursEn)
  },
  profileLocked: {
    ja: ({ at }) =>
      text(
        "本人認証サービスがロックされました",
        `${at}に、認証の失敗が続いたため、カードの本人認証をロックしました。`,
        "解除をご希望の場合は、ご本人から下記の窓口へご連絡ください。"
      ),
    en: ({ at }) =>
      text(
        "Card authentication is locked",
        `It was locked at ${at} (Japan time) after repeated failures.`,
        "To have it unlocked, please contact us in person."
      )
  },
  bankLinkRegistered: {
    ja: ({ at }) => text("口座の本登録が完了しました", `${at}に、銀行口座の本登録が完了しました。`, notYoursJa),
    en: ({ at }) => text("Your bank account is linked", `It was linked at ${at} (Japan time).`, notYoursEn)
  },
  paymentNumberIssued: {
    ja: ({ amount, due, numbers, steps, where }) =>
      text(
        "チャージの支払番号のお知らせ",
        `${where.ja}でお支払いください。\n${numbers.ja}\n金額: ${amount}円\nお支払期限: ${due}`,
        `お支払いの手順: ${steps}`
      ),
    en: ({ amount, due, numbers, steps, where }) =>
      text(
        "Your payment number for a top-up",
        `Please pay ${where.en}.\n${numbers.en}\nAmount: ${amount} yen\nTo be paid by: ${due} (Japan time)`,
        `How to pay: ${steps}`
      )
  },
  topUpKept: {
    ja: ({ at }) =>
      text(
        "お支払いが完了せず、チャージ額が残高に残りました",
        `${at}に口座からのチャージは完了しましたが、続くお支払いは完了しませんでした。チャージした金額は残高としてご利用いただけます。`
      ),
    en: ({ at }) =>
      text(
        "A payment was not completed, its top-up is on your balance",
        `Your bank account was debited at ${at} (Japan time), but the payment could not follow. The amount is yours to spend.`
      )
  },
  payoutAccountChanged: {
    ja: ({ at }) => text("送金先の口座が変更されました", `${at}に、送金先の口座が設定されました。`, notYoursJa),
    en: ({ at }) => text("Your payout account was changed", `It was set at ${at} (Japan time).`, notYoursEn)
  },
  payoutCompleted: {
    ja: ({ at }) => text("送金が完了しました", `${at}に、ご自身の口座への送金が完了しました。`, notYoursJa),
    en: ({ at }) => text("Your payout is completed", `It was completed at ${at} (Japan time).`, notYoursEn)
  },
  payoutFailed: {
    ja: ({ at }) =>
      text("送金が完了しませんでした", `${at}に、送金が取り消されました。金額と手数料は残高に戻りました。`),
    en: ({ at }) =>
      text("Your payout failed", `It was undone at ${at} (Japan time). Amount and fee are back on your balance.`)
  },
  cashExpiresSoon: {
    ja: () =>
      text("残高の有効期限が近づいています", "キャッシュの有効期限が近づいています。期限を過ぎた残高は消滅します。"),
    en: () => text("Your cash expires soon", "Cash that is not spent before its expiry date is forfeited.")
  },
  paymentFailed: {
    ja: ({ at }) =>
      text(
        "お支払いが完了しませんでした",
        `${at}に、お支払いが取り消されました。残高から引かれた金額は残高に戻っています。`
      ),
    en: ({ at }) =>
      text(
        "A payment was not completed",
        `A payment was undone at ${at} (Japan time). What was taken from your balance for it is back there.`
      )
  }
}
