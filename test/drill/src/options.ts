import { parseArgs } from 'node:util'
import { RekeyError } from '@rekey/domain'

export const usage = `npm run drill -- [--hosts N] [--misbehaving PERCENT] [--kill] [--attempts N] [--patience SECONDS] [--json]

A game day: real hosts whose keys are all stolen, an attacker who uses them, and two people in each zone who revoke all.

  --hosts N              hosts of the fleet, 4 to 240, half of them in each of two zones (40)
  --misbehaving PERCENT  hosts that are off line, frozen, slow, or break off connections, 0 to 60 per cent (0);
                         they behave again once all others are proven
  --kill                 in the middle: kill a worker and the API, flush Redis, seal Vault, and start all of it again
  --attempts N           logins of the attacker in a second, 1 to 100 (16): they take part of what the machine can do
  --patience SECONDS     how long a worker waits for one step on a host, 2 to 60 (20)
  --json                 no words, only the last line, which is JSON
  --help                 this page`

export interface DrillOptions {
  readonly hosts: number
  /** In per cent. */
  readonly misbehaving: number
  readonly kill: boolean
  /** Logins of the attacker in a second. */
  readonly attempts: number
  /** Seconds. */
  readonly patience: number
  readonly json: boolean
}

/** @returns undefined when help is asked for @throws RekeyError `input/invalid`, naming the option */
export function parseOptions (args: readonly string[]): DrillOptions | undefined {
  let values
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        hosts: { type: 'string', default: '40' },
        misbehaving: { type: 'string', default: '0' },
        kill: { type: 'boolean', default: false },
        attempts: { type: 'string', default: '16' },
        patience: { type: 'string', default: '20' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false }
      }
    }))
  } catch (error) {
    throw new RekeyError('input/invalid', (error as TypeError).message)
  }
  if (values.help) return undefined
  return {
    hosts: whole('hosts', values.hosts, 4, 240),
    misbehaving: whole('misbehaving', values.misbehaving, 0, 60),
    kill: values.kill,
    attempts: whole('attempts', values.attempts, 1, 100),
    patience: whole('patience', values.patience, 2, 60),
    json: values.json
  }
}

function whole (option: string, text: string, least: number, most: number): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) < least || Number(text) > most) {
    throw new RekeyError('input/invalid', `--${option} ${text}: give a whole number from ${least} to ${most}`, { field: option })
  }
  return Number(text)
}
