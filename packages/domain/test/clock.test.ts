import { expect, test } from '@jest/globals'
import { clockAhead } from '@rekey/domain'

test('a clock runs ahead beside a Vault on this machine, and nowhere else', () => {
  const ahead = clockAhead(86_400, 'https://127.0.0.1:8200')().getTime() - Date.now()
  expect(Math.abs(ahead - 86_400_000)).toBeLessThan(1000)
  expect(() => clockAhead(1, 'https://vault.example:8200')).toThrow(expect.objectContaining({ code: 'config/invalid' }))
  expect(Math.abs(clockAhead(0, 'https://vault.example:8200')().getTime() - Date.now())).toBeLessThan(1000)
})
