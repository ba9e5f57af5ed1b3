import { isRekeyError, RekeyError } from '@rekey/domain'

/** Why something of the inventory isn't taken. */
export interface Refusal {
  readonly reason: string
  readonly field: string
}

/** The inventory is not taken, or a row of it, depending on who catches it. @param reason without any value of the file */
export function refusal (reason: string, field: string): RekeyError {
  return new RekeyError('input/invalid', `${field}: ${reason}`, { field, reason })
}

/** The whole text is not of its format. */
export function malformed (reason: string, line?: number): RekeyError {
  return line === undefined
    ? new RekeyError('input/invalid', reason, { field: 'inventory' })
    : new RekeyError('input/invalid', `line ${line}: ${reason}`, { field: 'inventory', line })
}

/** What the check returns, or why it refuses. */
export function attempt<T> (check: () => T): { readonly value: T } | { readonly refused: Refusal } {
  try {
    return { value: check() }
  } catch (error) {
    return { refused: refusalOf(error) }
  }
}

/** @throws what is none of ours */
export function refusalOf (error: unknown): Refusal {
  if (!isRekeyError(error)) throw error
  const { reason, field } = error.detail
  return { reason: typeof reason === 'string' ? reason : error.message, field: typeof field === 'string' ? field : 'inventory' }
}

/** Lines of a key could pass for names of hosts, and would be shown as such. @throws RekeyError `input/invalid` */
export function refuseKey (line: string, number: number): void {
  if (/-----BEGIN .*PRIVATE KEY/.test(line)) throw malformed('a private key stands here; put it into a file of its own and name that', number)
}
