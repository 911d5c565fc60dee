/**
 * A folder for the files of a bench, on the disk that is measured, removed when it is over.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Where files are made: BENCH_FOLDER, or the system's temporary folder. */
export const parentFolder = process.env["BENCH_FOLDER"] ?? tmpdir()

/** Runs with a folder of its own, which is gone afterwards, however the process ends short of a kill. */
export const withFolder = async <A>(use: (folder: string) => Promise<A>): Promise<A> => {
  const folder = mkdtempSync(join(parentFolder, "kinchaku-bench-"))
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  const stop = (): void => process.exit(1)
  process.once("exit", remove).once("SIGINT", stop).once("SIGTERM", stop)
  try {
    return await use(folder)
  } finally {
    process.off("exit", remove).off("SIGINT", stop).off("SIGTERM", stop)
    remove()
  }
}
