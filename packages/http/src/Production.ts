/**
 * Production: what a server has to have that moves real money and writes to real people (SEC-13).
 */
import * as Banks from "./Banks.ts"
import * as Directory from "./Directory.ts"
import type { Environment, Fault } from "./Environment.ts"
import * as Senders from "./Senders.ts"

/** There is no gateway to a real biller or collector yet, only simulators. */
const missingGateways: ReadonlyArray<Fault> = [
  {
    name: "BillerGateway",
    ja: "実在の請求書発行企業へのアダプターがなく、シミュレーターしかありません。packages/adapters に実装し、Main.ts で組み込んでください。",
    en: "there is no adapter to real billers, only a simulator: implement the port in packages/adapters and compose it in Main.ts"
  },
  {
    name: "DepositGateway",
    ja: "実在の収納代行会社へのアダプターがなく、シミュレーターしかありません。同様に実装して組み込んでください。",
    en: "there is no adapter to a real collector of deposits, only a simulator: implement and compose it likewise"
  },
  {
    name: "IssuanceRegister",
    ja: "電子証明書の発行元へのアダプターがなく、シミュレーターしかありません。同様に実装して組み込んでください。",
    en: "there is no adapter to the certificates' issuer, only a simulator: implement and compose it likewise"
  }
]

const missingAuthorities: Fault = {
  name: "KINCHAKU_CA_FILE",
  ja: "信頼する認証局の証明書（PEM）がありません。試験用の認証局は本番では使えません。",
  en: "no trusted authorities are given (PEM); the test authority is not for production"
}

/** Everything that a server in production lacks, so that it is not started. */
export const lacking = (env: Environment): ReadonlyArray<Fault> => [
  ...missingGateways,
  ...((env["KINCHAKU_CA_FILE"] ?? "") === "" ? [missingAuthorities] : []),
  ...Banks.lackingForReal(env),
  ...Directory.lackingForReal(),
  ...Senders.lackingForReal(env)
]
