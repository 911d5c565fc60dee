/**
 * Enrolling a card for step-up authentication: provisionally by the issuer, in full by the holder (AUT-02, AUT-05, AUT-06).
 *
 * Whoever enrols has registered at the member site, which knows the holder; the host says so by asking. A card leads to one
 * profile, and so does a member ID; a holder whose card number has changed enrols the new one under the same member ID and keeps
 * the profile, with its lock.
 */
import { Result, Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import { Language } from "../account/Holder.ts"
import type { Command, CommandId } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put, type Put } from "../engine/Facts.ts"
import {
  AskedMethod,
  CardProfile,
  cardProfiles,
  EnrolmentVoid,
  isOf,
  namedKeys,
  nameId,
  nameKey,
  type ProfileFull,
  type ProfileId,
  type ProfileName,
  profileNamed,
  profileNames,
  ProfileProvisional,
  type ProfileVoid
} from "./CardProfile.ts"

/** Refused: the card is enrolled already. */
export class CardEnrolled extends Schema.TaggedError<CardEnrolled>()("CardEnrolled", {}) {}

/** Refused: the member ID is that of another card's profile. */
export class MemberIdTaken extends Schema.TaggedError<MemberIdTaken>()("MemberIdTaken", {}) {}

/** Refused: authentication by a personal message is no longer offered; change to a method that is (AUT-07). */
export class PersonalMessageEnded extends Schema.TaggedError<PersonalMessageEnded>()("PersonalMessageEnded", {
  changeTo: Schema.Literal("otp")
}) {}

/** How answers are given from now on: what was asked for, with the command that sets a password where it is one. */
export const methodFields = (
  asked: AskedMethod,
  command: CommandId
): Result.Result<Pick<ProfileFull, "method" | "password">, PersonalMessageEnded> => {
  if (asked === "personalMessage") return Result.fail(new PersonalMessageEnded({ changeTo: "otp" }))
  return Result.succeed(asked === "password" ? { method: asked, password: command } : { method: asked })
}

/** A name that leads to one profile. */
const leading = (of: "card" | "memberId", value: KeyedHash, profile: ProfileId): Put =>
  put(profileNames, { id: nameId(of, value), of, profiles: [profile] })

/** The name of an address that leads to a profile too. */
const addressed = (facts: Facts, email: KeyedHash, profile: ProfileId): Put => {
  const id = nameId("email", email)
  const name: ProfileName = facts.find(profileNames, id) ?? { id, of: "email", profiles: [] }
  return put(profileNames, { ...name, profiles: [...name.profiles.filter((other) => other !== profile), profile] })
}

/** The name of the former address of a profile, where it has another one now. */
const leftBehind = (facts: Facts, former: CardProfile, email: KeyedHash): ReadonlyArray<Put> => {
  const name = facts.find(profileNames, nameId("email", former.email))
  if (name === undefined || former.email === email) return []
  return [put(profileNames, { ...name, profiles: name.profiles.filter((profile) => profile !== former.id) })]
}

const Provisional = Schema.Struct({ card: KeyedHash, email: KeyedHash, language: Language })

/** The issuer enrols a cardholder who has not registered at the member site (AUT-05). */
export const EnrolProvisionally: Command<typeof Provisional.Type, ProfileProvisional, CardEnrolled> = {
  tag: "EnrolProvisionally",
  content: Provisional,
  success: ProfileProvisional,
  reads: ({ content }) => [nameKey("card", content.card), nameKey("email", content.email)],
  decide: (facts, { at, content: { card, email, language }, id }) => {
    if (facts.find(profileNames, nameId("card", card)) !== undefined) return Result.fail(new CardEnrolled())
    const profile: ProfileProvisional = {
      _tag: "provisional",
      id: `prof_${id}` as ProfileId,
      card,
      email,
      contactIn: id,
      language,
      failures: 0,
      enrolledAt: at
    }
    const names = [leading("card", card, profile.id), addressed(facts, email, profile.id)]
    return Result.succeed(Decision.make({ result: profile, puts: [put(cardProfiles, profile), ...names] }))
  }
}

const Full = Schema.Struct({
  card: KeyedHash,
  memberId: KeyedHash,
  email: KeyedHash,
  language: Language,
  method: AskedMethod
})
type Full = typeof Full.Type

export type EnrolRefusal = CardEnrolled | MemberIdTaken | EnrolmentVoid | PersonalMessageEnded

/** The profile that becomes a full one: none yet, the provisional one of the card, or the void one of the member ID. */
interface Becoming {
  readonly former?: ProfileProvisional | ProfileVoid
  /** The provisional profile of the new card, where the member ID has one of its own. */
  readonly givenUp?: ProfileProvisional
}

const becoming = (facts: Facts, { card, memberId }: Full): Result.Result<Becoming, EnrolRefusal> => {
  const ofCard = profileNamed(facts, "card", card)
  const ofMember = profileNamed(facts, "memberId", memberId)
  if (ofCard?._tag === "full" && isOf(ofCard, card)) return Result.fail(new CardEnrolled())
  if (ofCard !== undefined && !isOf(ofCard, card)) return Result.fail(new EnrolmentVoid())
  if (ofMember !== undefined && ofMember._tag !== "void") return Result.fail(new MemberIdTaken())
  const provisional = ofCard?._tag === "provisional" ? ofCard : undefined
  if (ofMember === undefined) return Result.succeed(provisional === undefined ? {} : { former: provisional })
  return Result.succeed({ former: ofMember, ...(provisional === undefined ? {} : { givenUp: provisional }) })
}

/** The holder completes the enrolment, or enrols at once, or enrols the card that took a former one's place (AUT-05, AUT-06). */
export const Enrol: Command<Full, ProfileFull, EnrolRefusal> = {
  tag: "Enrol",
  content: Full,
  success: CardProfile.members[1],
  reads: ({ content: { card, email, memberId } }) => [
    nameKey("card", card),
    nameKey("memberId", memberId),
    nameKey("email", email)
  ],
  readsMore: (found, { content: { card, memberId } }) => {
    const profiles = [...namedKeys(found, "card", card), ...namedKeys(found, "memberId", memberId)]
    const addresses = profiles.flatMap(({ id }) => {
      const profile = found.peek(cardProfiles, id)
      return profile === undefined ? [] : [nameKey("email", profile.email)]
    })
    return [...profiles, ...addresses]
  },
  decide: (facts, { at, content, id }) =>
    Result.gen(function* () {
      const method = yield* methodFields(content.method, id)
      const { former, givenUp } = yield* becoming(facts, content)
      const { card, email, language, memberId } = content
      const locked = former?.lockedAt === undefined ? {} : { lockedAt: former.lockedAt }
      const profile: ProfileFull = {
        _tag: "full",
        id: former?.id ?? (`prof_${id}` as ProfileId),
        card,
        email,
        contactIn: id,
        language,
        failures: former?.failures ?? 0,
        ...locked,
        enrolledAt: at,
        memberId,
        ...method
      }
      const away: ReadonlyArray<CardProfile> = givenUp === undefined ? [] : [{ ...givenUp, _tag: "void", voidedAt: at }]
      return Decision.make({
        result: profile,
        puts: [
          ...away.map((one) => put(cardProfiles, one)),
          put(cardProfiles, profile),
          leading("card", card, profile.id),
          leading("memberId", memberId, profile.id),
          ...(former === undefined ? [] : leftBehind(facts, former, email)),
          addressed(facts, email, profile.id)
        ]
      })
    })
}
