/**
 * Notice texts: what a holder is told, one entry for each kind of notice, in Japanese and English (NTF-01).
 *
 * The table is complete by type: a new kind does not compile until it has its texts. No text asks to log in or leads to a page where one does
 * (SEC-07); the addresses in them are where a token app is downloaded (TOK-24) and how to pay in for a payment number (TOP-05).
 */
import type { InEach } from "./Messages.ts"
import {
  type CommonFacts,
  type HolderKind,
  notYoursEn,
  notYoursJa,
  type NoticeText,
  type Template,
  text
} from "./NoticeText.ts"
import { walletTexts } from "./WalletTexts.ts"

/** What changed, as it is told to the old contact as well (SEC-06). */
const changed = (ja: string, en: string): InEach<(facts: CommonFacts) => NoticeText> => ({
  ja: ({ at }) => text(`${ja}が変更されました`, `${at}に、ご登録の${ja}が変更されました。`, notYoursJa),
  en: ({ at }) => text(`Your ${en} was changed`, `Your ${en} was changed at ${at} (Japan time).`, notYoursEn)
})

export const noticeTexts: { readonly [Kind in HolderKind]: InEach<Template<Kind>> } = {
  accountOpened: {
    ja: ({ at }) => text("アカウントを開設しました", `${at}に、アカウントの開設が完了しました。`, notYoursJa),
    en: ({ at }) => text("Your account is open", `Your account was opened at ${at} (Japan time).`, notYoursEn)
  },
  accountMigrated: {
    ja: ({ at }) =>
      text("アカウントを引き継ぎました", `${at}に、電子証明書によるログインへの引き継ぎが完了しました。`, notYoursJa),
    en: ({ at }) =>
      text("Your account was migrated", `Since ${at} (Japan time) it is used with your certificate.`, notYoursEn)
  },
  accountSuspended: {
    ja: ({ at }) =>
      text("利用停止の手続きが完了しました", `${at}に、お申し出によりアカウントを利用停止にしました。`, notYoursJa),
    en: ({ at }) => text("Your account is suspended", `It was suspended on request at ${at} (Japan time).`, notYoursEn)
  },
  accountResumed: {
    ja: ({ at }) => text("アカウントの利用を再開しました", `${at}に、アカウントの利用を再開しました。`, notYoursJa),
    en: ({ at }) => text("Your account is in use again", `It was resumed at ${at} (Japan time).`, notYoursEn)
  },
  accountStopped: {
    ja: ({ at, contact }) =>
      text(
        "アカウントが停止されました",
        `${at}に、アカウントを停止しました。`,
        `再開をご希望の場合は、${contact} までお電話ください。`
      ),
    en: ({ at, contact }) =>
      text(
        "Your account was stopped",
        `We stopped your account at ${at} (Japan time).`,
        `To have it resumed, call ${contact}.`
      )
  },
  accountClosed: {
    ja: ({ at }) =>
      text(
        "解約の手続きが完了しました",
        `${at}に、アカウントの解約が完了しました。残高とポイントは消滅しました。`,
        "電子証明書は失効していません。失効をご希望の場合は、別途お手続きください。",
        notYoursJa
      ),
    en: ({ at }) =>
      text(
        "Your account is closed",
        `It was closed at ${at} (Japan time). Remaining balances and points have been forfeited.`,
        "Your certificates are not revoked by this; you can still have them revoked.",
        notYoursEn
      )
  },
  phoneChanged: changed("電話番号", "phone number"),
  emailChanged: changed("メールアドレス", "email address"),
  passwordChanged: changed("パスワード", "password"),
  deviceChanged: {
    ja: ({ at }) => text("新しい端末で利用が始まりました", `${at}に、利用する端末が変更されました。`, notYoursJa),
    en: ({ at }) => text("A new device is in use", `Your device was changed at ${at} (Japan time).`, notYoursEn)
  },
  confirmationDue: {
    ja: () =>
      text(
        "本人確認のお願い",
        "ご本人の情報とご利用目的を、あらためて確認する時期になりました。",
        "アプリを開いて、確認の手続きをお願いします。期限を過ぎると、ご利用が制限されることがあります。"
      ),
    en: () =>
      text(
        "Please confirm your identity",
        "It is time to confirm your details and the purpose of use again.",
        "Please open the app and do so. Some functions are restricted once the date has passed."
      )
  },
  authenticationWarning: {
    ja: ({ at }) =>
      text(
        "認証に続けて失敗しています",
        `${at}までに、パスワードまたは認証番号の入力が続けて失敗しました。このまま失敗が続くと、アカウントがロックされます。`,
        notYoursJa
      ),
    en: ({ at }) =>
      text(
        "Repeated failed authentication",
        `Until ${at} (Japan time) password or codes were wrong several times in a row. Further failures lock the account.`,
        notYoursEn
      )
  },
  accountLocked: {
    ja: ({ at }) =>
      text(
        "アカウントがロックされました",
        `${at}に、認証の失敗が続いたためアカウントをロックしました。`,
        "パスワードの再設定、または下記の窓口でのお手続きで解除できます。",
        notYoursJa
      ),
    en: ({ at }) =>
      text(
        "Your account is locked",
        `It was locked at ${at} (Japan time) after repeated failures.`,
        "Set a new password, or contact us, to have it unlocked.",
        notYoursEn
      )
  },
  accountUnlocked: {
    ja: ({ at }) => text("ロックを解除しました", `${at}に、アカウントのロックを解除しました。`, notYoursJa),
    en: ({ at }) => text("Your account is unlocked", `It was unlocked at ${at} (Japan time).`, notYoursEn)
  },
  tokenApplied: {
    ja: ({ downloadUrl, service, user }) =>
      text(
        "トークンのお申し込みを受け付けました",
        `アプリのダウンロード: ${downloadUrl}\nサービスID: ${service}\nユーザID: ${user}`,
        "利用開始パスワードは、お申し込みの際にご自身で入力したものです。",
        notYoursJa
      ),
    en: ({ downloadUrl, service, user }) =>
      text(
        "Your token application",
        `Download the app: ${downloadUrl}\nService ID: ${service}\nUser ID: ${user}`,
        "The start password is the one that you chose when you applied.",
        notYoursEn
      )
  },
  memberIdReminder: {
    ja: ({ memberId }) => text("会員IDのお知らせ", `会員ID: ${memberId}`, notYoursJa),
    en: ({ memberId }) => text("Your member ID", `Member ID: ${memberId}`, notYoursEn)
  },
  profileLocked: {
    ja: ({ at }) =>
      text(
        "本人認証サービスがロックされました",
        `${at}に、認証の失敗が続いたため、カードの本人認証をロックしました。`,
        "解除をご希望の場合は、ご本人から下記の窓口へご連絡ください。"
      ),
    en: ({ at }) =>
      text(
        "Card authentication is locked",
        `It was locked at ${at} (Japan time) after repeated failures.`,
        "To have it unlocked, please contact us in person."
      )
  },
  ...walletTexts
}
