import { Type } from 'typebox'
import { closed, list, nullable, pageOfSchema, pageQuery } from './fields.ts'

const ZonePolicy = Type.Object({
  observe: Type.Boolean({ description: 'Whether the whole zone is observed: nothing in it is changed, whatever is ordered' }),
  graceSeconds: Type.Integer({ description: 'How long a replaced key stays open after its successor was proven' }),
  historyLength: Type.Integer({ description: 'Secrets proven dead that are kept for a host restored from a snapshot' }),
  passwordLength: Type.Integer({ description: 'Of new passwords, in characters' }),
  passwordSymbols: Type.String({ description: 'What new passwords have besides letters and digits' }),
  redirectApprovals: Type.Integer({ description: 'How many people must approve a redirect' }),
  leaveApprovals: Type.Integer({ description: 'How many people must approve that a host or a credential leaves' })
}, { ...closed, description: 'As its people have written it into Vault; null where what they wrote is malformed: nothing is changed in the zone until they mend it' })

const ZoneView = Type.Object({
  name: Type.String(),
  allowedNetworks: list(Type.String(), { description: 'Where its hosts may be, as CIDR. Its worker has a list of its own and goes by that' }),
  policy: nullable(ZonePolicy)
}, closed)

const exampleZone = {
  name: 'production',
  allowedNetworks: ['10.20.0.0/16'],
  policy: { observe: false, graceSeconds: 0, historyLength: 8, passwordLength: 24, passwordSymbols: '-_.', redirectApprovals: 1, leaveApprovals: 1 }
}

export const ZoneQuery = Type.Object(pageQuery, closed)
export const ZonePage = pageOfSchema(ZoneView, exampleZone, 'Zones by name')
