import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'
import { vaultFiles } from '../src/layout.ts'
import { policiesFor } from '../src/vault-setup.ts'

test('each zone gets its own policies, and no placeholder is left in one', async () => {
  const policies = await policiesFor(['production', 'backup'])
  expect([...policies.keys()].sort()).toEqual([
    'rekey-api', 'rekey-api-backup', 'rekey-api-production', 'rekey-broker-backup', 'rekey-broker-production', 'rekey-identity', 'rekey-person-backup', 'rekey-person-production', 'rekey-worker-backup', 'rekey-worker-production'
  ])
  for (const text of policies.values()) expect(text).not.toContain('ZONE')
  expect(policies.get('rekey-worker-backup')).not.toContain('production')
})

test('every policy is explained in the README beside it', async () => {
  const page = await readFile(`${vaultFiles}/README.md`, 'utf8')
  for (const file of await readdir(vaultFiles)) if (file.endsWith('.hcl')) expect(page).toContain(`\`${file}\``)
})
