/**
 * Output: what a command writes to standard output or to a file, at the reader's pace.
 *
 * A reader that closes the pipe has seen enough; that ends the writing quietly.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { Effect, Schema, Stream } from "effect"
import { type Failed, usage } from "./Exit.ts"

/** The reader of standard output is gone. */
export class ReaderGone extends Schema.TaggedError<ReaderGone>()("ReaderGone", {}) {}

let isGone = false
process.stdout.on("error", () => {
  isGone = true
})

/** Writes to standard output and waits until the reader has taken it. */
export const write = (text: string): Effect.Effect<void, ReaderGone> =>
  Effect.callback<void, ReaderGone>((resume) => {
    if (isGone) return resume(Effect.fail(new ReaderGone()))
    process.stdout.write(text, (error) => resume(error ? Effect.fail(new ReaderGone()) : Effect.void))
  })

/** Writes what a stream gives, piece by piece. */
export const writeAll = <E, R>(text: Stream.Stream<string, E, R>): Effect.Effect<void, E | ReaderGone, R> =>
  Stream.runForEach(text, write)

/** One JSON document, on a line of its own. */
export const writeJson = (value: unknown): Effect.Effect<void, ReaderGone> => write(`${JSON.stringify(value)}\n`)

/** Gives a file that is on the disk its name, so that the name is on the disk too. */
export const renameDurably = (from: string, to: string): void => {
  renameSync(from, to)
  // Windows opens no folders.
  if (process.platform === "win32") return
  const folder = openSync(dirname(resolve(to)), "r")
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

const partial = (file: string): string => `${file}.partial`

/** Writes a stream to a new file, which has its name only when it is whole and on the disk. */
export const writeFile = <E, R>(
  text: Stream.Stream<string, E, R>,
  file: string
): Effect.Effect<void, E | Failed, R> => {
  const cannot = (cause: unknown) =>
    usage(
      "OutputFile",
      `${file} に書き込めません（既にあるか、場所が正しくありません）。別の名前を指定してください。`,
      `${file} cannot be written (it is there already, or the place is wrong); name another.`,
      { cause: cause instanceof Error ? cause.message : String(cause) }
    )
  const attempt = <A>(body: () => A) => Effect.try({ try: body, catch: cannot })
  const opened = attempt(() => {
    // Both names must be free: nothing is overwritten.
    closeSync(openSync(file, "wx", 0o600))
    return openSync(partial(file), "wx", 0o600)
  })
  return Effect.acquireUseRelease(
    opened,
    (handle) =>
      Effect.andThen(
        Stream.runForEach(text, (piece) => attempt(() => writeSync(handle, piece))),
        attempt(() => {
          fsyncSync(handle)
          renameDurably(partial(file), file)
        })
      ),
    (handle, exit) =>
      Effect.sync(() => {
        closeSync(handle)
        if (exit._tag === "Success") return
        for (const left of [file, partial(file)]) rmSync(left, { force: true })
      })
  )
}
