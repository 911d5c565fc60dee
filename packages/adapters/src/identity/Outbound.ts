/**
 * Outbound: what an authority's servers are asked over HTTP. Only addresses of the configuration and of certificates that a
 * trusted authority vouched for come here; what they answer is bounded in time and size, and leads nowhere else.
 */
import { Data, Effect } from "effect"
import { isAddress } from "./Extensions.ts"

/** The server was not reached, said no, pointed elsewhere, took too long or said too much. */
export class NotAnswered extends Data.TaggedError("NotAnswered")<{ readonly cause: unknown }> {}

export interface Question {
  readonly address: string
  /** Sent with POST; left out, the address is read. */
  readonly request?: { readonly type: string; readonly body: Uint8Array }
  readonly timeoutMillis: number
  readonly bytesMax: number
}

const readAtMost = async (response: Response, bytesMax: number): Promise<Buffer> => {
  const parts: Array<Uint8Array> = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.byteLength
    // Leaving the loop cancels the rest.
    if (size > bytesMax) throw new RangeError(`more than ${bytesMax} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** What a server answers. */
export const ask = ({ address, bytesMax, request, timeoutMillis }: Question): Effect.Effect<Buffer, NotAnswered> =>
  Effect.tryPromise({
    try: async (signal) => {
      if (!isAddress(address)) throw new TypeError("an address of HTTP was expected")
      const response = await fetch(address, {
        redirect: "error",
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMillis)]),
        ...(request === undefined
          ? {}
          : { method: "POST", headers: { "content-type": request.type }, body: Uint8Array.from(request.body) })
      })
      if (!response.ok) throw new TypeError(`status ${response.status}`)
      return await readAtMost(response, bytesMax)
    },
    catch: (cause) => new NotAnswered({ cause })
  })
