import { uuidPattern } from '@rekey/domain'
import { UsageError } from '../usage-error.ts'

/** A campaign's name in the API's paths. @throws UsageError */
export function campaignId (text: string): { readonly id: string } {
  if (!new RegExp(uuidPattern).test(text)) throw new UsageError('a campaign is named by its id, which rekey campaign list shows')
  return { id: text }
}
