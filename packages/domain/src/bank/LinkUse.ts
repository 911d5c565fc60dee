/**
 * Link use: how many operations on a bank account have not ended, so that its link is not removed meanwhile (BNK-11).
 */
import { type Facts, put, type Put } from "../engine/Facts.ts"
import { type BankLink, type BankLinkId, type BankLinkRegistered, bankLinks } from "./BankLink.ts"

const counted = ({ operations: _, ...link }: BankLinkRegistered, operations: number): Put => {
  const next: BankLink = operations === 0 ? link : { ...link, operations }
  return put(bankLinks, next)
}

/** The link with an operation more. */
export const begun = (link: BankLinkRegistered): Put => counted(link, (link.operations ?? 0) + 1)

/** The link with an operation less, its key having been asked for. */
export const ended = (facts: Pick<Facts, "find">, id: BankLinkId): ReadonlyArray<Put> => {
  const link = facts.find(bankLinks, id)
  return link?._tag === "registered" ? [counted(link, Math.max((link.operations ?? 0) - 1, 0))] : []
}
