/**
 * Real books for the tests of the verifier: made by the engine on SQLite, in one lane or in several, with reversals and seals.
 *
 * The same terms make the same books, to the byte of the export.
 */
import { DatabaseSync } from "node:sqlite"
import * as SqliteStore from "@kinchaku/adapters/sqlite/SqliteStore"
import { Journal, lastOf } from "@kinchaku/domain/audit/Journal"
import * as JournalLines from "@kinchaku/domain/audit/JournalLines"
import { SealLanes } from "@kinchaku/domain/audit/Seals"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { Ids } from "@kinchaku/domain/engine/Ids"
import { requestId } from "@kinchaku/domain/engine/Outbox"
import { type Head, Store } from "@kinchaku/domain/engine/Store"
import { genesisOf, type Lane } from "@kinchaku/domain/ledger/HashChain"
import { RecordBillerAnswer } from "@kinchaku/domain/payment/BillerAnswer"
import { Payments } from "@kinchaku/domain/payment/Payments"
import * as TestDigest from "@kinchaku/testkit/memory/TestDigest"
import { Effect, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as Load from "./Load.ts"

const { actor } = Load

export interface Terms {
  readonly payments: number
  readonly lanes: ReadonlyArray<number>
  /** Seals all lanes after so many payments, and names heads that are so many seals old. */
  readonly sealEvery?: number
}

/** Which lane writes next, and the greatest number that it sees of the others. */
interface Writer {
  lane: number
  /** Commits ago; what is older is seen. */
  behind: number
  readonly greatest: Array<number>
}

/** The head that a writer attaches to: its own lane's last link, and a number after whatever it sees of the others. */
const headFor = (writer: Writer, heads: ReadonlyArray<Head>): Head => {
  const lane = writer.lane as Lane
  const own = heads.find((head) => head.lane === lane)
  const { bookedAt, seq } = lastOf(heads)
  const seen = writer.greatest.at(-1 - writer.behind) ?? seq
  return {
    lane,
    bookedAt,
    hash: own?.hash ?? genesisOf(TestDigest.sha256, lane),
    seq: writer.behind === 0 ? seq : Math.max(own?.seq ?? 0, seen)
  }
}

/** A store whose commits go to the lane of the writer whose turn it is. */
const laned = (writer: Writer) =>
  Layer.effect(
    Store,
    Effect.gen(function* () {
      const store = yield* Store
      const journal = yield* Journal
      const commit: Store["Service"]["commit"] = (work) =>
        Effect.gen(function* () {
          const heads = yield* journal.heads
          writer.greatest.push(lastOf(heads).seq)
          yield* store.commit({
            ...work,
            decide: (facts, outcomes) => work.decide(facts, outcomes, headFor(writer, heads))
          })
        })
      return Store.of({ ...store, commit })
    })
  )

const billers = 4

const fill = ({ lanes, payments: count, sealEvery = Infinity }: Terms, writer: Writer) =>
  Effect.gen(function* () {
    const engine = yield* Engine
    const payments = yield* Payments
    const journal = yield* Journal
    const accounts = yield* Load.prepare(lanes.length * 2, billers)
    // From here on a writer may be a few commits behind; what an account did before stays in its own lane.
    writer.greatest.length = 0
    for (let n = 0; n < count; n++) {
      yield* TestClock.adjust(n % 3)
      const index = (n * 7919) % accounts.length
      const account = accounts[index]
      if (account === undefined) throw new Error("no accounts")
      const slip = Load.slip(account, n, billers)
      writer.lane = lanes[index % lanes.length] ?? 0
      writer.behind = lanes.length > 1 && writer.greatest.length > 4 ? n % 3 : 0
      const paid = yield* payments.paySlip(slip, { actor, key: `payment ${n}` })
      if (paid._tag === "processing") {
        const request = requestId(paid.id.slice("pay_".length) as Parameters<typeof requestId>[0])
        const answer =
          n % 8 === 3 ? ({ _tag: "refused", reason: "支払期限切れ" } as const) : ({ _tag: "accepted" } as const)
        yield* engine.submit(RecordBillerAnswer, { request, answer }, { actor, key: `answer ${n}` })
      }
      if (n % sealEvery === sealEvery - 1) {
        const [first, ...rest] = (yield* journal.heads).map(({ hash, lane, seq }) => ({ lane, seq, hash }))
        writer.behind = 0
        if (first !== undefined)
          yield* engine.submit(SealLanes, { heads: [first, ...rest] }, { actor, key: `seal ${n}` })
      }
    }
    return yield* Stream.runFold(
      JournalLines.write(),
      () => "",
      (text, part) => text + part
    )
  })

const numbers = () => {
  let state = 1
  return (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
}

/** Makes books in a file, closed and without a log beside it, and answers their export. */
export const make = async (file: string, terms: Terms): Promise<string> => {
  const writer: Writer = { lane: terms.lanes[0] ?? 0, behind: 0, greatest: [] }
  const store = laned(writer).pipe(Layer.provideMerge(SqliteStore.layer({ filename: file })))
  const services = Payments.layer.pipe(
    Layer.provideMerge(Engine.layer()),
    Layer.provideMerge(store),
    Layer.provideMerge(Layer.mergeAll(Ids.layerFrom(numbers()), TestDigest.layer)),
    Layer.provideMerge(TestClock.layer())
  )
  const text = await Effect.runPromise(fill(terms, writer).pipe(Effect.provide(services)))
  const database = new DatabaseSync(file)
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)")
  database.exec("PRAGMA journal_mode = DELETE")
  database.close()
  return text
}
