import { judgeAuditDevices, readAuditDevices } from '@rekey/vault'
import type { VaultClient } from '@rekey/vault'

const file = (options: object): object => ({ type: 'file', options: { file_path: '/var/log/vault.log', ...options } })
const lackOf = async (devices: object | undefined): Promise<string | undefined> =>
  judgeAuditDevices(await readAuditDevices({ read: async () => await Promise.resolve(devices) } as unknown as VaultClient))

test('two audit devices that hash what is secret are as it should be', async () => {
  expect(await lackOf({ 'first/': file({}), 'second/': file({ log_raw: 'false' }) })).toBeUndefined()
})

test.each([
  ['none', {}, 'no audit log'],
  ['none, and no answer', undefined, 'no audit log'],
  ['one', { 'first/': file({}) }, 'a second one on another disk']
])('with %s it is said what to do', async (_, devices, said) => {
  expect(await lackOf(devices)).toContain(said)
})

test.each(['true', '1', true])('a device that writes secrets as they are (log_raw %s) is refused by name', async (raw) => {
  await expect(lackOf({ 'first/': file({}), 'second/': file({ log_raw: raw }) })).rejects.toMatchObject({ code: 'config/invalid', message: expect.stringMatching(/second\/.*log_raw/) as string })
})
