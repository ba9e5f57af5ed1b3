import { describe, expect, test } from '@jest/globals'
import { actingAs, coversGrant, holdsRole, roles, type Caller, type Grant, type Role } from '../src/index.ts'

test.each<[Role, Role[]]>([
  ['viewer', ['viewer']],
  ['operator', ['viewer', 'operator']],
  ['responder', ['viewer', 'operator', 'responder']],
  ['approver', ['viewer', 'approver']],
  ['auditor', ['viewer', 'auditor']],
  ['admin', [...roles]]
])('%s may do what %j may, and no more', (role, expected) => {
  expect(roles.filter(needed => holdsRole(role, needed))).toEqual(expected)
})

const callerWith = (...grants: Grant[]): Caller => ({ id: '1', name: 'ada', grants, expiresAt: undefined })

describe('a caller with another role in each zone', () => {
  const ada = callerWith({ role: 'operator', zones: ['production'] }, { role: 'viewer', zones: ['backup'] }, { role: 'auditor', zones: ['production', 'backup'] })

  test.each<[Role, string[]]>([
    ['viewer', ['production', 'backup']],
    ['operator', ['production']],
    ['auditor', ['production', 'backup']],
    ['admin', []]
  ])('acts as %s in %j', (role, zones) => {
    expect(actingAs(ada, role).zones).toEqual(zones)
  })

  test('acts everywhere as soon as one grant says so', () => {
    expect(actingAs(callerWith({ role: 'viewer', zones: ['backup'] }, { role: 'admin', zones: 'all' }), 'viewer').zones).toBe('all')
  })

  test.each<[string, boolean, Grant]>([
    ['a role that he has in that zone', true, { role: 'operator', zones: ['production'] }],
    ['a lower one', true, { role: 'viewer', zones: ['production', 'backup'] }],
    ['a role that he has elsewhere', false, { role: 'operator', zones: ['backup'] }],
    ['one of two zones', false, { role: 'operator', zones: ['production', 'backup'] }],
    ['zones that there will be', false, { role: 'viewer', zones: 'all' }]
  ])('covers %s: %s', (_what, covers, grant) => {
    expect(coversGrant(ada.grants, grant)).toBe(covers)
  })
})
