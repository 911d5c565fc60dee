/**
 * The texts of notices about the wallet: links, top-ups, payouts and payments (NTF-01).
 */
import type { InEach } from "./Messages.ts"
import { notYoursEn, notYoursJa, type Template, text } from "./NoticeText.ts"

type WalletKind =
  | "bankLinkRegistered"
  | "paymentNumberIssued"
  | "topUpKept"
  | "payoutAccountChanged"
  | "payoutCompleted"
  | "payoutFailed"
  | "cashExpiresSoon"
  | "paymentFailed"

export const walletTexts: { readonly [Kind in WalletKind]: InEach<Template<Kind>> } = {
  bankLinkRegistered: {
    ja: ({ at }) => text("口座の本登録が完了しました", `${at}に、銀行口座の本登録が完了しました。`, notYoursJa),
    en: ({ at }) => text("Your bank account is linked", `It was linked at ${at} (Japan time).`, notYoursEn)
  },
  paymentNumberIssued: {
    ja: ({ amount, due, numbers, steps, where }) =>
      text(
        "チャージの支払番号のお知らせ",
        `${where.ja}でお支払いください。\n${numbers.ja}\n金額: ${amount}円\nお支払期限: ${due}`,
        ...(steps === undefined ? [] : [`お支払いの手順: ${steps}`])
      ),
    en: ({ amount, due, numbers, steps, where }) =>
      text(
        "Your payment number for a top-up",
        `Please pay ${where.en}.\n${numbers.en}\nAmount: ${amount} yen\nTo be paid by: ${due} (Japan time)`,
        ...(steps === undefined ? [] : [`How to pay: ${steps}`])
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
