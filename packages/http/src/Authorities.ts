/**
 * Authorities: whose certificates are trusted, and how it is learnt which of them were revoked (CRT-09).
 *
 * Of an authority that the operator names, a certificate is accepted only where it was learnt that it is not revoked: from the
 * operator's responder or the certificate's own, or from the list that the certificate points to.
 */
import { X509Certificate } from "node:crypto"
import type * as Revocation from "@kinchaku/adapters/identity/Revocation"
import { Result } from "effect"
import { type Environment, fault, type Read, readText } from "./Environment.ts"

export interface Authorities {
  /** The certificates of the trusted authorities, PEM. */
  readonly trusted: ReadonlyArray<string>
  /** The operator's own responder (OCSP), where there is one. */
  readonly responder: string | undefined
}

const isAuthority = (pem: string): boolean => {
  try {
    return new X509Certificate(pem).ca
  } catch {
    return false
  }
}

const trustedOf = (env: Environment): Read<ReadonlyArray<string>> => {
  const name = "KINCHAKU_CA_FILE"
  const path = env[name]
  if (path === undefined) return Result.succeed([])
  return Result.flatMap(readText(name, path), (pem) =>
    isAuthority(pem)
      ? Result.succeed([pem])
      : fault(name, "認証局の証明書をPEM形式で指定してください。", "expected certificates of authorities in PEM")
  )
}

const responderOf = (env: Environment): Read<string | undefined> => {
  const name = "KINCHAKU_OCSP_URL"
  const given = env[name]
  return given === undefined || (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol))
    ? Result.succeed(given)
    : fault(name, "http または https のURLを指定してください。", "expected an http or https address")
}

/** The authorities that the environment names. */
export const read = (env: Environment): Read<Authorities> =>
  Result.all({ trusted: trustedOf(env), responder: responderOf(env) })

/** How revocation is learnt: as before where the operator names no authority, and otherwise always, or nobody is let in. */
export const revocation = (
  { responder, trusted }: Authorities,
  before: Revocation.Options | undefined
): Revocation.Options | undefined =>
  trusted.length === 0
    ? before
    : {
        ...before,
        required: true,
        crl: { ...before?.crl, fetched: true },
        ocsp: responder === undefined ? {} : { address: responder }
      }
