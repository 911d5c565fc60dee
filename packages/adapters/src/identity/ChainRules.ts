/**
 * ChainRules: what the certificates of a chain must say of themselves for the chain to count (RFC 5280, 6.1): path lengths,
 * name constraints, what keys may be used for, and nothing critical that is not understood.
 *
 * Policies are not looked at. A chain whose authority limits them critically is not accepted.
 */
import type { X509Certificate } from "node:crypto"
import * as asn1js from "asn1js"
import * as pkijs from "pkijs"
import type { Chain } from "./CertificateChain.ts"
import * as Extensions from "./Extensions.ts"
import * as Signature from "./Signature.ts"

const understood = new Set<string>(Object.values(Extensions.ids))

/** Whether all that is critical is understood, and nothing is said twice. */
const isUnderstood = (certificate: X509Certificate): boolean => {
  const extensions = Extensions.all(certificate)
  const isOnce = new Set(extensions.map(({ extnID }) => extnID)).size === extensions.length
  return isOnce && extensions.every(({ critical, extnID }) => !critical || understood.has(extnID))
}

/** Client authentication, and any use. */
const personal = new Set(["1.3.6.1.5.5.7.3.2", "2.5.29.37.0"])

/** Whether a certificate is not limited to other things than persons, such as servers. */
const isForPersons = (certificate: X509Certificate): boolean =>
  Extensions.purposes(certificate)?.some((purpose) => personal.has(purpose)) ?? true

const isSelfIssued = ({ issuer, subject }: X509Certificate): boolean => issuer === subject

const constraintsOf = (certificate: X509Certificate): pkijs.BasicConstraints | undefined =>
  Extensions.find(Extensions.all(certificate), Extensions.ids.basicConstraints, pkijs.BasicConstraints)

/** > intermediates below an authority, those of its own name aside ≤ its path length */
const keepsPathLength = (chain: Chain, index: number): boolean => {
  const [authority] = chain.slice(index)
  if (authority === undefined) return false
  const allowed = constraintsOf(authority)?.pathLenConstraint
  if (allowed === undefined) return true
  const below = chain.slice(1, index).filter((one) => !isSelfIssued(one)).length
  // A length too large for a number is an object; no chain is that long.
  return allowed instanceof asn1js.Integer || below <= allowed
}

const directory = 4
const emailAddress = "1.2.840.113549.1.9.1"
const mail = 1

const isWithin = (name: pkijs.RelativeDistinguishedNames, base: pkijs.RelativeDistinguishedNames): boolean =>
  base.typesAndValues.every((wanted, index) => {
    const given = name.typesAndValues[index]
    return given !== undefined && given.isEqual(wanted)
  })

interface Names {
  readonly directories: ReadonlyArray<pkijs.RelativeDistinguishedNames>
  /** The forms of all other names. */
  readonly others: ReadonlySet<number>
}

const isDirectory = (value: unknown): value is pkijs.RelativeDistinguishedNames =>
  value instanceof pkijs.RelativeDistinguishedNames

/** Every name of a certificate. */
const namesOf = (certificate: X509Certificate): Names => {
  const { subject } = Extensions.parsed(certificate)
  const names = Extensions.find(Extensions.all(certificate), Extensions.ids.subjectAltName, pkijs.AltName)
  const alternatives = names?.altNames ?? []
  const mails = subject.typesAndValues.some(({ type }) => type === emailAddress) ? [mail] : []
  const others = alternatives.map(({ type }) => type).filter((type) => type !== directory)
  return {
    directories: [subject, ...alternatives.map(({ value }): unknown => value).filter(isDirectory)],
    others: new Set([...others, ...mails])
  }
}

/**
 * Whether a certificate's names are those that an authority may vouch for. Directory names are compared; a name of any other
 * form that the authority limits at all is not accepted, because nobody is identified by one.
 */
const isNamedWithin = (certificate: X509Certificate, constraints: pkijs.NameConstraints): boolean => {
  const { directories, others } = namesOf(certificate)
  const basesOf = (subtrees: ReadonlyArray<pkijs.GeneralSubtree> = []) =>
    subtrees.map(({ base }): unknown => base.value).filter(isDirectory)
  const permitted = basesOf(constraints.permittedSubtrees)
  const excluded = basesOf(constraints.excludedSubtrees)
  const limited = [...(constraints.permittedSubtrees ?? []), ...(constraints.excludedSubtrees ?? [])]
  return (
    limited.every(({ base }) => !others.has(base.type)) &&
    directories.every((name) => permitted.length === 0 || permitted.some((base) => isWithin(name, base))) &&
    directories.every((name) => !excluded.some((base) => isWithin(name, base)))
  )
}

/** Whether everyone below an authority is named as its name constraints say; intermediates of its own name are exempt. */
const keepsNames = (chain: Chain, index: number): boolean => {
  const [authority] = chain.slice(index)
  if (authority === undefined) return false
  const constraints = Extensions.find(Extensions.all(authority), Extensions.ids.nameConstraints, pkijs.NameConstraints)
  if (constraints === undefined) return true
  return chain
    .slice(0, index)
    .every((one, place) => (place > 0 && isSelfIssued(one)) || isNamedWithin(one, constraints))
}

/** Whether a certificate says in any way that it is an authority's. */
const isAuthority = (certificate: X509Certificate): boolean =>
  constraintsOf(certificate)?.cA === true || Extensions.hasUsage(certificate, "keyCertSign")

/** Whether a certificate can be a person's: no authority's, of a strong key that makes digital signatures. */
export const isHolder = (certificate: X509Certificate): boolean => {
  try {
    const isForSignatures = Extensions.hasUsage(certificate, "digitalSignature")
    return isForSignatures && !isAuthority(certificate) && Signature.isStrong(certificate.publicKey)
  } catch {
    return false
  }
}

/** Whether a chain, whose signatures are genuine, keeps every rule of its certificates. One that cannot be read does not. */
export const areKept = (chain: Chain): boolean => {
  try {
    const [, ...authorities] = chain
    return (
      chain.every(isUnderstood) &&
      chain.every(isForPersons) &&
      authorities.every((_, index) => keepsPathLength(chain, index + 1) && keepsNames(chain, index + 1))
    )
  } catch {
    return false
  }
}
