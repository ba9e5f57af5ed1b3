import { Buffer } from 'node:buffer'

/** Reads the data types of RFC 4251, section 5. Throws a RangeError when the data ends too early. */
export class WireReader {
  readonly #data: Buffer
  #at = 0

  constructor (data: Buffer) {
    this.#data = data
  }

  get left (): number {
    return this.#data.length - this.#at
  }

  bytes (length: number): Buffer {
    if (length > this.left) throw new RangeError('the data ends too early')
    this.#at += length
    return this.#data.subarray(this.#at - length, this.#at)
  }

  uint32 (): number {
    return this.bytes(4).readUInt32BE()
  }

  string (): Buffer {
    return this.bytes(this.uint32())
  }

  text (): string {
    return this.string().toString('latin1')
  }

  /** A positive mpint without the zero byte that keeps it positive. */
  integer (): Buffer {
    const bytes = this.string()
    let start = 0
    while (start < bytes.length && bytes[start] === 0) start += 1
    return bytes.subarray(start)
  }
}

export function uint32 (value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export function string (value: Buffer | string): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value
  return Buffer.concat([uint32(bytes.length), bytes])
}

/** A positive mpint in its only canonical form. */
export function integer (value: Buffer): Buffer {
  let start = 0
  while (start < value.length && value[start] === 0) start += 1
  const bytes = value.subarray(start)
  return string((bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes)
}

/** The bytes of a base64 text that has one reading only, or nothing. `Buffer.from` takes any text for base64. */
export function strictBase64 (text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : undefined
}
