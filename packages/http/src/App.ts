/**
 * The application: the route table over Hono, without a socket.
 *
 * A request is bounded, authenticated, read, handled and answered here; whatever goes wrong on the way becomes a problem
 * document. What a handler does goes on in the engine when its caller has gone: only the answer is lost.
 */
import type * as SmsStatus from "@kinchaku/adapters/notice/SmsStatus"
import type { BankNotices as BankNoticesService } from "@kinchaku/domain/bank/BankNotices"
import type { StoreUnavailable } from "@kinchaku/domain/engine/Store"
import type { Secret } from "@kinchaku/domain/webhook/Webhook"
import { Cause, Effect, Exit, type ManagedRuntime, Option, Redacted, Result } from "effect"
import { type Context, Hono } from "hono"
import type { Logger } from "pino"
import * as Access from "./Access.ts"
import { anyone, type Asker } from "./Asker.ts"
import * as Docs from "./Docs.ts"
import * as Input from "./Input.ts"
import { placesOf } from "./Log.ts"
import * as OpenApi from "./OpenApi.ts"
import { ofRefusal, problem, type Problem } from "./Problem.ts"
import * as ProblemDocument from "./ProblemDocument.ts"
import * as BankNotices from "./routes/BankNotices.ts"
import * as DepositNotices from "./routes/DepositNotices.ts"
import * as Messages from "./routes/Messages.ts"
import { type AnyRefusal, routes, type Services } from "./Routes.ts"
import { type Given, octets, type Route } from "./Route.ts"

export interface Options {
  readonly runtime: ManagedRuntime.ManagedRuntime<Services | BankNoticesService, StoreUnavailable>
  readonly keys: Access.Keys
  readonly log: Logger
  /** Whether the server is stopping: what comes now is refused. */
  readonly isStopping?: () => boolean
  /** How many requests may be handled at once (SEC-14). */
  readonly inFlightMax?: number
  /** How long a handler may take, in milliseconds. */
  readonly handlerMillis?: number
  /** What a development server sent to simulated telephones and mailboxes; no other server shows any (SEC-13). */
  readonly messages?: Effect.Effect<unknown>
  /** How reports of the SMS provider are known to be its own; without it none is taken. */
  readonly smsStatus?: SmsStatus.Options
  /** The secrets with which a bank signs its reports; without any, none is taken (SEC-12). */
  readonly bankSecrets?: ReadonlyArray<Secret>
  /** The secrets with which the provider of payment numbers signs its reports, likewise. */
  readonly depositSecrets?: ReadonlyArray<Secret>
}

interface Variables {
  readonly requestId: string
  /** The pattern of the route that was met. */
  readonly route: string
  readonly caller: string
}
type Env = { readonly Variables: Variables }

/** The headers of every answer; pages set a policy of their own. */
const securityHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cache-control": "no-store"
}

const saneId = /^[\w.-]{8,64}$/

/** The id of a request: the caller's where it looks like one, else a new one. */
const idOf = (given: string | undefined): string =>
  given !== undefined && saneId.test(given) ? given : crypto.randomUUID()

const circumstances = (c: Context<Env>): ProblemDocument.Circumstances => ({
  requestId: c.get("requestId"),
  language: ProblemDocument.languageOf(c.req.header("accept-language"))
})

const refuse = (c: Context<Env>, met: Problem): Response => ProblemDocument.respond(met, circumstances(c))

/** The answer to an effect's end. */
const conclude = (c: Context<Env>, log: Logger, exit: Exit.Exit<Response | Problem, AnyRefusal>): Response => {
  if (Exit.isSuccess(exit)) return exit.value instanceof Response ? exit.value : refuse(c, exit.value)
  const refusal = Cause.findErrorOption(exit.cause)
  if (Option.isSome(refusal)) return refuse(c, ofRefusal(refusal.value))
  if (Cause.hasInterruptsOnly(exit.cause)) return refuse(c, problem("ClientClosed"))
  log.error({ requestId: c.get("requestId"), failed: placesOf(Cause.squash(exit.cause)) }, "defect")
  return refuse(c, problem("InternalError"))
}

const answerOf = (route: Route<AnyRefusal, Services>, given: Given) =>
  Effect.map(route.answer(given), (answer) => {
    const { media = octets, status } = route
    if ("content" in answer) {
      const headers = { "content-type": media, "content-disposition": `attachment; filename="${answer.name}"` }
      return new Response(answer.content, { status, headers })
    }
    const { body, location } = answer
    const headers = { "content-type": "application/json", ...(location === undefined ? {} : { location }) }
    return new Response(JSON.stringify(body), { status, headers })
  })

const mount = (
  app: Hono<Env>,
  route: Route<AnyRefusal, Services>,
  { handlerMillis = 30_000, keys, log, runtime }: Options
) => {
  const read = Input.reader(route)
  const recognise = Access.make(keys)
  const isOpen = route.callers.length === 0
  /** What takes too long is answered as that; whether it was done is learnt by asking again (LED-08). */
  const inTime = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.timeoutOrElse(effect, {
      duration: handlerMillis,
      orElse: () => Effect.succeed(problem("AnswerTimedOut"))
    })

  /** Who asks, or the answer to whoever nobody knows. */
  const askerOf = async (c: Context<Env>): Promise<Asker | Response> => {
    const found = recognise(c.req.header("authorization"))
    // Where everyone is heard, a session makes no difference and is not looked up.
    if (isOpen) return found === undefined || Redacted.isRedacted(found) ? anyone : found
    if (found === undefined) return refuse(c, problem("Unauthorized"))
    if (!Redacted.isRedacted(found)) return found
    const looked = await runtime.runPromiseExit(inTime(Access.lookUp(found)), { signal: c.req.raw.signal })
    if (Exit.isFailure(looked)) return conclude(c, log, Exit.failCause(looked.cause))
    return "code" in looked.value ? refuse(c, looked.value) : looked.value
  }

  app.on(route.method.toUpperCase(), route.path, async (c) => {
    c.set("route", route.path)
    const asker = await askerOf(c)
    if (asker instanceof Response) return asker
    c.set("caller", asker._tag)
    const barred = Access.barrier(route, asker)
    if (barred !== undefined) return refuse(c, barred)
    const given = await read(c.req.raw, c.req.param(), asker)
    if (Result.isFailure(given)) return refuse(c, given.failure)
    const { params } = given.success
    if (Access.strays(asker, params)) return refuse(c, problem("AccountNotFound", { account: params.account }))
    const effect = Effect.annotateLogs(inTime(answerOf(route, given.success)), "requestId", c.get("requestId"))
    return conclude(c, log, await runtime.runPromiseExit(effect, { signal: c.req.raw.signal }))
  })
}

const withPreamble = (app: Hono<Env>, { inFlightMax = 1024, isStopping = () => false, log }: Options): void => {
  let inFlight = 0
  app.use(async (c, next) => {
    const began = performance.now()
    c.set("requestId", idOf(c.req.header("x-request-id")))
    c.set("route", "unknown")
    c.set("caller", "anyone")
    if (isStopping()) c.res = refuse(c, problem("Stopping"))
    else if (inFlight >= inFlightMax) c.res = refuse(c, problem("Overloaded"))
    else {
      inFlight += 1
      await next().finally(() => (inFlight -= 1))
    }
    const { headers, status } = c.res
    for (const [name, value] of Object.entries(securityHeaders)) if (!headers.has(name)) headers.set(name, value)
    headers.set("x-request-id", c.get("requestId"))
    if (isStopping()) headers.set("connection", "close")
    const millis = Math.round(performance.now() - began)
    const { caller, requestId, route } = c.var
    log.info({ requestId, caller, method: c.req.method, route, status, millis }, "request")
  })
}

const withMethodsRefused = (app: Hono<Env>): void => {
  const allowed = new Map<string, ReadonlyArray<string>>()
  for (const { method, path } of app.routes) {
    if (method !== "ALL") allowed.set(path, [...(allowed.get(path) ?? []), method])
  }
  for (const [path, methods] of allowed) {
    const allow = methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ")
    app.all(path, (c) => {
      // A handler that has nothing under this name passes on to here.
      if (allow.split(", ").includes(c.req.method)) return refuse(c, problem("RouteUnknown"))
      c.set("route", path)
      const response = refuse(c, problem("MethodNotAllowed"))
      response.headers.set("allow", allow)
      return response
    })
  }
}

/** Shows what was sent to simulated telephones and mailboxes, to whoever has a key of this development server. */
const mountMessages = (app: Hono<Env>, { keys }: Options, messages: Effect.Effect<unknown>): void => {
  const recognise = Access.make(keys)
  app.get("/development/messages", async (c) => {
    c.set("route", "/development/messages")
    const asker = recognise(c.req.header("authorization"))
    if (asker === undefined || Redacted.isRedacted(asker)) return refuse(c, problem("Unauthorized"))
    c.set("caller", asker._tag)
    return c.json(await Effect.runPromise(messages))
  })
}

/** Takes the reports of an SMS provider. */
const mountReports = (app: Hono<Env>, { log, runtime }: Options, smsStatus: SmsStatus.Options): void =>
  Messages.mount(app, smsStatus, async (c, effect) => {
    c.set("route", Messages.smsStatusPath)
    return conclude(c, log, await runtime.runPromiseExit(effect, { signal: c.req.raw.signal }))
  })

/** Takes the reports of a bank. */
const mountBankNotices = (app: Hono<Env>, { log, runtime }: Options, secrets: ReadonlyArray<Secret>): void =>
  BankNotices.mount(app, secrets, async (c, effect) => {
    c.set("route", BankNotices.bankNoticesPath)
    return conclude(c, log, await runtime.runPromiseExit(effect, { signal: c.req.raw.signal }))
  })

/** Takes the reports of a provider of payment numbers. */
const mountDepositNotices = (app: Hono<Env>, { log, runtime }: Options, secrets: ReadonlyArray<Secret>): void =>
  DepositNotices.mount(app, secrets, async (c, effect) => {
    c.set("route", DepositNotices.depositNoticesPath)
    return conclude(c, log, await runtime.runPromiseExit(effect, { signal: c.req.raw.signal }))
  })

/** The application of a runtime. */
export const make = (options: Options): Hono<Env> => {
  const app = new Hono<Env>()
  withPreamble(app, options)
  for (const route of routes) mount(app, route, options)
  const { bankSecrets = [], depositSecrets = [], messages, smsStatus } = options
  if (messages !== undefined) mountMessages(app, options, messages)
  if (smsStatus !== undefined) mountReports(app, options, smsStatus)
  if (bankSecrets.length > 0) mountBankNotices(app, options, bankSecrets)
  if (depositSecrets.length > 0) mountDepositNotices(app, options, depositSecrets)
  const document = JSON.stringify(OpenApi.make(routes))
  app.get("/openapi.json", (c) => {
    c.set("route", "/openapi.json")
    return c.body(document, 200, { "content-type": "application/json" })
  })
  Docs.mount(app, (c) => c.set("route", c.req.routePath))
  withMethodsRefused(app)
  app.notFound((c) => refuse(c, problem("RouteUnknown")))
  app.onError((error, c) => {
    const isGone = c.req.raw.signal.aborted
    if (!isGone) options.log.error({ requestId: c.get("requestId"), failed: placesOf(error) }, "defect")
    return refuse(c, problem(isGone ? "ClientClosed" : "InternalError"))
  })
  return app
}
