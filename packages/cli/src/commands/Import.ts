/**
 * `kinchaku import`: an export, taken into a store that is empty or not there yet.
 *
 * A SQLite file that is not there gets its name only when everything is in it and compared.
 */
import { createReadStream, existsSync, rmSync } from "node:fs"
import { type Imported, importText } from "@kinchaku/domain/audit/Import"
import { Effect, Stream } from "effect"
import { usage } from "../Exit.ts"
import { renameDurably } from "../Output.ts"
import { expectBooks, isPostgres, openForFilling, openForWriting, type Opened, shown } from "../OpenStore.ts"
import * as Progress from "../Progress.ts"
import { done } from "../Report.ts"

const textOf = (file: string) =>
  Stream.fromAsyncIterable(
    file === "-"
      ? process.stdin.setEncoding("utf8")
      : createReadStream(file, { encoding: "utf8", highWaterMark: 1 << 18 }),
    (cause) =>
      usage("Unreadable", `${file} を読めません。`, `${file} cannot be read.`, {
        cause: cause instanceof Error ? cause.message : String(cause)
      })
  ).pipe(Stream.map(String))

const into = (file: string, store: Opened) => {
  const progress = Progress.make("import")
  return importText(textOf(file), { progress: progress.at }).pipe(
    Effect.provide(store),
    Effect.ensuring(Effect.sync(progress.end))
  )
}

/** Imports under another name first; what went wrong leaves nothing. */
const intoNew = (file: string, store: string) => {
  const importing = `${store}.importing`
  const remove = Effect.sync(() => {
    for (const end of ["", "-wal", "-shm"]) rmSync(`${importing}${end}`, { force: true })
  })
  const isLeft = usage(
    "ImportUnderWay",
    `${importing} があります。別の取り込みが実行中でなければ削除してください。`,
    `${importing} is there; remove it unless another import is under way.`
  )
  if (existsSync(importing)) return Effect.fail(isLeft)
  return into(file, openForFilling(importing)).pipe(
    Effect.tap(() => Effect.sync(() => renameDurably(importing, store))),
    Effect.onError(() => remove)
  )
}

const report = ({ commands, entries, heads, waiting }: Imported, store: string) =>
  done(
    { store, commands, entries, heads, waiting },
    `ok: ${commands} commands, ${entries} entries\n` +
      heads.map(({ hash, lane, seq }) => `head ${lane}:${seq}:${hash}\n`).join("") +
      `待機中の要求 ${waiting} 件は、送信の前に照会されます。個人データと通知は含まれません。\n` +
      `${waiting} waiting requests will be inquired before they are sent; personal data and notices are not part of an export.`
  )

export const importFrom = (file: string, store: string) =>
  Effect.gen(function* () {
    if (file !== "-" && !existsSync(file)) {
      return yield* usage("FileMissing", `${file} はありません。`, `there is no file ${file}.`)
    }
    if (isPostgres(store)) return report(yield* into(file, openForWriting(store)), shown(store))
    if (!existsSync(store)) return report(yield* intoNew(file, store), store)
    yield* expectBooks(store)
    return report(yield* into(file, openForWriting(store)), shown(store))
  })
