/**
 * Pages for people: the reference of this API, with assets that this server holds itself, and a page for each problem.
 */
import { readFile } from "node:fs/promises"
import type { Context, Env, Hono } from "hono"
import { html, raw } from "hono/html"
import { type Code, isCode, kinds } from "./Problem.ts"
import { pageOf, texts } from "./ProblemDocument.ts"

/** Everything comes from this server, no script or style is inline; the reference's stylesheet embeds its icons. */
const referencePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'"
].join("; ")

const problemPolicy = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"

const start = `window.addEventListener("load", () => {
  window.SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#reference",
    deepLinking: true,
    validatorUrl: null,
    docExpansion: "list",
    defaultModelsExpandDepth: 0
  })
})
`

const style = `:root { color-scheme: light dark; }
body { font-family: system-ui, sans-serif; line-height: 1.7; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
code { font-size: 1em; }
dt { font-weight: 600; margin-top: 0.75rem; }
dd { margin-left: 0; }
`

const vendored = (file: string) => () => readFile(new URL(import.meta.resolve(`swagger-ui-dist/${file}`)))

interface Asset {
  readonly type: string
  readonly read: () => Promise<Uint8Array | string>
}

const assets: Readonly<Record<string, Asset>> = {
  "swagger-ui.css": { type: "text/css; charset=utf-8", read: vendored("swagger-ui.css") },
  "swagger-ui-bundle.js": { type: "text/javascript; charset=utf-8", read: vendored("swagger-ui-bundle.js") },
  "favicon-32x32.png": { type: "image/png", read: vendored("favicon-32x32.png") },
  "start.js": { type: "text/javascript; charset=utf-8", read: () => Promise.resolve(start) },
  "page.css": { type: "text/css; charset=utf-8", read: () => Promise.resolve(style) }
}

const reference = html`<!doctype html>
  <html lang="ja">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>Kinchaku API</title>
      <link rel="icon" type="image/png" href="/docs/favicon-32x32.png" />
      <link rel="stylesheet" href="/docs/swagger-ui.css" />
    </head>
    <body>
      <main id="reference"></main>
      <noscript><a href="/openapi.json">openapi.json</a></noscript>
      <script src="/docs/swagger-ui-bundle.js"></script>
      <script src="/docs/start.js"></script>
    </body>
  </html>`

type Markup = ReturnType<typeof html>

const page = (title: string, content: Markup): Markup =>
  html`<!doctype html>
    <html lang="ja">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="stylesheet" href="/docs/page.css" />
      </head>
      <body>
        <main>${content}</main>
      </body>
    </html>`

/** A detail without a problem at hand: its facts stand as their names. */
const explained = (detail: string): string => detail.replace(/\{(\w+)\}/g, "‹$1›")

const problemPage = (code: Code): Markup => {
  const { facts, retryAfter, rules, status } = kinds[code]
  const { en, ja } = { ja: texts.ja[code], en: texts.en[code] }
  const listed = (values: ReadonlyArray<string>) => (values.length === 0 ? "–" : values.join(", "))
  return page(
    `${code} – Kinchaku`,
    html`<h1>${ja.title}</h1>
      <p>${explained(ja.detail)}</p>
      <section lang="en">
        <h2>${en.title}</h2>
        <p>${explained(en.detail)}</p>
      </section>
      <dl>
        <dt>コード / Code</dt>
        <dd><code>${code}</code></dd>
        <dt>HTTP</dt>
        <dd>${status}${retryAfter === undefined ? "" : ` (Retry-After: ${retryAfter})`}</dd>
        <dt>規則 / Rules</dt>
        <dd>${listed(rules)}</dd>
        <dt>付随する項目 / Members</dt>
        <dd>${listed(facts)}</dd>
      </dl>
      <p><a href="/problems">一覧 / All problems</a></p>`
  )
}

const problemIndex = (): Markup => {
  const lines = Object.keys(kinds)
    .filter(isCode)
    .map(
      (code) => html`<dt><a href="${pageOf(code)}">${code}</a> (${kinds[code].status})</dt>
      <dd>${texts.ja[code].title} / <span lang="en">${texts.en[code].title}</span></dd>`
    )
  return page("Problems – Kinchaku", html`<h1>問題の一覧 / Problems</h1><dl>${lines}</dl>`)
}

/** Mounts the pages and their assets. `note` is told of each request, for the log. */
export const mount = <E extends Env>(app: Hono<E>, note: (c: Context<E>) => void): void => {
  const send = async (c: Context<E>, markup: Markup, policy: string) => {
    note(c)
    return c.html(raw(await markup), 200, { "content-security-policy": policy })
  }
  app.get("/", (c) => {
    note(c)
    return c.redirect("/docs")
  })
  app.get("/docs", (c) => send(c, reference, referencePolicy))
  app.get("/docs/:asset", async (c, next) => {
    const name = c.req.param("asset")
    const asset = Object.hasOwn(assets, name) ? assets[name] : undefined
    if (asset === undefined) return next()
    note(c)
    const content = await asset.read()
    const headers = { "content-type": asset.type, "cache-control": "public, max-age=3600" }
    return new Response(typeof content === "string" ? content : Buffer.from(content), { headers })
  })
  app.get("/problems", (c) => send(c, problemIndex(), problemPolicy))
  app.get("/problems/:code", (c, next) => {
    const code = c.req.param("code")
    return isCode(code) ? send(c, problemPage(code), problemPolicy) : next()
  })
}
