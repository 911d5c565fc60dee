/**
 * What a token app shows for each error code (TOK-22), in the languages of holders. The code itself is shown beside the text.
 */
import type { TokenErrorCause, TokenErrorCode } from "./TokenError.ts"
import { causes } from "./TokenError.ts"

/** A text in each language. */
export interface ErrorText {
  readonly ja: string
  readonly en: string
}

const byCause: Readonly<Record<TokenErrorCause, ErrorText>> = {
  inputMalformed: {
    ja: "入力内容に誤りがあります。サービスID、ユーザーID、利用開始パスワードの文字数と文字の種類をご確認ください。",
    en: "Something is malformed. Check length and characters of service ID, user ID and start password."
  },
  tokenPresent: {
    ja: "同じサービスIDとユーザーIDのトークンが、このアプリにすでに登録されています。",
    en: "A token with this service ID and user ID is already in this app."
  },
  serviceUnknown: {
    ja: "サービスIDが正しくありません。ご確認のうえ、もう一度入力してください。",
    en: "The service ID is wrong. Check it and enter it again."
  },
  registrationNotFound: {
    ja: "お申し込みを確認できません。ユーザーIDと利用開始パスワードをご確認ください。",
    en: "No application was found. Check user ID and start password."
  },
  useStarted: {
    ja: "すでに利用を開始しています。このアプリで使うには、サービスで再発行のお手続きが必要です。",
    en: "Use has already started. To use this app, ask the service to issue the token again."
  },
  userSuspended: {
    ja: "ご利用が停止されています。サービスにお問い合わせください。",
    en: "Your use is suspended. Please contact the service."
  },
  startPasswordLocked: {
    ja: "利用開始パスワードの誤りが続いたため、使えなくなりました。サービスで改めてお申し込みください。",
    en: "The start password was wrong too often and is locked. Please apply again at the service."
  },
  clockWrong: {
    ja: "端末の日付、時刻またはタイムゾーンが正しくありません。設定を直してから、もう一度お試しください。",
    en: "Date, time or time zone of this device is wrong. Correct it and try again."
  },
  inputWrong: {
    ja: "サービスID、ユーザーID、利用開始パスワードのいずれかに誤りがあります。",
    en: "Service ID, user ID or start password is wrong."
  },
  noConnection: {
    ja: "通信できません。通信環境とサービスIDをご確認のうえ、もう一度お試しください。",
    en: "No connection. Check the network and the service ID, then try again."
  },
  notCompleted: {
    ja: "通信が完了しませんでした。しばらくしてから、もう一度お試しください。",
    en: "The communication was not completed. Please try again in a while."
  },
  noConnectionOrOutcomeUnknown: {
    ja: "通信できません。通信環境をご確認のうえ、もう一度お試しください。",
    en: "No connection. Check the network and try again."
  },
  setUpIncomplete: {
    ja: "初期設定が完了していません。初期設定を終えてから更新してください。",
    en: "Set-up is not complete. Complete it before you renew."
  },
  authenticationStartPending: {
    ja: "取引認証開始のお手続きが残っています。終えてから更新してください。",
    en: "The start of transaction authentication is pending. Complete it before you renew."
  },
  transactionUnconfirmed: {
    ja: "確認していない取引が残っています。取引を確認してから更新してください。",
    en: "A transaction awaits your confirmation. Answer it before you renew."
  },
  outsideRenewalWindow: {
    ja: "更新できる期間ではありません。",
    en: "The token cannot be renewed at this time."
  },
  tokenExpired: {
    ja: "有効期限が切れています。更新してから、もう一度補正してください。",
    en: "The token has expired. Renew it first, then correct again."
  },
  lockCodeWrong: {
    ja: "アプリロックのコードが正しくありません。",
    en: "The app lock code is wrong."
  },
  deviceChanged: {
    ja: "端末が変わったため使用できません。サービスで再発行のお手続きをしてください。",
    en: "The device has changed. Ask the service to issue the token again."
  },
  memoryShort: {
    ja: "メモリーが不足しています。ほかのアプリを終了してから、もう一度起動してください。",
    en: "There is not enough memory. Close other apps and start again."
  },
  unexpected: {
    ja: "予期しないエラーが発生しました。アプリを起動し直して、もう一度お試しください。",
    en: "Something unexpected happened. Restart the app and try again."
  }
}

/** The text of a code. */
export const errorText = (code: TokenErrorCode): ErrorText => byCause[causes[code]]

/** The second text of A300: the request may have arrived, and nobody on the phone knows (TOK-26). */
export const outcomeUnknownText: ErrorText = {
  ja: "更新の結果を確認できません。もう一度更新してください。更新が終わるまで、取引確認を利用しないでください。",
  en: "The outcome of the renewal is unknown. Renew again, and confirm no transaction until the renewal has finished."
}

/** What the app tells after a correction (TOK-27). */
export const waitText: ErrorText = {
  ja: "補正しました。2～3分待ってから認証してください。",
  en: "Corrected. Wait 2 to 3 minutes before you authenticate."
}
