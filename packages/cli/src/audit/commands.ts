import { checkName } from '@rekey/domain'
import type { Command } from 'commander'
import { withClient } from '../api/with-api.ts'
import { apiOptions, loginOptions, wholeNumber, withApi, withJson, withVault, type ApiFlags, type Registry, type VaultFlags } from '../command.ts'
import { withOperator } from '../vault/with-operator.ts'
import { exportHeads } from './heads.ts'
import { listAudit, type AuditFilter } from './list.ts'
import { verify, type VerifyFlags } from './verify.ts'

/** What was recorded, and whether it still is what was recorded. */
export function auditCommands (program: Command, { session, command, act }: Registry): void {
  const audit = command(program, 'audit', { summary: 'what was recorded, and whether anybody has changed it', examples: ['rekey audit heads production --out heads.json', 'rekey audit verify journal.jsonl --heads heads.json'] })

  act(withApi(command(audit, 'list', {
    summary: 'list what was recorded, the newest first',
    description: 'Over the API, some seconds after it was recorded. An entry with an outcome tells how something ended; one without, that it was about to be done.',
    examples: ['rekey audit list --zone production --target production/web-1', 'rekey audit list --act order.create --since 2026-03-01T00:00:00Z --json']
  }, { isDefault: true })
    .option('--zone <zone>', 'of that zone only')
    .option('--actor <name>', 'what that caller of the API asked for')
    .option('--act <act>', 'such as order.create or push')
    .option('--target <target>', 'it, and what lies below it')
    .option('--request-id <id>', 'of that request')
    .option('--since <time>', 'from then on, 2026-03-01T00:00:00Z')
    .option('--until <time>', 'up to then')
    .option('--limit <number>', 'so many at most', wholeNumber(1, 100_000), 50)),
  async (flags: ApiFlags & AuditFilter & { readonly limit: number }) => {
    const { json, limit, zone, actor, act: done, target, requestId, since, until } = flags
    const filter = Object.fromEntries(Object.entries({ zone, actor, act: done, target, requestId, since, until }).filter(([, value]) => value !== undefined))
    return await withClient(apiOptions(flags), session, async api => await listAudit(api, filter, limit, json))
  })

  act(withVault(command(audit, 'heads <zones...>', {
    summary: 'export the signed ends of the audit journals',
    description: 'Straight from Vault, with your own login: of the zone\'s workers, and of the API. With that file and the journals themselves rekey audit verify needs nothing else. Keep one away from the machines: the keys in it are what later ones are compared with.',
    examples: ['rekey audit heads production backup --out heads.json']
  }).option('--out <file>', 'writes them to a new file')),
  async (zones: string[], flags: VaultFlags & { readonly out?: string }) => {
    const exports = []
    for (const zone of zones) exports.push(await withOperator(loginOptions(flags), checkName('zone', zone), session, async operator => await operator.auditEvidence()))
    return await exportHeads(exports, flags, session.folder)
  })

  act(withJson(command(audit, 'verify [files...]', {
    summary: 'find out whether audit journals were changed',
    description: 'FILES are journals of Rekey\'s processes, journal*.jsonl of their audit folders; without any, those of a local stack. It needs no network. Exit codes: 0 nobody has changed them; 1 somebody has, or they can\'t be read; 2 the command line is wrong.',
    examples: ['rekey audit verify audit/api/journal.jsonl audit/worker-production/*.jsonl --heads heads.json', 'rekey audit verify journal.jsonl --heads heads.json --keys heads-of-last-year.json']
  })
    .option('--heads <file>', 'what rekey audit heads has exported; without it, what was cut off or made anew can\'t be seen')
    .option('--keys <file>', 'an earlier export, whose keys are believed instead of those beside the heads')
    .option('--stack <dir>', 'the local stack whose journals are meant')),
  async (files: string[], flags: VerifyFlags) => await verify(files, flags, session.folder))
}
