/**
 * The core embedded by a team without Effect: open, link, top up, pay, close. It runs in the tests (`test/Examples.test.ts`).
 *
 * The store is a real SQLite file; bank, biller and certificates are the testkit's simulators, in the place of yours.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeDigest from "@kinchaku/adapters/platform/NodeDigest"
import * as SqliteStore from "@kinchaku/adapters/sqlite/SqliteStore"
import type { BillerCode } from "@kinchaku/domain/bill/Biller"
import * as SlipBarcode from "@kinchaku/domain/bill/SlipBarcode"
import type { Actor } from "@kinchaku/domain/engine/Command"
import * as Kinchaku from "@kinchaku/domain/Kinchaku"
import { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import { testPolicy as policy } from "@kinchaku/testkit/scenario/TestPolicy"
import * as SimulatedBank from "@kinchaku/testkit/simulators/SimulatedBank"
import * as SimulatedBiller from "@kinchaku/testkit/simulators/SimulatedBiller"
import * as Outside from "@kinchaku/testkit/simulators/Outside"
import * as SimulatedVerifier from "@kinchaku/testkit/simulators/SimulatedVerifier"
import * as TestDirectory from "@kinchaku/testkit/simulators/TestDirectory"
import * as TestSecrets from "@kinchaku/testkit/simulators/TestSecrets"
import { Layer } from "effect"

const folder = mkdtempSync(join(tmpdir(), "kinchaku-example-"))

// #region open
const ports = Layer.mergeAll(
  SqliteStore.layer({ filename: join(folder, "kinchaku.db") }),
  NodeDigest.layer,
  TestSecrets.layer,
  SimulatedBank.layer(),
  TestDirectory.layer,
  SimulatedBiller.layer(),
  Outside.layer
)
const wallet = await Kinchaku.open(ports, { policy: policy() })
// #endregion

const actor = "host:example" as Actor
const as = (key: string) => ({ actor, key })

/** Asks again until a bank's answer has arrived. */
const settled = async <A extends { readonly _tag: string }>(ask: () => Promise<A>, waiting: string): Promise<A> => {
  for (;;) {
    const found = await ask()
    if (found._tag !== waiting) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Has a code sent to a contact and confirms it, as its owner would who reads it there. */
const proved = async (contact: { readonly phone: string } | { readonly email: string }) => {
  const key = `prove ${JSON.stringify(contact)}`
  const { id } = await wallet.oneTimePasswords.prove(contact, as(key))
  const { nonce } = await wallet.oneTimePasswords.get(id)
  const code = TestSecrets.make().code(nonce)
  return (await wallet.oneTimePasswords.confirm(id, code, as(`${key} confirmed`))).otp
}

try {
  const biller = await wallet.billers.contract(
    { code: "912345" as BillerCode, name: "水道局", confirmation: "none", active: true },
    as("contract 912345")
  )
  const account = await wallet.accounts.open(
    {
      presentation: SimulatedVerifier.certificate("hanako"),
      email: "hanako@example.jp",
      phone: "090-1234-5678",
      kanaName: "テスト タロウ",
      phoneOtp: await proved({ phone: "090-1234-5678" }),
      emailOtp: await proved({ email: "hanako@example.jp" })
    },
    as("open hanako")
  )
  const bankAccount = { bank: "9999", branch: "001", kind: "ordinary", number: "1234567" } as const
  const added = await wallet.bankLinks.add(account.id, bankAccount, as("link hanako"))
  const registration = await wallet.bankLinks.quote(account.id, added.id)
  await wallet.bankLinks.start(account.id, added.id, registration.fee, as("register hanako's link"))
  const link = await settled(() => wallet.bankLinks.get(account.id, added.id), "inProcedure")
  const { fee } = await wallet.topUps.quote(account.id, link.id, PositiveYen.make(10_000))
  const topUp = await wallet.topUps.fromBank(
    { account: account.id, link: link.id, amount: PositiveYen.make(10_000), quotedFee: fee },
    as("top up 1")
  )
  await settled(() => wallet.topUps.get(account.id, topUp.id), "processing")

  const amount = PositiveYen.make(1200)
  const barcode = SlipBarcode.write({ biller: biller.code, free: "0042", reissues: 0, stamp: false, amount })
  // #region pay
  const quote = await wallet.payments.quoteSlip(barcode)
  const payment = await wallet.payments.paySlip({ account: account.id, barcode, quote }, as("order-4711"))
  const again = await wallet.payments.paySlip({ account: account.id, barcode, quote }, as("order-4711"))
  const { cash, money } = await wallet.accounts.balances(account.id)
  // #endregion

  console.log(`${quote.payee}: ${payment.amount} yen and a fee of ${payment.fee}, ${payment._tag}`)
  console.log(`the same key again: ${again.id === payment.id ? "the same payment" : "another payment"}`)
  console.log(`left: ${cash} yen of cash, ${money} of money`)

  await wallet.payments.paySlip({ account: account.id, barcode, quote }, as("order-4712")).catch((refusal) => {
    console.log(`another key: ${refusal._tag}`)
  })
  if (cash !== Yen.make(10_000 - topUp.fee - payment.amount - payment.fee)) process.exitCode = 1
} finally {
  await wallet.close()
  rmSync(folder, { recursive: true })
}
