import { credentialStatuses, DebtClass, parseName } from '@rekey/domain'
import type { RekeyClient } from '@rekey/client'
import { Option, type Command } from 'commander'
import { withClient } from '../api/with-api.ts'
import { apiOptions, several, wholeNumber, withApi, type ApiFlags, type Registry } from '../command.ts'
import { hostFrom } from '../host-from.ts'
import type { Said } from '../said.ts'
import { numberedFrom } from '../vault/commands.ts'
import { listCredentials, showCredential, type CredentialFilter } from './credentials.ts'
import { listDebts, type DebtFilter } from './debts.ts'
import { listHosts, showHost } from './hosts.ts'
import { listOrders, showOrder, watchOrders, type WatchFlags } from './orders.ts'
import { rotate, type RotateFlags } from './rotate.ts'
import { showSchedule, type ScheduleFilter } from './schedule.ts'
import { status } from './status.ts'

type ZoneFlags = ApiFlags & { readonly zone?: string }

/** What there is, and its rotation, over the API. */
export function fleetCommands (program: Command, { session, command, act }: Registry): void {
  const asking = async (flags: ApiFlags, task: (api: RekeyClient) => Promise<Said>) => await withClient(apiOptions(flags), session, task)
  const ofZone = (one: Command) => withApi(one.option('--zone <zone>', 'of that zone only'))

  act(withApi(command(program, 'status', {
    summary: 'whether Rekey works, and what waits for somebody',
    description: 'The API and what it needs; in each zone how many credentials are in which state; holds; orders that are not done yet. Exit code 1 while the API can\'t serve.',
    examples: ['rekey status', 'rekey status --json']
  })), async (flags: ApiFlags) => await asking(flags, async api => await status(api, flags)))

  const hosts = command(program, 'hosts', { summary: 'the inventory', examples: ['rekey hosts', 'rekey hosts show production/web-1'] })
  act(ofZone(command(hosts, 'list', { summary: 'list the hosts', examples: ['rekey hosts list --zone production'] }, { isDefault: true })),
    async (flags: ZoneFlags) => await asking(flags, async api => await listHosts(api, flags)))
  act(withApi(command(hosts, 'show <host>', { summary: 'show a host and its credentials', examples: ['rekey hosts show production/web-1'] })),
    async (text: string, flags: ApiFlags) => {
      const host = hostFrom(text, 'rekey hosts show production/web-1')
      return await asking(flags, async api => await showHost(api, host, flags.json))
    })

  const credentials = command(program, 'credentials', { summary: 'what opens the accounts, without the secrets', examples: ['rekey credentials --status held', 'rekey credentials show production/web-1/deploy/ssh-key'] })
  act(ofZone(command(credentials, 'list', { summary: 'list the credentials', examples: ['rekey credentials list --zone production --status debt', 'rekey credentials list --shared --json'] }, { isDefault: true })
    .option('--host <host>', 'of that host only')
    .option('--account <account>', 'of that account only')
    .addOption(new Option('--status <status>', 'in that state only').choices(credentialStatuses))
    .option('--shared', 'only those whose secret opens another place too')
    .option('--observed', 'only those that are observed')),
  async ({ json, ...flags }: CredentialFilter & ApiFlags) => await asking(flags, async api => await listCredentials(api, filterOf(flags), json)))
  act(withApi(command(credentials, 'show <credential>', { summary: 'show a credential, its rotations and their proofs', examples: ['rekey credentials show production/web-1/deploy/ssh-key'] })),
    async (text: string, flags: ApiFlags) => {
      const name = parseName(text)
      return await asking(flags, async api => await showCredential(api, name, flags.json))
    })

  act(ofZone(command(program, 'debts', {
    summary: 'secrets that should be dead and are not proven dead',
    description: 'Each with why it is still open, since when, and what would end it. None is dropped: it ends with a proof, or with people who sign it off because its host is gone for good.',
    examples: ['rekey debts', 'rekey debts --zone production --class unreachable', 'rekey debts --json']
  })
    .option('--host <host>', 'of that host only')
    .addOption(new Option('--class <class>', 'of that class only').choices(Object.values(DebtClass)))),
  async ({ json, ...flags }: DebtFilter & ApiFlags) => await asking(flags, async api => await listDebts(api, flags, json)))

  act(ofZone(command(program, 'schedule', {
    summary: 'what will be replaced when, by policies and the longest age',
    description: 'What begins first comes first. Orders come on top of it. What should have been replaced by now is overdue.',
    examples: ['rekey schedule --zone production', 'rekey schedule --until 2026-04-01T00:00:00Z --json']
  }).option('--host <host>', 'of that host only').option('--until <time>', 'only what may begin by then, as 2026-04-01T00:00:00Z')),
  async (flags: ScheduleFilter & ApiFlags) => await asking(flags, async api => await showSchedule(api, flags, flags.json)))

  const following = (one: Command) => one.option('--timeout <seconds>', 'gives up looking after so long, with exit code 1; the order goes on', wholeNumber(1, 86_400))
  act(withApi(following(command(program, 'rotate [scope...]', {
    summary: 'order the rotation of a scope',
    description: 'A SCOPE is zone, zone/host, zone/host/account or zone/host/account/name. It shows what is covered, and asks before it orders anything.',
    examples: ['rekey rotate production/web-1 --reason "a laptop was stolen" --wait', 'rekey rotate production --label role=frontend --reason "monthly" --dry-run', 'rekey rotate --all --reason drill --yes --json']
  })
    .option('--reason <text>', 'why; it goes into the audit trail')
    .addOption(several('--label <key=value>', 'only hosts with that label; once for each'))
    .option('--all', 'everything that the token may rotate')
    .option('--dry-run', 'only shows what would be rotated')
    .option('--yes', 'does not ask')
    .option('--wait', 'follows the orders until they are done')
    .option('--idempotency-key <text>', 'the same key again orders nothing new; a new one is made unless said'))),
  async (scopes: string[], flags: RotateFlags & ApiFlags) => await asking(flags, async api => await rotate(api, scopes, flags, session)))

  const orders = command(program, 'orders', { summary: 'what was ordered, and how far it is', examples: ['rekey orders', 'rekey orders watch production/7'] })
  act(ofZone(command(orders, 'list', { summary: 'list the orders, the newest first', examples: ['rekey orders list --zone production'] }, { isDefault: true })),
    async (flags: ZoneFlags) => await asking(flags, async api => await listOrders(api, flags)))
  act(withApi(command(orders, 'show <order>', { summary: 'show an order and each of its targets', examples: ['rekey orders show production/7'] })),
    async (text: string, flags: ApiFlags) => {
      const order = orderFrom(text)
      return await asking(flags, async api => await showOrder(api, order, flags.json))
    })
  act(withApi(following(command(orders, 'watch <order>', {
    summary: 'follow an order until it is done',
    description: 'Also through a connection that breaks. Exit code 1 when only a person can let it go on.',
    examples: ['rekey orders watch production/7', 'rekey orders watch production/7 --timeout 600 --json']
  }))), async (text: string, flags: WatchFlags & ApiFlags) => {
    const order = orderFrom(text)
    return await asking(flags, async api => await watchOrders(api, [order], flags, session))
  })
}

function orderFrom (text: string): { zone: string, number: number } {
  return numberedFrom(text, 'order', 'rekey orders watch production/7')
}

function filterOf ({ zone, host, account, status, shared, observed }: CredentialFilter): CredentialFilter {
  return Object.fromEntries(Object.entries({ zone, host, account, status, shared, observed }).filter(([, value]) => value !== undefined))
}
