/**
 * Enrolments for step-up authentication on the wire (本人認証の登録).
 */
import { Language } from "@kinchaku/domain/account/Holder"
import { type CardProfile, Method, ProfileId } from "@kinchaku/domain/stepup/CardProfile"
import { CardReference } from "@kinchaku/domain/stepup/CardReference"
import { Enrolments, EnrolRequest, MethodRequest, ProvisionalRequest } from "@kinchaku/domain/stepup/Enrolments"
import { Effect, Schema } from "effect"
import { command, engineRefusals, nothing } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"

const tag = "Step-up authentication"

const Profile = Schema.Struct({
  id: ProfileId,
  state: Schema.Literals(["provisional", "full", "void"]),
  method: Schema.optionalKey(Method),
  language: Language,
  enrolledAt: Timestamp,
  lockedAt: Schema.optionalKey(Timestamp)
}).annotate({ identifier: "CardProfile" })

/** What is said of a profile: neither its contacts nor its member ID. */
const view = (profile: CardProfile): typeof Profile.Type => ({
  id: profile.id,
  state: profile._tag,
  language: profile.language,
  enrolledAt: profile.enrolledAt,
  ...(profile._tag === "full" ? { method: profile.method } : {}),
  ...(profile.lockedAt === undefined ? {} : { lockedAt: profile.lockedAt })
})

export const provisional = command(
  {
    path: "/step-up/enrolments/provisional",
    summary: "仮登録する / Enrol a card provisionally",
    description: `The issuer enrols a cardholder without an account at the member site (AUT-05). A card is named by the issuer's reference, never
by its number.`,
    tag,
    callers: ["host"],
    params: nothing,
    body: ProvisionalRequest.annotate({ identifier: "ProvisionalEnrolment" }),
    success: Profile,
    status: 201
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return view(yield* (yield* Enrolments).provisional(body, intent))
  })
).refuses("CardEnrolled", ...engineRefusals)

export const enrol = command(
  {
    path: "/step-up/enrolments",
    summary: "本登録する / Enrol a card",
    description: `The holder enrols in full, completes a provisional enrolment, or enrols a new card number (AUT-05, AUT-06), to answer with a code
by SMS or with a password (AUT-02). Personal messages are no longer offered (AUT-07).`,
    tag,
    callers: ["host"],
    params: nothing,
    body: EnrolRequest.annotate({ identifier: "Enrolment" }),
    success: Profile,
    status: 201
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return view(yield* (yield* Enrolments).enrol(body, intent))
  })
).refuses(
  "CardEnrolled",
  "MemberIdTaken",
  "EnrolmentVoid",
  "PersonalMessageEnded",
  "PasswordUnacceptable",
  ...engineRefusals
)

export const changeMethod = command(
  {
    path: "/step-up/enrolments/method",
    summary: "認証方法を変更する / Change how challenges are answered",
    description: "The holder answers with a code or a password from now on, or changes the password (AUT-02, AUT-07).",
    tag,
    callers: ["host"],
    params: nothing,
    body: MethodRequest.annotate({ identifier: "MethodChange" }),
    success: Profile,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return view(yield* (yield* Enrolments).changeMethod(body, intent))
  })
).refuses(
  "MemberIdUnknown",
  "ProfileLocked",
  "EnrolmentVoid",
  "EnrolmentProvisional",
  "PersonalMessageEnded",
  "PasswordUnacceptable",
  ...engineRefusals
)

export const cardChanged = command(
  {
    path: "/step-up/enrolments/card-change",
    summary: "カード番号の変更を記録する / Record a changed card number",
    description:
      "The issuer gave the holder another card number: the enrolment is void until the new one is enrolled (AUT-06).",
    tag,
    callers: ["host"],
    params: nothing,
    body: Schema.Struct({ card: CardReference }).annotate({ identifier: "CardChange" }),
    success: Profile,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return view(yield* (yield* Enrolments).cardChanged(body.card, intent))
  })
).refuses("CardNotEnrolled", ...engineRefusals)

export const unlock = command(
  {
    path: "/step-up/enrolments/:profile/unlock",
    summary: "ロックを解除する / Unlock a profile",
    description: `An operator whom the holder contacted in person unlocks the profile; \`contactedAt\` says when (LCK-08). A host is told that an
operator has to do it.`,
    tag,
    callers: ["operator", "support", "host"],
    params: Schema.Struct({ profile: ProfileId }),
    body: Schema.Struct({ contactedAt: Timestamp }).annotate({ identifier: "ProfileUnlock" }),
    success: Profile,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return view(yield* (yield* Enrolments).unlock(params.profile, body.contactedAt, intent))
  })
).refuses("UnlockRequiresOperator", "ProfileNotFound", ...engineRefusals)

export const remind = command(
  {
    path: "/step-up/member-id-reminders",
    summary: "会員IDの通知を求める / Ask for a forgotten member ID",
    description: `Mails the member ID to its registered address (AUT-10). The answer is the same whether or not the address is known (SEC-01).`,
    tag,
    callers: [],
    params: nothing,
    body: Schema.Struct({ email: Schema.String.check(Schema.isMaxLength(1000)) }).annotate({
      identifier: "MemberIdReminder"
    }),
    success: Schema.Struct({ asked: Schema.Literal(true) }).annotate({ identifier: "MemberIdReminderAsked" }),
    status: 202
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    yield* (yield* Enrolments).remind(body.email, intent)
    return { asked: true as const }
  })
).refuses(...engineRefusals)

/** All of them, in the order of the reference page. */
export const enrolmentRoutes = [provisional, enrol, changeMethod, cardChanged, unlock, remind] as const
