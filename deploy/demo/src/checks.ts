import type { Fleet, FleetHost, FleetKey, Lab } from '@rekey/lab'
import type { KeyFolder } from './fleet-keys.ts'
import { credentialOf } from './fleet-keys.ts'
import type { Judge } from './judge.ts'
import type { Progress } from './progress.ts'
import type { Seen } from './story.ts'
import { sshdSaw } from './story.ts'

/** One kind of check: how many held, and what did not. */
export interface Check {
  readonly what: string
  held: number
  readonly broken: string[]
}

export interface Evidence {
  readonly fleet: Fleet
  readonly lab: Lab
  readonly keys: KeyFolder
  readonly judge: Judge
  readonly credentials: readonly Seen[]
}

/** What the hosts themselves and the stock `ssh` client say; nothing here believes the rotator. */
export async function checkFleet ({ fleet, lab, keys, judge, credentials }: Evidence, progress: Progress): Promise<Check[]> {
  const oldRefused = check('old keys refused on their hosts')
  const newOpens = check('new keys log in and run a command')
  const noneElsewhere = check('new keys refused on every other account of the fleet')
  const options = check('options of key lines kept')
  const foreign = check('files of keys: foreign lines intact, byte for byte')
  const logged = check('proofs that the hosts\' own sshd logs show in one connection')

  for (const [index, key] of fleet.keys.entries()) {
    const name = credentialOf(key)
    const host = must(fleet.hosts.find((one) => one.name === key.host))
    const door = { name, account: key.account, address: host.address, port: host.port, hostKeys: lab.host(host.name).hostKeys }
    const others = fleet.keys.filter((other) => other !== key).map((other) => keys.pathOf(credentialOf(other), 'new'))
    const old = keys.pathOf(name, 'old')
    const { refused, accepted, output } = await judge.judge(door, [old, ...others], keys.pathOf(name, 'new'), 'echo "in as $(id -un) $REKEY_DEMO"')
    decide(oldRefused, refused.includes(old), `${name}: the old key was not refused`)
    decide(newOpens, accepted !== undefined && output.startsWith(`in as ${key.account}`), `${name}: the new key does not open (${output})`)
    decide(noneElsewhere, others.every((other) => refused.includes(other)), `${name}: a key of another account opens it`)
    if (key.options !== '') {
      const line = await lineWith(lab, host, key, must(credentials.find((one) => credentialOf(one) === name)))
      decide(options, line.startsWith(`${key.options} `) && output.endsWith(' 1'), `${name}: the line is now "${line.slice(0, 80)}…"`)
    }
    decide(logged, await sshdSaw(lab, must(credentials.find((one) => credentialOf(one) === name))), `${name}: no connection in sshd's log has the three verdicts`)
    progress.count('checked by the stock ssh client', index + 1, fleet.keys.length)
  }
  for (const host of fleet.hosts) {
    for (const { name, authorizedKeys, authorizedKeys2 } of host.accounts) {
      for (const [file, before] of [['authorized_keys', authorizedKeys], ['authorized_keys2', authorizedKeys2]] as const) {
        if (before === undefined) continue
        const ours = fleet.keys.filter((key) => key.host === host.name && key.account === name)
        const after = await lab.host(host.name).read(`${lab.host(host.name).home(name)}/.ssh/${file}`)
        const kept = before.split('\n').filter((line) => line !== '' && !ours.some((key) => line.includes(key.publicKey)))
        const now = after.split('\n').filter((line) => line !== '' && !line.includes(` rekey:${host.zone}/`))
        decide(foreign, now.join('\n') === kept.join('\n'), `${host.name}: ${file} of ${name} has lost or gained a foreign line`)
      }
    }
  }
  return [oldRefused, newOpens, noneElsewhere, options, foreign, logged]
}

async function lineWith (lab: Lab, host: FleetHost, key: FleetKey, { fingerprint }: Seen): Promise<string> {
  const file = await lab.host(host.name).read(`${lab.host(host.name).home(key.account)}/.ssh/authorized_keys`)
  return file.split('\n').find((line) => line.includes(` rekey:${credentialOf(key)}`)) ?? `none for ${fingerprint ?? ''}`
}

function check (what: string): Check {
  return { what, held: 0, broken: [] }
}

function decide (check: Check, holds: boolean, otherwise: string): void {
  if (holds) check.held += 1
  else check.broken.push(otherwise)
}

function must<T> (value: T | undefined): T {
  if (value === undefined) throw new Error('the fleet and its keys do not fit')
  return value
}
