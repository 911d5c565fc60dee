/**
 * What is kept of codes: everything that the books hold after some were issued, typed and used.
 */
import type { Command } from "@kinchaku/domain/engine/Command"
import type { Nonce } from "@kinchaku/domain/account/Secrets"
import { ConfirmOtp } from "@kinchaku/domain/otp/Confirming"
import { IssueContactOtp, IssueOtp, IssuePasswordOtp } from "@kinchaku/domain/otp/Issuing"
import type { Notice } from "@kinchaku/domain/notice/Notice"
import { otps } from "@kinchaku/domain/otp/Otp"
import * as TestSecrets from "../../src/simulators/TestSecrets.ts"
import { Result } from "effect"
import { but, type Coding } from "./OtpCommands.ts"
import { another, CodeDesk, codeOf } from "./OtpDesk.ts"
import { asking, patient, type Way } from "./OtpTrials.ts"
import { deciding } from "./PaymentsMistakes.ts"

const secrets = TestSecrets.make()

/** The books after a code was asked for, typed wrong some times, typed right and used; and the digits that were sent and typed. */
export const written = (commands: Coding, { tries, way }: { readonly way: Way; readonly tries: number }) => {
  const desk = new CodeDesk(commands, { policy: patient })
  const otp = asking(desk, way)
  for (let n = 0; n < tries; n++) desk.type(otp, "wrong")
  desk.type(otp, "right")
  desk.use(otp)
  const found = desk.otp(otp)
  const code = found === undefined ? "none" : codeOf(secrets, found)
  const { commands: recorded, notices, personal, records, requests } = desk.desk.books
  const kinds = [...records].map(([kind, all]) => [kind, [...all]])
  return {
    books: JSON.stringify([recorded, kinds, [...requests], [...notices], [...personal]]),
    secret: [code, another(code)]
  }
}

const codeIn = (content: unknown): string => secrets.code((content as { readonly nonce: Nonce }).nonce)

/** It writes the code into the record that it makes. */
const recording = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>
): Command<Content, Success, Refusal> =>
  deciding(command, (decided, _, { content }) =>
    Result.map(decided, (decision) => ({
      ...decision,
      puts: decision.puts.map((one) =>
        one.kind === otps.name ? { ...one, record: { ...one.record, operation: codeIn(content) } } : one
      )
    }))
  )

/** It writes the code into the request that has it sent. */
const requesting = <Content, Success, Refusal>(
  command: Command<Content, Success, Refusal>
): Command<Content, Success, Refusal> =>
  deciding(command, (decided, _, { content }) =>
    Result.map(decided, (decision) => ({
      ...decision,
      requests: decision.requests.map((one) => ({ ...one, subject: codeIn(content) }))
    }))
  )

/** The code is kept somewhere, so that it can be sent, or looked up. */
export const keepingTheCode = (where: "record" | "notice" | "request"): Coding => {
  switch (where) {
    case "record":
      return but({
        issue: recording(IssueOtp),
        prove: recording(IssueContactOtp),
        forPassword: recording(IssuePasswordOtp)
      })
    case "request":
      return but({
        issue: requesting(IssueOtp),
        prove: requesting(IssueContactOtp),
        forPassword: requesting(IssuePasswordOtp)
      })
    case "notice":
      return but({
        confirm: deciding(ConfirmOtp, (decided, facts, { at, content, id }) => {
          const otp = facts.find(otps, content.otp)
          if (otp === undefined) return decided
          const notice: Notice = {
            id: `${id}.1`,
            kind: "authenticationWarning",
            to: "operators",
            account: "",
            subject: secrets.code(otp.nonce),
            at
          }
          return Result.map(decided, (decision) => ({ ...decision, notices: [notice] }))
        })
      })
  }
}
