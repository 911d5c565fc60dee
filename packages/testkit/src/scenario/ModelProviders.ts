/**
 * The model's outside world: requests that wait, and what banks, billers and the collector do with them.
 */

type Line = "silentAfter" | "late" | "lost"

const billLines = { "011": "silentAfter", "014": "late", "016": "lost", "017": "lost" } as const
const transferLines = { "001": "silentAfter", "004": "late", "006": "lost", "007": "lost" } as const
/** What the last three digits of an account number or of an amount mean for the line to the provider. */
const lines: Readonly<Record<Kind, Readonly<Record<string, Line>>>> = {
  link: billLines,
  debit: transferLines,
  credit: transferLines,
  number: billLines,
  bill: { ...billLines, "022": "silentAfter" }
}

/** The kinds of requests, in the order in which they are delivered. */
export const kinds = ["link", "debit", "number", "credit", "bill"] as const
export type Kind = (typeof kinds)[number]
export type ProviderName = "bank" | "biller" | "collector"

const providerOf: Readonly<Record<Kind, ProviderName>> = {
  link: "bank",
  debit: "bank",
  credit: "bank",
  number: "collector",
  bill: "biller"
}

const minute = 60_000
/** The longest wait between two attempts: a procedure at the bank's page takes its holder, who may come back the next day. */
const longestWait = (kind: Kind): number => (kind === "link" ? 30 : 5) * minute
const lateFor = 10 * minute
/** After how long a late bank reports by itself. */
const lateReportAfter = 72 * 60 * minute

/** A request that the wallet makes of a provider, from its making to its answer and after. */
export interface Request {
  readonly kind: Kind
  /** The number of the procedure, top-up, payout, deposit top-up or payment. */
  readonly of: number
  readonly ending: string
  attempts: number
  dueAt: number
  answered: boolean
  asked: number
  /** When the provider has done it; absent while nothing arrived there. */
  doneAt?: number
  /** The bank made it and says that it refused it, until it reports it. */
  denied: boolean
}

/** A report that waits at the bank: that it made a transfer, or how a page ended. */
export interface Report {
  readonly kind: Kind
  readonly of: number
  readonly dueAt: number
}

export class Providers {
  readonly requests: Array<Request> = []
  readonly down = new Set<ProviderName>()
  reports: Array<Report> = []

  /** A request is made. */
  make(kind: Kind, of: number, digits: string, now: number): void {
    const ending = digits.padStart(3, "0").slice(-3)
    this.requests.push({ kind, of, ending, attempts: 0, dueAt: now, answered: false, asked: 0, denied: false })
  }

  /** The request about something, where there is one. */
  find(kind: Kind, of: number): Request | undefined {
    return this.requests.find((request) => request.kind === kind && request.of === of)
  }

  /** Nothing more is asked about something. */
  answer(kind: Kind, of: number): void {
    const request = this.find(kind, of)
    if (request !== undefined) request.answered = true
  }

  /** How many requests have no answer. */
  waiting(): number {
    return this.requests.filter(({ answered }) => !answered).length
  }

  /** The request of a kind that has waited longest. */
  nextDue(kind: Kind, now: number): Request | undefined {
    const due = this.requests.filter((one) => one.kind === kind && !one.answered && one.dueAt <= now)
    return due.toSorted((a, b) => a.dueAt - b.dueAt)[0]
  }

  /** Delivers or inquires once; tells whether the provider said anything. It is tried later, and later again. */
  deliver(request: Request, now: number): boolean {
    const { attempts, kind } = request
    request.dueAt = now + Math.min(5000 * 2 ** attempts, longestWait(kind))
    request.attempts += 1
    if (this.down.has(providerOf[kind])) return false
    if (request.doneAt !== undefined) return now >= request.doneAt
    const line = lines[kind][request.ending]
    request.asked += 1
    if (request.asked === 1 && line === "lost") return false
    request.doneAt = line === "late" ? now + lateFor : now
    this.promise(request, now)
    return line === undefined || line === "lost"
  }

  /** What the bank will report by itself of a transfer that it just made. */
  private promise(request: Request, now: number): void {
    const { ending, kind, of } = request
    if (kind !== "debit" && kind !== "credit") return
    request.denied = ending === "005"
    if (ending === "003" || ending === "005") this.reports.push({ kind, of, dueAt: now })
    if (ending === "004") this.reports.push({ kind, of, dueAt: now + lateReportAfter })
  }

  /** The reports that the bank sends now. */
  reported(now: number): ReadonlyArray<Report> {
    const due = this.reports.filter(({ dueAt }) => dueAt <= now)
    this.reports = this.reports.filter(({ dueAt }) => dueAt > now)
    for (const { kind, of } of due) {
      const request = this.find(kind, of)
      if (request !== undefined) request.denied = false
    }
    return due
  }

  /** Whether a provider says that it did what it was asked for. */
  says({ denied, ending, kind }: Request): boolean {
    if (kind === "bill") return ending !== "012" && ending !== "022"
    return kind === "number" ? ending !== "012" : ending !== "002" && !denied
  }

  /** What is true at the provider, in one word. */
  truth(request: Request | undefined, now: number): string {
    if (request?.doneAt === undefined) return "absent"
    if (request.doneAt > now) return "pending"
    return this.says({ ...request, denied: false }) ? "done" : "refused"
  }
}
