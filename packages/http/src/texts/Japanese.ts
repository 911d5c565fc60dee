/**
 * The texts of problems in Japanese, the first language of this server.
 */
import type { Texts } from "../Problem.ts"

export const japanese: Texts = {
  AccountNotFound: {
    title: "アカウントが見つかりません",
    detail: "アカウント番号を確認してください。"
  },
  AccountAlreadyExists: {
    title: "すでにアカウントをお持ちです",
    detail:
      "お一人で開設できるアカウントは一つです。お持ちのアカウントをご利用ください。移行できる場合は移行の手続きへお進みください。"
  },
  EmailTaken: {
    title: "このメールアドレスは登録できません",
    detail: "別のメールアドレスを入力するか、移行できる場合は移行の手続きへお進みください。"
  },
  PhoneTaken: {
    title: "この電話番号は登録できません",
    detail: "別の電話番号を入力するか、移行できる場合は移行の手続きへお進みください。"
  },
  ContactUnproven: {
    title: "連絡先の確認が済んでいません",
    detail: "送信された認証コードで、メールアドレスと電話番号の両方を確認してからお申し込みください。"
  },
  CertificateUnreadable: {
    title: "電子証明書を読み取れません",
    detail: "証明書をPEM形式で、本人のもの、中間認証局の順に送ってください。"
  },
  CertificateUntrusted: {
    title: "信頼できる電子証明書ではありません",
    detail: "信頼された認証局が発行した電子証明書を使ってください。"
  },
  CertificateExpired: {
    title: "電子証明書が有効期間外です",
    detail: "電子証明書を発行し直してください。"
  },
  ChallengeInvalid: {
    title: "署名を確認できません",
    detail: "新しいチャレンジを取得し、5分以内に電子証明書の鍵で署名し直してください。"
  },
  CertificateOfAnother: {
    title: "別の方の電子証明書です",
    detail: "アカウントの開設に使ったご本人の電子証明書を使ってください。"
  },
  BankUnknown: {
    title: "取り扱いのない金融機関です",
    detail: "取り扱いのある金融機関を選んでください。一覧は適用中の方針（/policy）にあります。"
  },
  BankLinkNotFound: {
    title: "口座連携が見つかりません",
    detail: "アカウント番号と口座連携の番号を確認してください。"
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
  ValidationFailed: {
    title: "入力に誤りがあります",
    detail: "issues に挙げた項目を直して、もう一度送ってください。"
  },
  IdempotencyConflict: {
    title: "冪等キーが別の内容で使われています",
    detail: "同じ操作の再送には同じ内容を、新しい操作には新しい Idempotency-Key を使ってください。"
  },
  Busy: {
    title: "混み合っています",
    detail: "何も行われていません。少し待って、同じ Idempotency-Key でもう一度送ってください。"
  },
  StoreUnavailable: {
    title: "ただいま記録に接続できません",
    detail: "少し待って、同じ Idempotency-Key でもう一度送ってください。二重に処理されることはありません。"
  },
  RouteUnknown: {
    title: "ページが見つかりません",
    detail: "提供している操作の一覧は /docs にあります。"
  },
  MethodNotAllowed: {
    title: "このメソッドは使えません",
    detail: "Allow ヘッダーにあるメソッドを使ってください。"
  },
  RequestMalformed: {
    title: "リクエストを読み取れません",
    detail: "UTF-8 の JSON を一つ送ってください。同じ名前の項目の重複や、深すぎる入れ子は受け付けません。"
  },
  IdempotencyKeyMissing: {
    title: "Idempotency-Key がありません",
    detail: "操作ごとに一意な値（1～255文字の印字可能な ASCII）を Idempotency-Key ヘッダーに付けてください。"
  },
  Unauthorized: {
    title: "認証できません",
    detail: "Authorization ヘッダーに Bearer に続けて API キーを付けてください。"
  },
  Forbidden: {
    title: "この操作は許可されていません",
    detail: "この操作には別の種類の API キーが必要です。"
  },
  RequestTimedOut: {
    title: "リクエストの受信が時間切れになりました",
    detail: "リクエスト全体を10秒以内に送ってください。"
  },
  BodyTooLarge: {
    title: "本文が大きすぎます",
    detail: "本文は64 KiB以内にしてください。"
  },
  MediaTypeUnsupported: {
    title: "本文の形式に対応していません",
    detail: "Content-Type: application/json（UTF-8）で送ってください。"
  },
  HeadersTooLarge: {
    title: "ヘッダーが大きすぎます",
    detail: "ヘッダーを16 KiB以内にしてください。"
  },
  ClientClosed: {
    title: "接続が切断されました",
    detail: "操作が行われたかは、同じ Idempotency-Key で送り直すと分かります。"
  },
  InternalError: {
    title: "サーバーで問題が発生しました",
    detail: "requestId を添えて運営者にお問い合わせください。同じ Idempotency-Key での再送は安全です。"
  },
  Overloaded: {
    title: "混み合っています",
    detail: "少し待って、同じ Idempotency-Key でもう一度送ってください。"
  },
  Stopping: {
    title: "サーバーを停止しています",
    detail: "少し待って、同じ Idempotency-Key でもう一度送ってください。"
  },
  AnswerTimedOut: {
    title: "処理が時間内に終わりませんでした",
    detail: "操作は行われた可能性があります。同じ Idempotency-Key で送り直すと、結果が分かります。"
  }
}
