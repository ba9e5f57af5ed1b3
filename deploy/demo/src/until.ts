import { setTimeout as wait } from 'node:timers/promises'
import { RekeyError } from '@rekey/domain'

const patience = 60_000

/** Looks again and again. @returns what it has found @throws RekeyError `input/invalid` after a minute */
export async function until<T> (what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + patience
  while (performance.now() < end) {
    const found = await look()
    if (found !== undefined) return found
    await wait(400)
  }
  throw new RekeyError('input/invalid', `waited ${patience / 1000} s in vain for ${what}; look at the workers' logs in the state folder`)
}
