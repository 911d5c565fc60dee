/**
 * `kinchaku verify`: the second opinion of packages/verifier on a store or an export.
 */
import { existsSync } from "node:fs"
import { StoreUnavailable } from "@kinchaku/domain/engine/Store"
import { exportFile } from "@kinchaku/verifier/Export"
import { sqliteFile } from "@kinchaku/verifier/SqliteFile"
import type { Place } from "@kinchaku/verifier/Verdict"
import * as Verifier from "@kinchaku/verifier/Verify"
import { Effect } from "effect"
import { broken, type Failed, unavailable, usage } from "../Exit.ts"
import { begins, expectBooks, isPostgres, isSqlite } from "../OpenStore.ts"
import { postgresTables } from "../PostgresTables.ts"
import * as Progress from "../Progress.ts"
import { done } from "../Report.ts"

type Published = NonNullable<Verifier.Options["published"]>

const headForm = /^(?:(\d{1,3}):)?(\d{1,16}):([0-9a-f]{64})$/

/** A head as it is published: "412:9f…", or with its lane before, "3:412:9f…". */
const publishedOf = (texts: ReadonlyArray<string>): Effect.Effect<Published, Failed> =>
  Effect.forEach(texts, (text) => {
    const [, lane = "0", seq, hash] = headForm.exec(text) ?? []
    return seq === undefined || hash === undefined || Number(lane) > 255
      ? Effect.fail(
          usage(
            "Head",
            `ヘッド ${text} を読めません。[レーン:]番号:ハッシュ（16進64桁）で指定してください。`,
            `${text} is no head; write [LANE:]SEQ:HASH, as verify printed it.`
          )
        )
      : Effect.succeed({ lane: Number(lane), seq: Number(seq), hash })
  })

/** A file is an export where its name or its beginning says so, and otherwise a database. */
const isExport = (file: string): boolean =>
  existsSync(file) && !isSqlite(file) && (file.endsWith(".jsonl") || begins(file, '{"kinchaku":'))

/** Damaged books are for the verifier to judge; what holds no books is not verified. */
const sourceOf = Effect.fnUntraced(function* (name: string) {
  if (isExport(name)) return exportFile(name)
  yield* Effect.catchIf(
    expectBooks(name),
    (error) => error._tag === "Failed" && error.reason === "Damaged",
    () => Effect.void
  )
  if (!isPostgres(name)) return sqliteFile(name)
  return yield* Effect.mapError(postgresTables(name), (cause) => new StoreUnavailable({ operation: "open", cause }))
})

const placeText = (at: Place): string =>
  Object.entries(at)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ")

/** Fails where the books do not hold, and names the first fault. */
export const verify = (name: string, heads: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const published = yield* publishedOf(heads)
    const source = yield* sourceOf(name)
    const progress = Progress.make("verify")
    const verdict = yield* Effect.tryPromise({
      try: () => Verifier.verify(source, { published, progress: progress.at }),
      catch: (cause) => {
        const why = cause instanceof Error ? cause.message : String(cause)
        return unavailable("SourceUnavailable", `読み取れません: ${why}`, `it cannot be read: ${why}`)
      }
    }).pipe(Effect.ensuring(Effect.sync(progress.end)))
    if (verdict.ok) {
      const { accounts, commands, entries, heads } = verdict
      return done(
        { commands, entries, accounts, heads },
        `ok: ${commands} commands, ${entries} entries, ${accounts} accounts\n` +
          heads.map(({ hash, lane, seq }) => `head ${lane}:${seq}:${hash}`).join("\n")
      )
    }
    const { at, expected, fault, found } = verdict
    const where = placeText(at)
    return yield* broken(
      "BooksBroken",
      `帳簿が正しくありません: ${fault}（${where}）。期待: ${expected}、実際: ${found}。書き込みを止め、コピーを取り、公開済みのヘッドと照合してください。`,
      `the books do not hold: ${fault} at ${where}: expected ${expected}, found ${found}; stop writing, take a copy, and compare with published heads.`,
      { fault, at, expected, found }
    )
  })
