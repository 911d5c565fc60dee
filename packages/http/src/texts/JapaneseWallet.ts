/**
 * The texts of problems in Japanese: bank links, top-ups, deposits, suspense, payouts, slips, payments and reports.
 */
import type { walletKinds } from "../WalletProblems.ts"
import type { TextsOf } from "../ProblemKind.ts"

export const japaneseWallet: TextsOf<typeof walletKinds> = {
  BankUnknown: {
    title: "取り扱いのない金融機関または支店です",
    detail: "取り扱いのある金融機関とその支店を選んでください。一覧は適用中の方針（/policy）にあります。"
  },
  BankLinksFull: {
    title: "登録できる口座の数の上限に達しています",
    detail: "登録できるのは{most}件までです。不要な口座連携を解除してから、改めて追加してください。"
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
  BankUnreachable: {
    title: "金融機関につながりません",
    detail: "しばらくしてから、もう一度お試しください。手続きはそのまま残っています。"
  },
  OutcomeUnknown: {
    title: "金融機関からの応答がありません",
    detail: "しばらくしてから、もう一度お試しください。同じ手続きを二重に始めることはありません。"
  },
  DepositTopUpNotFound: {
    title: "チャージが見つかりません",
    detail: "アカウント番号とチャージの番号を確認してください。"
  },
  ChainNotAccepted: {
    title: "このコンビニエンスストアは利用できません",
    detail: "利用できるのは次のとおりです: {accepted}"
  },
  DepositDiffers: {
    title: "同じ受付番号で異なる入金が通知されました",
    detail: "受付番号{receipt}の先の通知と内容が異なります。どちらが正しいかを確認してください。"
  },
  ShopNotAuthorised: {
    title: "この店舗では店頭チャージを利用できません",
    detail: "店舗コードを確認するか、運営者にお問い合わせください。"
  },
  AccountNotLegacy: {
    title: "旧サービスから引き継いだアカウントではありません",
    detail: "旧サービスのチャージ履歴は、引き継ぎの済んでいない旧アカウントにだけ取り込めます。"
  },
  ImportAhead: {
    title: "取り込む日時が未来です",
    detail: "旧サービスでチャージした日時を確認してください。"
  },
  SuspenseItemNotFound: {
    title: "仮受金・仮払金が見つかりません",
    detail: "番号を一覧（/suspense）で確認してください。"
  },
  SuspenseItemResolved: {
    title: "この仮受金・仮払金は処理済みです",
    detail: "処理の内容は{resolution}です。同じ金額を二度処理することはできません。"
  },
  SuspenseNotCreditable: {
    title: "残高に入れられない金額です",
    detail: "出ていった金額なので、戻ってきたことだけを記録できます。"
  },
  PayoutNotAllowed: {
    title: "送金できません",
    detail:
      "送金にはマネーアカウントと、送金先に設定した本登録済みの口座が必要です（{reason}）。設定を確認してください。"
  },
  PayoutAccountFrozen: {
    title: "送金先はまだ変更できません",
    detail: "{until}以降に、ほかの口座を送金先に設定できます。今の送金先にはすぐに送金できます。"
  },
  NoPayoutsWaiting: {
    title: "振込依頼を待つ送金がありません",
    detail: "送金の申し込みを待って、もう一度お試しください。"
  },
  PayoutNotWaiting: {
    title: "ほかの振込依頼に含まれている送金があります",
    detail: "もう一度お試しください。まだ待っている送金だけがまとめられます。"
  },
  TransferDayPast: {
    title: "振込指定日が過ぎています",
    detail: "{today}以降の日を指定してください。"
  },
  TransferDayTooFar: {
    title: "振込指定日が先すぎます",
    detail: "{latest}以前の日を指定してください。"
  },
  PayoutFileNotConfigured: {
    title: "振込依頼人が設定されていません",
    detail: "方針の wallet.payout.requester に依頼人の口座を設定してください。"
  },
  TransferUnwritable: {
    title: "総合振込のファイルに書けない内容があります",
    detail: "{line}行目の項目 {field} を確認してください（{reason}）。0行目は振込依頼人です。"
  },
  PayoutBatchNotFound: {
    title: "振込依頼が見つかりません",
    detail: "振込依頼の番号を確認してください。"
  },
  PayoutBatchRejected: {
    title: "この振込依頼は金融機関に受け付けられませんでした",
    detail: "含まれていた送金は失敗として確定されています。待っている送金を新しい振込依頼にまとめてください。"
  },
  PayoutSettled: {
    title: "この送金の結果はすでに確定しています",
    detail: "送金の内容を確認してください（{status}）。"
  },
  PayoutFileErased: {
    title: "この振込依頼のファイルの内容は消去されています",
    detail: "金融機関に渡したファイルと、銀行の取引明細を確認してください。"
  },
  TransferUnreadable: {
    title: "総合振込の結果ファイルを読めません",
    detail:
      "{record}件目のレコードの項目 {field} が正しくありません（{reason}）。何も記録していません。金融機関から受け取ったままのファイルを送ってください。"
  },
  BaseDateInvalid: {
    title: "基準日ではありません",
    detail: "3月31日か9月30日を指定してください。"
  },
  PeriodNotOver: {
    title: "期間がまだ終わっていません",
    detail: "日本時間で{until}が終わってから照会してください。"
  },
  PeriodEmpty: {
    title: "期間の終わりが始まりより前です",
    detail: "始まり（{from}）以降の日を終わりに指定してください。"
  },
  PeriodTooLong: {
    title: "期間が長すぎます",
    detail: "一度に照会できるのは{daysMax}日までです。期間を分けて照会してください。"
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
