/**
 * The model's outside world: requests that wait, and what banks and billers do with them.
 */

/** What the last three digits of an account number or of an amount mean for the line to the provider. */
const lines: Readonly<Record<Request["kind"], Readonly<Record<string, Line>>>> = {
  link: { "011": "silentAfter", "014": "late", "016": "lost", "017": "lost" },
  debit: { "001": "silentAfter", "004": "late", "006": "lost", "007": "lost" },
  bill: { "011": "silentAfter", "022": "silentAfter", "014": "late", "016": "lost", "017": "lost" }
}
type Line = "silentAfter" | "late" | "lost"

/** A request that the wallet makes of a provider, from its making to its answer and after. */
export interface Request {
  readonly kind: "link" | "debit" | "bill"
  /** The number of the link, top-up or payment. */
  readonly of: number
  readonly ending: string
  attempts: number
  dueAt: number
  answered: boolean
  asked: number
  /** When the provider has done it; absent while nothing arrived there. */
  doneAt?: number
}

export class Providers {
  readonly requests: Array<Request> = []

  /** A request is made. */
  make(kind: Request["kind"], of: number, digits: string, now: number): void {
    const ending = digits.padStart(3, "0").slice(-3)
    this.requests.push({ kind, of, ending, attempts: 0, dueAt: now, answered: false, asked: 0 })
  }

  /** The request that a link, top-up or payment made. */
  find(kind: Request["kind"], of: number): Request | undefined {
    return this.requests.find((request) => request.kind === kind && request.of === of)
  }

  /** How many requests have no answer. */
  waiting(): number {
    return this.requests.filter(({ answered }) => !answered).length
  }

  /** The request that has waited longest. */
  nextDue(now: number): Request | undefined {
    const due = this.requests.filter(({ answered, dueAt }) => !answered && dueAt <= now)
    return due.toSorted((a, b) => a.dueAt - b.dueAt)[0]
  }

  /** Delivers or inquires once; tells whether an answer came. Without one it is tried later, and later again. */
  deliver(request: Request, now: number): boolean {
    if (this.isAnswered(request, now)) {
      request.answered = true
      return true
    }
    request.dueAt = now + Math.min(2000 * 2 ** request.attempts, 300_000)
    request.attempts += 1
    return false
  }

  private isAnswered(request: Request, now: number): boolean {
    if (request.doneAt !== undefined) return now >= request.doneAt
    const line = lines[request.kind][request.ending]
    request.asked += 1
    if (request.asked === 1 && line === "lost") return false
    request.doneAt = line === "late" ? now + 600_000 : now
    return line === undefined || line === "lost"
  }
}
