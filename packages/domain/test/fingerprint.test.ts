import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fingerprint } from '@rekey/domain'

let folder: string
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'rekey-fingerprint-')) })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each([['ed25519', '256'], ['ecdsa', '256'], ['ecdsa', '521'], ['rsa', '3072']])('a fingerprint is what ssh-keygen prints for an %s key of %s bits', (type, bits) => {
  const file = join(folder, `${type}-${bits}`)
  execFileSync('ssh-keygen', ['-q', '-t', type, '-b', bits, '-N', '', '-C', 'a comment', '-f', file])
  const [, printed] = execFileSync('ssh-keygen', ['-l', '-E', 'sha256', '-f', `${file}.pub`], { encoding: 'utf8' }).split(' ')
  const [keyType = '', body = ''] = readFileSync(`${file}.pub`, 'utf8').split(' ')
  expect(fingerprint(`${keyType} ${body}`)).toBe(printed)
})

test('a comment behind the key changes nothing', () => {
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f'
  expect(fingerprint(`${key} somebody@somewhere`)).toBe(fingerprint(key))
})
