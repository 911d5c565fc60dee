/**
 * HolderExtensions: what the simulated authority's certificates say of themselves. Attributes stand where a JPKI signature
 * certificate has them: as other names of the subject, on the arc 1.2.392.200149.8.5.5.
 */
import type { Attributes } from "@kinchaku/domain/identity/CertificateVerifier"
import "reflect-metadata"
import * as x509 from "@peculiar/x509"
import * as Der from "./Der.ts"

const usages = x509.KeyUsageFlags

/** Of an authority with at most so many authorities below it. */
export const ofAuthority = (pathLength: number): Array<x509.Extension> => [
  new x509.BasicConstraintsExtension(true, pathLength, true),
  new x509.KeyUsagesExtension(usages.keyCertSign | usages.cRLSign, true)
]

const ofPerson = (flags: number): Array<x509.Extension> => [
  new x509.BasicConstraintsExtension(false, undefined, true),
  new x509.KeyUsagesExtension(flags, true)
]

/** The digit of the era in which a day lies, before its Gregorian date: 明治 1, 大正 2, 昭和 3, 平成 4, 令和 5. */
const eraDigit = (date: string): number =>
  1 + ["1912-07-30", "1926-12-25", "1989-01-08", "2019-05-01"].filter((start) => date >= start).length

const otherName = (arc: number, text: string): Buffer =>
  Der.tagged(0, Der.oid(`1.2.392.200149.8.5.5.${arc}`), Der.tagged(0, Der.utf8(text)))

/** One digit for each character: none of them is written with a substitute. */
const noSubstitutes = (text: string): string => "0".repeat([...text].length)

/** In the order of the card. The sex is given as unknown. */
const namesOf = ({ address, birthDate, name }: Attributes): x509.Extension =>
  new x509.Extension(
    "2.5.29.17",
    false,
    Der.sequence(
      otherName(1, name),
      otherName(4, `${eraDigit(birthDate)}${birthDate.replaceAll("-", "")}`),
      otherName(3, "9"),
      otherName(5, address),
      otherName(2, noSubstitutes(name)),
      otherName(6, noSubstitutes(address))
    )
  )

/** Of a signature certificate. */
export const ofSignature = (attributes?: Attributes): Array<x509.Extension> => [
  ...ofPerson(usages.digitalSignature | usages.nonRepudiation),
  ...(attributes === undefined ? [] : [namesOf(attributes)])
]

/** Of a login certificate. */
export const ofLogin = (): Array<x509.Extension> => ofPerson(usages.digitalSignature)
