/**
 * commit-cut: the connection is cut at each byte of the exchange of one commit, either way.
 *
 * The caller hears the answer or a typed failure; asked again under the same key it is done, once.
 */
import { isDeepStrictEqual } from "node:util"
import { Effect, Layer } from "effect"
import * as Proxy from "../../test/postgres/Proxy.ts"
import type { Server } from "../../test/postgres/Server.ts"
import { asked } from "../examination/Judgement.ts"
import { by, type Fault, type Outcome, type Setting, tryAll } from "../Fault.ts"
import { core } from "../load/Core.ts"
import type * as Load from "../load/Load.ts"
import { ownServer, preparedOn, wrongWith } from "./Databases.ts"

/** A place in the exchange: so many bytes went that way before the connection was cut. */
interface Place {
  readonly direction: Proxy.Direction
  readonly bytes: number
}

/** Databases that are cut off at once, each with a part of the places: a lost connection is mostly a pause. */
const rigs = 4

/** Every so many bytes of an exchange, and every one of the last 64, where a commit is done and not yet heard of. */
const placesOf = (sizes: Proxy.Counts, every: number, last: number): ReadonlyArray<Place> =>
  (["toServer", "toClient"] as const).flatMap((direction) =>
    Array.from({ length: sizes[direction] }, (_, bytes) => ({ direction, bytes })).filter(
      ({ bytes }) => bytes % every === 0 || bytes >= sizes[direction] - last
    )
  )

/** A payment, whose exchange is of one size. */
const payment = (turn: number): number => 120_004 + 12 * turn

/** The bytes of the exchange of a payment, both ways, on the connection that carries most. */
const measure = Effect.fnUntraced(function* (proxy: Proxy.Proxy, pay: (turn: number) => Effect.Effect<Load.Told>) {
  for (let turn = 0; turn < 4; turn++) yield* pay(turn)
  yield* proxy.mark
  yield* pay(4)
  const counts = yield* proxy.counts
  return counts.reduce((most, one) => (one.toServer > most.toServer ? one : most))
})

const onRig = Effect.fnUntraced(function* (server: Pick<Server, "url">, rig: number, setting: Setting) {
  const { ground, url } = yield* preparedOn(server, 8)
  const proxy = yield* Proxy.make(url)
  const context = yield* Layer.build(core(proxy.url))
  const pay = (turn: number) => Effect.provide(asked(ground, payment(turn)), context)
  const sizes = yield* measure(proxy, pay)
  const every = by(setting, { slice: 600, quick: 7, long: 1 })
  const places = placesOf(sizes, every, by(setting, { slice: 4, quick: 64, long: 64 })).filter(
    (_, n) => n % rigs === rig
  )
  const answers = new Map<number, Load.Told>()
  const found: Array<string> = []
  let heard = 0
  const cutAt = Effect.fnUntraced(function* ({ bytes, direction }: Place, n: number) {
    const turn = 5 + n
    const at = `cut after ${bytes} bytes ${direction}`
    const before = yield* proxy.cuts
    yield* proxy.mark
    yield* proxy.cutAfter(direction, bytes)
    const first = yield* pay(turn)
    const isCut = (yield* proxy.cuts) > before
    yield* proxy.mark
    const second = yield* pay(turn)
    if (second.what === "failed") found.push(`${at}: it cannot be asked for any more: ${second.text}`)
    if (first.what !== "failed") {
      heard += 1
      if (!isDeepStrictEqual(first, second)) found.push(`${at}: it is answered in two ways`)
    }
    answers.set(second.n, second)
    return isCut
  })
  const cuts = yield* tryAll(places, setting, cutAt, 1)
  const wrong = yield* wrongWith(url, ground, answers)
  return { sizes, heard, cuts: cuts.filter(Boolean).length, found: [...found, ...wrong.sentences] }
})

const cutAll = Effect.fnUntraced(function* (
  servers: ReadonlyArray<Pick<Server, "url">>,
  setting: Setting
): Effect.fn.Return<Outcome, unknown> {
  const all = servers.flatMap((server) => Array.from({ length: rigs }, (_, rig) => ({ server, rig })))
  const done = new Map<string, readonly [number, number]>()
  const progress = (name: string) => (n: number, of: number) => {
    done.set(name, [n, of])
    const sums = [...done.values()].reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0])
    setting.progress(sums[0], sums[1])
  }
  const tried = yield* Effect.forEach(
    all,
    ({ rig, server }, n) => Effect.scoped(onRig(server, rig, { ...setting, progress: progress(`${n}`) })),
    { concurrency: rigs }
  )
  const [one] = tried
  return {
    points: tried.reduce((sum, { cuts }) => sum + cuts, 0),
    findings: tried.flatMap(({ found }) => found),
    controls: [],
    note: `cuts in ${one?.sizes.toServer} bytes to the server and ${one?.sizes.toClient} back; ${tried.reduce((sum, { heard }) => sum + heard, 0)} callers heard the answer all the same`
  }
})

export const commitCut: Fault = {
  name: "commit-cut",
  run: Effect.fnUntraced(function* (setting) {
    const given = process.env["PG_URL"]
    const others = given === undefined || given === "" ? [] : [{ url: given }]
    return yield* cutAll([yield* ownServer, ...others], setting)
  })
}
