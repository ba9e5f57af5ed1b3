import { expect, test } from '@jest/globals'
import { read, told } from './reading.ts'

test('without a way to read files, what names one is refused by itself, and what holds its secret is not', async () => {
  expect(await told('rekey', `
hosts:
  - {id: a, address: 10.20.0.7, credentials: [{account: root, passwordFile: /etc/passwd}, {account: deploy, password: p4ss}]}
`, { readFile: undefined })).toEqual([
    'line 3, hosts[0].credentials[0]: a root REFUSED passwordFile names a file, and none is read here; give the secret itself in the text, or use `rekey import`',
    'line 3, hosts[0].credentials[1]: production/a 10.20.0.7 22 deploy password p4ss'
  ])
})

test('an inventory of more hosts than are taken at once is refused as a whole', async () => {
  expect((await read('ansible', 'web-[1:50]\n', { mostHosts: 50 })).rows).toHaveLength(50)
  await expect(read('ansible', 'web-[1:51]\n', { mostHosts: 50 })).rejects.toMatchObject({ code: 'input/invalid', message: 'there are 51 hosts, and at most 50 are taken at once; split it' })
})

test('the reading ends when nobody waits for it any more', async () => {
  await expect(read('ansible', 'web-[1:50]\n', { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
})
