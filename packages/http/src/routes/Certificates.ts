/**
 * Certificates on the wire: registered after they were issued, opened with their secrets, managed, revoked and linked.
 *
 * What a holder's device asks needs no key: it bears a fresh challenge that the certificate itself signed (CRT-09).
 */
import { AccountId, KeyedHash } from "@kinchaku/domain/account/Account"
import * as Input from "@kinchaku/domain/identity/CertificateInput"
import { Biometrics, Consent, ConsentWarning } from "@kinchaku/domain/identity/CertificatePair"
import { Certificates } from "@kinchaku/domain/identity/Certificates"
import { Presentation } from "@kinchaku/domain/identity/CertificateVerifier"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import { Effect, Schema } from "effect"
import { command, engineRefusals, nothing } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"

/** What any presentation of a certificate can be refused for. */
export const presentationRefusals = [
  "CertificateUnreadable",
  "CertificateUntrusted",
  "CertificateExpired",
  "CertificateRevoked",
  "CertificateUnchecked",
  "ChallengeInvalid"
] as const

const pairRefusals = ["CertificateNotIssued", "CertificateSuperseded"] as const
const secretRefusals = [
  ...presentationRefusals,
  ...pairRefusals,
  "CredentialLocked",
  "PinFormatInvalid",
  "PinMismatch",
  "CredentialSecretNotSet"
] as const

const BiometricsView = Schema.Struct({ biometrics: Biometrics }).annotate({ identifier: "Biometrics" })

export const register = command(
  {
    path: "/certificates",
    summary: "発行された電子証明書を登録する / Register issued certificates",
    description: `Registers the signature certificate (my電子証明書) and the login certificate (my認証) after their authority issued them, each
presented with a challenge of its own, with the secrets that the holder chose (CRT-03, CRT-04). The authority is asked whom the issue
follows; a former pair is superseded (CRT-11, CRT-12). \`account\` is the account that they reach; without it one is opened, migrated
or linked by an operator (CRT-13, CRT-19). \`warnings\` say what the holder is to be told of the consent (CRT-15).`,
    tag: "Certificates",
    callers: [],
    params: nothing,
    body: Input.Registration.annotate({ identifier: "CertificateRegistration" }),
    success: Schema.Struct({
      /** Names the holder where an operator links the certificates (CRT-13). */
      person: KeyedHash,
      account: Schema.optionalKey(AccountId),
      warnings: Schema.Array(ConsentWarning)
    }).annotate({ identifier: "RegisteredCertificates" }),
    status: 201
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return yield* (yield* Certificates).register(body, intent)
  })
).refuses(
  ...presentationRefusals,
  ...pairRefusals,
  "CertificateAlreadyRegistered",
  "RomanNameMismatch",
  "PinFormatInvalid",
  "IssuerUnreachable",
  ...engineRefusals
)

export const enterSecret = command(
  {
    path: "/certificates/secret-entry",
    summary: "暗証番号・パスワードを入力する / Enter the secret of a certificate",
    description: `Enters the login PIN or the signature password, typed or released by biometrics (CRT-08), and shows how the certificate stands
(CRT-21). A wrong entry counts; the last one that is allowed locks that certificate (CRT-06).`,
    tag: "Certificates",
    callers: [],
    params: nothing,
    body: Input.Entry.annotate({ identifier: "SecretEntry" }),
    success: Schema.Struct({
      state: Schema.Literal("valid"),
      validUntil: Timestamp,
      consent: Consent,
      biometrics: Biometrics
    }).annotate({ identifier: "CertificateShown" }),
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    const { _tag: _, ...shown } = yield* (yield* Certificates).enterSecret(body, intent)
    return shown
  })
).refuses(...secretRefusals, "BiometricsNotAllowed", ...engineRefusals)

export const setSecret = command(
  {
    path: "/certificates/secret",
    summary: "暗証番号・パスワードを変更する / Set the secret of a certificate",
    description: `Changes the secret of a certificate for the former one, or sets it again after the issuer's procedure (CRT-07), with or without
biometrics from then on (CRT-08).`,
    tag: "Certificates",
    callers: [],
    params: nothing,
    body: Input.NewSecret.annotate({ identifier: "NewSecret" }),
    success: BiometricsView,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return yield* (yield* Certificates).setSecret(body, intent)
  })
).refuses(...secretRefusals, "FormerSecretMissing", ...engineRefusals)

export const switchBiometrics = command(
  {
    path: "/certificates/biometrics",
    summary: "生体認証を切り替える / Switch biometrics",
    description: "Switches biometrics off, or on again where they were allowed when the secret was set (CRT-08).",
    tag: "Certificates",
    callers: [],
    params: nothing,
    body: Input.BiometricsSwitch.annotate({ identifier: "BiometricsSwitch" }),
    success: BiometricsView,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return yield* (yield* Certificates).switchBiometrics(body, intent)
  })
).refuses(...presentationRefusals, ...pairRefusals, "CredentialLocked", "BiometricsNotAllowed", ...engineRefusals)

export const revoke = command(
  {
    path: "/certificates/revocation",
    summary: "電子証明書を失効させる / Revoke both certificates",
    description:
      "Revokes both certificates, with or without an account, and ends the session at once (CRT-16, SES-03).",
    tag: "Certificates",
    callers: [],
    params: nothing,
    body: Schema.Struct({ presentation: Presentation }).annotate({ identifier: "CertificateRevocation" }),
    success: Schema.Struct({ revokedAt: Timestamp }).annotate({ identifier: "RevokedCertificates" }),
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    const { revokedAt } = yield* (yield* Certificates).revoke(body.presentation, intent)
    return { revokedAt: instant(revokedAt) }
  })
).refuses(...presentationRefusals, ...pairRefusals, ...engineRefusals)

const done = Schema.Struct({ done: Schema.Literal(true) }).annotate({ identifier: "Done" })

export const unlock = command(
  {
    path: "/certificates/unlock",
    summary: "発行者による解除を記録する / Record the issuer's unlocking procedure",
    description: `The issuer reports that its procedure is complete: the lock is lifted and the secret is void until the holder sets it again
(CRT-06, CRT-07). \`procedure\` is the issuer's number of it. A holder is told to go to the issuer.`,
    tag: "Certificates",
    callers: ["operator", "support", "holder"],
    params: nothing,
    body: Input.IssuerProcedure.annotate({ identifier: "IssuerProcedure" }),
    success: done,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    yield* (yield* Certificates).unlock(body, intent)
    return { done: true as const }
  })
).refuses("UnlockRequiresIssuer", "CertificateRevoked", ...pairRefusals, ...engineRefusals)

export const link = command(
  {
    path: "/certificates/link",
    summary: "電子証明書を口座に結び付ける / Link certificates to an account",
    description: `An operator who knows the holder links certificates that could not be matched to the holder's account; what the account had
before is superseded (CRT-13). \`reference\` is the number of the case. A host is told that an operator has to do it.`,
    tag: "Certificates",
    callers: ["operator", "support", "host"],
    params: nothing,
    body: Input.OperatorLink.annotate({ identifier: "CertificateLink" }),
    success: Schema.Struct({ account: AccountId }).annotate({ identifier: "LinkedCertificates" }),
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    const { account } = yield* (yield* Certificates).link(body, intent)
    return { account }
  })
).refuses(
  "LinkRequiresOperator",
  "CertificateNotMatched",
  "CertificateRevoked",
  ...pairRefusals,
  "AccountNotFound",
  "AccountClosed",
  "AccountAlreadyExists",
  ...engineRefusals
)

/** All of them, in the order of the reference page. */
export const certificateRoutes = [register, enterSecret, setSecret, switchBiometrics, revoke, unlock, link] as const
