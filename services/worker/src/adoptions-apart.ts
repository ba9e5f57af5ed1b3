import { isRekeyError } from '@rekey/domain'
import type { Journal, Log } from '@rekey/rotation'

const hour = 3_600_000

/**
 * The same journal, whose lists of adoptions fail alone: the API may create any number of them under any name, so a stolen one
 * can make a list too long to be read, and that must not keep a worker from what is its own.
 */
export function adoptionsApart<J extends Journal> (journal: J, log: Log): J {
  const said = new Map<string, number>()

  async function unlessTooLong<T> (where: string, list: Promise<T>, otherwise: T): Promise<T> {
    try {
      return await list
    } catch (error) {
      if (!isRekeyError(error, 'vault/unavailable') || error.detail.reason !== 'answer-too-large') throw error
      if (performance.now() - (said.get(where) ?? -Infinity) > hour) {
        said.set(where, performance.now())
        log.error({ event: 'alarm', alarm: 'adoptions-too-many', path: where }, 'there are more adoptions than can be listed, so none of them is taken over: somebody else creates them; remove them with a Vault login of your own')
      }
      return otherwise
    }
  }

  return {
    ...journal,
    hostsAdopting: async () => await unlessTooLong('adoptions', journal.hostsAdopting(), []),
    adoptions: async (host) => await unlessTooLong(`adoptions/${host}`, journal.adoptions(host), { adoptions: [], malformed: 0 })
  }
}
