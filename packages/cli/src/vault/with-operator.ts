import { formatName, RekeyError, type Credential, type CredentialName } from '@rekey/domain'
import type { Operator } from '@rekey/vault'
import type { Session } from '../session.ts'
import { findLogin, type LoginOptions } from './find-login.ts'

/** Opens a person's Vault login for one task. */
export async function withOperator<T> (options: LoginOptions, zone: string, session: Session, task: (operator: Operator) => Promise<T>): Promise<T> {
  const operator = session.openOperator(await findLogin(options, zone, session))
  try {
    return await task(operator)
  } finally {
    await operator.close()
  }
}

/** @throws RekeyError `credential/unknown` */
export async function findCredential (operator: Operator, name: CredentialName): Promise<Credential> {
  const credential = await operator.credential(name)
  if (credential === undefined) {
    throw new RekeyError('credential/unknown', `${formatName(name)} is not managed: check its name; one that is still being adopted has no secret here yet`)
  }
  return credential
}
