/**
 * Member IDs (会員ID): what a holder enters beside a code or password, and how a forgotten one is found again (AUT-10).
 *
 * The ID goes by mail to the address that is registered, never to the page. Whoever asks is answered the same, whether or not the
 * address is known (SEC-01).
 */
import { Result, Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { type CardProfile, cardProfiles, namedKeys, nameId, nameKey, profileNames } from "./CardProfile.ts"

/** A member ID in its written form: narrowed, surrounding space dropped. Capitals count. */
export const memberId = (typed: string): string => typed.slice(0, 80).normalize("NFKC").trim()

/** A member ID, as typed: 4 to 32 letters, digits, - and _ in its written form. */
export const MemberId = Schema.String.check(
  Schema.isMaxLength(80),
  Schema.makeFilter(
    (text) => /^[A-Za-z0-9_-]{4,32}$/.test(memberId(text)) || "expected 4 to 32 letters, digits, - or _"
  )
)

const Content = Schema.Struct({ email: KeyedHash })
const Reminded = Schema.Struct({})

/** The profiles of an address that have a member ID to be reminded of. */
const forgetful = (facts: Facts, profiles: ReadonlyArray<CardProfile["id"]>): ReadonlyArray<CardProfile> =>
  profiles.flatMap((id) => {
    const profile = facts.find(cardProfiles, id)
    return profile === undefined || profile._tag === "provisional" || profile.memberId === undefined ? [] : [profile]
  })

/**
 * Mails the member IDs of an address to it. The answer says nothing. Asked again too soon, nothing is mailed: nobody's mailbox is
 * to be filled.
 */
export const RemindMemberId: Command<typeof Content.Type, typeof Reminded.Type, never> = {
  tag: "RemindMemberId",
  content: Content,
  success: Reminded,
  reads: ({ content }) => [nameKey("email", content.email)],
  readsMore: (found, { content }) => namedKeys(found, "email", content.email),
  decide: (facts, { at, content, id }) => {
    const name = facts.find(profileNames, nameId("email", content.email))
    const waitMillis = facts.policy.authentication.otp.resendSeconds * 1000
    const isSoon = name?.remindedAt !== undefined && at < name.remindedAt + waitMillis
    const profiles = name === undefined || isSoon ? [] : forgetful(facts, name.profiles)
    if (name === undefined || profiles.length === 0) return Result.succeed(Decision.make({ result: {} }))
    return Result.succeed(
      Decision.make({
        result: {},
        puts: [put(profileNames, { ...name, remindedAt: at })],
        notices: profiles.map((profile, n) => ({
          id: `${id}.${n + 1}`,
          kind: "memberIdReminder" as const,
          to: "holder" as const,
          account: profile.id,
          subject: profile.id,
          via: profile.contactIn,
          at
        }))
      })
    )
  }
}
