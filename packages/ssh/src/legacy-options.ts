import { legacyCatalogue, type LegacyAlgorithm } from '@rekey/domain'

const optionOf = { kex: ['KexAlgorithms'], signature: ['HostKeyAlgorithms', 'PubkeyAcceptedAlgorithms'], cipher: ['Ciphers'], mac: ['MACs'] } as const

/** A host's exceptions from modern algorithms, as indented lines of ssh_config(5). */
export function legacyOptions (algorithms: readonly LegacyAlgorithm[]): string[] {
  const options = new Map<string, LegacyAlgorithm[]>()
  for (const algorithm of algorithms) {
    for (const option of optionOf[legacyCatalogue[algorithm].kind]) options.set(option, [...options.get(option) ?? [], algorithm])
  }
  return [...options].map(([option, all]) => `  ${option} +${all.join(',')}`)
}
