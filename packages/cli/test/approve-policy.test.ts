import { beforeEach, expect, test } from '@jest/globals'
import { defaultPolicy, digestOfPolicy, unwrittenPolicy, type WrittenPolicy } from '@rekey/domain'
import { addStack } from './given.ts'
import { Shell } from './shell.ts'

const writtenAt = new Date().toISOString()
const weaker: WrittenPolicy = { zone: 'production', version: 3, writtenAt, policy: { ...defaultPolicy, redirectApprovals: 1, graceSeconds: 3600, longestAgeSeconds: null } }

let shell: Shell
beforeEach(async () => {
  shell = await Shell.start()
  await addStack(shell, 'local', ['production'])
  shell.written = weaker
  shell.noted = { ...shell.noted, redirectApprovals: 2, longestAgeSeconds: 86_400 }
})

test('approve shows field by field what would be weakened, and asks for the name of the zone', async () => {
  shell.typed = 'production'
  const until = new Date(Date.parse(writtenAt) + 7 * 24 * 3600_000).toISOString()
  expect(await shell.play('$ rekey approve production/policy')).toBe(`
$ rekey approve production/policy
! The policy of production, version 3, written at ${writtenAt}
!   in force → written:
!   redirectApprovals 2 → 1
!   graceSeconds 0 → 3600
!   longestAgeSeconds 86400 → none
!   needs     2 approvals, until ${until}
!   digest    ${digestOfPolicy(weaker)}
! Whoever wrote it could do so alone. From then on fewer people are asked, secrets are weaker or live longer, or zones begin in another order.
! Type the zone's name, production, to approve: 
Approved. The policy of production has 1 of the 2 approvals that it needs.`.trim())
  shell.entity = 'e-2'
  expect(await shell.rekey('approve', 'production/policy', '--yes')).toMatchObject({ code: 0, out: 'Approved. The policy of production is in force as it is written.\n', err: expect.stringContaining('\n  approved  by operator-production (e-1) at ') as unknown })
  expect(await shell.rekey('approve', 'production/policy', '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('nothing of the policy of production waits') as unknown })
})

test('approve does nothing when something else is typed', async () => {
  shell.typed = 'yes'
  expect(await shell.rekey('approve', 'production/policy')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/\nrekey: nothing was approved\n$/) as unknown })
  expect(shell.approvals).toEqual([])
})

test.each<[string, WrittenPolicy, string]>([
  ['was written more than a week ago', { ...weaker, writtenAt: '2026-01-02T03:04:05.000Z' }, 'Write it anew'],
  ['is not written any more', unwrittenPolicy('production'), 'Write one, and approve of that']
])('approve refuses a policy that %s', async (_, written, says) => {
  shell.written = written
  expect(await shell.rekey('approve', 'production/policy', '--yes')).toMatchObject({ code: 1, out: '', err: expect.stringContaining(says) as unknown })
  expect(shell.approvals).toEqual([])
})

test('nobody breaks the glass for a policy', async () => {
  expect(await shell.rekey('approve', 'production/policy', '--yes', '--break-glass', 'alone')).toMatchObject({ code: 2, err: expect.stringContaining('for campaigns only') as unknown })
})
