import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { algorithmLike, isRekeyError } from '@rekey/domain'
import { fingerprint, makeKey, parsePrivateKey, parsePublicKey, secretMaker } from '@rekey/ssh'
import { armoured } from '../src/openssh-format.ts'
import { integer, string } from '../src/wire.ts'

let folder: string
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'rekey-keys-')) })
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0
/** A key that ssh-keygen made: its text, its `.pub` line and its fingerprint. */
function keygen (...options: string[]): { text: string, line: string, fingerprint: string } {
  const file = join(folder, `key-${count += 1}`)
  execFileSync('ssh-keygen', ['-q', '-N', '', '-C', 'someone@somewhere', '-f', file, ...options])
  return { text: readFileSync(file, 'utf8'), line: readFileSync(`${file}.pub`, 'utf8').trim(), fingerprint: listed(`${file}.pub`) }
}

function listed (file: string): string {
  return execFileSync('ssh-keygen', ['-l', '-f', file], { encoding: 'utf8' }).split(' ')[1] ?? ''
}

/** What OpenSSH itself reads out of a private key. */
function publicHalf (privateKey: string): string {
  const file = join(folder, `half-${count += 1}`)
  writeFileSync(file, privateKey, { mode: 0o600 })
  return execFileSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' }).trim()
}

/** A DSA key as OpenSSH wrote it until 2025, when ssh-keygen unlearned it. Its numbers are made up: nobody gets to look at them. */
function dsaKey (): { text: string, line: string } {
  const number = (size: number): Buffer => integer(Buffer.concat([Buffer.of(0x80), randomBytes(size - 1)]))
  const body = Buffer.concat([string('ssh-dss'), number(128), number(20), number(128), number(128)])
  const check = randomBytes(4)
  return { text: armoured(body, Buffer.concat([check, check, body, number(20), string('someone@somewhere')])), line: `ssh-dss ${body.toString('base64')} someone@somewhere` }
}

const pkcs8 = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

const withoutComment = (line: string): string => line.split(' ').slice(0, 2).join(' ')

/** The code of the refusal; it must never quote the key. */
function refusal (text: string, parse: (text: string) => unknown = parsePrivateKey): string {
  try {
    parse(text)
  } catch (error) {
    if (!isRekeyError(error)) throw error
    expect(error).not.toHaveProperty('cause')
    const inner = text.split('\n').find((line) => line.length > 60 && !line.includes(' '))
    if (inner !== undefined) expect(error.message).not.toContain(inner)
    return error.code
  }
  return 'accepted'
}

const kinds: Array<[string, string[]]> = [
  ['Ed25519', ['-t', 'ed25519']],
  ['RSA 2048', ['-t', 'rsa', '-b', '2048']],
  ['RSA 3072', ['-t', 'rsa', '-b', '3072']],
  ['ECDSA 256', ['-t', 'ecdsa', '-b', '256']],
  ['ECDSA 384', ['-t', 'ecdsa', '-b', '384']],
  ['ECDSA 521', ['-t', 'ecdsa', '-b', '521']],
  ['RSA in PKCS#1', ['-t', 'rsa', '-b', '2048', '-m', 'PEM']],
  ['RSA in PKCS#8', ['-t', 'rsa', '-b', '2048', '-m', 'PKCS8']],
  ['ECDSA in SEC 1', ['-t', 'ecdsa', '-b', '384', '-m', 'PEM']],
  ['ECDSA in PKCS#8', ['-t', 'ecdsa', '-b', '521', '-m', 'PKCS8']]
]

test.each(kinds)('an %s key is read, and written so that OpenSSH reads the same key', (_, options) => {
  const { text, line, fingerprint } = keygen(...options)
  const key = parsePrivateKey(text)
  expect(key.publicKey).toBe(withoutComment(line))
  expect(key.fingerprint).toBe(fingerprint)
  const stored = key.privateKey.open()
  expect(stored).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----\n/)
  expect(withoutComment(publicHalf(stored))).toBe(key.publicKey)
  expect(stored).not.toContain('someone')
  expect(parsePrivateKey(stored).privateKey.equals(key.privateKey)).toBe(true)
})

test('Ed25519 in PKCS#8 is read', () => {
  const pem = pkcs8(generateKeyPairSync('ed25519').privateKey)
  const key = parsePrivateKey(pem)
  expect(withoutComment(publicHalf(key.privateKey.open()))).toBe(key.publicKey)
})

test('a key that came through a clipboard is the same key', () => {
  const { text } = keygen('-t', 'ed25519')
  const key = parsePrivateKey(text)
  const forms = [text.replaceAll('\n', '\r\n'), text.trimEnd(), `\uFEFF${text}`, text.replace(/^/gm, '    '), `my key:\n\n${text}\n\nbye`, text.replaceAll('\n', '  \n')]
  for (const form of forms) expect(parsePrivateKey(form).privateKey.equals(key.privateKey)).toBe(true)
})

test('a made key is a new Ed25519 key each time, and OpenSSH reads it', () => {
  const [one, two] = [makeKey(), makeKey()]
  expect(one.publicKey).toMatch(/^ssh-ed25519 [A-Za-z0-9+/]{68}$/)
  expect(one.publicKey).not.toBe(two.publicKey)
  expect(withoutComment(publicHalf(one.privateKey.open()))).toBe(one.publicKey)
  const file = join(folder, 'made.pub')
  writeFileSync(file, one.publicKey + '\n')
  expect(one.fingerprint).toBe(listed(file))
  expect(fingerprint(one.publicKey)).toBe(one.fingerprint)
})

test('an encrypted key is refused, whatever format it is in', () => {
  expect(refusal(keygen('-t', 'ed25519', '-N', 'secret').text)).toBe('key/encrypted')
  expect(refusal(keygen('-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', 'secret').text)).toBe('key/encrypted')
  expect(refusal(keygen('-t', 'rsa', '-b', '2048', '-m', 'PKCS8', '-N', 'secret').text)).toBe('key/encrypted')
})

test.each(kinds)('an %s key that is cut off at any place is refused', (_, options) => {
  const { text } = keygen(...options)
  const lines = text.trimEnd().split('\n')
  for (let kept = 0; kept < lines.length; kept += 1) {
    const head = lines.slice(0, kept)
    expect(refusal(head.join('\n'))).toBe('key/unreadable')
    // A copy and paste that lost a line in the middle.
    const gap = [...lines.slice(0, kept), ...lines.slice(kept + 1)]
    expect(refusal(gap.join('\n'))).toBe('key/unreadable')
  }
  const body = text.indexOf('\n') + 20
  expect(refusal(text.slice(0, body) + (text[body] === 'A' ? 'B' : 'A') + text.slice(body + 1))).toBe('key/unreadable')
})

test('garbage, a public key, PuTTY\'s format, two keys and an endless text are refused as unreadable', () => {
  const { text, line } = keygen('-t', 'ed25519')
  const pem = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'
  const texts = ['', 'hunter2', line, 'PuTTY-User-Key-File-3: ssh-ed25519\n', text + text, text + '\n' + pem, pem, pem.replace('AAAA', '!!!!'), 'A'.repeat(100_000), '\0\0\0']
  for (const each of texts) expect(refusal(each)).toBe('key/unreadable')
})

test('weak and unusable kinds are refused', () => {
  expect(refusal(keygen('-t', 'rsa', '-b', '1024').text)).toBe('key/weak')
  expect(refusal(keygen('-t', 'rsa', '-b', '1024', '-m', 'PEM').text)).toBe('key/weak')
  expect(refusal(dsaKey().text)).toBe('key/weak')
  expect(refusal(pkcs8(generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey))).toBe('key/weak')
  expect(refusal(pkcs8(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey))).toBe('key/weak')
  expect(refusal(pkcs8(generateKeyPairSync('ed448').privateKey))).toBe('key/weak')
  expect(refusal(pkcs8(generateKeyPairSync('x25519').privateKey))).toBe('key/weak')
})

test('a public key is taken with or without its comment, and comes out without', () => {
  for (const [, options] of kinds) {
    const { line } = keygen(...options)
    expect(parsePublicKey(line)).toBe(withoutComment(line))
    expect(parsePublicKey(`  ${withoutComment(line)}\r\n`)).toBe(withoutComment(line))
  }
})

test('a public key that is junk, cut off, two, mislabelled or weak is refused', () => {
  const { line } = keygen('-t', 'ed25519')
  const rsa = withoutComment(keygen('-t', 'rsa', '-b', '2048').line)
  const [type = '', body = ''] = line.split(' ')
  const refused = (text: string) => refusal(text, parsePublicKey)
  const junk = ['', type, `${type} `, `${type} ${body.slice(0, -4)}`, `${type} ${body}AAAA`, `${type} ${body.slice(0, 20)}!${body.slice(20)}`, `ssh-rsa ${body}`,
    `example.org ${line}`, `${line}\n${line}`, `${type} 'x'`, rsa.slice(0, -8), `ecdsa-sha2-nistp256 ${body}`, 'A'.repeat(40_000)]
  for (const text of junk) expect([text, refused(text)]).toEqual([text, 'key/unreadable'])
  expect(refused(keygen('-t', 'rsa', '-b', '1024').line)).toBe('key/weak')
  expect(refused(dsaKey().line)).toBe('key/weak')
  expect(refused('sk-ssh-ed25519@openssh.com AAAA')).toBe('key/weak')
})

test('an RSA public key with other bytes for the same numbers is refused, so that each key has one spelling', () => {
  const [, body = ''] = keygen('-t', 'rsa', '-b', '2048').line.split(' ')
  const blob = Buffer.from(body, 'base64')
  const e = blob.subarray(11)
  const longer = Buffer.concat([blob.subarray(0, 11), Buffer.from([0, 0, 0, e.readUInt32BE() + 1, 0]), e.subarray(4)])
  expect(refusal(`ssh-rsa ${longer.toString('base64')}`, parsePublicKey)).toBe('key/unreadable')
})

test.each([['ed25519', 'ssh-ed25519', 256], ['ecdsa-p256', 'ecdsa-sha2-nistp256', 256], ['rsa-3072', 'ssh-rsa', 3072], ['rsa-4096', 'ssh-rsa', 4096]] as const)('a new key of %s is one, as ssh-keygen says', async (algorithm, type, bits) => {
  const [one, two] = await Promise.all([secretMaker.key(algorithm), secretMaker.key(algorithm)])
  expect(one.fingerprint).not.toBe(two.fingerprint)
  expect(one.publicKey.split(' ')[0]).toBe(type)
  expect(algorithmLike(one.publicKey).split('-')[0]).toBe(algorithm.split('-')[0])
  expect(parsePrivateKey(one.privateKey.open())).toMatchObject({ publicKey: one.publicKey, fingerprint: one.fingerprint })
  expect(withoutComment(publicHalf(one.privateKey.open()))).toBe(one.publicKey)
  const file = join(folder, `half-${count}`)
  expect(execFileSync('ssh-keygen', ['-l', '-f', file], { encoding: 'utf8' }).split(' ').slice(0, 2)).toEqual([String(bits), one.fingerprint])
}, 60_000)
