/**
 * Steps: what can happen in a history, as plain data that shrinks.
 *
 * A step names people by number, and links, procedures, operations and earlier steps by how many came after them; a number that is
 * too large begins again with the last one, so every list of steps is a history.
 */
import type { Verdict } from "@kinchaku/domain/identity/CertificateVerifier"

/** Whether the quote of now is confirmed, or one with another fee. */
export type Confirmed = "now" | "wrong"

/** Where a clock jumps: minutes ahead, or to an edge of the calendar or of the cash that expires next. */
export type Jump = number | "monthEnd" | "leapDay" | "twoYears" | "lastMoment" | "firstMomentAfter"

/** What is done with a key, so that it can be sent again. */
export type Sent =
  | {
      readonly do: "open"
      readonly person: number
      readonly contacts: number
      readonly verdict: Verdict
      readonly proved: boolean
    }
  | { readonly do: "verify"; readonly person: number; readonly by: number; readonly verdict: Verdict }
  /** An operator stops or resumes an account, or its holder closes it. */
  | { readonly do: "standing"; readonly person: number; readonly to: "stopped" | "active" | "closed" }
  | { readonly do: "add"; readonly person: number; readonly bank: string; readonly number: string }
  /** The holder goes to the bank to register a link. */
  | { readonly do: "start"; readonly link: number; readonly quote: Confirmed }
  | { readonly do: "remove"; readonly link: number }
  /** A link is set for exact top-ups, or none. */
  | { readonly do: "exact"; readonly link: number; readonly off: boolean }
  /** A link becomes the one that payouts go to. */
  | { readonly do: "payee"; readonly link: number }
  | {
      readonly do: "topUp"
      readonly link: number
      readonly stranger: boolean
      readonly amount: number
      readonly quote: Confirmed
    }
  | {
      readonly do: "deposit"
      readonly person: number
      readonly way: "convenienceStore" | "netBanking" | "atm"
      readonly chain: string
      readonly amount: number
      readonly quote: Confirmed
    }
  /** Staff of a shop loads value for cash that was paid at its counter. */
  | { readonly do: "shop"; readonly person: number; readonly amount: number; readonly quote: Confirmed }
  /** Pays a slip; with the exact top-up that is quoted, or without one. */
  | {
      readonly do: "pay"
      readonly person: number
      readonly slip: number
      readonly exact: boolean
      readonly quote: Confirmed
    }
  | { readonly do: "payout"; readonly person: number; readonly amount: number; readonly quote: Confirmed }
  /** An operator settles an item of suspense: to the account of a person, or back. */
  | { readonly do: "resolve"; readonly item: number; readonly to: number | "returned" }

/** How the store's answers come while requests are delivered. */
export type Hearing = "clear" | "stopped"

export type Step =
  | Sent
  /** An earlier step is sent again with its key, as it was or changed. */
  | { readonly do: "again"; readonly step: number; readonly changed: boolean }
  /** A step whose commit is done and whose answer is lost: the process ends, begins anew and sends it again with its key. */
  | { readonly do: "unheard"; readonly step: Sent }
  /** The process ends, and another one begins over the same store. */
  | { readonly do: "crash" }
  /**
   * The dispatcher delivers what is due. Where it is stopped, it asks everybody, and the process ends before anything that it heard is
   * recorded.
   */
  | { readonly do: "dispatch"; readonly hearing: Hearing }
  /** What a holder does on the page of a procedure at the bank. */
  | { readonly do: "page"; readonly procedure: number; readonly does: "agree" | "agreeWeakly" | "cancel" | "leave" }
  /** A provider leaves the network, or is back. */
  | { readonly do: "network"; readonly of: "bank" | "biller" | "collector"; readonly up: boolean }
  /** The bank sends the reports that wait at it. */
  | { readonly do: "report" }
  /** Somebody reports in the bank's name, whatever the bank did. */
  | {
      readonly do: "notice"
      readonly about: "debit" | "credit"
      readonly of: number
      readonly says: "done" | "doneOtherwise" | "refused"
    }
  /** Somebody pays in for a number, or for one that nobody issued; the deposit is reported, or an earlier one once more. */
  | {
      readonly do: "deposited"
      readonly of: number
      readonly how: "asAsked" | "otherAmount" | "unknownNumber" | "reportedAgain"
    }
  /** An operator makes a file of the payouts that wait. */
  | { readonly do: "batch" }
  /** An operator reads the results of a file: lines that went well, went wrong, or are missing, one after another. */
  | {
      readonly do: "results"
      readonly batch: number
      readonly lines: ReadonlyArray<"done" | "refused" | "missing">
    }
  | { readonly do: "sweep" }
  | { readonly do: "jump"; readonly to: Jump }
  /** Time goes on, and everything happens that happens by itself. */
  | { readonly do: "round"; readonly minutes: number }
  | { readonly do: "adopt"; readonly policy: number }
  | { readonly do: "contract"; readonly biller: number; readonly active: boolean }

export type StepOf<Do extends Step["do"]> = Extract<Step, { readonly do: Do }>

/** The one after which so many came: the last one is 0. */
export const fromLast = <One>(all: ReadonlyArray<One>, n: number): One | undefined =>
  all.length === 0 ? undefined : all.at(-1 - (n % all.length))
