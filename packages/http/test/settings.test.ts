import { expect, test } from '@jest/globals'
import { Type } from 'typebox'
import { logSettings, port, readSettings, readText, text, zoneSetting } from '../src/settings.ts'

const Environment = Type.Object({ ...zoneSetting('worker'), REKEY_AUDIT_DIR: text('folder of the journal'), REKEY_REDIS_PORT: port({ default: 6379, description: 'port of Redis' }), ...logSettings })
const good = { REKEY_ZONE: 'production', REKEY_AUDIT_DIR: '/var/lib/rekey', HOME: '/root' }

test('the environment is read by the schema: numbers from text, defaults, and nothing else of it', () => {
  expect(readSettings(Environment, { ...good, REKEY_REDIS_PORT: '6380' }, 'the worker')).toEqual({ REKEY_ZONE: 'production', REKEY_AUDIT_DIR: '/var/lib/rekey', REKEY_REDIS_PORT: 6380, REKEY_LOG_LEVEL: 'info' })
})

test('one that can\'t be used is refused with each variable that is wrong, and what it is for', () => {
  expect(() => readSettings(Environment, { REKEY_ZONE: 'a,b', REKEY_REDIS_PORT: 'none', REKEY_LOG_LEVEL: 'loud' }, 'the worker')).toThrow(expect.objectContaining({
    code: 'config/invalid',
    message: expect.stringMatching(/^the worker can't start: REKEY_AUDIT_DIR \(folder of the journal\) is not set; REKEY_ZONE \(the one zone that this worker serves\) must match pattern .*; REKEY_REDIS_PORT \(port of Redis\) must be integer; REKEY_LOG_LEVEL \(.debug.*\) is none of them$/) as unknown
  }))
})

test('a file that can\'t be read is named with the variable that names it', () => {
  expect(() => readText('/nowhere/ca.pem', 'REKEY_VAULT_CA_FILE')).toThrow(expect.objectContaining({ code: 'config/invalid', message: expect.stringMatching('REKEY_VAULT_CA_FILE names /nowhere/ca.pem') as unknown }))
})
