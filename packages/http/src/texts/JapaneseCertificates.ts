/**
 * The texts of problems in Japanese: certificates and their secrets.
 */
import type { certificateKinds } from "../CertificateProblems.ts"
import type { TextsOf } from "../ProblemKind.ts"

export const japaneseCertificates: TextsOf<typeof certificateKinds> = {
  CertificateAlreadyRegistered: {
    title: "この電子証明書は登録済みです",
    detail: "そのままご利用ください。登録できるのは新しく発行された電子証明書だけです。"
  },
  RomanNameMismatch: {
    title: "ローマ字氏名が前回の発行時と異なります",
    detail: "前回と同じローマ字氏名で、電子証明書を発行し直してください。"
  },
  IssuerUnreachable: {
    title: "電子証明書の発行者に接続できません",
    detail: "登録は行われていません。しばらくしてから、新しいチャレンジでやり直してください。"
  },
  PinFormatInvalid: {
    title: "暗証番号またはパスワードの形式が正しくありません",
    detail:
      "ログイン用の暗証番号は数字4桁、署名用パスワードは半角英数字6〜16文字です。誤りの回数には数えられていません。"
  },
  PinMismatch: {
    title: "暗証番号またはパスワードが違います",
    detail: "新しいチャレンジでもう一度入力してください。あと{left}回誤るとロックされます。"
  },
  CredentialSecretNotSet: {
    title: "暗証番号またはパスワードの設定が必要です",
    detail: "発行者の手続きにより、以前のものは無効になりました。新しく設定してください。"
  },
  FormerSecretMissing: {
    title: "現在の暗証番号またはパスワードが必要です",
    detail: "新しいものと一緒に入力してください。お忘れの場合は発行者の手続きを行ってください。"
  },
  BiometricsNotAllowed: {
    title: "生体認証は利用できません",
    detail: "暗証番号またはパスワードを入力してください。生体認証を使うには、許可したうえで設定し直してください。"
  },
  UnlockRequiresIssuer: {
    title: "電子証明書のロックを解除できるのは発行者だけです",
    detail: "発行者の手続きを行ってください。運営者がその完了をここに記録します。"
  },
  LinkRequiresOperator: {
    title: "結び付けの手続きは運営者だけが行えます",
    detail: "運営者にお問い合わせください。ご本人のアカウントと確認できしだい、結び付けます。"
  }
}
