/**
 * A folder for the files of a bench, on the disk that is measured, removed when it is over.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Runs with a folder; BENCH_FOLDER says where it is made, otherwise the system's temporary folder is. */
export const withFolder = async <A>(use: (folder: string) => Promise<A>): Promise<A> => {
  const folder = mkdtempSync(join(process.env["BENCH_FOLDER"] ?? tmpdir(), "kinchaku-bench-"))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
