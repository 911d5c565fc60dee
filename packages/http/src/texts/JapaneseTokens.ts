/**
 * The texts of problems in Japanese: tokens and what is confirmed on them.
 */
import type { TextsOf } from "../ProblemKind.ts"
import type { tokenKinds } from "../TokenProblems.ts"

export const japaneseTokens: TextsOf<typeof tokenKinds> = {
  TokenError: {
    title: "トークンアプリのエラーです",
    detail: "tokenCode は画面に表示し、窓口で伝えるコードです。その意味は detail に示します。"
  },
  TokenCodeRejected: {
    title: "トークンのパスワードを確認できません",
    detail: "いま表示されているパスワードを入力してください（{reason}）。時刻がずれている場合は補正してください。"
  },
  TokenServiceNotFound: {
    title: "サービスが見つかりません",
    detail: "サービスIDを確認してください: {service}"
  },
  TokenUserNotFound: {
    title: "トークンの申し込みがありません",
    detail: "先に {service} で申し込んでください。"
  },
  TokenNotReady: {
    title: "いまはトークンで確認できません",
    detail: "次を済ませてから、もう一度お試しください: {reason}"
  },
  ConfirmationNotOffered: {
    title: "このサービスは取引確認に対応していません",
    detail: "先に {service} の取引確認を有効にしてください。"
  },
  TransactionNotFound: {
    title: "確認する取引が見つかりません",
    detail: "取引の番号を確認してください: {transaction}"
  },
  TransactionDiffers: {
    title: "表示された取引と異なります",
    detail: "支払先または金額が、サービスの求めたものと異なります。確認せずに、取引を読み込み直してください。"
  },
  TransactionSettled: {
    title: "この取引の確認は終わっています",
    detail: "すでに回答されたか、取り下げられました（{state}）。"
  }
}
