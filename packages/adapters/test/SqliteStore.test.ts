/**
 * What only SQLite can get wrong: settings, constraints and triggers, migrations, locks, a full disk.
 *
 * The books are changed here by a foreign hand, a plain connection with no settings, as the sqlite3 shell would be.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import * as Verification from "@kinchaku/domain/audit/Verification"
import type { Journal } from "@kinchaku/domain/audit/Journal"
import type { Due } from "@kinchaku/domain/engine/Due"
import { Outbox } from "@kinchaku/domain/engine/Outbox"
import { type BookedEntry, Store, type Writes } from "@kinchaku/domain/engine/Store"
import type { History } from "@kinchaku/domain/history/History"
import type { Notices } from "@kinchaku/domain/notice/Notices"
import { cash } from "@kinchaku/domain/ledger/AccountCode"
import { Digest, type Lane } from "@kinchaku/domain/ledger/HashChain"
import { accountId, commandId, commit, request, workOf } from "@kinchaku/testkit/contracts/store/Batches"
import { visible } from "@kinchaku/testkit/contracts/store/Check"
import { funded, ground, outgoing } from "@kinchaku/testkit/contracts/store/Ground"
import { Effect, Exit, Fiber, type Scope } from "effect"
import { SqlClient } from "effect/sql"
import { describe, expect, test } from "vitest"
import * as NodeDigest from "../src/platform/NodeDigest.ts"
import * as Client from "../src/sqlite/Client.ts"
import { assertSettings, open } from "../src/sqlite/Connection.ts"
import * as Sqlite from "../src/sqlite/Sqlite.ts"
import * as SqliteStore from "../src/sqlite/SqliteStore.ts"
import { temporaryFile } from "./TemporaryFile.ts"

const run = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>): Promise<A> => Effect.runPromise(Effect.scoped(effect))

/** Runs steps on a store of its own connection, which is closed afterwards. */
const onStore = <A, E>(
  filename: string,
  steps: Effect.Effect<A, E, Store | Outbox | Journal | History | Due | Notices>
) => Effect.provide(steps, SqliteStore.layer({ filename }), { local: true })

/** A second hand on the file, without any of the store's settings. */
const foreign = (filename: string) =>
  Effect.acquireRelease(
    Effect.sync(() => new DatabaseSync(filename, { enableForeignKeyConstraints: false, timeout: 0 })),
    (database) => Effect.sync(() => database.close())
  )

/** A file with one funded account, its records, and a waiting request. */
const books = Effect.gen(function* () {
  const filename = yield* temporaryFile
  yield* onStore(filename, commit({ ...ground(1), requests: [outgoing(1)] }))
  return filename
})

const holder = cash(accountId(1))
const noKeys: Parameters<typeof visible>[0] = []

describe("settings", () => {
  test("a file is opened with a write-ahead log, full synchronisation and foreign keys", () =>
    run(
      Effect.gen(function* () {
        const connection = open(yield* temporaryFile)
        const settings = ["journal_mode", "synchronous", "foreign_keys", "trusted_schema", "recursive_triggers"]
        const found = settings.map((pragma) => connection.row(`PRAGMA ${pragma}`)?.[0])
        connection.close()
        expect(found).toStrictEqual(["wal", 2, 1, 0, 1])
      })
    ))

  test.each([
    ["synchronous = NORMAL", "PRAGMA synchronous is 1, and must be 2"],
    ["journal_mode = DELETE", "PRAGMA journal_mode is delete, and must be wal or memory"],
    ["foreign_keys = OFF", "PRAGMA foreign_keys is 0, and must be 1"],
    ["trusted_schema = ON", "PRAGMA trusted_schema is 1, and must be 0"],
    ["recursive_triggers = OFF", "PRAGMA recursive_triggers is 0, and must be 1"]
  ])("a connection with %s is not accepted", (setting, message) =>
    run(
      Effect.gen(function* () {
        const connection = open(yield* temporaryFile)
        connection.database.exec(`PRAGMA ${setting}`)
        expect(() => assertSettings(connection.database)).toThrow(message)
        connection.close()
      })
    )
  )

  test("a path that cannot be opened is unavailable", () =>
    run(
      Effect.gen(function* () {
        const failed = yield* Effect.flip(onStore("/nowhere/books.db", visible(noKeys)))
        expect(failed).toMatchObject({ _tag: "StoreUnavailable", operation: "open" })
      })
    ))
})

describe("a foreign hand", () => {
  test.each([
    "UPDATE command SET outcome = '{}'",
    "DELETE FROM command",
    "UPDATE entry SET kind = 'payment'",
    "DELETE FROM entry",
    "UPDATE posting SET amount = 1",
    "DELETE FROM posting",
    "DELETE FROM chain_head",
    "DELETE FROM balance",
    "INSERT OR REPLACE INTO posting SELECT * FROM posting",
    "INSERT OR REPLACE INTO entry SELECT * FROM entry",
    "INSERT OR REPLACE INTO command SELECT * FROM command",
    "INSERT OR REPLACE INTO balance SELECT id, account, lane, debits, credits + 1 FROM balance",
    "INSERT OR REPLACE INTO balance SELECT * FROM balance",
    "INSERT OR REPLACE INTO chain_head SELECT * FROM chain_head",
    "UPDATE chain_head SET booked_at = booked_at + 1",
    "UPDATE chain_head SET seq = seq - 1",
    "UPDATE chain_head SET seq = seq + 1",
    "UPDATE chain_head SET hash = zeroblob(32)",
    "UPDATE chain_head SET hash = lower(hex(hash))",
    "UPDATE chain_head SET lane = 1",
    "INSERT INTO chain_head SELECT 1, seq, hash, booked_at FROM chain_head",
    "INSERT INTO chain_head SELECT 256, seq, hash, booked_at FROM chain_head",
    "UPDATE balance SET debits = debits - 1 WHERE debits > 0",
    "UPDATE balance SET debits = debits + 1 WHERE account NOT LIKE 'liability:%'",
    "UPDATE balance SET debits = 10001 WHERE account LIKE 'liability:cash:%'",
    "UPDATE balance SET credits = 9007199254740992",
    "UPDATE balance SET lane = 1",
    "UPDATE balance SET account = 'revenue:fees'",
    "INSERT INTO balance VALUES (NULL, 'liability:money:a', 0, 1, 0)",
    "INSERT INTO balance VALUES (NULL, 'liability:money:a', 1, 0, 0)",
    "INSERT INTO balance VALUES (NULL, 'revenue:fees', 256, 0, 0)",
    "INSERT INTO balance VALUES (NULL, 'revenue:fees', 0, 0, 1)",
    "INSERT INTO balance VALUES (NULL, 'revenue:fees', 0, -1, 0)",
    "INSERT INTO balance VALUES (NULL, 'revenue:fees', 0, 1.5, 0)",
    "INSERT INTO posting VALUES (2304, 1, 0, 1, 0, 0, 0, 0)",
    "INSERT INTO posting VALUES (2304, 1, 0, 1, 9007199254740992, 0, 0, 0)",
    "INSERT INTO posting VALUES (2304, 1, 0, 1, 1, 0, -1, 0)",
    "INSERT INTO posting VALUES (2304, 1, 0, 1, 1, 0, 0, 9007199254740992)",
    "INSERT INTO posting VALUES (256, 1, 2, 1, 1, 0, 0, 0)",
    "INSERT INTO entry VALUES (256, 2, 'topUp', 0, NULL, NULL, zeroblob(32), zeroblob(32))",
    "INSERT INTO entry VALUES (2304, 0, 'topUp', 0, NULL, NULL, zeroblob(32), zeroblob(32))",
    "INSERT INTO entry VALUES (2304, 1, 'topUp', 0, 2304, 1, zeroblob(32), zeroblob(32))",
    "INSERT INTO entry VALUES (2304, 1, 'topUp', 0, NULL, 1, zeroblob(32), zeroblob(32))",
    "INSERT INTO entry VALUES (2304, 1, 'topUp', 0, NULL, NULL, zeroblob(31), zeroblob(32))",
    "INSERT INTO payment SELECT 'pay_x', state, account, way, biller, payee, barcode, amount, fee, fee_tax, from_cash, from_money, 'x.1', paid_at, settled_at, reason, top_up, raised_at FROM payment",
    "UPDATE payment SET from_cash = from_cash + 1",
    "UPDATE payment SET state = 'completed'",
    "UPDATE top_up SET amount = 0",
    "UPDATE usage SET total = -1",
    "UPDATE bill SET state = 'lost'"
  ])("is refused: %s", (statement) =>
    run(
      Effect.gen(function* () {
        const filename = yield* books
        const samples = `INSERT INTO usage VALUES ('a:topUp:2026-11', 'a', 'topUp', '2026-11', 0, '{}');
          INSERT INTO bill VALUES (printf('%044d', 1), 'paid', 'p');
          INSERT INTO top_up (id, state, account, way, link, bank, amount, fee, fee_tax, request, passbook_text, asked_at)
            VALUES ('t', 'processing', 'a', 'bank', 'l', '0001', 1, 0, 0, 'r', 'p', 0)`
        const database = yield* foreign(filename)
        database.exec(samples)
        const before = yield* onStore(filename, visible(noKeys))
        expect(() => database.exec(statement)).toThrow(expect.objectContaining({ errstr: "constraint failed" }))
        expect(yield* onStore(filename, visible(noKeys))).toStrictEqual(before)
      })
    )
  )

  const hash = (n: number) => `x'${`${n}`.padStart(64, "0")}'`
  /**
   * Appends a command and a balanced entry behind the head and moves the head to it, with one thing done otherwise. The
   * books begin with one command and one entry, and the holder has 10000.
   */
  const append = ({
    booked = "booked_at",
    command = "head.hash",
    credited = "'liability:suspense'",
    credits = "balance.credits + 5",
    entry = hash(8),
    head = hash(9),
    lane = 0,
    later = 0,
    line = 1,
    move = "UPDATE balance SET credits = credits + 5",
    n = 1,
    signed = -5,
    skipped = 0
  }) => `
    BEGIN IMMEDIATE;
    INSERT OR IGNORE INTO balance VALUES (91, 'revenue:fees', 0, 0, 0), (92, 'liability:suspense', ${lane}, 0, 0);
    INSERT INTO command (place, id, actor, key, tag, at, booked_at, content, outcome, previous, hash)
      SELECT (seq + 1 + ${skipped}) * 256, '01ARZ3NDEKTSV4RRFFQ6000009', 'host:x', 'k', 'Check', 0, booked_at + ${later}, '', '',
        ${command}, ${hash(8)} FROM chain_head AS head;
    INSERT INTO entry SELECT (seq + 1 + ${skipped}) * 256, ${n}, 'topUp', 0, NULL, NULL, ${entry}, ${hash(9)} FROM chain_head;
    INSERT INTO posting SELECT (seq + 1 + ${skipped}) * 256, ${n}, 0, 91, 5, booked_at, 5, 0 FROM chain_head;
    INSERT INTO posting SELECT (seq + 1 + ${skipped}) * 256, ${n}, ${line}, balance.id, ${signed}, ${booked}, balance.debits, ${credits}
      FROM chain_head, balance WHERE account = ${credited};
    UPDATE balance SET debits = 5 WHERE id = 91;
    ${move} WHERE account = ${credited};
    UPDATE chain_head SET seq = seq + 2 + ${skipped}, hash = ${head};
    ROLLBACK`

  const unattached = "each link must attach to the one before"
  const unlike = "a balance must be what its last line says"
  const unfollowed = "a line must add to the totals of the line before"
  const holders = `'${holder}'`
  const still = "UPDATE balance SET credits = credits"

  test.each([
    ["an unbalanced entry", append({ signed: -4 }), "the lines of an entry must be numbered and come to zero"],
    ["an entry that leaves out a line", append({ line: 2 }), "the lines of an entry must be numbered and come to zero"],
    ["a command of another chain", append({ command: hash(7) }), unattached],
    ["an entry of another chain", append({ entry: hash(7) }), unattached],
    ["a command that leaves out a number", append({ skipped: 1 }), unattached],
    ["an entry that leaves out a number", append({ n: 2 }), unattached],
    ["a link booked before the head", append({ later: -1 }), unattached],
    ["a link booked later than the head", append({ later: 1 }), "the head must be the last link"],
    ["a head that is no link", append({ head: hash(7) }), "the head must be the last link"],
    ["a line that the balance does not have", append({ credited: holders, move: still }), unlike],
    ["a line of the books' own that the balance does not have", append({ move: still }), unlike],
    ["a balance that has more than the line", append({ move: "UPDATE balance SET credits = credits + 6" }), unlike],
    [
      "totals that do not follow",
      append({ credited: holders, credits: "credits + 6", move: "UPDATE balance SET credits = credits + 6" }),
      unfollowed
    ],
    [
      "totals that do not begin with zero",
      append({ credits: "6", move: "UPDATE balance SET credits = credits + 6" }),
      unfollowed
    ],
    ["a line booked at another time than its command", append({ booked: "booked_at - 1" }), unfollowed],
    ["a line of another lane's balance", append({ lane: 1 }), unfollowed]
  ])("appends in vain: %s", (_, statements, message) =>
    run(
      Effect.gen(function* () {
        const database = yield* foreign(yield* books)
        expect(() => database.exec(statements)).toThrow(message)
      })
    )
  )

  test("appends what fits, as the control of the tests before", () =>
    run(
      Effect.gen(function* () {
        const database = yield* foreign(yield* books)
        expect(() => database.exec(append({}))).not.toThrow()
        expect(() => database.exec(append({ credited: holders }))).not.toThrow()
      })
    ))
})

describe("writes that no table can tell from right ones", () => {
  /** The writes with something else about their first entry. */
  const entryChanged = (change: (booked: BookedEntry) => BookedEntry) => (writes: Writes) => ({
    ...writes,
    commands: writes.commands.map((command) => ({ ...command, entries: command.entries.map(change) }))
  })
  const named = (entry: Partial<BookedEntry["entry"]>) =>
    entryChanged((booked) => ({ ...booked, entry: { ...booked.entry, ...entry } }))

  test.each<readonly [string, string, (writes: Writes) => Writes]>([
    ["an entry of another command", "is not the one of number 1", named({ id: `${commandId(9)}.1` as never })],
    ["an entry of another number", "is not the one of number 1", named({ id: `${commandId(2)}.2` as never })],
    ["an entry out of sequence", "is out of sequence", entryChanged((booked) => ({ ...booked, seq: booked.seq + 1 }))],
    ["a reversal of what is no entry", "is no id of an entry", named({ reverses: "first" as never })],
    [
      "a line that leaves another balance",
      "with another balance than it says",
      entryChanged((booked) => ({ ...booked, balances: booked.balances.map((held) => held && held + 1) }))
    ],
    [
      "a lane that begins with another's genesis",
      "does not begin with its own genesis",
      (writes) => ({
        ...writes,
        commands: writes.commands.map((command) => ({ ...command, lane: 3 as Lane })),
        head: { ...writes.head, lane: 3 as Lane }
      })
    ]
  ])("are refused by the store: %s", (_, message, spoil) =>
    run(
      Effect.gen(function* () {
        const filename = yield* books
        const before = yield* onStore(filename, visible(noKeys))
        const failed = yield* Effect.flip(onStore(filename, commit({ commands: [funded(2, 5, 1)], spoil })))
        expect(failed).toMatchObject({ _tag: "StoreRefused", cause: { message: expect.stringContaining(message) } })
        expect(yield* onStore(filename, visible(noKeys))).toStrictEqual(before)
      })
    )
  )

  test("are kept where nothing is changed, as the control of the tests before", () =>
    run(
      Effect.gen(function* () {
        const filename = yield* books
        const spoil = entryChanged((booked) => booked)
        yield* onStore(filename, commit({ commands: [funded(2, 5, 1)], spoil }))
        expect((yield* onStore(filename, visible(noKeys))).commands).toHaveLength(2)
      })
    ))
})

describe("one file", () => {
  test("opened again, it has what was committed, and goes on", () =>
    run(
      Effect.gen(function* () {
        const filename = yield* books
        const before = yield* onStore(filename, visible(noKeys))
        expect(before.commands).toHaveLength(1)
        expect(yield* onStore(filename, visible(noKeys))).toStrictEqual(before)
        yield* onStore(filename, commit({ commands: [funded(2, 5, 1)] }))
        expect((yield* onStore(filename, visible(noKeys))).commands).toHaveLength(2)
      })
    ))

  test("a migration that fails leaves no part of the schema", () =>
    run(
      Effect.gen(function* () {
        const filename = yield* temporaryFile
        const database = yield* foreign(filename)
        database.exec("CREATE TABLE personal (x)")
        const failed = yield* Effect.flip(onStore(filename, visible(noKeys)))
        expect(failed).toMatchObject({ _tag: "StoreUnavailable", operation: "open" })
        const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all()
        expect(tables.map(({ name }) => name)).toStrictEqual(["kinchaku_migration", "personal"])
        database.exec("DROP TABLE personal")
        yield* onStore(filename, commit(ground(1)))
      })
    ))

  test("personal data can be erased, the books stay", () =>
    run(
      Effect.gen(function* () {
        const filename = yield* temporaryFile
        const personal = [{ id: commandId(1), data: "山田" }]
        yield* onStore(filename, commit({ commands: [{ n: 1 }], personal }))
        const database = yield* foreign(filename)
        database.exec("PRAGMA foreign_keys = ON; DELETE FROM personal")
        const store = Effect.flatMap(Store, ({ personal: read }) => read(commandId(1)))
        expect(yield* onStore(filename, store)).toBeUndefined()
        expect((yield* onStore(filename, visible(noKeys))).commands).toHaveLength(1)
      })
    ))

  test("while another connection writes, a commit waits; when that ends, it is done", () =>
    run(
      Effect.gen(function* () {
        const filename = yield* books
        const database = yield* foreign(filename)
        database.exec("BEGIN IMMEDIATE")
        const waiting = yield* Effect.forkChild(onStore(filename, commit({ commands: [{ n: 2 }] })))
        yield* Effect.sleep("120 millis")
        database.exec("COMMIT")
        yield* Fiber.join(waiting)
        expect((yield* onStore(filename, visible(noKeys))).commands).toHaveLength(2)
      })
    ))

  test("locked for good, a commit is unavailable and reading goes on", () =>
    run(
      Effect.gen(function* () {
        const filename = yield* books
        const database = yield* foreign(filename)
        yield* onStore(
          filename,
          Effect.gen(function* () {
            const outbox = yield* Outbox
            database.exec("BEGIN IMMEDIATE")
            const failed = yield* Effect.flip(commit({ commands: [{ n: 2 }] }))
            expect(failed).toMatchObject({ _tag: "StoreUnavailable", operation: "commit" })
            expect((yield* visible(noKeys)).commands).toHaveLength(1)
            expect(
              yield* Effect.flip(outbox.postpone([{ id: request(1), attempts: 1, until: 0 as never }]))
            ).toMatchObject({
              _tag: "StoreUnavailable"
            })
            database.exec("ROLLBACK")
            yield* commit({ commands: [{ n: 2 }] })
          })
        )
      })
    ))

  test("a caller that is interrupted while it waits has committed nothing", () =>
    run(
      Effect.gen(function* () {
        const filename = yield* books
        const database = yield* foreign(filename)
        yield* onStore(
          filename,
          Effect.gen(function* () {
            database.exec("BEGIN IMMEDIATE")
            const waiting = yield* Effect.forkChild(commit({ commands: [{ n: 2 }] }))
            yield* Effect.sleep("60 millis")
            yield* Fiber.interrupt(waiting)
            database.exec("ROLLBACK")
            expect((yield* visible(noKeys)).commands).toHaveLength(1)
            yield* commit({ commands: [{ n: 3 }] })
          })
        )
      })
    ))

  test("two processes that write at once make one chain", () =>
    run(
      Effect.gen(function* () {
        const filename = yield* books
        const writer = fileURLToPath(new URL("Writer.ts", import.meta.url))
        const start = (from: number) =>
          Effect.promise(async () => {
            const flags = ["--conditions=@kinchaku/source", "--disable-warning=ExperimentalWarning"]
            const child = spawn(process.execPath, [...flags, writer, filename, `${from}`], { stdio: "inherit" })
            const [code] = await once(child, "exit")
            expect(code).toBe(0)
          })
        yield* Effect.all([start(100), start(200)], { concurrency: "unbounded" })
        const { balances, commands } = yield* onStore(filename, visible(noKeys))
        expect(commands).toHaveLength(81)
        const links = commands.flatMap((command) => [command, ...command.entries])
        links.slice(1).forEach((link, n) => {
          expect(link.seq).toBe((links[n]?.seq ?? 0) + 1)
          expect(link.previous).toBe(links[n]?.hash)
        })
        expect(balances.find(({ account }) => account === holder)?.credits).toBe(10_000 + 80)
      })
    ))
})

describe("failures of the technology", () => {
  const full = Effect.gen(function* () {
    const sqlite = yield* Sqlite.Sqlite
    yield* sqlite.read("limit", ({ row }) => row("PRAGMA max_page_count = 1"))
    const insert = sqlite.write("fill", ({ run: write }) => {
      for (let n = 0; n < 1000; n++)
        write("INSERT INTO notice VALUES (?, 'k', 'holder', 'a', 's', 0)", `${n}`.padEnd(500))
    })
    const failed = yield* Effect.flip(insert)
    const left = yield* sqlite.read("count", ({ row }) => row("SELECT count(*) FROM notice")?.[0])
    return { failed, left }
  })

  test("a full disk is unavailable, never a refusal, and leaves nothing of the batch", () =>
    run(
      Effect.gen(function* () {
        const filename = yield* temporaryFile
        const { failed, left } = yield* Effect.provide(full, Sqlite.layer({ filename }))
        expect(failed).toMatchObject({ _tag: "StoreUnavailable", operation: "fill" })
        expect(left).toBe(0)
      })
    ))

  test("a row that is no record is a defect of whatever reads it, not a store that is away", () =>
    run(
      Effect.gen(function* () {
        const filename = yield* books
        const database = yield* foreign(filename)
        database.exec("UPDATE account SET person = 'nobody'")
        const read = Effect.flatMap(Store, (store) => store.read([{ kind: "account", id: accountId(1) }]))
        expect(Exit.hasDies(yield* Effect.exit(onStore(filename, read)))).toBe(true)
      })
    ))

  test("booking times beside lines, and rows that belong to no other, show as broken links", () =>
    run(
      Effect.gen(function* () {
        const tampered = [
          "UPDATE posting SET booked_at = booked_at - 1",
          "UPDATE posting SET account = 99 WHERE n = 0",
          "UPDATE posting SET command = command + 256",
          "UPDATE posting SET command = command + 256000",
          "UPDATE posting SET entry = 2",
          "UPDATE entry SET command = command + 256",
          "UPDATE entry SET command = command + 1",
          "UPDATE entry SET reverses_command = 0, reverses_n = 1",
          "UPDATE command SET place = place + 1",
          "UPDATE balance SET account = 'revenue:fees', lane = 1 WHERE account LIKE 'asset:%'",
          "INSERT INTO posting SELECT command, 0, n, account, amount, booked_at, debits, credits FROM posting",
          "INSERT INTO entry SELECT command, n + 1, kind, business_at, NULL, NULL, previous, hash FROM entry",
          "UPDATE chain_head SET booked_at = booked_at + 1"
        ]
        for (const statement of tampered) {
          const filename = yield* books
          const database = yield* foreign(filename)
          const triggers = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all()
          for (const { name } of triggers) database.exec(`DROP TRIGGER ${String(name)}`)
          database.exec(`PRAGMA foreign_keys = OFF; ${statement}`)
          const verified = yield* Effect.exit(
            onStore(filename, Effect.provide(Verification.verify(), NodeDigest.layer))
          )
          expect([statement, Exit.isFailure(verified)]).toEqual([statement, true])
        }
      })
    ))

  test("a defect of a decision stays a defect", () =>
    run(
      Effect.gen(function* () {
        const filename = yield* books
        const planted = new Error("planted")
        const throwing = {
          ...workOf({ commands: [] }),
          decide: () => {
            throw planted
          }
        }
        const exit = yield* Effect.exit(
          onStore(
            filename,
            Effect.flatMap(Store, (store) => store.commit(throwing))
          )
        )
        expect(exit).toStrictEqual(Exit.die(planted))
      })
    ))
})

describe("the client of effect/sql", () => {
  const table = "CREATE TABLE note (id TEXT PRIMARY KEY, done INTEGER NOT NULL CHECK (done IN (0, 1))) STRICT"
  const steps = Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql.unsafe(table)
    yield* sql`INSERT INTO note ${sql.insert([
      { id: "a", done: true },
      { id: "b", done: false }
    ])}`
    const clash = yield* Effect.flip(sql`INSERT INTO note VALUES ('a', 0)`)
    const undone = yield* Effect.exit(sql.withTransaction(Effect.andThen(sql`DELETE FROM note`, Effect.fail("no"))))
    const values = yield* sql`SELECT done, id FROM note ORDER BY id`.values
    const big = yield* Effect.provideService(sql`SELECT 9007199254740993 AS n`, SqlClient.SafeIntegers, true)
    return { clash: clash.reason._tag, undone: Exit.isFailure(undone), values, big: big[0]?.["n"] }
  })

  test("binds, reads, names a clash of keys and rolls back", () =>
    run(
      Effect.gen(function* () {
        expect(yield* Effect.provide(steps, Client.layer({ filename: ":memory:" }))).toStrictEqual({
          clash: "UniqueViolation",
          undone: true,
          values: [
            [1, "a"],
            [0, "b"]
          ],
          big: 9_007_199_254_740_993n
        })
      })
    ))
})

test("the digest is SHA-256 of the text in UTF-8", () =>
  run(
    Effect.gen(function* () {
      const { sha256 } = yield* Effect.provide(Digest, NodeDigest.layer)
      // FIPS 180-4, example "abc".
      expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
      expect(sha256("円")).toMatch(/^[0-9a-f]{64}$/)
    })
  ))
