/**
 * Der: values written in the distinguished encoding rules, and read one level deep, for what the certificate library of the
 * simulated authority does not write.
 */

/** A value as it stands in an encoding. */
export interface Value {
  readonly tag: number
  readonly content: Buffer
  /** The value with its tag and length. */
  readonly whole: Buffer
}

/** A value of a tag around its parts. */
export const value = (tag: number, ...parts: ReadonlyArray<Uint8Array>): Buffer => {
  const content = Buffer.concat(parts)
  const size = content.length
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255]
  return Buffer.concat([Uint8Array.from([tag, ...length]), content])
}

export const sequence = (...parts: ReadonlyArray<Uint8Array>): Buffer => value(0x30, ...parts)
export const octets = (...parts: ReadonlyArray<Uint8Array>): Buffer => value(0x04, ...parts)
export const bits = (bytes: Uint8Array): Buffer => value(0x03, Uint8Array.of(0), bytes)
export const enumerated = (number: number): Buffer => value(0x0a, Uint8Array.of(number))
export const utf8 = (text: string): Buffer => value(0x0c, Buffer.from(text, "utf8"))
/** A tag that depends on its place, around values: [0] is 0. */
export const tagged = (number: number, ...parts: ReadonlyArray<Uint8Array>): Buffer => value(0xa0 | number, ...parts)

/** A time in whole seconds. */
export const time = (at: number): Buffer =>
  value(0x18, Buffer.from(`${new Date(at).toISOString().replaceAll(/\D/g, "").slice(0, 14)}Z`, "ascii"))

const base128 = (arc: number): ReadonlyArray<number> =>
  arc < 128 ? [arc] : [...base128(Math.floor(arc / 128)).map((byte) => byte | 128), arc % 128]

/** An object identifier, from its dotted form. */
export const oid = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number)
  return value(0x06, Uint8Array.from([first * 40 + second, ...rest.flatMap(base128)]))
}

/** The values that stand in an encoding, one after the other. */
export const values = (encoded: Buffer): ReadonlyArray<Value> => {
  if (encoded.length < 2) return []
  const [tag = 0, short = 0] = encoded
  const sizes = short < 128 ? 0 : short - 128
  const start = 2 + sizes
  const end = start + (sizes === 0 ? short : encoded.readUIntBE(2, sizes))
  const first = { tag, content: encoded.subarray(start, end), whole: encoded.subarray(0, end) }
  return [first, ...values(encoded.subarray(end))]
}
