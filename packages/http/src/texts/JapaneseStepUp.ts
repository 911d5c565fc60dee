/**
 * The texts of problems in Japanese: step-up authentication, and reports of messages.
 */
import type { messageKinds } from "../MessageProblems.ts"
import type { TextsOf } from "../ProblemKind.ts"
import type { stepUpKinds } from "../StepUpProblems.ts"

export const japaneseStepUp: TextsOf<typeof stepUpKinds> = {
  MemberIdUnknown: {
    title: "入力された会員IDを確認できません",
    detail: "会員IDを確かめて、もう一度入力してください。お忘れの場合は、登録のメールアドレスに送ることができます。"
  },
  StepUpMismatch: {
    title: "認証コードまたはパスワードが違います",
    detail:
      "このお買いもののために送った認証コード、またはパスワードを、もう一度入力してください。誤りが続くとロックされます。"
  },
  ProfileLocked: {
    title: "本人認証がロックされています",
    detail: "誤りが続いたため、ロックされています。カード発行会社にご連絡ください。解除いたします。"
  },
  EnrolmentProvisional: {
    title: "本登録が済んでいません",
    detail: "会員サイトで本登録を済ませてから、もう一度お答えください。"
  },
  EnrolmentVoid: {
    title: "登録が無効になっています",
    detail: "カード番号が変わりました。新しいカード番号で登録してください。"
  },
  ChallengeExpired: {
    title: "回答の時間が過ぎました",
    detail: "お店で、もう一度お買いものからやり直してください。"
  },
  ChallengeSettled: {
    title: "このお買いものの認証は終わっています",
    detail: "状態を確認してください。認証コードは一つのお買いものに一度だけ使えます。"
  },
  PersonalMessageEnded: {
    title: "パーソナルメッセージの受付は終了しました",
    detail: "SMSの認証コードをお選びください。"
  },
  CardEnrolled: {
    title: "このカードは登録済みです",
    detail: "認証方法を変更するか、別のカードを登録してください。"
  },
  CardNotEnrolled: {
    title: "このカードは登録されていません",
    detail: "カードの参照番号を確認するか、登録してください。"
  },
  MemberIdTaken: {
    title: "この会員IDは使えません",
    detail: "別の会員IDを指定してください。"
  },
  ProfileNotFound: {
    title: "登録が見つかりません",
    detail: "番号を確認してください: {profile}"
  },
  UnlockRequiresOperator: {
    title: "ロックを解除できるのは運営者だけです",
    detail: "ご本人から運営者へご連絡ください。連絡の日時を記録します。未来の日時は指定できません。"
  },
  PurchaseNotFound: {
    title: "お買いものが見つかりません",
    detail: "番号を確認してください: {purchase}"
  },
  PurchaseNotCancellable: {
    title: "このお買いものは取り消せません",
    detail: "取り消せるのは、認証に通り、まだ取り消されていないお買いものだけです。"
  }
}

export const japaneseMessages: TextsOf<typeof messageKinds> = {
  SmsStatusForged: {
    title: "配信事業者からの報告ではありません",
    detail: "送信時に伝えた宛先を対象に、アカウントのトークンで署名してください。"
  },
  SmsStatusUnreadable: {
    title: "報告を読み取れません",
    detail: "このサーバーのメッセージ、または知られた状態を示していません。"
  },
  WebhookRefused: {
    title: "Webhookの署名または時刻が正しくありません",
    detail: "ID・時刻・本文を、このサーバーが知る鍵で署名し、その時刻から5分以内に送ってください。"
  },
  WebhookUnreadable: {
    title: "Webhookを読み取れません",
    detail: "署名は正しいものの、このサーバーが知る報告ではありません。再送しても結果は変わりません。"
  }
}
