/**
 * The texts of problems in Japanese, the first language of this server: every area, and what any request can meet.
 */
import type { Texts } from "../Problem.ts"
import { japaneseAccess } from "./JapaneseAccess.ts"
import { japaneseAccounts } from "./JapaneseAccounts.ts"
import { japaneseCertificates } from "./JapaneseCertificates.ts"
import { japaneseMessages, japaneseStepUp } from "./JapaneseStepUp.ts"
import { japaneseTokens } from "./JapaneseTokens.ts"
import { japaneseWallet } from "./JapaneseWallet.ts"

export const japanese: Texts = {
  ...japaneseAccounts,
  ...japaneseAccess,
  ...japaneseWallet,
  ...japaneseCertificates,
  ...japaneseTokens,
  ...japaneseStepUp,
  ...japaneseMessages,

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
    detail: "Authorization ヘッダーに Bearer に続けて、API キーかログインで受け取ったトークンを付けてください。"
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
