/**
 * Releasing: a procedure that the bank did not report ends by itself the next day, and its link is provisional again (BNK-03).
 *
 * What the bank reports of it later still counts, see `LinkAnswer`.
 */
import { Result, Schema } from "effect"
import * as JapanDate from "../calendar/JapanDate.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import {
  BankLink,
  BankLinkId,
  type BankLinkInProcedure as InProcedure,
  BankLinkNotFound,
  type BankLinkProvisional,
  bankLinks
} from "./BankLink.ts"
import { minutesOf } from "./ServiceHours.ts"

/** Refused: the bank has not reported the procedure of the link; other links can be registered meanwhile (BNK-03). */
export class BankLinkInProcedure extends Schema.TaggedError<BankLinkInProcedure>()("BankLinkInProcedure", {
  link: BankLinkId,
  /** When it is provisional again if the bank reports nothing. */
  until: JapanDate.Instant
}) {}

const minuteMillis = 60_000

/** When a procedure that was started at a time ends without a report: the next day in Japan, at the policy's time. */
export const releaseTime = ({ policy }: Pick<Facts, "policy">, startedAt: JapanDate.Instant): JapanDate.Instant => {
  const nextDay = JapanDate.start(JapanDate.addDays(JapanDate.at(startedAt), 1))
  return JapanDate.later(nextDay, minutesOf(policy.wallet.link.releaseAt) * minuteMillis)
}

/** inProcedure → provisional */
export const released = ({ releasesAt: _, ...link }: InProcedure): BankLinkProvisional => ({
  ...link,
  _tag: "provisional"
})

/** The procedure of a link is over. > at ≥ releasesAt; a link that was asked for before there was such a time counts from then */
export const isOver = (
  facts: Pick<Facts, "policy">,
  { askedAt, id, releasesAt = releaseTime(facts, askedAt) }: InProcedure,
  at: JapanDate.Instant
): Result.Result<void, BankLinkInProcedure> =>
  at >= releasesAt ? Result.void : Result.fail(new BankLinkInProcedure({ link: id, until: releasesAt }))

const Content = Schema.Struct({ link: BankLinkId })

/** Makes a link provisional again whose procedure is over; any other is left as it is. */
export const ReleaseBankLink: Command<typeof Content.Type, BankLink, BankLinkNotFound> = {
  tag: "ReleaseBankLink",
  content: Content,
  success: BankLink,
  reads: ({ content }) => [key(bankLinks, content.link)],
  decide: (facts, { at, content }) => {
    const link = facts.find(bankLinks, content.link)
    if (link === undefined) return Result.fail(new BankLinkNotFound({ link: content.link }))
    if (link._tag !== "inProcedure" || Result.isFailure(isOver(facts, link, at))) {
      return Result.succeed(Decision.make<BankLink>({ result: link }))
    }
    const next: BankLink = released(link)
    return Result.succeed(
      Decision.make<BankLink>({ result: next, puts: [put(bankLinks, next)], answered: [link.request] })
    )
  }
}
