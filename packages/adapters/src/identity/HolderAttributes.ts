/**
 * HolderAttributes: what a certificate says of its holder. A signature certificate of the public individual authentication
 * (公的個人認証) has name, birth date and address as other names of its subject, on the arc 1.2.392.200149.8.5.5.
 */
import type { X509Certificate } from "node:crypto"
import type { Attributes, CertificateUse } from "@kinchaku/domain/identity/CertificateVerifier"
import * as asn1js from "asn1js"
import * as pkijs from "pkijs"
import * as Extensions from "./Extensions.ts"

const arc = "1.2.392.200149.8.5.5."
const otherName = 0

/** The number on the arc and the text of a name, where it is one of the arc. */
const textOf = ({ type, value }: pkijs.GeneralName): ReadonlyArray<readonly [string, string]> => {
  const content: unknown = value
  if (type !== otherName || !(content instanceof asn1js.Constructed)) return []
  const [id, wrapped] = content.valueBlock.value
  if (!(id instanceof asn1js.ObjectIdentifier) || !(wrapped instanceof asn1js.Constructed)) return []
  const [text] = wrapped.valueBlock.value
  const dotted = id.valueBlock.toString()
  const number = dotted.startsWith(arc) ? dotted.slice(arc.length) : ""
  return /^[1-6]$/.test(number) && text instanceof asn1js.Utf8String ? [[number, text.valueBlock.value]] : []
}

const otherNames = (certificate: X509Certificate): ReadonlyMap<string, string> => {
  const names = Extensions.find(Extensions.all(certificate), Extensions.ids.subjectAltName, pkijs.AltName)
  return new Map(names?.altNames.flatMap(textOf))
}

const writtenDate = /^[0-9](\d{4})(\d{2})(\d{2})$/

/** "YYYY-MM-DD" of an era's digit and a Gregorian date; the digit says nothing that the date does not. */
const dateOf = (text: string): string | undefined => {
  const [, year, month, day] = writtenDate.exec(text) ?? []
  const date = `${year}-${month}-${day}`
  const time = Date.parse(`${date}T00:00:00Z`)
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(date) ? date : undefined
}

/** Which characters are substitutes, one digit for each. */
const substitutes = /^[01]+$/
const isText = (text: string): boolean => text.trim() !== "" && !/\p{Cc}/u.test(text)

const attributesOf = (names: ReadonlyMap<string, string>): Attributes | undefined => {
  const name = names.get("1")
  const birthDate = dateOf(names.get("4") ?? "")
  // Descriptions of the certificate differ in which of the two is the address; its value tells it.
  const address = [names.get("5"), names.get("6")].find((text) => text !== undefined && !substitutes.test(text))
  if (name === undefined || birthDate === undefined || address === undefined) return undefined
  return isText(name) && isText(address) ? { name, birthDate, address } : undefined
}

/** What a certificate is for, and whose it is. */
export interface Holder {
  readonly use: CertificateUse
  readonly attributes?: Attributes
}

/**
 * Reads a holder's certificate: one for signing has attributes or may be used for non-repudiation, every other one is for
 * login. Attributes that are not complete are left out. Throws where the certificate cannot be read.
 */
export const read = (certificate: X509Certificate): Holder => {
  const names = otherNames(certificate)
  const isForSigning = names.size > 0 || Extensions.hasUsage(certificate, "nonRepudiation")
  const attributes = attributesOf(names)
  return { use: isForSigning ? "signature" : "login", ...(attributes === undefined ? {} : { attributes }) }
}
