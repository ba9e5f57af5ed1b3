import { isRekeyError } from '@rekey/domain'
import type { RekeyError } from '@rekey/domain'

/** A document that can't be understood was left out. Tell people: its code is `vault/malformed`. */
export type OnMalformed = (error: RekeyError) => void

export interface Decoding {
  /** Reports a malformed document to whoever looks after the zone, besides the caller. */
  readonly reported: <T>(decode: () => T) => T
  /** Leaves a malformed document out and reports it, so that it stops nothing but itself. */
  readonly unlessMalformed: <T>(decode: () => T) => T | undefined
}

export function decodingTo (onMalformed: OnMalformed): Decoding {
  function reported<T> (decode: () => T): T {
    try {
      return decode()
    } catch (error) {
      if (isRekeyError(error, 'vault/malformed')) onMalformed(error)
      throw error
    }
  }

  function unlessMalformed<T> (decode: () => T): T | undefined {
    try {
      return decode()
    } catch (error) {
      if (!isRekeyError(error, 'vault/malformed')) throw error
      // What it throws is thrown: who reads one document for a person leaves none out.
      onMalformed(error)
      return undefined
    }
  }
  return { reported, unlessMalformed }
}
