import { parseArgs } from 'node:util'
import { RekeyError } from '@rekey/domain'

export const usage = `npm run bench -- [--hosts N] [--concurrency N] [--rounds N] [--json] [--no-memory] [--no-passwords] [--profile] [--accept N] [--scan N]

  --hosts N        hosts of the fleet, 1 to 200 (50)
  --concurrency N  hosts that the worker visits at once, and logins that the floor has in flight, 1 to 64 (16)
  --rounds N       rounds that are measured, 3 to 20 (3); one more warms up
  --json           no table, only the last line, which is JSON
  --no-memory      leave out the worker's memory at 10 and at 200 hosts
  --no-passwords   leave out the fleet of keys and passwords side by side
  --profile        write a CPU profile of the worker, which makes it slower
  --accept N       instead of all that: how long revoke-all of N credentials takes to be accepted, 8 to 20000
  --scan N         instead of all that: how long a worker takes to learn what is due among N credentials, 1 to 10000`

export interface BenchOptions {
  readonly hosts: number
  readonly concurrency: number
  readonly rounds: number
  readonly json: boolean
  readonly memory: boolean
  readonly passwords: boolean
  readonly profile: boolean
  /** Credentials; absent: the bench of rotations. */
  readonly accept: number | undefined
  /** The same. */
  readonly scan: number | undefined
}

/** @throws RekeyError `input/invalid`, naming the option */
export function parseOptions (args: readonly string[]): BenchOptions {
  let values
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        hosts: { type: 'string', default: '50' },
        concurrency: { type: 'string', default: '16' },
        rounds: { type: 'string', default: '3' },
        json: { type: 'boolean', default: false },
        'no-memory': { type: 'boolean', default: false },
        'no-passwords': { type: 'boolean', default: false },
        profile: { type: 'boolean', default: false },
        accept: { type: 'string' },
        scan: { type: 'string' }
      }
    }))
  } catch (error) {
    throw new RekeyError('input/invalid', (error as TypeError).message)
  }
  return {
    hosts: whole('hosts', values.hosts, 1, 200),
    concurrency: whole('concurrency', values.concurrency, 1, 64),
    rounds: whole('rounds', values.rounds, 3, 20),
    json: values.json,
    memory: !values['no-memory'],
    passwords: !values['no-passwords'],
    profile: values.profile,
    accept: values.accept === undefined ? undefined : whole('accept', values.accept, 8, 20_000),
    scan: values.scan === undefined ? undefined : whole('scan', values.scan, 1, 10_000)
  }
}

function whole (option: string, text: string, least: number, most: number): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) < least || Number(text) > most) {
    throw new RekeyError('input/invalid', `--${option} ${text}: give a whole number from ${least} to ${most}`, { field: option })
  }
  return Number(text)
}
