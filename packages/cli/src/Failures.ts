/**
 * Failures: what the errors of the core and of stores mean to whoever typed the command, and what to do next.
 */
import type { ExportUnreadable } from "@kinchaku/domain/audit/JournalReading"
import { broken, Failed, unavailable, usage } from "./Exit.ts"

const copyNext = {
  ja: "ファイルに書き込まず、コピーを取り、公開済みのヘッドと照合してください。",
  en: "write nothing to it, take a copy, and compare with the heads that were published."
}

const unreadable: Readonly<Record<ExportUnreadable["reason"], { readonly ja: string; readonly en: string }>> = {
  notAnExport: { ja: "仕訳帳のエクスポートではありません", en: "this is not an export of a journal" },
  version: { ja: "この版では読めない形式です", en: "this release does not read this version of the format" },
  json: { ja: "JSONとして読めません", en: "it is not JSON" },
  shape: { ja: "項目が正しくありません", en: "its fields are not those of an export" },
  order: { ja: "順序が正しくありません", en: "it is out of order" },
  heads: { ja: "末尾のヘッドが本文と一致しません", en: "the heads at the end are not those of the commands" },
  counts: { ja: "末尾の件数が本文と一致しません", en: "the counts at the end are not those of the commands" },
  afterEnd: { ja: "最後の行のあとに続きがあります", en: "there is more after the last line" },
  cutOff: { ja: "途中で切れています", en: "it is cut off" }
}

/** What an error says was behind it; effect/sql keeps that in its reason. */
const behind = (error: Error): unknown => {
  if (error.cause !== undefined) return error.cause
  const reason = "reason" in error ? error.reason : undefined
  return typeof reason === "object" && reason !== null && "cause" in reason ? reason.cause : undefined
}

/** Why the driver failed, without a stack: "the SQLite driver failed: unable to open database file". */
const reasonsOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  const deeper = behind(cause)
  return deeper === undefined ? cause.message : `${cause.message}: ${reasonsOf(deeper)}`
}

type Tagged = { readonly _tag: string } & Readonly<Record<string, unknown>>

const isTagged = (error: unknown): error is Tagged =>
  typeof error === "object" && error !== null && "_tag" in error && typeof error._tag === "string"

/** What is said of one kind of error: how it ends, and the two texts, with what it carries in between. */
type Said = readonly [end: typeof broken, ja: (carried: string) => string, en: (carried: string) => string]

const said: Readonly<Record<string, Said>> = {
  ReplayDiffers: [
    broken,
    (carried) => `再実行の結果が記録と異なります（${carried}）。${copyNext.ja}`,
    (carried) => `the replay does not lead to what is recorded (${carried}); ${copyNext.en}`
  ],
  RecordDiffers: [
    broken,
    (carried) => `レコードが、記録されたコマンドの結果と異なります（${carried}）。${copyNext.ja}`,
    (carried) => `a record is not what its commands lead to (${carried}); ${copyNext.en}`
  ],
  ImportDiffers: [
    broken,
    (carried) => `取り込みの結果がエクスポートと異なります（${carried}）。公開済みのヘッドと照合してください。`,
    (carried) => `the import does not come to what the export says (${carried}); compare it with a published head.`
  ],
  StoreRefused: [
    broken,
    (carried) => `ストアが記録されたコマンドを拒否しました（${carried}）。公開済みのヘッドと照合してください。`,
    (carried) => `the store refuses what is recorded (${carried}); compare it with a published head.`
  ],
  StoreNotEmpty: [
    usage,
    () => "取り込み先に帳簿があります。空のストアを指定してください。何も変更していません。",
    () => "the store has books already; name an empty one. Nothing was changed."
  ],
  JournalMoved: [
    unavailable,
    () => "読み取り中にコミットがありました。コピーから、または停止中に実行してください。",
    () => "commits went on while it was read; run it on a copy, or while the store is at rest."
  ],
  ChainLinkNotFound: [
    usage,
    (carried) => `このIDのコマンドも仕訳も、チェーンにありません（${carried}）。`,
    (carried) => `no command and no entry of the chain has this id (${carried}).`
  ],
  ChainHeadNotFound: [
    usage,
    (carried) => `この番号のリンクは、このレーンにありません（${carried}）。verify でヘッドを確認できます。`,
    (carried) => `the lane has no link with this number (${carried}); verify prints the heads.`
  ],
  StoreUnavailable: [
    unavailable,
    (carried) => `ストアを利用できません（${carried}）。npx kinchaku doctor で確認してください。`,
    (carried) => `the store is not available (${carried}); run npx kinchaku doctor on it.`
  ],
  StoreBusy: [
    unavailable,
    (carried) => `ストアが混み合っています（${carried}）。しばらくしてから再実行してください。`,
    (carried) => `the store is busy (${carried}); run it again in a while.`
  ]
}

/** What an error carries beside its tag: texts and numbers, and why the driver failed. */
const carriedBy = (error: Tagged): Readonly<Record<string, string | number>> => {
  const values = Object.entries(error).flatMap(([name, value]): ReadonlyArray<readonly [string, string | number]> => {
    const isShown = !["_tag", "name", "message", "stack", "cause"].includes(name)
    return isShown && (typeof value === "string" || typeof value === "number") ? [[name, value]] : []
  })
  const { cause } = error
  return Object.fromEntries(cause === undefined ? values : [...values, ["cause", reasonsOf(cause)]])
}

const unreadableAt = ({ line, reason }: ExportUnreadable): Failed => {
  const { en, ja } = unreadable[reason]
  return usage(
    "ExportUnreadable",
    `${line}行目: ${ja}。エクスポートを取り直してください。`,
    `line ${line}: ${en}; make the export again.`,
    { line, reason }
  )
}

/** A known error as the end of a command, or none: then it is a defect. */
export const failedBy = (error: unknown): Failed | undefined => {
  if (error instanceof Failed) return error
  if (!isTagged(error)) return undefined
  if (error._tag === "ExportUnreadable") return unreadableAt(error as unknown as ExportUnreadable)
  const [end, ja, en] = Object.hasOwn(said, error._tag) ? (said[error._tag] ?? []) : []
  if (end === undefined || ja === undefined || en === undefined) return undefined
  const carried = carriedBy(error)
  const text = Object.entries(carried)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ")
  return end(error._tag, ja(text), en(text), carried)
}
