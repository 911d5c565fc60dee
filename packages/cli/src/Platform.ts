/**
 * Platform: what effect/cli wants to know of where it runs. This command line asks nothing interactively and starts nothing through
 * it, so most of that is not there; and it shows help and mistakes in its own way.
 */
import { Effect, FileSystem, Layer, Path, Stdio, Terminal } from "effect"
import { CliConfig, type CliError, CliOutput, GlobalFlag } from "effect/cli"
import { ChildProcessSpawner } from "effect/process"
import { codes, legend } from "./Exit.ts"

const absent = (what: string) => Effect.die(new Error(`the command line has no ${what}`))

const terminal = Terminal.make({
  columns: Effect.succeed(process.stdout.columns ?? 100),
  rows: Effect.succeed(process.stdout.rows ?? 24),
  size: absent("size"),
  readInput: absent("input"),
  readLine: absent("input"),
  display: () => absent("display")
} as never)

type Mistake = CliError.NonShowHelpErrors

const suggested = (suggestions: ReadonlyArray<string>): string =>
  suggestions.length === 0 ? "" : ` (${suggestions.join(", ")}?)`

/** What is wrong with a command line, in Japanese and English. */
const mistake = (error: Mistake): readonly [ja: string, en: string] => {
  switch (error._tag) {
    case "UnrecognizedOption":
      return [`不明なフラグ: ${error.option}`, `unknown flag: ${error.option}${suggested(error.suggestions)}`]
    case "MissingOption":
      return [`フラグ --${error.option} が必要です`, `the flag --${error.option} is missing`]
    case "MissingArgument":
      return [`引数 ${error.argument} が必要です`, `the argument ${error.argument} is missing`]
    case "UnexpectedArgument":
      return [`余分な引数: ${error.arguments.join(" ")}`, `too many arguments: ${error.arguments.join(" ")}`]
    case "UnknownSubcommand":
      return [
        `不明なコマンド: ${error.subcommand}`,
        `unknown command: ${error.subcommand}${suggested(error.suggestions)}`
      ]
    case "InvalidValue":
      return [
        `${error.option} の値が正しくありません: ${error.value}`,
        `${error.option} cannot be ${JSON.stringify(error.value)}: expected ${error.expected}`
      ]
    default:
      return ["使い方の誤り", error.message]
  }
}

const plain = CliOutput.defaultFormatter({ colors: false })

const isJson = process.argv.includes("--json")

const presentMistakes = (path: ReadonlyArray<string>, errors: ReadonlyArray<Mistake>): void => {
  process.exitCode = codes.usage
  const found = errors.map(mistake)
  if (isJson) {
    const [ja, en] = [found.map(([text]) => text).join("; "), found.map(([, text]) => text).join("; ")]
    process.stdout.write(`${JSON.stringify({ ok: false, error: { reason: "Usage", ja, en } })}\n`)
    return
  }
  const told = found.map(([ja, en]) => `${ja}\n${en}\n`).join("")
  process.stderr.write(`${told}${path.join(" ")} --help で使い方 / shows how it is used\n`)
}

const presenter: CliOutput.Presenter = {
  present: (event) =>
    Effect.sync(() => {
      switch (event._tag) {
        case "Help": {
          const text = `${plain.formatHelpDoc(event.helpDoc).trimEnd()}\n\nEXIT CODES\n  ${legend}\n`
          // Without a command there is nothing to do: that is wrong usage.
          if (event.reason === "Implicit") process.exitCode = codes.usage
          process[event.reason === "Implicit" ? "stderr" : "stdout"].write(text)
          return
        }
        case "Version":
          process.stdout.write(`${event.version}\n`)
          return
        case "InvalidInvocation":
          presentMistakes(event.commandPath, event.errors)
      }
    })
}

export const layer = Layer.mergeAll(
  FileSystem.layerNoop({}),
  Path.layer,
  Stdio.layerTest({}),
  Layer.succeed(Terminal.Terminal, terminal),
  Layer.succeed(
    ChildProcessSpawner.ChildProcessSpawner,
    ChildProcessSpawner.make(() => absent("processes"))
  ),
  CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] }),
  CliOutput.layerPresenter(presenter)
)
