/**
 * Changes of an enrolment: a changed card number makes it void (AUT-06), the holder changes how challenges are answered (AUT-02,
 * AUT-07), and an operator unlocks a profile (LCK-08).
 */
import { Result, Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import { Instant } from "../calendar/JapanDate.ts"
import { type Command, ValidationFailed } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import {
  AskedMethod,
  CardNotEnrolled,
  CardProfile,
  cardProfiles,
  EnrolmentProvisional,
  EnrolmentVoid,
  isOf,
  MemberIdUnknown,
  namedKeys,
  nameKey,
  type ProfileFull,
  ProfileId,
  ProfileLocked,
  profileNamed,
  type ProfileVoid
} from "./CardProfile.ts"
import { methodFields, type PersonalMessageEnded } from "./Enrolment.ts"

const Voiding = Schema.Struct({ card: KeyedHash })

/** The issuer has given the holder another card number: nobody passes with the former one any more (AUT-06). */
export const VoidEnrolment: Command<typeof Voiding.Type, ProfileVoid, CardNotEnrolled> = {
  tag: "VoidEnrolment",
  content: Voiding,
  success: CardProfile.members[2],
  reads: ({ content }) => [nameKey("card", content.card)],
  readsMore: (found, { content }) => namedKeys(found, "card", content.card),
  decide: (facts, { at, content: { card } }) => {
    const profile = profileNamed(facts, "card", card)
    if (profile === undefined || profile._tag === "void" || !isOf(profile, card)) {
      return Result.fail(new CardNotEnrolled())
    }
    const { contactIn, email, enrolledAt, failures, id, language, lockedAt } = profile
    const ended: ProfileVoid = {
      _tag: "void",
      id,
      card,
      email,
      contactIn,
      language,
      failures,
      ...(lockedAt === undefined ? {} : { lockedAt }),
      enrolledAt,
      ...(profile._tag === "full" ? { memberId: profile.memberId } : {}),
      voidedAt: at
    }
    return Result.succeed(Decision.make({ result: ended, puts: [put(cardProfiles, ended)] }))
  }
}

const Changing = Schema.Struct({ memberId: KeyedHash, method: AskedMethod })

export type ChangeMethodRefusal =
  | MemberIdUnknown
  | EnrolmentProvisional
  | EnrolmentVoid
  | ProfileLocked
  | PersonalMessageEnded

/** The holder, logged in at the member site, changes how challenges are answered, or the password (AUT-02, AUT-07). */
export const ChangeMethod: Command<typeof Changing.Type, ProfileFull, ChangeMethodRefusal> = {
  tag: "ChangeMethod",
  content: Changing,
  success: CardProfile.members[1],
  reads: ({ content }) => [nameKey("memberId", content.memberId)],
  readsMore: (found, { content }) => namedKeys(found, "memberId", content.memberId),
  decide: (facts, { content, id }) => {
    const profile = profileNamed(facts, "memberId", content.memberId)
    if (profile === undefined) return Result.fail(new MemberIdUnknown())
    if (profile._tag === "provisional") return Result.fail(new EnrolmentProvisional())
    if (profile._tag === "void") return Result.fail(new EnrolmentVoid())
    if (profile.lockedAt !== undefined) return Result.fail(new ProfileLocked())
    return Result.map(methodFields(content.method, id), (method) => {
      const { password: _, ...rest } = profile
      const changed: ProfileFull = { ...rest, ...method }
      return Decision.make({ result: changed, puts: [put(cardProfiles, changed)] })
    })
  }
}

/** Refused: only an operator unlocks a profile (LCK-08). */
export class UnlockRequiresOperator extends Schema.TaggedError<UnlockRequiresOperator>()(
  "UnlockRequiresOperator",
  {}
) {}

/** Refused: there is no such profile. */
export class ProfileNotFound extends Schema.TaggedError<ProfileNotFound>()("ProfileNotFound", { profile: ProfileId }) {}

const Unlocking = Schema.Struct({
  profile: ProfileId,
  /** When the holder contacted the operator in person. */
  contactedAt: Instant
})

/** An operator, contacted by the holder in person, unlocks a profile and sets its failures to zero (LCK-08). */
export const UnlockProfile: Command<
  typeof Unlocking.Type,
  CardProfile,
  UnlockRequiresOperator | ProfileNotFound | ValidationFailed
> = {
  tag: "UnlockProfile",
  content: Unlocking,
  success: CardProfile,
  reads: ({ content }) => [key(cardProfiles, content.profile)],
  decide: (facts, { actor, at, content }) => {
    if (!actor.startsWith("operator:")) return Result.fail(new UnlockRequiresOperator())
    if (content.contactedAt > at) {
      return Result.fail(
        new ValidationFailed({ issues: [{ field: "contactedAt", message: "expected a time that has passed" }] })
      )
    }
    const profile = facts.find(cardProfiles, content.profile)
    if (profile === undefined) return Result.fail(new ProfileNotFound({ profile: content.profile }))
    const { lockedAt: _, ...rest } = profile
    const unlocked: CardProfile = { ...rest, failures: 0 }
    return Result.succeed(Decision.make({ result: unlocked, puts: [put(cardProfiles, unlocked)] }))
  }
}
