/**
 * The texts of problems in Japanese: accounts and their holders.
 */
import type { accountKinds } from "../AccountProblems.ts"
import type { TextsOf } from "../ProblemKind.ts"

export const japaneseAccounts: TextsOf<typeof accountKinds> = {
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
  CertificateOfAnother: {
    title: "別の方の電子証明書です",
    detail: "アカウントの開設に使ったご本人の電子証明書を使ってください。"
  },
  AccountLocked: {
    title: "アカウントがロックされています",
    detail:
      "認証に続けて失敗したため、ロックされています。登録のメールアドレスとSMSの認証コードでパスワードを設定し直すと解除されます。一年間の誤りが多すぎる場合は、運営者にお問い合わせください。"
  },
  AccountSuspended: {
    title: "アカウントは利用停止中です",
    detail:
      "ご自身で利用を停止されています。ウェブでメールアドレス、パスワード、認証コードを入力して利用を再開してください。"
  },
  AccountStopped: {
    title: "アカウントが停止されました",
    detail: "運営者が停止しています。お電話ください: {contact}"
  },
  AccountClosed: {
    title: "アカウントは解約されています",
    detail: "解約されたアカウントは再開できません。ご利用には新しく開設してください。"
  },
  AccountNotSuspended: {
    title: "アカウントは利用停止中ではありません",
    detail: "再開の手続きは要りません。そのままご利用ください。"
  },
  AccountNotStopped: {
    title: "アカウントは停止されていません",
    detail: "アカウントの状態を確認してください。停止されたアカウントだけが再開の対象です。"
  },
  MigrationRequired: {
    title: "引き継ぎの手続きが必要です",
    detail:
      "{deadline}に移行期間が終わりました。マイナンバーカードの電子証明書で引き継ぎの手続きをしてください。残高はそのままです。"
  },
  BankFunctionsRestricted: {
    title: "口座機能を利用できません",
    detail: "本人確認が必要です（{reason}）。電子証明書での引き継ぎ、または本人確認を済ませてください。"
  },
  BalanceAboveClosingLimit: {
    title: "残高があるため解約できません",
    detail: "残高{balance}円が、放棄できる上限{limit}円を超えています。お支払いなどで減らしてから解約してください。"
  },
  OperationsInProgress: {
    title: "手続き中の取引があるため解約できません",
    detail: "次の取引の完了を待ってください: {operations}"
  },
  PasswordNotSet: {
    title: "パスワードが登録されていません",
    detail: "先に、登録のメールアドレスとSMSの認証コードでパスワードを登録してください。"
  },
  PasswordUnacceptable: {
    title: "このパスワードは使えません",
    detail: "英字と数字を含む{minimum}文字以上{maximum}文字以内で、推測されにくいものにしてください（{reason}）。"
  },
  DocumentsRequired: {
    title: "再開に必要な確認が足りません",
    detail: "次を確認して記録してください: {missing}"
  },
  IndividualNumberShown: {
    title: "マイナンバーが見える書類は受け取れません",
    detail: "書類を破棄し、番号を隠したもの、または別の書類を求めてください。"
  },
  FormerBooksAhead: {
    title: "旧帳簿の日時が未来です",
    detail: "{field} を過去の日時にしてください。"
  }
}
