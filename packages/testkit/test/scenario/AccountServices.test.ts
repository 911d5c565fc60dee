/**
 * A legacy account's way through the services: taken in, migrated, given a password, suspended, stopped, changed and closed; then
 * everything again from the journal.
 */
import { AccountChanges } from "@kinchaku/domain/account/AccountChanges"
import { AccountOffice, type LegacyAccount } from "@kinchaku/domain/account/AccountOffice"
import { Accounts } from "@kinchaku/domain/account/Accounts"
import { Migrations } from "@kinchaku/domain/account/Migrations"
import { replay } from "@kinchaku/domain/audit/Replay"
import type { Instant, JapanDate } from "@kinchaku/domain/calendar/JapanDate"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { formerBooks } from "@kinchaku/domain/ledger/AccountCode"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { OneTimePasswords } from "@kinchaku/domain/otp/OneTimePasswords"
import { PasswordHasher } from "@kinchaku/domain/session/PasswordHasher"
import { Effect, Layer } from "effect"
import { expect, it } from "vitest"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import * as TestDigest from "../../src/memory/TestDigest.ts"
import { confirm } from "../../src/scenario/Proving.ts"
import { inWorld, noon } from "../../src/scenario/World.ts"
import * as SimulatedVerifier from "../../src/simulators/SimulatedVerifier.ts"
import * as TestHasher from "../../src/simulators/TestHasher.ts"

const email = "Hanako@example.jp"
const legacy: LegacyAccount = {
  email,
  phone: "090-1234-5678",
  kanaName: "ヤマダ ハナコ",
  former: {
    openedAt: (noon - 1000) as Instant,
    cash: 700 as Yen,
    money: 0 as Yen,
    cashChangedAt: (noon - 1000) as Instant
  },
  reference: "import-1"
}
const reference = "case-1"
const phoneContact = { at: "2026-05-20" as JapanDate, reference: "call-1" }
const someone = "host:web" as Actor

const story = inWorld({}, (world) =>
  Effect.gen(function* () {
    const [accounts, changes, office, migrations] = [
      yield* Accounts,
      yield* AccountChanges,
      yield* AccountOffice,
      yield* Migrations
    ]
    const codes = yield* OneTimePasswords
    const asked = () => world.intent(someone)
    const failing = <A, E>(effect: Effect.Effect<A, E, never>) => Effect.flip(effect)
    const password = "kanrinin2019"
    const hashed = Effect.flatMap(PasswordHasher, (hasher) => hasher.hash(password))
    const passwordHash = yield* Effect.provide(hashed, TestHasher.layer)

    const { id: account } = yield* office.importLegacy({ ...legacy, passwordHash }, world.intent())
    expect(yield* accounts.balances(account)).toMatchObject({ kind: "cash", cash: 700, money: 0 })
    expect((yield* world.ledger)[formerBooks]).toBe(700)
    expect(yield* failing(office.importLegacy(legacy, world.intent()))).toMatchObject({ migrationOffered: true })

    // Whoever does not know both learns nothing, and whoever does is sent a code.
    for (const wrong of [
      { email, password: "wrong" },
      { email: "nobody@example.jp", password }
    ]) {
      expect({ ...(yield* failing(migrations.ask(wrong, asked()))) }).toStrictEqual({ _tag: "LoginFailed" })
    }
    const { id: migration } = yield* migrations.ask({ email, password }, asked())
    yield* confirm(migration, asked())
    const presentation = SimulatedVerifier.certificate("花子", "verified", { occasion: "migration" })
    const request = { presentation, email, password, otp: migration }
    expect(yield* failing(migrations.migrate({ ...request, password: "wrong" }, asked()))).toMatchObject({
      _tag: "LoginFailed"
    })
    const again = SimulatedVerifier.certificate("花子", "verified", { occasion: "migration again" })
    const migrated = yield* migrations.migrate({ ...request, presentation: again }, asked())
    expect(migrated).toMatchObject({ _tag: "active", kind: "cash", origin: "certificate" })

    // A password is set with the address and the code, and the rule is asked.
    const { id: setting } = yield* codes.forPassword(email, asked())
    yield* confirm(setting, asked())
    const weak = changes.setPassword({ email, otp: setting, password: "password" }, asked())
    expect(yield* failing(weak)).toMatchObject({ _tag: "PasswordUnacceptable" })
    const set = yield* changes.setPassword({ email, otp: setting, password: "atarashii2026" }, asked())
    expect(set).toStrictEqual({ account, unlocked: false })

    // Suspended with the new password alone, and resumed with it.
    const codeFor = Effect.fnUntraced(function* (purpose: "suspend" | "resume" | "phoneChange") {
      const { id } = yield* codes.issue({ account, purpose }, asked())
      return yield* confirm(id, asked())
    })
    const form = { account, email, password: "atarashii2026", otp: yield* codeFor("suspend") }
    expect(yield* failing(changes.suspend({ ...form, password }, asked()))).toMatchObject({ _tag: "LoginFailed" })
    expect(yield* changes.suspend(form, asked())).toMatchObject({ _tag: "suspended" })
    expect(yield* failing(changes.close(account, asked()))).toMatchObject({ _tag: "AccountSuspended" })
    expect(yield* changes.resume({ ...form, otp: yield* codeFor("resume") }, asked())).toMatchObject({ _tag: "active" })

    // Stopped and resumed by an operator; what only an operator does is refused to others.
    const stop = { account, reason: "identityUnclear", reference } as const
    expect(yield* failing(office.stop(stop, asked()))).toMatchObject({ _tag: "Forbidden" })
    expect(yield* office.stop(stop, world.intent())).toMatchObject({ _tag: "stopped", reason: "identityUnclear" })
    expect(yield* failing(office.resume({ account, examination: {} }, world.intent()))).toMatchObject({
      missing: ["phoneContact"]
    })
    yield* office.resume({ account, examination: { phoneContact } }, world.intent())
    expect(yield* office.unlock({ account, reference }, world.intent())).toMatchObject({ _tag: "active" })

    yield* office.changePhone({ account, phone: "08099998888", reference }, world.intent())
    yield* office.changeKanaName({ account, kanaName: "スズキ ハナコ", reference }, world.intent())
    expect(yield* accounts.profile(account)).toStrictEqual({
      account,
      state: "active",
      kind: "cash",
      origin: "certificate",
      email: "hanako@example.jp",
      phone: "08099998888"
    })

    const { forfeited } = yield* changes.close(account, asked())
    expect(forfeited).toStrictEqual({ cash: 700, money: 0 })
    expect(yield* failing(changes.close(account, asked()))).toMatchObject({ _tag: "AccountClosed" })
    expect(yield* accounts.profile(account)).toMatchObject({ state: "closed" })
    expect((yield* world.ledger)["revenue:breakage:cash"]).toBe(700)

    const replayed = yield* replay(world.journal, { live: world.store }).pipe(
      Effect.provide(Layer.mergeAll(Layer.fresh(MemoryStore.layer), TestDigest.layer), { local: true })
    )
    expect(replayed).toBe(25)
  })
)

it("takes in, migrates, changes, stops and closes a legacy account, and replays it all", () => Effect.runPromise(story))
