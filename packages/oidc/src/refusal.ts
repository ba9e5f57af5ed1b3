import { RekeyError } from '@rekey/domain'

/** @param what the claim or the part that is wrong @param says for operators; the caller is told neither */
export function refusal (what: string, says: string): RekeyError {
  return new RekeyError('token/refused', `the token is refused: ${says}`, { claim: what })
}
