/**
 * Outside: everything around the core but banks and billers, simulated: certificates and their authority, messages, hashes, token codes, and
 * the collector of deposits.
 */
import { Layer } from "effect"
import * as SimulatedCollector from "./SimulatedCollector.ts"
import * as SimulatedIssuer from "./SimulatedIssuer.ts"
import * as SimulatedMail from "./SimulatedMail.ts"
import * as SimulatedSms from "./SimulatedSms.ts"
import * as SimulatedVerifier from "./SimulatedVerifier.ts"
import * as TestCodes from "./TestCodes.ts"
import * as TestHasher from "./TestHasher.ts"

/** An authority to which the attributes of every card have stayed the same. */
const issuer = SimulatedIssuer.layer({
  makePair: SimulatedIssuer.forSimulatedVerifier,
  resident: (holder) => ({
    attributes: { name: holder, birthDate: "1980-02-17", address: "東京都千代田区" },
    attributeChanges: 0
  })
})

/** All but the collector, with a verifier that finds what certificates say. */
export const withoutCollector = Layer.mergeAll(
  SimulatedVerifier.layer,
  issuer,
  SimulatedSms.layer(),
  SimulatedMail.layer(),
  TestHasher.layer,
  TestCodes.layer
)

/** All of it. */
export const layer = Layer.mergeAll(withoutCollector, SimulatedCollector.layer())

/** All of it, with a verifier to whom every certificate is genuine. */
export const credulous = Layer.mergeAll(layer, SimulatedVerifier.credulous)
