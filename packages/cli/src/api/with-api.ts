import { RekeyClient } from '@rekey/client'
import type { Session } from '../session.ts'
import { UsageError } from '../usage-error.ts'
import { findApi, type ApiOptions } from './find-api.ts'

/** Opens the API for one task. @throws UsageError when none is named */
export async function withClient<T> (options: ApiOptions, session: Session, task: (api: RekeyClient) => Promise<T>): Promise<T> {
  const access = await findApi(options, session)
  if (access === undefined) throw new UsageError('there is no local stack here: say --api-addr, --ca-file and --token-file, or --stack DIR')
  const api = new RekeyClient(session.openApi(access))
  try {
    return await task(api)
  } finally {
    api.close()
  }
}
