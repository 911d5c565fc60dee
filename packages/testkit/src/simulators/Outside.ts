/**
 * Outside: everything around the core but banks and billers, simulated: certificates, messages, hashes and token codes.
 */
import { Layer } from "effect"
import * as SimulatedMail from "./SimulatedMail.ts"
import * as SimulatedSms from "./SimulatedSms.ts"
import * as SimulatedVerifier from "./SimulatedVerifier.ts"
import * as TestCodes from "./TestCodes.ts"
import * as TestHasher from "./TestHasher.ts"

/** All of it, with a verifier that finds what certificates say. */
export const layer = Layer.mergeAll(
  SimulatedVerifier.layer,
  SimulatedSms.layer(),
  SimulatedMail.layer(),
  TestHasher.layer,
  TestCodes.layer
)

/** All of it, with a verifier to whom every certificate is genuine. */
export const credulous = Layer.mergeAll(layer, SimulatedVerifier.credulous)
