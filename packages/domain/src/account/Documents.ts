/**
 * Identity documents (本人確認書類): what an operator saw before resuming an account that has a bank link (ACC-23, ACC-34).
 *
 * A document is recorded by its kind, its dates and what it shows, never by its content; the picture of the holder together with it
 * is named by the operator's number of it.
 */
import { Result, Schema } from "effect"
import { addMonths, at as dayAt, type Instant, JapanDate } from "../calendar/JapanDate.ts"
import { AccountId } from "./Account.ts"
import { CaseReference } from "./OperatorCase.ts"

/** Whether a document of a kind has a photograph, and whether each one has an expiry. */
const kinds = {
  driversLicence: { photograph: true, expires: true },
  passport: { photograph: true, expires: true },
  basicResidentRegisterCard: { photograph: true, expires: true },
  specialPermanentResidentCertificate: { photograph: true, expires: true },
  alienRegistrationCertificate: { photograph: true, expires: true },
  disabilityHandbook: { photograph: true, expires: false },
  healthInsuranceCard: { photograph: false, expires: false },
  mutualAidCard: { photograph: false, expires: false },
  dayLabourersInsuranceBook: { photograph: false, expires: false },
  pensionBook: { photograph: false, expires: false },
  childRearingAllowanceCertificate: { photograph: false, expires: false },
  motherAndChildHandbook: { photograph: false, expires: false }
} as const

export type DocumentKind = keyof typeof kinds
export const documentKinds = Object.keys(kinds) as ReadonlyArray<DocumentKind>

/** Whether a kind of document has a photograph; one without needs a supplementary document too. */
export const hasPhotograph = (kind: DocumentKind): boolean => kinds[kind].photograph
/** Whether every document of a kind has an expiry. */
export const alwaysExpires = (kind: DocumentKind): boolean => kinds[kind].expires

/** What a document can show beside its dates. */
export const Shown = Schema.Literals(["photograph", "name", "address", "birthDate"])
export type Shown = typeof Shown.Type

/** A document that identifies its holder. */
export const IdentityDocument = Schema.Struct({
  kind: Schema.Literals(documentKinds),
  issuedOn: JapanDate,
  /** The last day of its validity, where it shows one. */
  expiresOn: Schema.optionalKey(JapanDate),
  shows: Schema.Array(Shown),
  /** Whether it bears the individual number (マイナンバー). */
  individualNumber: Schema.Boolean
})
export type IdentityDocument = typeof IdentityDocument.Type

/** A further document, which shows where its holder lives now. */
export const SupplementaryDocument = Schema.Struct({
  kind: Schema.Literals(["publicDocument", "taxReceipt", "utilityReceipt"]),
  issuedOn: JapanDate,
  presentAddress: Schema.Boolean,
  individualNumber: Schema.Boolean
})
export type SupplementaryDocument = typeof SupplementaryDocument.Type

/** What an operator recorded before resuming an account. */
export const Examination = Schema.Struct({
  /** When, and under which case, the holder was spoken to on the phone. */
  phoneContact: Schema.optionalKey(Schema.Struct({ at: JapanDate, reference: CaseReference })),
  /** The one picture that shows the holder together with the document. */
  picture: Schema.optionalKey(CaseReference),
  document: Schema.optionalKey(IdentityDocument),
  supplementary: Schema.optionalKey(SupplementaryDocument)
})
export type Examination = typeof Examination.Type

/** What an examination may lack. */
export const Missing = Schema.Literals([
  "phoneContact",
  "picture",
  "document",
  "documentExpiry",
  "documentValid",
  "documentRecent",
  "photograph",
  "name",
  "address",
  "birthDate",
  "supplementary",
  "supplementaryRecent",
  "presentAddress"
])
export type Missing = typeof Missing.Type

/** Refused: the account is resumed when all of this is there (ACC-23, ACC-24, ACC-34). */
export class DocumentsRequired extends Schema.TaggedError<DocumentsRequired>()("DocumentsRequired", {
  account: AccountId,
  missing: Schema.Array(Missing)
}) {}

/** Refused: the document bears the individual number; nothing of it may be taken in. Ask for another, or for one with the number covered (ACC-23, SEC-03). */
export class IndividualNumberShown extends Schema.TaggedError<IndividualNumberShown>()("IndividualNumberShown", {
  account: AccountId
}) {}

/** How old a document without an expiry may be. */
const monthsMax = 6

/** > issued ≤ today ≤ issued + 6 months */
const isRecent = (issuedOn: JapanDate, today: JapanDate): boolean =>
  issuedOn <= today && today <= addMonths(issuedOn, monthsMax)

const lacking = (missing: Missing, isThere: boolean): ReadonlyArray<Missing> => (isThere ? [] : [missing])

/** What of a document is missing on a day. */
const ofDocument = (
  { expiresOn, issuedOn, kind, shows }: IdentityDocument,
  today: JapanDate
): ReadonlyArray<Missing> => [
  ...lacking("documentExpiry", expiresOn !== undefined || !alwaysExpires(kind)),
  ...(expiresOn === undefined
    ? lacking("documentRecent", alwaysExpires(kind) || isRecent(issuedOn, today))
    : lacking("documentValid", issuedOn <= today && today <= expiresOn)),
  ...lacking("photograph", !hasPhotograph(kind) || shows.includes("photograph")),
  ...(["name", "address", "birthDate"] as const).flatMap((what) => lacking(what, shows.includes(what)))
]

/** What of a supplementary document is missing on a day. */
const ofSupplementary = (
  { issuedOn, presentAddress }: SupplementaryDocument,
  today: JapanDate
): ReadonlyArray<Missing> => [
  ...lacking("supplementaryRecent", isRecent(issuedOn, today)),
  ...lacking("presentAddress", presentAddress)
]

const ofDocuments = ({ document, picture, supplementary }: Examination, today: JapanDate): ReadonlyArray<Missing> => [
  ...lacking("picture", picture !== undefined),
  ...(document === undefined ? (["document"] as const) : ofDocument(document, today)),
  ...(supplementary === undefined
    ? lacking("supplementary", document === undefined || hasPhotograph(document.kind))
    : ofSupplementary(supplementary, today))
]

/**
 * Whether an operator may resume a stopped account: the holder was spoken to since it was stopped, and, where the account has a bank
 * link, the documents are complete.
 */
export const examined = (
  { account, hasLink, since }: { readonly account: AccountId; readonly hasLink: boolean; readonly since: Instant },
  examination: Examination,
  at: Instant
): Result.Result<void, DocumentsRequired | IndividualNumberShown> => {
  const { document, phoneContact, supplementary } = examination
  if (document?.individualNumber === true || supplementary?.individualNumber === true) {
    return Result.fail(new IndividualNumberShown({ account }))
  }
  const today = dayAt(at)
  const isContacted = phoneContact !== undefined && dayAt(since) <= phoneContact.at && phoneContact.at <= today
  const missing = [...lacking("phoneContact", isContacted), ...(hasLink ? ofDocuments(examination, today) : [])]
  return missing.length === 0 ? Result.void : Result.fail(new DocumentsRequired({ account, missing }))
}
