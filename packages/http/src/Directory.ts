/**
 * The directory of banks that this server goes by: the published one; on a development server with fictional banks laid over it (BNK-13).
 */
import * as ZenginDirectory from "@kinchaku/adapters/bank/ZenginDirectory"
import { BankDirectory } from "@kinchaku/domain/bank/BankDirectory"
import { Effect, Exit, Layer } from "effect"
import type { Fault } from "./Environment.ts"

const missing: Fault = {
  name: "zengin-code",
  ja: "金融機関と支店の一覧（npmパッケージ zengin-code）を読み込めません。インストールしてください。",
  en: "the directory of banks, the npm package zengin-code, cannot be loaded: install it"
}

/** What a server lacks that goes by the published directory. */
export const lackingForReal = (): ReadonlyArray<Fault> =>
  Exit.isFailure(Effect.runSyncExit(ZenginDirectory.make())) ? [missing] : []

/** A directory over another: a bank of the first hides the other's. Its version names both. */
export const over = (first: BankDirectory["Service"], other: BankDirectory["Service"]): BankDirectory["Service"] =>
  BankDirectory.of({
    version: `${first.version} over ${other.version}`,
    bank: (code) =>
      Effect.flatMap(first.bank(code), (found) => (found === undefined ? other.bank(code) : Effect.succeed(found))),
    branch: (bank, code) =>
      Effect.flatMap(first.bank(bank), (found) => (found === undefined ? other : first).branch(bank, code))
  })

/** Fictional banks over the published directory; alone where that is not installed, which is optional. */
export const withFictional = (fictional: BankDirectory["Service"]): Layer.Layer<BankDirectory> =>
  Layer.effect(
    BankDirectory,
    ZenginDirectory.make().pipe(
      Effect.map((published) => over(fictional, published)),
      Effect.catchTag("DirectoryUnavailable", () => Effect.succeed(fictional))
    )
  )
