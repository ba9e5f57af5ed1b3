import { credentialOf, isKey, isPassword, makeDemoFleet } from '../src/fleet.ts'

const fleet = makeDemoFleet(8, 40)

test('both zones have hosts that keys open and odd ones, no two at the same address', () => {
  expect(fleet.hosts.length).toBeGreaterThanOrEqual(14)
  expect(new Set(fleet.hosts.map(({ address, port }) => `${address}:${port}`)).size).toBe(fleet.hosts.length)
  for (const [zone, networks] of Object.entries(fleet.networks)) {
    const hosts = fleet.hosts.filter((host) => host.zone === zone)
    expect(hosts.length).toBeGreaterThan(8)
    expect(hosts.every(({ address }) => networks.includes(address.replace(/\d+$/, '0/24')))).toBe(true)
  }
})

test('every credential is one of an account of its host, and handed over after the one that it is changed through', () => {
  const names = fleet.credentials.map(credentialOf)
  expect(new Set(names).size).toBe(names.length)
  for (const [index, one] of fleet.credentials.entries()) {
    const account = fleet.hosts.find(({ name }) => name === one.host)?.accounts.find(({ name }) => name === one.account)
    expect({ of: credentialOf(one), hasAccount: account !== undefined }).toEqual({ of: credentialOf(one), hasAccount: true })
    if (isPassword(one)) expect(account?.password).toBe(one.password)
    const helper = one.through === null ? undefined : `${one.zone}/${one.host}/${one.through}`
    if (helper !== undefined && helper !== names[index]) expect(names.slice(0, index)).toContain(helper)
  }
})

test('one key and one password open two accounts each, and two credentials can\'t be managed', () => {
  const secrets = fleet.credentials.map((one) => isKey(one) ? one.key.fingerprint : one.password)
  const twice = fleet.credentials.filter((_, index) => secrets.indexOf(secrets[index] ?? '') !== secrets.lastIndexOf(secrets[index] ?? ''))
  expect(twice.map(credentialOf).sort()).toEqual(['backup/backup-1/app/ssh-key', 'backup/backup-2/app/ssh-key', 'backup/backup-password/app/password', 'production/production-password/app/password'])
  expect(fleet.credentials.filter(({ isBeyond }) => isBeyond).map(credentialOf).sort()).toEqual(['backup/backup-second-factor/deploy/ssh-key', 'production/production-too-young/app/password'])
})
