import { createHmac } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { read } from './reading.ts'

const key = (letter: string, type = 'ssh-ed25519') => `${type} ${letter.repeat(68)}`
const [a, b, c] = [key('a'), key('b'), key('c')]

/** How the host at that address and port is trusted, or why it is refused. */
async function trust (knownHosts: string | undefined, { address = '10.20.0.7', port = 22, trustFirstUse = false } = {}): Promise<unknown> {
  const { rows: [row] } = await read('rekey', `hosts: [{id: x, address: "${address}", port: ${port}}]`, { knownHosts, trustFirstUse })
  if (row?.result === 'refused') return `${row.field}: ${row.reason}`
  return row?.host.trust.mode === 'pinned' ? row.host.trust.keys : row?.host.trust.mode
}

function hashed (name: string): string {
  const salt = Buffer.from('twenty bytes of salt')
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
}

test('all keys of the address are pinned, once each and without their comments', async () => {
  expect(await trust(`# a comment\n\n10.20.0.7 ${a} root@x\nother,10.20.0.7 ${b}\n10.20.0.7 ${a}\n10.20.0.8 ${c}\n`)).toEqual([a, b])
})

test('another port has lines of its own', async () => {
  const text = `10.20.0.7 ${a}\n[10.20.0.7]:2222 ${b}\n`
  expect(await trust(text)).toEqual([a])
  expect(await trust(text, { port: 2222 })).toEqual([b])
  expect(await trust(text, { port: 2223 })).toMatch(/^known_hosts: has no line for this host/)
})

test('names match whatever their case, by wildcards, and not where an exclamation mark takes them out', async () => {
  expect(await trust(`Web.Example.COM ${a}`, { address: 'wEb.example.com' })).toEqual([a])
  expect(await trust(`*.example.com,!db.example.com ${a}`, { address: 'web.example.com' })).toEqual([a])
  expect(await trust(`*.example.com,!db.example.com ${a}`, { address: 'db.example.com' })).toMatch(/has no line/)
  expect(await trust(`10.20.0.? ${a}`)).toEqual([a])
})

test('hashed names are matched', async () => {
  const text = `${hashed('10.20.0.7')} ${a}\n${hashed('[10.20.0.7]:2222')} ${b}\n`
  expect(await trust(text)).toEqual([a])
  expect(await trust(text, { port: 2222 })).toEqual([b])
  expect(await trust(text, { address: '10.20.0.8' })).toMatch(/has no line/)
})

test('a line that ssh-keygen has hashed is matched', async () => {
  // `ssh-keygen -H` of OpenSSH 9.2 on a line for [127.0.0.1]:2222.
  expect(await trust('|1|stCDDLywLpKT6w2IQcnrygSW6mo=|9u68+wrW12CSdEfgo3t0eCraqHc= ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICR7xThDfW8SgyiFnI0HuFTu/P0WJK8Sp8p4aTJkMjC2', { address: '127.0.0.1', port: 2222 })).toHaveLength(1)
})

test('a revoked key is refused, and on first use so is every host that a revoked line names', async () => {
  expect(await trust(`10.20.0.7 ${a}\n@revoked 10.20.0.7 ${a}`)).toMatch(/@revoked/)
  expect(await trust(`10.20.0.7 ${a}\n@revoked * ${b}`)).toEqual([a])
  expect(await trust(`@revoked * ${b}`, { trustFirstUse: true })).toMatch(/@revoked/)
})

test('a certificate authority is left out with a note, and pins nothing', async () => {
  expect(await trust(`@cert-authority 10.20.0.* ${a}`)).toMatch(/only a certificate authority vouches/)
  const { notes } = await read('rekey', 'hosts: []', { knownHosts: `\n@cert-authority * ${a}` })
  expect(notes).toEqual([{ source: 'known_hosts line 2', text: expect.stringContaining('certificate authority') }])
})

test('keys of kinds that can\'t be pinned don\'t count', async () => {
  expect(await trust(`10.20.0.7 ${key('d', 'ssh-dss')}\n10.20.0.7 ${key('e', 'ssh-rsa')}`)).toEqual([key('e', 'ssh-rsa')])
  expect(await trust(`10.20.0.7 ${key('d', 'ssh-dss')}`)).toMatch(/has no key of this host that can be pinned/)
})

test('without a line the host is refused, unless trust on first use is allowed', async () => {
  expect(await trust('')).toMatch(/has no line for this host/)
  expect(await trust(undefined)).toMatch(/no known_hosts file was given/)
  expect(await trust('', { trustFirstUse: true })).toBe('first-use')
})

test('a line that is none is left out with a note that doesn\'t repeat it', async () => {
  const { notes } = await read('rekey', 'hosts: []', { knownHosts: `hunter2 hunter2\n10.20.0.7 ${a}\n10.20.0.7 2048 65537 1234567890123456789012345\n` })
  expect(notes.map(({ source }) => source)).toEqual(['known_hosts line 1', 'known_hosts line 3'])
  expect(JSON.stringify(notes)).not.toContain('hunter2')
})

test('a pattern of many stars takes no longer than others', async () => {
  expect(await trust(`${'*a'.repeat(200)}b ${a}`, { address: 'a'.repeat(63) + '.' + 'a'.repeat(63) })).toMatch(/has no line/)
})
