/**
 * Card profiles: who a cardholder is to step-up authentication, and how far the enrolment has come.
 *
 * A provisional profile (仮登録) was made by the issuer, a full one (本登録) by the holder after registering at the member site
 * (AUT-05). A changed card number makes it void until the holder enrols again (AUT-06). Failures and the lock belong to the
 * profile and outlive its cards (LCK-08). No card number is here or anywhere: a card is the keyed hash of the issuer's reference.
 */
import { Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import { Language } from "../account/Holder.ts"
import { Instant } from "../calendar/JapanDate.ts"
import { CommandId, madeId } from "../engine/Command.ts"
import type { Facts, Found } from "../engine/Facts.ts"
import { key, type Key, type RecordKind } from "../engine/RecordKind.ts"

/** "prof_" and the id of the command that enrolled it first. */
export const ProfileId = madeId("prof_").pipe(Schema.brand("ProfileId"))
export type ProfileId = typeof ProfileId.Type

/** How challenges are answered beside the member ID (AUT-02). */
export const Method = Schema.Literals(["otp", "password"])
export type Method = typeof Method.Type

/** What may be asked for as a method; the last is no longer offered (AUT-07). */
export const AskedMethod = Schema.Literals([...Method.literals, "personalMessage"])
export type AskedMethod = typeof AskedMethod.Type

const common = {
  id: ProfileId,
  /** The card that was enrolled last. */
  card: KeyedHash,
  email: KeyedHash,
  /** The command whose personal data holds phone, e-mail address and member ID. */
  contactIn: CommandId,
  language: Language,
  /** Failed answers in a row (LCK-08). */
  failures: Schema.Int,
  lockedAt: Schema.optionalKey(Instant),
  enrolledAt: Instant
}

/** 仮登録: made by the issuer; it is challenged and cannot pass yet. */
export const ProfileProvisional = Schema.TaggedStruct("provisional", common)
export type ProfileProvisional = typeof ProfileProvisional.Type

const registered = {
  memberId: KeyedHash,
  method: Method,
  /** The command whose personal data holds the hash of the password; there where the method is one. */
  password: Schema.optionalKey(CommandId)
}

/** 本登録: completed by the holder. */
export const ProfileFull = Schema.TaggedStruct("full", { ...common, ...registered })
export type ProfileFull = typeof ProfileFull.Type

/** Void: the card number has changed; nobody passes with it until it is enrolled again (AUT-06). */
export const ProfileVoid = Schema.TaggedStruct("void", {
  ...common,
  memberId: Schema.optionalKey(KeyedHash),
  voidedAt: Instant
})
export type ProfileVoid = typeof ProfileVoid.Type

export const CardProfile = Schema.Union([ProfileProvisional, ProfileFull, ProfileVoid])
export type CardProfile = typeof CardProfile.Type

export const cardProfiles: RecordKind<CardProfile> = {
  name: "cardProfile",
  schema: CardProfile,
  idOf: ({ id }) => id
}

/** Whether a profile is one of a card as that is now. */
export const isOf = (profile: CardProfile, card: KeyedHash): boolean => profile._tag !== "void" && profile.card === card

/** What profiles are found by. */
export const ProfileName = Schema.Struct({
  /** What it is and the keyed hash of its value: "memberId:9f86…". */
  id: Schema.String,
  of: Schema.Literals(["card", "memberId", "email"]),
  /** One profile for a card or a member ID, any number for an e-mail address. */
  profiles: Schema.Array(ProfileId),
  /** When a forgotten member ID was last mailed to this address (AUT-10). */
  remindedAt: Schema.optionalKey(Instant)
})
export type ProfileName = typeof ProfileName.Type

export const profileNames: RecordKind<ProfileName> = { name: "profileName", schema: ProfileName, idOf: ({ id }) => id }

/** The id of a name. */
export const nameId = (of: ProfileName["of"], value: KeyedHash): string => `${of}:${value}`

/** The key of a name. */
export const nameKey = (of: ProfileName["of"], value: KeyedHash): Key => key(profileNames, nameId(of, value))

/** The keys of the profiles that a name leads to, as far as it was fetched. */
export const namedKeys = (found: Found, of: ProfileName["of"], value: KeyedHash): ReadonlyArray<Key> =>
  (found.peek(profileNames, nameId(of, value))?.profiles ?? []).map((id) => key(cardProfiles, id))

/** The profile that a card or a member ID leads to. */
export const profileNamed = (facts: Facts, of: "card" | "memberId", value: KeyedHash): CardProfile | undefined => {
  const id = facts.find(profileNames, nameId(of, value))?.profiles[0]
  return id === undefined ? undefined : facts.find(cardProfiles, id)
}

/** What is kept beside the books of a profile (REG-04). */
export const ProfileData = Schema.Struct({
  phone: Schema.optionalKey(Schema.String),
  email: Schema.optionalKey(Schema.String),
  memberId: Schema.optionalKey(Schema.String),
  /** The hash of a password. */
  password: Schema.optionalKey(Schema.String)
})
export type ProfileData = typeof ProfileData.Type

/** Writes and reads what is kept under a command. */
export const ProfileText = Schema.fromJsonString(ProfileData)

/** Refused: the card is not enrolled for step-up authentication. */
export class CardNotEnrolled extends Schema.TaggedError<CardNotEnrolled>()("CardNotEnrolled", {}) {}

/** Refused: the member ID is not one that can be confirmed for this card (AUT-04). */
export class MemberIdUnknown extends Schema.TaggedError<MemberIdUnknown>()("MemberIdUnknown", {}) {}

/** Refused: the enrolment is provisional; complete it at the member site first (AUT-05). */
export class EnrolmentProvisional extends Schema.TaggedError<EnrolmentProvisional>()("EnrolmentProvisional", {}) {}

/** Refused: the card number has changed; enrol the new one (AUT-06). */
export class EnrolmentVoid extends Schema.TaggedError<EnrolmentVoid>()("EnrolmentVoid", {}) {}

/** Refused: the profile is locked after failures in a row; only an operator, contacted by the holder, unlocks it (LCK-08). */
export class ProfileLocked extends Schema.TaggedError<ProfileLocked>()("ProfileLocked", {}) {}
