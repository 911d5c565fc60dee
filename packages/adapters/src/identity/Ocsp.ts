/**
 * Ocsp: questions to an online responder about one certificate, and what its answers are worth (RFC 6960, 8954).
 */
import { X509Certificate } from "node:crypto"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import * as asn1js from "asn1js"
import * as pkijs from "pkijs"
import { isValidAt, isVouchedBy } from "./CertificateChain.ts"
import * as Extensions from "./Extensions.ts"
import { type Status, toleranceMillis } from "./RevocationList.ts"
import * as Signature from "./Signature.ts"

const nonceId = "1.3.6.1.5.5.7.48.1.2"
const responderAccess = "1.3.6.1.5.5.7.48.1"
const basicType = "1.3.6.1.5.5.7.48.1.1"
const signing = "1.3.6.1.5.5.7.3.9"

/** The largest number of certificates in an answer that are tried as its responder's. */
const respondersMax = 4
/** How old an answer may be that does not say when the next one comes. */
const ageMaxMillis = 5 * 60_000

/** A question, and what is needed to recognise its answer. */
export interface Question {
  readonly request: Uint8Array
  readonly id: pkijs.CertID
  readonly nonce: Uint8Array
}

/** An answer that is believed, and the last instant at which it may be repeated. */
export interface Answer {
  readonly status: Status
  readonly until: number
}

/** The responders that a certificate names. */
export const addressesOf = (certificate: X509Certificate): ReadonlyArray<string> => {
  const access = Extensions.find(Extensions.all(certificate), Extensions.ids.authorityAccess, pkijs.InfoAccess)
  const descriptions = access?.accessDescriptions ?? []
  return Extensions.addresses(
    descriptions
      .filter(({ accessMethod }) => accessMethod === responderAccess)
      .map(({ accessLocation }) => accessLocation)
  )
}

/**
 * A question about a certificate of an issuer. The certificate is named with SHA-1, which every responder knows; that hash
 * is a name here and proves nothing.
 */
export const ask = async (
  certificate: X509Certificate,
  issuer: X509Certificate,
  nonce: Uint8Array
): Promise<Question> => {
  const id = await pkijs.CertID.create(Extensions.parsed(certificate), {
    hashAlgorithm: "SHA-1",
    issuerCertificate: Extensions.parsed(issuer)
  })
  const extension = new pkijs.Extension({
    extnID: nonceId,
    extnValue: new asn1js.OctetString({ valueHex: Uint8Array.from(nonce).buffer }).toBER()
  })
  const tbsRequest = new pkijs.TBSRequest({
    requestList: [new pkijs.Request({ reqCert: id })],
    requestExtensions: [extension]
  })
  const request = new pkijs.OCSPRequest({ tbsRequest }).toSchema(true).toBER()
  return { request: new Uint8Array(request), id, nonce: extension.extnValue.valueBlock.valueHexView }
}

const readAnswer = (bytes: Uint8Array): pkijs.BasicOCSPResponse | undefined => {
  const { responseBytes, responseStatus } = pkijs.OCSPResponse.fromBER(Uint8Array.from(bytes))
  if (responseStatus.valueBlock.valueDec !== 0 || responseBytes?.responseType !== basicType) return undefined
  return pkijs.BasicOCSPResponse.fromBER(Uint8Array.from(responseBytes.response.valueBlock.valueHexView))
}

/** Whether a certificate of an answer is a responder to which the issuer itself has given that power. */
const isDelegate = (responder: X509Certificate, issuer: X509Certificate, at: Instant): boolean =>
  (responder.keyUsage ?? []).includes(signing) && isVouchedBy(issuer, responder) && isValidAt(responder, at)

const respondersIn = (
  { certs = [] }: pkijs.BasicOCSPResponse,
  issuer: X509Certificate,
  at: Instant
): ReadonlyArray<X509Certificate> => {
  const given = certs.slice(0, respondersMax).map((one) => new X509Certificate(Buffer.from(one.toSchema().toBER())))
  return [issuer, ...given.filter((one) => isDelegate(one, issuer, at))]
}

const isSigned = (answer: pkijs.BasicOCSPResponse, issuer: X509Certificate, at: Instant): boolean => {
  const { signature, signatureAlgorithm, tbsResponseData } = answer
  return respondersIn(answer, issuer, at).some(({ publicKey }) =>
    Signature.isMade(
      publicKey,
      signatureAlgorithm.algorithmId,
      tbsResponseData.tbsView,
      signature.valueBlock.valueHexView
    )
  )
}

/** Whether an answer repeats the question's nonce; none at all may do where the operator says so. */
const isToQuestion = ({ tbsResponseData }: pkijs.BasicOCSPResponse, nonce: Uint8Array, mayLack: boolean): boolean => {
  const given = tbsResponseData.responseExtensions?.find(({ extnID }) => extnID === nonceId)
  return given === undefined ? mayLack : Buffer.compare(given.extnValue.valueBlock.valueHexView, nonce) === 0
}

const statuses: ReadonlyArray<Status> = ["good", "revoked", "unknown"]

const statusOf = ({ certStatus }: pkijs.SingleResponse): Status => {
  const value: unknown = certStatus
  return (value instanceof asn1js.BaseBlock ? statuses[value.idBlock.tagNumber] : undefined) ?? "unknown"
}

const lastInstant = ({ nextUpdate, thisUpdate }: pkijs.SingleResponse): number =>
  nextUpdate?.getTime() ?? thisUpdate.getTime() + ageMaxMillis

/** What an answer says to a question about a certificate of an issuer, at a time; "unknown" where it is not believed. */
export const judge = (
  bytes: Uint8Array,
  { id, nonce }: Question,
  issuer: X509Certificate,
  at: Instant,
  mayLackNonce: boolean
): Answer => {
  const unknown: Answer = { status: "unknown", until: at }
  try {
    const answer = readAnswer(bytes)
    if (answer === undefined || !isToQuestion(answer, nonce, mayLackNonce) || !isSigned(answer, issuer, at)) {
      return unknown
    }
    const single = answer.tbsResponseData.responses.find(({ certID }) => certID.isEqual(id))
    if (single === undefined) return unknown
    const until = lastInstant(single)
    const isCurrent = single.thisUpdate.getTime() <= at + toleranceMillis && at <= until + toleranceMillis
    return isCurrent ? { status: statusOf(single), until } : unknown
  } catch {
    return unknown
  }
}
