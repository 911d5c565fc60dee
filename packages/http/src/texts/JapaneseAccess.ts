/**
 * The texts of problems in Japanese: codes, logins, sessions, staff, and the certificates that are shown.
 */
import type { accessKinds } from "../AccessProblems.ts"
import type { TextsOf } from "../ProblemKind.ts"

export const japaneseAccess: TextsOf<typeof accessKinds> = {
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
  CertificateRevoked: {
    title: "電子証明書が失効しています",
    detail: "電子証明書を発行し直してください。"
  },
  CertificateUnchecked: {
    title: "電子証明書の失効を確認できません",
    detail: "認証局に接続できません。少し待ってからもう一度お試しください。"
  },
  CertificateNotIssued: {
    title: "電子証明書が発行されていません",
    detail: "署名用とログイン用の両方の電子証明書を発行してください。"
  },
  CertificateSuperseded: {
    title: "新しい電子証明書に替わっています",
    detail: "最後に発行した端末の電子証明書を使うか、発行し直してください。"
  },
  CredentialLocked: {
    title: "電子証明書がロックされています",
    detail: "暗証番号の誤りが続きました。発行元の手続きで解除してください。"
  },
  CertificateNotMatched: {
    title: "電子証明書に対応するアカウントがありません",
    detail:
      "アカウントを開設するか、お持ちのアカウントを引き継いでください。以前のアカウントにつなぐには運営者にお問い合わせください。"
  },
  OtpMismatch: {
    title: "認証コードが違います",
    detail: "届いた6桁のコードを確認して、入力し直してください。続けて間違えるとロックされます。"
  },
  OtpExpired: {
    title: "認証コードの有効期限が切れています",
    detail: "新しいコードを受け取ってください。"
  },
  OtpAlreadyUsed: {
    title: "認証コードは使用済みです",
    detail: "新しいコードを受け取ってください。"
  },
  OtpNotFound: {
    title: "認証コードが見つかりません",
    detail: "この操作のための最新のコードを使うか、新しいコードを受け取ってください。"
  },
  OtpRequired: {
    title: "認証コードが必要です",
    detail: "この操作のためのコードを受け取り、確認してからやり直してください。"
  },
  OtpSendLimited: {
    title: "認証コードをまだ送れません",
    detail: "{from}以降にもう一度お試しください。"
  },
  LoginFailed: {
    title: "ログインできません",
    detail: "入力した内容を確認してください。ロックされている場合は、パスワードを設定し直すと解除されます。"
  },
  SessionExpired: {
    title: "セッションが終了しました",
    detail: "もう一度ログインしてください。"
  },
  LoginIdTaken: {
    title: "このログインIDは使えません",
    detail: "別のログインIDにしてください。"
  },
  SettingTokenInvalid: {
    title: "パスワードの設定に使う番号が無効です",
    detail: "管理者に新しい番号を発行してもらってください。"
  },
  Forbidden: {
    title: "この操作は許可されていません",
    detail: "この操作には別の種類の鍵か、その役割を持つ担当者が必要です。"
  },
  StaffNotFound: {
    title: "担当者が見つかりません",
    detail: "担当者番号を確認してください。"
  }
}
