/**
 * What a holder has in hand: an individual number card, a phone that reads it and keeps certificates, and messages that arrive.
 *
 * The card is simulated and is spoken to in its own commands; the certificates are real ones, of the test authority.
 */
import { join } from "node:path"
import * as ApduCardReader from "@kinchaku/adapters/identity/ApduCardReader"
import * as NodeDigest from "@kinchaku/adapters/platform/NodeDigest"
import * as CardIssuing from "@kinchaku/domain/identity/CardIssuing"
import type { CardFailure, CardUnsupported } from "@kinchaku/domain/identity/CardReader"
import type { Issued, IssuedCertificate, IssuerRefused } from "@kinchaku/domain/identity/CertificateIssuer"
import type { CredentialLocked } from "@kinchaku/domain/identity/CertificatePair"
import type { PinFormatInvalid, PinMismatch } from "@kinchaku/domain/identity/CredentialSecret"
import type { IssuerUnreachable } from "@kinchaku/domain/identity/IssuanceRegister"
import type * as CertificateAuthority from "@kinchaku/testkit/simulators/CertificateAuthority"
import * as SimulatedCard from "@kinchaku/testkit/simulators/SimulatedCard"
import * as SimulatedIssuer from "@kinchaku/testkit/simulators/SimulatedIssuer"
import { Effect, Layer, ManagedRuntime, Result } from "effect"
import { append, issuanceFile } from "../src/IssuanceFile.ts"
import * as ShiftedClock from "../src/ShiftedClock.ts"
import type { Client } from "./Client.ts"
import { ensure } from "./Story.ts"

/** What can go wrong between a card and its certificates. */
export type IssuingFailure =
  | CardFailure
  | CardUnsupported
  | CredentialLocked
  | PinFormatInvalid
  | PinMismatch
  | IssuerRefused
  | IssuerUnreachable

/** The PINs of the cards, and what their holders choose for the certificates. */
export const cardPins = { signature: "ABC123", login: "1234" }
export const chosen = { signature: "Sakura2001", login: "2468" }

/** The attributes on a card. */
export interface Resident {
  readonly name: string
  readonly romanName: string
  readonly birthDate: string
  readonly address: string
}

const runtimeOf = (authority: CertificateAuthority.CertificateAuthority, clockShift: number, resident: Resident) =>
  ManagedRuntime.make(
    Layer.merge(
      NodeDigest.layer,
      SimulatedIssuer.layer({
        makePair: SimulatedIssuer.overAuthority(authority),
        resident: () => ({ attributes: resident, attributeChanges: 0 })
      })
    ).pipe(Layer.provideMerge(ShiftedClock.layer(clockShift)))
  )

export interface PhoneOptions {
  readonly authority: CertificateAuthority.CertificateAuthority
  readonly clockShift: number
  /** The data directory, where the authority's register is. */
  readonly data: string
  readonly resident: Resident
}

/** A phone to which a card is held. */
export interface Phone {
  readonly issue: (how: {
    readonly pin: string
    readonly reusesReading: boolean
  }) => Promise<Result.Result<Issued, IssuingFailure>>
}

/** A phone and a card of a resident. */
export const make = async ({ authority, clockShift, data, resident }: PhoneOptions): Promise<Phone> => {
  const card = await Effect.runPromise(SimulatedCard.make({ holder: resident.name, pins: cardPins }))
  const runtime = runtimeOf(authority, clockShift, resident)
  const { issues, sent } = await runtime.runPromise(SimulatedIssuer.SimulatedIssuer)
  const issue: Phone["issue"] = async ({ pin, reusesReading }) => {
    const ceremony = CardIssuing.issue({
      cardPins: { ...cardPins, signature: pin },
      secrets: chosen,
      consent: true,
      reusesReading,
      romanName: resident.romanName,
      // The authority's own code comes from the authority, and passes the wallet by.
      code: ({ id }) => Effect.sync(() => sent.get(id) ?? "")
    })
    const held = Effect.provide(ceremony, ApduCardReader.layer(card.transmit))
    const issued = await runtime.runPromise(Effect.result(held))
    const last = issues.at(-1)
    if (Result.isSuccess(issued) && last !== undefined) append(join(data, issuanceFile), last)
    return issued
  }
  return { issue }
}

/** A certificate with a fresh challenge of the wallet, signed. */
export const present = async ({ post }: Client, certificate: Pick<IssuedCertificate, "present">, occasion: string) => {
  const { body } = await post("/certificate-challenges", `challenge ${occasion}`, {})
  return Effect.runPromise(certificate.present(String(body["challenge"])))
}

const wait = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))

interface Message {
  readonly key: string
  readonly text: string
}

/** Waits for the message with a code, and reads it: its text, and the six digits in it. */
export const receive = async (
  { get }: Client,
  otp: string
): Promise<{ readonly text: string; readonly code: string }> => {
  for (let tries = 0; tries < 200; tries++) {
    const { body } = await get("/development/messages")
    const arrived = [body["sms"], body["mails"]].flat() as ReadonlyArray<Message>
    const message = arrived.find(({ key }) => key === `req_${otp.slice("otp_".length)}`)
    const [code] = /\d{6}/.exec(message?.text.normalize("NFKC") ?? "") ?? []
    if (message !== undefined && code !== undefined) return { text: message.text.replace(/\s+/g, " "), code }
    await wait(50)
  }
  throw new Error(`no message with the code of ${otp} arrived`)
}

/** Reads a code and types it in. */
export const typeIn = async (development: Client, holder: Client, otp: string): Promise<string> => {
  const { code, text } = await receive(development, otp)
  const { status, text: answer } = await holder.post(`/codes/${otp}/confirmation`, `${otp} typed`, { code })
  ensure(status === 200, answer)
  return text
}
