/**
 * Signature: which keys and algorithms are strong enough to be believed, and whether a signature is of a key.
 */
import { type KeyObject, verify as verifySignature } from "node:crypto"

const rsaBitsMin = 2048
const curves = new Set(["prime256v1", "secp384r1", "secp521r1"])

/** RSA PKCS#1 v1.5 and ECDSA, with SHA-256, SHA-384 or SHA-512. */
const algorithms: Readonly<Record<string, { readonly key: string; readonly hash: string }>> = {
  "1.2.840.113549.1.1.11": { key: "rsa", hash: "sha256" },
  "1.2.840.113549.1.1.12": { key: "rsa", hash: "sha384" },
  "1.2.840.113549.1.1.13": { key: "rsa", hash: "sha512" },
  "1.2.840.10045.4.3.2": { key: "ec", hash: "sha256" },
  "1.2.840.10045.4.3.3": { key: "ec", hash: "sha384" },
  "1.2.840.10045.4.3.4": { key: "ec", hash: "sha512" }
}

/** Whether a key is RSA of at least 2048 bits, or on one of the NIST curves from P-256 on. */
export const isStrong = ({ asymmetricKeyDetails, asymmetricKeyType }: KeyObject): boolean =>
  asymmetricKeyType === "ec"
    ? curves.has(asymmetricKeyDetails?.namedCurve ?? "")
    : asymmetricKeyType === "rsa" && (asymmetricKeyDetails?.modulusLength ?? 0) >= rsaBitsMin

/** Whether an algorithm, named by its object identifier, is one that is believed. */
export const isSound = (algorithm: string | undefined): boolean =>
  algorithm !== undefined && Object.hasOwn(algorithms, algorithm)

/** Whether a strong key made a signature over data with a sound algorithm. A key that Node cannot use made none. */
export const isMade = (key: KeyObject, algorithm: string, data: Uint8Array, signature: Uint8Array): boolean => {
  const wanted = isSound(algorithm) ? algorithms[algorithm] : undefined
  if (wanted === undefined || wanted.key !== key.asymmetricKeyType || !isStrong(key)) return false
  try {
    return verifySignature(wanted.hash, data, key, signature)
  } catch {
    return false
  }
}

/** Whether a key signed a text, base64: RSA PKCS#1 v1.5 or ECDSA (DER or IEEE P1363), SHA-256. */
export const isOfText = (key: KeyObject, text: string, signature: string): boolean => {
  const data = Buffer.from(text, "utf8")
  const bytes = Buffer.from(signature, "base64")
  try {
    if (key.asymmetricKeyType === "rsa") return verifySignature("sha256", data, key, bytes)
    return (
      verifySignature("sha256", data, { key, dsaEncoding: "der" }, bytes) ||
      verifySignature("sha256", data, { key, dsaEncoding: "ieee-p1363" }, bytes)
    )
  } catch {
    return false
  }
}
