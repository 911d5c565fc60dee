/**
 * Answering challenges as it would be if one thing in it were wrong.
 */
import type { KeyedHash } from "@kinchaku/domain/account/Account"
import type { Command } from "@kinchaku/domain/engine/Command"
import { purchases } from "@kinchaku/domain/stepup/Purchase"
import { AnswerChallenge } from "@kinchaku/domain/stepup/StepUpChallenge"
import { Result } from "effect"
import { deciding, hearing, under } from "./PaymentsMistakes.ts"
import { but, card, issuing } from "./StepUp.ts"

/** Answering that takes what is entered for something else. */
export const entering = (other: (content: Answered) => Partial<Answered>) =>
  but({ answer: hearing(issuing.answer, (content) => ({ ...content, ...other(content) })) })
export type Answered = Parameters<typeof AnswerChallenge.decide>[1]["content"]

/** The code that is right for a purchase, put in the place of whatever was entered. */
export const anyCode = but({
  answer: deciding(issuing.answer, (decided, facts, envelope) => {
    const { code } = (facts.find(purchases, envelope.content.purchase)?.challenge ?? {}) as { code?: KeyedHash }
    const { memberId: id, purchase, shown } = envelope.content
    const other = code === undefined ? { ...shown, isRight: true } : { _tag: "otp" as const, code }
    const content = { purchase, memberId: id, shown: other as Answered["shown"] }
    return AnswerChallenge.decide(facts, { ...envelope, content })
  })
})
export const noCode = entering(({ shown }) => ({
  shown: shown._tag === "otp" ? { ...shown, code: card(9) } : { ...shown, isRight: false }
}))

/** Answering that leaves no mark where it comes to something. */
export const deedless = (outcome: string) =>
  but({
    answer: deciding(issuing.answer, (decided) =>
      Result.map(decided, (decision) => (decision.result.outcome === outcome ? { ...decision, puts: [] } : decision))
    )
  })

/** Answering that locks so many failures later. */
export const lockingLater = (more: number) =>
  under(issuing.answer, ({ authentication }) => ({
    authentication: {
      ...authentication,
      stepUp: { ...authentication.stepUp, locksAt: authentication.stepUp.locksAt + more }
    }
  }))

/** The command as it would be if a repetition were told by something else of its content. */
export const intending = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>,
  intent: (content: Content) => unknown
): Command<Content, Success, Refusal> => ({ ...command, intent })
