/**
 * Der: values of the distinguished encoding rules, read one level deep. Revocation lists have hundreds of thousands of
 * entries, for which a tree of objects would hold up everybody else for seconds.
 */

/** A value as it stands in an encoding. */
export interface Value {
  readonly tag: number
  readonly content: Buffer
  /** The value with its tag and length. */
  readonly whole: Buffer
}

/** Where a value stands in an encoding: its content begins at the start and ends before the end. */
export interface Span {
  readonly tag: number
  readonly start: number
  readonly end: number
}

/** Where the value at an offset stands; throws where none ends inside the encoding. */
export const spanAt = (encoded: Buffer, offset: number): Span => {
  const tag = encoded.readUInt8(offset)
  const short = encoded.readUInt8(offset + 1)
  if (short === 128 || short > 132) throw new RangeError("a length of at most four bytes was expected")
  const lengthBytes = short < 128 ? 0 : short - 128
  const start = offset + 2 + lengthBytes
  const end = start + (lengthBytes === 0 ? short : encoded.readUIntBE(offset + 2, lengthBytes))
  if (end > encoded.length) throw new RangeError("a value that ends was expected")
  return { tag, start, end }
}

const valueAt = (encoded: Buffer, offset: number): Value => {
  const { end, start, tag } = spanAt(encoded, offset)
  return { tag, content: encoded.subarray(start, end), whole: encoded.subarray(offset, end) }
}

/** The first value of an encoding; throws where there is none. */
export const first = (encoded: Buffer): Value => valueAt(encoded, 0)

/** The values that stand in an encoding, one after the other; throws where one is cut off. */
export const values = (encoded: Buffer): ReadonlyArray<Value> => {
  const found: Array<Value> = []
  for (let offset = 0; offset < encoded.length;) {
    const value = valueAt(encoded, offset)
    found.push(value)
    offset += value.whole.length
  }
  return found
}

/** A sequence of values. */
export const sequence = (...parts: ReadonlyArray<Uint8Array>): Buffer => {
  const content = Buffer.concat(parts)
  const header = Buffer.alloc(6)
  header.writeUInt8(0x30, 0)
  header.writeUInt8(0x84, 1)
  header.writeUInt32BE(content.length, 2)
  return Buffer.concat([header, content])
}
