import { isRekeyError } from './errors.ts'

/** How often somebody else may be faster before we give up. */
const attempts = 5

/**
 * Reads, decides and writes anew whenever somebody else wrote first.
 * @param change reads what it changes, each time. It is told which attempt it is, from 1
 * @throws RekeyError `vault/conflict` of the last attempt; whatever else `change` throws, at once
 */
export async function retryConflicts<Result> (change: (attempt: number) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await change(attempt)
    } catch (error) {
      if (!isRekeyError(error, 'vault/conflict') || attempt === attempts) throw error
    }
  }
}
