/**
 * The texts of problems in Japanese: bank links, top-ups, slips and payments.
 */
import type { walletKinds } from "../WalletProblems.ts"
import type { TextsOf } from "../ProblemKind.ts"

export const japaneseWallet: TextsOf<typeof walletKinds> = {
  BankUnknown: {
    title: "取り扱いのない金融機関または支店です",
    detail: "取り扱いのある金融機関とその支店を選んでください。一覧は適用中の方針（/policy）にあります。"
  },
  BankLinkNotFound: {
    title: "口座連携が見つかりません",
    detail: "アカウント番号と口座連携の番号を確認してください。"
  },
  BankLinkInProcedure: {
    title: "本登録手続き中です",
    detail: "金融機関からの結果をお待ちください。{until}以降にやり直せます。その間も他の口座は登録できます。"
  },
  BankLinkSettled: {
    title: "この口座連携の手続きは終わっています",
    detail: "状態は{state}です。改めて登録する場合は、口座を追加し直してください。"
  },
  BankLinkNotRegistered: {
    title: "口座の本登録が済んでいません",
    detail: "本登録が完了した口座を選んでください。状態は口座連携の照会で確認できます。"
  },
  BankUnavailable: {
    title: "金融機関のサービス時間外です",
    detail: "サービス提供時間内に、またはメンテナンスの終了後に、もう一度お試しください。"
  },
  BelowMinimumAmount: {
    title: "チャージできない金額です",
    detail: "最小{minimum}円から{step}円単位で指定してください。"
  },
  FeeExceedsAmount: {
    title: "手数料がチャージ額以上です",
    detail: "手数料{fee}円より大きい金額を指定してください。"
  },
  QuoteChanged: {
    title: "確認した内容が変わりました",
    detail: "内容を表示し直し、もう一度確認してください。何も引き落とされていません。"
  },
  LimitExceeded: {
    title: "限度額を超えます",
    detail:
      "限度額{allowed}円に対し、残りは{remaining}円です。金額を減らすか、期間（{period}）が替わってからお試しください。"
  },
  BalanceCapExceeded: {
    title: "残高の上限を超えます",
    detail: "残高の上限は{allowed}円で、あと{remaining}円までチャージできます。"
  },
  AmountOutOfRange: {
    title: "金額が大きすぎます",
    detail: "合計が扱える金額の範囲を超えます（{field}）。金額を減らしてください。"
  },
  TopUpNotFound: {
    title: "チャージが見つかりません",
    detail: "アカウント番号とチャージの番号を確認してください。"
  },
  PayoutNotFound: {
    title: "送金が見つかりません",
    detail: "アカウント番号と送金の番号を確認してください。"
  },
  BarcodeInvalid: {
    title: "バーコードが正しくありません",
    detail: "払込票のバーコードを読み取り直すか、44桁の数字を入力し直してください。誤りのある項目: {field}"
  },
  BillerNotContracted: {
    title: "お取り扱いできない請求書です",
    detail: "請求書の発行元と収納の契約がありません。請求書に記載のほかの方法でお支払いください。"
  },
  BillExpired: {
    title: "支払期限が切れています",
    detail: "支払期限は{due}でした。請求書の発行元にお問い合わせください。"
  },
  BillAlreadyPaid: {
    title: "この請求書は支払済みか、支払いの手続き中です",
    detail: "取引履歴を確認してください。お心当たりがない場合は、請求書の発行元にお問い合わせください。"
  },
  AmountAboveMaximum: {
    title: "払込票で支払える金額を超えています",
    detail: "支払える金額は{maximum}円までです。請求書に記載のほかの方法でお支払いください。"
  },
  InsufficientBalance: {
    title: "残高が足りません",
    detail: "あと{shortfall}円必要です。チャージしてからお支払いください。"
  },
  PaymentNotFound: {
    title: "支払いが見つかりません",
    detail: "アカウント番号と支払いの番号を確認してください。"
  },
  PayeeRestricted: {
    title: "この支払先は利用できません",
    detail: "本人確認の期限が過ぎています。電子証明書での引き継ぎと本人確認を済ませてください。"
  }
}
