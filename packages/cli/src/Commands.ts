/**
 * Commands: what the command line offers, with its arguments and flags.
 */
import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import * as Balance from "./commands/Balance.ts"
import * as Doctor from "./commands/Doctor.ts"
import * as Export from "./commands/Export.ts"
import * as Import from "./commands/Import.ts"
import * as Prove from "./commands/Prove.ts"
import * as Replay from "./commands/Replay.ts"
import * as Start from "./commands/Start.ts"
import * as Verify from "./commands/Verify.ts"
import { settle } from "./Report.ts"

const flag = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withoutNegation, Flag.withDefault(false), Flag.withDescription(description))

const json = flag("json", "結果を一つのJSON文書で出力 / one JSON document on standard output")

const text = (name: string, metavar: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(description))

const store = Argument.String("STORE").pipe(
  Argument.withDescription("SQLiteファイルまたは postgres:// のURL / a SQLite file, or a postgres:// URL")
)

const start = Command.make(
  "start",
  {
    port: Flag.Int("port").pipe(Flag.withDescription("ポート（PORT） / the port, as PORT"), Flag.optional),
    data: text("data", "DIRECTORY", "データの場所（KINCHAKU_DATA） / the data directory, as KINCHAKU_DATA").pipe(
      Flag.optional
    )
  },
  ({ data, port }) =>
    settle(Start.start({ port: Option.getOrUndefined(port), data: Option.getOrUndefined(data) }), false)
).pipe(Command.withDescription("サーバーを起動（npm start と同じ） / start the server, as npm start does"))

const verify = Command.make(
  "verify",
  {
    source: Argument.String("STORE|FILE.jsonl").pipe(
      Argument.withDescription("ストアまたはJSONLエクスポート / a store, or an export in JSON lines")
    ),
    head: text(
      "head",
      "[LANE:]SEQ:HASH",
      "公開済みのヘッド、何度でも / a head that was published; any number of them"
    ).pipe(Flag.atLeast(0)),
    json
  },
  ({ head, json, source }) => settle(Verify.verify(source, head), json)
).pipe(
  Command.withDescription("帳簿全体を独立に検証 / verify the whole books, by code that did not write them"),
  Command.withExamples([
    { command: "kinchaku verify data/kinchaku.sqlite", description: "チェーンと全残高 / the chain and every balance" },
    {
      command: "kinchaku verify journal.jsonl --head 0:412:9f…",
      description: "公開済みヘッドと照合 / against a published head"
    }
  ])
)

const replay = Command.make("replay", { store, json }, ({ json, store }) => settle(Replay.replay(store), json)).pipe(
  Command.withDescription(
    "記録されたコマンドを空のストアで再実行し比較 / apply the recorded commands to an empty store and compare"
  )
)

const exporting = Command.make(
  "export",
  {
    store,
    format: Flag.Literals("format", Export.formats).pipe(
      Flag.withDescription("形式 / the format: jsonl (import, verify), hledger, csv"),
      Flag.withDefault("jsonl" as const)
    ),
    output: text("output", "FILE", "新しいファイルに書く / write to a new file").pipe(
      Flag.withAlias("o"),
      Flag.optional
    ),
    json: flag("json", "JSONで出力（--output なしは jsonl のみ） / as JSON: the report on --output, else JSON lines")
  },
  ({ format, json, output, store }) => settle(Export.exportTo(store, format, Option.getOrUndefined(output), json), json)
).pipe(
  Command.withDescription("仕訳帳を書き出す / write the journal out"),
  Command.withExamples([
    { command: "kinchaku export data/kinchaku.sqlite -o journal.jsonl", description: "監査人へ / for an auditor" },
    { command: "kinchaku export data/kinchaku.sqlite --format hledger | hledger -f - balance" }
  ])
)

const importing = Command.make(
  "import",
  {
    file: Argument.String("FILE").pipe(
      Argument.withDescription("JSONLエクスポート、- は標準入力 / an export in JSON lines; - is standard input")
    ),
    store,
    json
  },
  ({ file, json, store }) => settle(Import.importFrom(file, store), json)
).pipe(Command.withDescription("エクスポートを空のストアに取り込む / import an export into an empty store"))

const balance = Command.make(
  "balance",
  {
    store,
    account: Argument.String("ACCOUNT").pipe(
      Argument.withDescription("勘定、省略時はすべて / an account such as revenue:fees; all where none is named"),
      Argument.optional
    ),
    at: text(
      "at",
      "TIME",
      "時点: 2026-11-22（日本の日の終わり）またはISO / a day of Japan, to its end, or an ISO time"
    ).pipe(Flag.optional),
    json
  },
  ({ account, at, json, store }) =>
    settle(
      Balance.balance(store, { account: Option.getOrUndefined(account), at: Option.getOrUndefined(at), isJson: json }),
      json
    )
).pipe(Command.withDescription("残高、過去の時点も / balances, now or as of a past time"))

const prove = Command.make(
  "prove",
  {
    store,
    id: Argument.String("ID").pipe(
      Argument.withDescription("コマンドまたは仕訳のID / prove that this command or entry is in the chain"),
      Argument.optional
    ),
    from: Flag.Int("from").pipe(
      Flag.withDescription("成長の証明の始点 / prove that the lane only grew since this number"),
      Flag.optional
    ),
    to: Flag.Int("to").pipe(
      Flag.withDescription("終点のヘッド、省略時は現在 / up to this head; the present one where none is named"),
      Flag.optional
    ),
    lane: Flag.Int("lane").pipe(Flag.withDescription("レーン / the lane of --from and --to"), Flag.withDefault(0)),
    json
  },
  ({ from, id, json, lane, store, to }) => {
    const wanted = {
      id: Option.getOrUndefined(id),
      from: Option.getOrUndefined(from),
      to: Option.getOrUndefined(to),
      lane
    }
    return settle(Prove.prove(store, wanted), json)
  }
).pipe(
  Command.withDescription(
    "含まれること・伸びただけであることの証明、引数なしは公開用の木のヘッド / proofs; with no id and no --from, the tree heads to publish"
  )
)

const doctor = Command.make(
  "doctor",
  {
    store: Argument.String("STORE").pipe(
      Argument.withDescription("省略時は data/kinchaku.sqlite / data/kinchaku.sqlite where none is named"),
      Argument.optional
    ),
    full: flag("full", "索引と外部キーもすべて検査 / check every index and foreign key as well"),
    json
  },
  ({ full, json, store }) => settle(Doctor.doctor(Option.getOrUndefined(store), full), json)
).pipe(Command.withDescription("環境とストアを点検し、対処を示す / look at machine and store, and say what to do"))

/** The whole command line. */
export const kinchaku = Command.make("kinchaku").pipe(
  Command.withDescription("Kinchaku 巾着: 帳簿の運用と監査 / run and audit the books"),
  Command.withSubcommands([start, verify, replay, exporting, importing, balance, prove, doctor])
)

/** The command line as an effect that sets the exit code. */
export const run = (version: string, args: ReadonlyArray<string>) =>
  Effect.suspend(() => Command.runWith(kinchaku, { version })(args))
