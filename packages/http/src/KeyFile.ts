/**
 * Key files: secrets of this server that are made at its first start and readable by its user alone.
 */
import { randomBytes } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT"

/** The key in a file; where there is no file, 32 random bytes are written to it first, as base64url. */
export const readOrMake = (path: string): string => {
  try {
    return readFileSync(path, "utf8").trim()
  } catch (error) {
    if (!isMissing(error)) throw error
    const key = randomBytes(32).toString("base64url")
    writeFileSync(path, `${key}\n`, { mode: 0o600, flag: "wx" })
    return key
  }
}
