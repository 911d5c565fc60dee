/**
 * Chain: the published encoding written out, contents that are nearly the same, and books after tampering.
 */
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { type AccountCode, bankSettlement, cash, fees } from "@kinchaku/domain/ledger/AccountCode"
import * as HashChain from "@kinchaku/domain/ledger/HashChain"
import type { JournalEntry } from "@kinchaku/domain/ledger/JournalEntry"
import { Effect } from "effect"
import * as fc from "fast-check"
import { sha256 } from "../../src/memory/TestDigest.ts"
import { atDesk, core } from "./Desk.ts"
import { play, type Step } from "./Histories.ts"
import { journalOf, kept, type Kept, type Tampered, type Verifier } from "./Tampering.ts"
import { withFees } from "./Terms.ts"

type LinkHash = HashChain.LinkHash

/** A link: what stands before it, and a command or an entry. */
export interface Given {
  readonly previous: LinkHash
  readonly seq: number
  readonly link: Omit<HashChain.CommandContent, "seq"> | JournalEntry
}
export interface Encoded {
  readonly text: string
  readonly hash: string
}

/** A link as the core encodes and hashes it. */
export const encoded = ({ link, previous, seq }: Given): Encoded =>
  "tag" in link
    ? {
        text: HashChain.encodeCommand(previous, { ...link, seq }),
        hash: HashChain.linkCommand(sha256, previous, { ...link, seq })
      }
    : { text: HashChain.encodeEntry(previous, seq, link), hash: HashChain.linkEntry(sha256, previous, seq, link) }

const fieldsOf = ({ link, previous, seq }: Given): ReadonlyArray<string> =>
  "tag" in link
    ? [
        "command",
        previous,
        `${seq}`,
        link.id,
        link.tag,
        link.actor,
        link.key,
        `${link.at}`,
        `${link.bookedAt}`,
        link.content,
        link.outcome
      ]
    : [
        "entry",
        previous,
        `${seq}`,
        link.id,
        link.kind,
        `${link.businessAt}`,
        link.reverses ?? "",
        `${link.postings.length}`,
        ...link.postings.flatMap(({ account, amount, side }) => [account, side, `${amount}`])
      ]

/** A link as a program encodes it that writes a field so. */
export const encodedBy =
  (field: (text: string) => string) =>
  (given: Given): Encoded => {
    const text = fieldsOf(given).map(field).join("")
    return { text, hash: sha256(text) }
  }

const id = "01KAMTYV000000000000000001"
const account = `acct_${id}` as Parameters<typeof cash>[0]
const at = 1_795_309_200_000 as Instant
const amount = (yen: number) => yen as JournalEntry["postings"][number]["amount"]
const first = "f81dc659995ebe074bde4e6b807381c03eae043bb3ec9ced2b52926b9743b294" as LinkHash
const second = "0f65d229cae3b34e98ef00cd2eb3767f6af85b99e1c3ce3c190f8448aee97934" as LinkHash

/** Three links in a row, written out in full; each names the digest of the one before it. */
export const vectors: Readonly<Record<string, { readonly given: Given; readonly gives: Encoded }>> = {
  "a command, whose content has characters of three bytes": {
    given: {
      previous: HashChain.genesis,
      seq: 1,
      link: {
        id,
        tag: "ContractBiller",
        actor: "operator:op-1",
        key: "k, 1:",
        at,
        bookedAt: at,
        content: '{"name":"東京都水道局"}',
        outcome: "{}"
      }
    },
    gives: {
      text:
        "7:command,64:0000000000000000000000000000000000000000000000000000000000000000,1:1," +
        "26:01KAMTYV000000000000000001,14:ContractBiller,13:operator:op-1,5:k, 1:,13:1795309200000," +
        '13:1795309200000,29:{"name":"東京都水道局"},2:{},',
      hash: "f81dc659995ebe074bde4e6b807381c03eae043bb3ec9ced2b52926b9743b294"
    }
  },
  "an entry of four lines": {
    given: {
      previous: first,
      seq: 2,
      link: {
        id: `${id}.1` as JournalEntry["id"],
        kind: "topUp",
        businessAt: at,
        postings: [
          { account: bankSettlement("0001"), side: "debit", amount: amount(10_000) },
          { account: cash(account), side: "credit", amount: amount(10_000) },
          { account: cash(account), side: "debit", amount: amount(110) },
          { account: fees, side: "credit", amount: amount(110) }
        ]
      }
    },
    gives: {
      text:
        "5:entry,64:f81dc659995ebe074bde4e6b807381c03eae043bb3ec9ced2b52926b9743b294,1:2," +
        "28:01KAMTYV000000000000000001.1,5:topUp,13:1795309200000,0:,1:4,15:asset:bank:0001,5:debit," +
        "5:10000,46:liability:cash:acct_01KAMTYV000000000000000001,6:credit,5:10000," +
        "46:liability:cash:acct_01KAMTYV000000000000000001,5:debit,3:110,12:revenue:fees,6:credit," +
        "3:110,",
      hash: "0f65d229cae3b34e98ef00cd2eb3767f6af85b99e1c3ce3c190f8448aee97934"
    }
  },
  "an entry that reverses another": {
    given: {
      previous: second,
      seq: 3,
      link: {
        id: `${id}.2` as JournalEntry["id"],
        kind: "paymentReversed",
        businessAt: at,
        reverses: `${id}.1` as JournalEntry["id"],
        postings: [
          { account: fees, side: "debit", amount: amount(1) },
          { account: cash(account), side: "credit", amount: amount(1) }
        ]
      }
    },
    gives: {
      text:
        "5:entry,64:0f65d229cae3b34e98ef00cd2eb3767f6af85b99e1c3ce3c190f8448aee97934,1:3," +
        "28:01KAMTYV000000000000000001.2,15:paymentReversed,13:1795309200000," +
        "28:01KAMTYV000000000000000001.1,1:2,12:revenue:fees,5:debit,1:1," +
        "46:liability:cash:acct_01KAMTYV000000000000000001,6:credit,1:1,",
      hash: "670ac70d2278b91dae6ef47a67ba60d4cedd2de06cc706de505dfcb9aecae818"
    }
  }
}

const texts = fc.array(fc.string({ unit: fc.constantFrom("a", "1", ":", ",", "0", "円", "𠮷", " "), maxLength: 5 }), {
  minLength: 2,
  maxLength: 5
})
const moved = (fields: ReadonlyArray<string>, index: number): ReadonlyArray<string> => {
  const [from = "", to = ""] = [fields[index], fields[index + 1]]
  const characters = [...from]
  const last = characters.at(-1) ?? ""
  return fields.toSpliced(index, 2, characters.slice(0, -1).join(""), `${last}${to}`)
}

const exchanged = (fields: ReadonlyArray<string>, index: number): ReadonlyArray<string> =>
  fields.with(
    index,
    (fields[index] ?? "").replace(/^./u, (first) => (first === "a" ? "1" : "a"))
  )

/** Contents of a few fields: the same twice, with a character moved to the field beside it, with another character, or two that have nothing to do with each other. */
export const nearlyTheSame = (): fc.Arbitrary<readonly [ReadonlyArray<string>, ReadonlyArray<string>]> =>
  fc.oneof(
    texts.map((fields) => [fields, [...fields]] as const),
    fc.tuple(texts, fc.nat({ max: 3 })).map(([fields, n]) => [fields, moved(fields, n % (fields.length - 1))] as const),
    fc.tuple(texts, fc.nat({ max: 3 })).map(([fields, n]) => [fields, exchanged(fields, n % fields.length)] as const),
    fc.tuple(texts, texts)
  )

type Line = JournalEntry["postings"][number]
const firstLine =
  (change: (line: Line) => Line) =>
  (entry: JournalEntry): JournalEntry => {
    const [line, ...rest] = entry.postings
    return { ...entry, postings: [change(line), ...rest] }
  }

/** One thing in an entry that is another one than it was; or nothing. */
export const changesOfAnEntry = {
  nothing: (entry) => ({ ...entry }),
  id: (entry) => ({ ...entry, id: `${entry.id}0` as JournalEntry["id"] }),
  kind: (entry) => ({ ...entry, kind: entry.kind === "topUp" ? "payment" : "topUp" }),
  businessAt: (entry) => ({ ...entry, businessAt: (entry.businessAt + 1) as Instant }),
  reverses: (entry) => ({ ...entry, reverses: `${entry.id}0` as JournalEntry["id"] }),
  account: firstLine((line) => ({ ...line, account: `${line.account}0` as AccountCode })),
  side: firstLine((line) => ({ ...line, side: line.side === "debit" ? "credit" : "debit" })),
  amount: firstLine((line) => ({ ...line, amount: amount(line.amount === 1 ? 2 : line.amount - 1) })),
  lines: (entry) => ({ ...entry, postings: [...entry.postings, entry.postings[0]] })
} satisfies Record<string, (entry: JournalEntry) => JournalEntry>
export type Change = keyof typeof changesOfAnEntry
export const changes = Object.keys(changesOfAnEntry) as ReadonlyArray<Change>

/** Has the books of a history tampered with and verified; answers what is wrong and what was named. */
export const afterTampering = (verify: Verifier, steps: ReadonlyArray<Step>, tamper: (books: Kept) => Tampered) =>
  atDesk(core, { policy: withFees })(
    Effect.gen(function* () {
      yield* play(steps, () => Effect.void)
      const tampered = tamper(yield* kept)
      const named = yield* verify(journalOf(tampered.kept), tampered.kept.published)
      return { named, wrong: tampered.at }
    })
  )

/** Whether each later look at the recorded commands begins with the earlier one, to the byte. */
export const grows = (looks: ReadonlyArray<ReadonlyArray<unknown>>): boolean =>
  looks.every((look, index) => {
    const next = looks[index + 1] ?? look
    return JSON.stringify(next.slice(0, look.length)) === JSON.stringify(look)
  })

/** An encoder that also writes how often it was used. */
export const numbered = (): typeof HashChain.encodeEntry => {
  let used = 0
  return (previous, seq, entry) => `${HashChain.encodeEntry(previous, seq, entry)}${(used += 1)}`
}
