import { expect, test } from '@jest/globals'
import { grantOf, groupOf, type Grant } from '../src/index.ts'

test.each<[string, Grant | undefined]>([
  ['rekey-operator-production', { role: 'operator', zones: ['production'] }],
  ['rekey-auditor-eu-west-1', { role: 'auditor', zones: ['eu-west-1'] }],
  ['rekey-viewer', { role: 'viewer', zones: 'all' }],
  ['rekey-viewer-all', { role: 'viewer', zones: ['all'] }],
  ['rekey-root-production', undefined],
  ['rekey-operator-', undefined],
  ['rekey-operator-production/../backup', undefined],
  ['rekey-operator-shared', undefined],
  ['Rekey-operator-production', undefined],
  ['not-rekey-operator', undefined],
  ['rekey-operators', undefined],
  ['rekey', undefined]
])('the group %s gives %j', (group, grant) => {
  expect(grantOf(group)).toEqual(grant)
  if (grant !== undefined) expect(groupOf(grant.role, ...grant.zones === 'all' ? [] : grant.zones)).toBe(group)
})
