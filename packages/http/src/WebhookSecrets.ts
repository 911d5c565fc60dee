/**
 * The secrets with which a bank and a provider of payment numbers sign their reports, from the environment: the newest first, a former one beside it while keys are
 * rotated (SEC-12).
 */
import * as Webhook from "@kinchaku/adapters/webhook/Webhook"
import type { Secret } from "@kinchaku/domain/webhook/Webhook"
import { Result } from "effect"
import { type Environment, fault, type Read } from "./Environment.ts"

const secretsMax = 4

const secretsOf = (env: Environment, name: string): Read<ReadonlyArray<Secret>> => {
  const given = env[name]
  if (given === undefined) return Result.succeed([])
  const written = given.split(",").map((text) => text.trim())
  const secrets = written.flatMap((text) => Webhook.readSecret(text) ?? [])
  if (secrets.length === written.length && secrets.length <= secretsMax) return Result.succeed(secrets)
  return fault(
    name,
    `whsec_ に続けて24～64バイトのbase64を、新しい順にコンマ区切りで${secretsMax}個まで指定してください。`,
    `expected up to ${secretsMax} secrets with commas between them, the newest first: whsec_ and 24 to 64 bytes in base64`
  )
}

/** A bank's secrets; none where none are given, and then no reports of banks are taken. */
export const bankSecretsOf = (env: Environment): Read<ReadonlyArray<Secret>> =>
  secretsOf(env, "KINCHAKU_BANK_WEBHOOK_SECRETS")

/** The secrets of the provider of payment numbers, likewise. */
export const depositSecretsOf = (env: Environment): Read<ReadonlyArray<Secret>> =>
  secretsOf(env, "KINCHAKU_DEPOSIT_SECRET")
