/**
 * Lanes: what somebody with full access to the files could do to books of several lanes, and verifiers that are wrong about lanes.
 */
import { Journal, lastOf } from "@kinchaku/domain/audit/Journal"
import { sealedBy, SealLanes } from "@kinchaku/domain/audit/Seals"
import * as Verification from "@kinchaku/domain/audit/Verification"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { Engine } from "@kinchaku/domain/engine/Engine"
import type { Head, RecordedCommand } from "@kinchaku/domain/engine/Store"
import * as HashChain from "@kinchaku/domain/ledger/HashChain"
import { Effect, Equal } from "effect"
import * as TestDigest from "../../src/memory/TestDigest.ts"
import { sha256 } from "../../src/memory/TestDigest.ts"
import { atDesk, Desk, type Steps } from "./Desk.ts"
import { play } from "./Histories.ts"
import * as Looks from "./Looks.ts"
import { fitted, journalOf, type Kept } from "./Tampering.ts"
import { withFees } from "./Terms.ts"
import { endOf, type Happening, linkedAfter, seal, writers } from "./Writers.ts"

/** The files, and the head that was published, where one was. */
export type Files = Omit<Kept, "published"> & { readonly published?: Head }

/** The same files without any head that was published. */
export const unpublished = ({ published: _, ...files }: Files): Files => files

/** The files after somebody was there, and the number that a verifier must name, where it can be told. */
export interface Touched {
  readonly files: Files
  readonly isTouched: boolean
  readonly at?: number
}

const untouched = (files: Files): Touched => ({ files, isTouched: false })
const otherHash = (hash: string): HashChain.LinkHash => sha256(hash) as HashChain.LinkHash
const nth = <A>(all: ReadonlyArray<A>, n: number): A => all[n % all.length]!
const without = (files: Files, gone: (command: RecordedCommand) => boolean): Files => ({
  ...files,
  commands: files.commands.filter((command) => !gone(command))
})

/** Links all anew, in the order of their places: by the numbers that they have, or by numbers without a gap. */
const linkedAnew = (commands: ReadonlyArray<RecordedCommand>, numbers: "kept" | "given anew") => {
  const lanes = new Map<HashChain.Lane, HashChain.LinkHash>()
  let top = 0
  return commands.map((command) => {
    const { lane } = command
    const seq = numbers === "kept" ? command.seq - 1 : top
    const hash = lanes.get(lane) ?? HashChain.genesisOf(sha256, lane)
    const linked = linkedAfter({ lane, seq, hash }, command)
    const end = endOf(linked)
    lanes.set(lane, end.hash)
    top = Math.max(top, end.seq)
    return linked
  })
}

// ── single links ─────────────────────────────────────────────────────────────────────────────────────────────────────

const changing =
  (change: (command: RecordedCommand) => RecordedCommand) =>
  (files: Files, n: number): Touched => {
    const command = nth(files.commands, n)
    const commands = files.commands.map((one) => (one === command ? change(one) : one))
    return { files: { ...files, commands }, isTouched: true, at: command.seq }
  }

/** Two neighbours of one lane, the n-th such pair. */
const neighbours = ({ commands }: Files, n: number): readonly [number, number] => {
  const pairs = commands.flatMap(({ lane }, first) => {
    const second = commands.findIndex((other, index) => index > first && other.lane === lane)
    return second < 0 ? [] : [[first, second] as const]
  })
  return nth(pairs, n)
}

const laneBeside = ({ heads }: Files, { lane }: RecordedCommand, n: number): HashChain.Lane =>
  nth(
    [...heads.map((head) => head.lane), 9 as HashChain.Lane].filter((other) => other !== lane),
    n
  )

/** What is done to one link, in whichever lane it is. */
export const doings = {
  "nothing is done": untouched,
  "an outcome is changed": changing((c) => ({ ...c, outcome: `${c.outcome} ` })),
  "a hash is changed": changing((c) => ({ ...c, hash: otherHash(c.hash) })),
  "a command is removed": (files, n) => {
    const command = nth(files.commands, n)
    return { files: without(files, (one) => one === command), isTouched: true }
  },
  "an entry is removed": (files, n) => {
    const command = nth(
      files.commands.filter(({ entries }) => entries.length > 0),
      n
    )
    const commands = files.commands.map((one) => (one === command ? { ...one, entries: one.entries.slice(1) } : one))
    return { files: { ...files, commands }, isTouched: true }
  },
  "two neighbours of a lane exchange their places": (files, n) => {
    const [first, second] = neighbours(files, n)
    const [one, other] = [files.commands[first]!, files.commands[second]!]
    const commands = files.commands.with(first, { ...other, seq: one.seq }).with(second, { ...one, seq: other.seq })
    return { files: { ...files, commands }, isTouched: true, at: one.seq }
  },
  "a command is inserted again": (files, n) => {
    const index = n % files.commands.length
    return {
      files: { ...files, commands: files.commands.toSpliced(index, 0, files.commands[index]!) },
      isTouched: true
    }
  },
  "a command is inserted in another lane too": (files, n) => {
    const index = n % files.commands.length
    const command = files.commands[index]!
    const inserted = { ...command, lane: laneBeside(files, command, n) }
    return { files: { ...files, commands: files.commands.toSpliced(index, 0, inserted) }, isTouched: true }
  },
  "a command is moved to another lane": (files, n) => {
    const { files: moved } = changing((c) => ({ ...c, lane: laneBeside(files, c, n) }))(files, n)
    return { files: moved, isTouched: true }
  }
} satisfies Record<string, (files: Files, n: number) => Touched>
export type Doing = keyof typeof doings

// ── whole lanes ──────────────────────────────────────────────────────────────────────────────────────────────────────

const sealsOf = ({ commands }: Files) =>
  commands.filter(({ tag }) => tag === SealLanes.tag).map((command) => ({ command, heads: sealedBy(command) ?? [] }))

/** A tail that a seal names is cut off a lane, and all the rest made to fit; in books without a seal, nothing. */
export const cutSealed = (files: Files, n: number, numbers: "kept" | "given anew"): Touched => {
  const seals = sealsOf(files)
  if (seals.length === 0) return untouched(files)
  const { command, heads } = nth(seals, n)
  const { lane, seq } = nth(
    heads.filter((head) => head.lane !== command.lane),
    n
  )
  const rest = without(files, (one) => one.lane === lane && endOf(one).seq >= seq).commands
  return { files: fitted(files, linkedAnew(rest, numbers)), isTouched: true }
}

/** The head of a lane is published; then its tail is cut off, or its last link put into another lane, or nothing done. */
export const afterPublishing = (files: Files, n: number, what: "nothing" | "cut" | "moved"): Touched => {
  const published = nth(files.heads, n)
  const last = files.commands.findLast(({ lane }) => lane === published.lane)!
  const rest =
    what === "cut"
      ? without(files, (one) => one === last).commands
      : files.commands.map((one) => (one === last ? { ...one, lane: laneBeside(files, one, n) } : one))
  return what === "nothing"
    ? untouched({ ...files, published })
    : { files: { ...fitted(files, linkedAnew(inOrder(rest), "kept")), published }, isTouched: true }
}
const inOrder = (commands: ReadonlyArray<RecordedCommand>) =>
  commands.toSorted((a, b) => HashChain.place(a) - HashChain.place(b))

type Named = Pick<Head, "lane" | "seq" | "hash">
/** How a seal names what is no link. */
export const forgeries = {
  "the hash is another one": (head) => ({ ...head, hash: otherHash(head.hash) }),
  "the number is another one": (head) => ({ ...head, seq: head.seq - 1 }),
  "the lane is another one": (head) => ({ ...head, lane: 9 as HashChain.Lane }),
  "the link comes after the seal": (head) => ({ ...head, seq: head.seq + 1000 }),
  "no hash at all": (head) => ({ ...head, hash: "" as HashChain.LinkHash })
} satisfies Record<string, (head: Named) => Named>
export type Forgery = keyof typeof forgeries

/** A seal was forged when it was written, and everything after it fits; in books without a seal, nothing. */
export const forged = (files: Files, n: number, forgery: Forgery): Touched => {
  const seals = sealsOf(files)
  if (seals.length === 0) return untouched(files)
  const { command, heads } = nth(seals, n)
  const content = JSON.stringify({
    heads: heads.map((head, index) => (index === n % heads.length ? forgeries[forgery](head) : head))
  })
  const commands = files.commands.map((one) => (one === command ? { ...one, content } : one))
  return { files: fitted(files, linkedAnew(commands, "kept")), isTouched: true, at: command.seq }
}

// ── verifiers ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a verifier says: the heads that it came to, or the number of the first link that is wrong. */
export type Finding = { readonly heads: ReadonlyArray<Head> } | { readonly at: number }
export type LaneVerifier = (files: Files) => Effect.Effect<Finding>

/** The verifier of the core. */
export const verifier: LaneVerifier = (files) =>
  Verification.verify(files.published === undefined ? {} : { published: files.published }).pipe(
    Effect.map(({ heads }): Finding => ({ heads })),
    Effect.catchTag("BooksBroken", ({ at }): Effect.Effect<Finding> =>
      // A link of another lane than the first is named "lane:number".
      Effect.succeed({ at: Number(at.slice(at.indexOf(":") + 1)) })
    ),
    Effect.provideService(Journal, journalOf(files)),
    Effect.provide(TestDigest.layer),
    Effect.orDie
  )

/** Whether a finding is right about files: named where it can be told, found where something was done, and else no alarm. */
export const isRight = (finding: Finding, { at, files, isTouched }: Touched): boolean =>
  isTouched
    ? "at" in finding && (at === undefined || finding.at === at)
    : "heads" in finding && Equal.equals(finding.heads, files.heads)

/** A verifier of other files than are there. */
const seeing =
  (as: (files: Files) => Files): LaneVerifier =>
  (files) =>
    verifier(as(files))

/** Looks at the links of the lanes that count and at no seal; `alarm` may see something else that is wrong. */
const walking =
  (
    counts: (lane: HashChain.Lane) => boolean,
    alarm: (command: RecordedCommand, last: number, files: Files) => boolean = () => false
  ): LaneVerifier =>
  (files) =>
    Effect.sync(() => {
      const ends = new Map<HashChain.Lane, Pick<Head, "seq" | "hash">>()
      for (const command of files.commands.filter(({ lane }) => counts(lane))) {
        const { lane, seq } = command
        const last = ends.get(lane) ?? { seq: 0, hash: HashChain.genesisOf(sha256, lane) }
        const expected = linkedAfter({ lane, seq: seq - 1, hash: last.hash }, command)
        const end = endOf(command)
        if (seq <= last.seq || !Equal.equals(expected, command) || alarm(command, last.seq, files)) return { at: seq }
        ends.set(lane, end)
      }
      const heads = files.heads.filter(({ lane }) => counts(lane))
      const broken = heads.find(({ hash, lane }) => ends.get(lane)?.hash !== hash)
      return broken === undefined && ends.size === heads.length ? { heads: files.heads } : { at: broken?.seq ?? 0 }
    })

const all = (): boolean => true
const linked = ({ commands }: Files, { lane, seq }: Named): HashChain.LinkHash | undefined =>
  commands
    .filter((command) => command.lane === lane)
    .flatMap((command) => [command, ...command.entries])
    .find((link) => link.seq === seq)?.hash

/** Verifiers that are wrong about lanes, by their mistake. */
export const wrong = {
  firstLaneAlone: walking((lane) => lane === HashChain.firstLane),
  laneAfterLane: seeing((files) => ({ ...files, commands: files.commands.toSorted((a, b) => a.lane - b.lane) })),
  withoutGapsInALane: walking(all, ({ seq }, last) => seq !== last + 1),
  oneBeginningForAll: seeing((files) => ({
    ...files,
    commands: files.commands.map((c) => ({ ...c, lane: HashChain.firstLane }))
  })),
  /** Takes for the lane of a link whatever lane it fits into. */
  fittingLane: (files) => {
    const ends = new Map<string, HashChain.Lane>()
    for (let lane = 0; lane <= HashChain.laneLast; lane++) {
      ends.set(HashChain.genesisOf(sha256, lane as HashChain.Lane), lane as HashChain.Lane)
    }
    const commands = files.commands.map((command) => {
      const lane = ends.get(command.previous) ?? command.lane
      ends.set(endOf(command).hash, lane)
      return { ...command, lane }
    })
    return verifier({ ...files, commands })
  },
  always: ({ commands }) => Effect.succeed({ at: commands[0]?.seq ?? 0 }),
  sealsIgnored: walking(all),
  sealsCounted: walking(all, (command, _, files) =>
    (sealedBy(command) ?? []).some((head) => linked(files, head) === undefined)
  ),
  lastSealAlone: walking(
    all,
    (command, _, files) =>
      command === files.commands.findLast(({ tag }) => tag === SealLanes.tag) &&
      (sealedBy(command) ?? []).some((head) => linked(files, head) !== head.hash)
  ),
  nonePublished: seeing(unpublished),
  publishedOfTheFirstLane: seeing(({ published, ...files }) => ({
    ...files,
    ...(published && { published: { ...published, lane: HashChain.firstLane } })
  })),
  publishedByNumber: (files) =>
    Effect.map(verifier(unpublished(files)), (finding) =>
      lastOf(files.heads).seq < (files.published?.seq ?? 0) ? { at: files.published?.seq ?? 0 } : finding
    )
} satisfies Record<string, LaneVerifier>

// ── sealing ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** How lanes are sealed. */
export type Sealing = Steps<boolean>

/** As the core does it. */
export const sealing: Sealing = seal

const sealingAll = (heads: ReadonlyArray<Head>): Sealing =>
  Effect.gen(function* () {
    const { next } = yield* Desk
    const { submit } = yield* Engine
    const named = heads.map(({ hash, lane, seq }) => ({ lane, seq, hash })) as never
    yield* submit(SealLanes, { heads: named }, { actor: "system:seal" as Actor, key: `seal ${next()}` })
    return true
  })

/** Seals in a wrong way: as often as it is asked, one lane too, the last head alone, or never. */
export const wrongly = {
  always: Effect.flatMap(Looks.heads, (heads) => (heads.length > 1 ? sealingAll(heads) : Effect.succeed(false))),
  oneLaneToo: Effect.flatMap(Looks.heads, (heads): Sealing => (heads.length > 1 ? seal : sealingAll(heads))),
  lastAlone: Effect.flatMap(Looks.heads, (heads) =>
    heads.length > 1 ? sealingAll([lastOf(heads)]) : Effect.succeed(false)
  ),
  never: Effect.succeed(false)
} satisfies Record<string, Sealing>

/** Whether, after every step, lanes are sealed exactly where there are several and something was added, with the heads of all; and then not again. */
export const areSealed = (seals: Sealing, { steps, turns }: Happening) => {
  let after: ReadonlyArray<Head> = []
  const look = Effect.gen(function* () {
    const before = yield* Looks.heads
    const owed = before.length > 1 && !Equal.equals(before, after)
    const did = [yield* seals, yield* seals]
    after = yield* Looks.heads
    const sealed = (yield* Looks.recorded).at(-1)
    const named = before.map(({ hash, lane, seq }) => ({ lane, seq, hash }))
    return (
      Equal.equals(did, [owed, false]) &&
      (!owed || (sealed !== undefined && Equal.equals([...(sealedBy(sealed) ?? [])], named)))
    )
  })
  return Effect.map(atDesk(writers(turns), { policy: withFees })(play(steps, () => look)), (seen) =>
    seen.every((held) => held)
  )
}
