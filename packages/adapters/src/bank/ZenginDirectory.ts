/**
 * The directory of Japanese banks of the package `zengin-code`, which is optional: unofficial, published monthly, some
 * 1,150 banks and 29,000 branches. Its version is that of the package, whose end is the day of its data.
 */
import { BankDirectory, type Listed, of } from "@kinchaku/domain/bank/BankDirectory"
import { Effect, Layer, Schema } from "effect"
import { createRequire } from "node:module"

/**
 * The directory cannot be used: the package is not installed, or holds something else than it did. Nothing was loaded.
 */
export class DirectoryUnavailable extends Schema.TaggedError<DirectoryUnavailable>()("DirectoryUnavailable", {
  reason: Schema.Literals(["notInstalled", "unreadable"]),
  module: Schema.String,
  cause: Schema.Defect()
}) {}

const digits = (count: number) => Schema.String.check(Schema.isPattern(new RegExp(`^\\d{${count}}$`)))
const Named = { name: Schema.NonEmptyString, kana: Schema.NonEmptyString }
const Branch = Schema.Struct({ code: digits(3), ...Named })
const Banks = Schema.Record(
  Schema.String,
  Schema.Struct({ code: digits(4), ...Named, branches: Schema.Record(Schema.String, Branch) })
)
const Package = Schema.Struct({ version: Schema.NonEmptyString })

const decodeBanks = Schema.decodeUnknownEffect(Banks)
const decodePackage = Schema.decodeUnknownEffect(Package)

const load = createRequire(import.meta.url)

const loaded = (module: string, path: string): Effect.Effect<unknown, DirectoryUnavailable> =>
  Effect.try({
    try: (): unknown => load(path),
    catch: (cause) => new DirectoryUnavailable({ reason: "notInstalled", module, cause })
  })

/** The directory as a value. `module` is the package it is loaded from. */
export const make = (module = "zengin-code"): Effect.Effect<BankDirectory["Service"], DirectoryUnavailable> =>
  Effect.gen(function* () {
    const { version } = yield* decodePackage(yield* loaded(module, `${module}/package.json`))
    const banks = yield* decodeBanks(yield* loaded(module, module))
    const listed: ReadonlyArray<Listed> = Object.values(banks).map(({ branches, code, kana, name }) => ({
      code,
      name,
      kana,
      branches: Object.values(branches)
    }))
    return of(`${module} ${version}`, listed)
  }).pipe(
    Effect.catchTag("SchemaError", (cause) =>
      Effect.fail(new DirectoryUnavailable({ reason: "unreadable", module, cause }))
    )
  )

/** The directory, loaded once when the layer is built. */
export const layer: Layer.Layer<BankDirectory, DirectoryUnavailable> = Layer.effect(BankDirectory, make())
