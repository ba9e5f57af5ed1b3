import { createJournal } from '@rekey/vault'
import type { VaultClient } from '@rekey/vault'

/** A Vault whose mounts are all set like this. */
function vaultWith (config: object): VaultClient {
  const nothing = async (): Promise<undefined> => await Promise.resolve(undefined)
  const handOut = async (): Promise<never> => await Promise.reject(new Error('nobody logs in'))
  return { read: async () => await Promise.resolve(config), handOut, write: nothing, list: async () => await Promise.resolve([]), delete: nothing, login: nothing, close: nothing }
}

test('a mount that is set as Rekey needs it is accepted', async () => {
  expect(await createJournal({ client: vaultWith({ cas_required: true, max_versions: 32 }), zone: 'production' }).checkMount()).toBe(true)
})

test.each([
  ['writes without a version are allowed', { cas_required: false, max_versions: 32 }],
  ['it keeps fewer versions', { cas_required: true, max_versions: 10 }],
  ['nothing was set', {}]
])('a mount is refused by name, with what to set, when %s', async (_, config) => {
  await expect(createJournal({ client: vaultWith(config), zone: 'production' }).checkMount())
    .rejects.toMatchObject({ code: 'config/invalid', message: expect.stringMatching(/rekey-production.*cas_required=true.*max_versions=32/) as string })
})
