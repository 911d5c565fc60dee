/**
 * A client of the API: it holds a key or a session, sends idempotency keys, and shows problems as what they are.
 */

/** What the API answered: the body's own text, and what it says. */
export interface Answer {
  readonly status: number
  readonly text: string
  readonly body: Readonly<Record<string, unknown>>
}

export interface Client {
  readonly get: (path: string) => Promise<Answer>
  readonly post: (path: string, key: string, body: unknown) => Promise<Answer>
  /** Fetches a file. */
  readonly file: (path: string) => Promise<Uint8Array>
  /** Sends a file. */
  readonly send: (path: string, key: string, file: Uint8Array) => Promise<Answer>
}

const answerOf = async (response: Response): Promise<Answer> => {
  const text = await response.text()
  return { status: response.status, text, body: JSON.parse(text) as Answer["body"] }
}

/** A client of a server: with the key of a host or an operator, with a holder's session, or with nothing at all. */
export const client = (url: string, bearer?: string): Client => {
  const known = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }
  const headers = { ...known, "accept-language": "en" }
  return {
    get: async (path) => answerOf(await fetch(url + path, { headers })),
    post: async (path, idempotencyKey, body) =>
      answerOf(
        await fetch(url + path, {
          method: "POST",
          headers: { ...headers, "content-type": "application/json", "idempotency-key": idempotencyKey },
          body: typeof body === "string" ? body : JSON.stringify(body)
        })
      ),
    file: async (path) => new Uint8Array(await (await fetch(url + path, { headers })).arrayBuffer()),
    send: async (path, idempotencyKey, file) =>
      answerOf(
        await fetch(url + path, {
          method: "POST",
          headers: { ...headers, "content-type": "application/octet-stream", "idempotency-key": idempotencyKey },
          body: Uint8Array.from(file)
        })
      )
  }
}
