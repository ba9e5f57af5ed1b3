import { inspect } from 'node:util'
import { Secret } from '@rekey/domain'

test('a secret prints, logs, inspects and serializes as [secret]', () => {
  const secret = Secret.of('hunter2')
  const shown = [String(secret), JSON.stringify({ secret }), inspect({ secret }, { showHidden: true, depth: 9 })].join('\n')
  expect(shown).not.toContain('hunter2')
  expect(shown.match(/\[secret\]/g)).toHaveLength(3)
  expect(secret.open()).toBe('hunter2')
})
