import { checkName, formatName, leaseIdPattern, parseName } from '@rekey/domain'
import type { Command } from 'commander'
import { loginOptions, wholeNumber, withJson, withVault, type Registry, type VaultFlags } from '../command.ts'
import { reasonFrom } from '../reason.ts'
import { UsageError } from '../usage-error.ts'
import { approve } from './approve.ts'
import { approvePolicy } from './approve-policy.ts'
import { approveLease, denyLease } from './decide-lease.ts'
import { reportCleared, showHold } from './hold.ts'
import { logIn, logOut, type LoginFlags } from './login.ts'
import { reportManaged, reportObserved } from './observe.ts'
import { reveal, type RevealFlags } from './reveal.ts'
import { findCredential, withOperator } from './with-operator.ts'

type Reasoned = VaultFlags & { readonly reason?: string }

/** What a person does with a Vault login of his own. */
export function vaultCommands (program: Command, { session, command, act }: Registry): void {
  const login = withVault(command(program, 'login', {
    summary: 'open your Vault login for the commands that come',
    description: 'Asks for your password once, or sends you to your organisation\'s own login page (--oidc). The token that Vault gives is kept until it ends in a file that only you can read: in XDG_RUNTIME_DIR, which is in memory, else below ~/.local/state. approve, reveal, ssh, hold, observe and manage use it.',
    examples: ['rekey login --vault-addr https://vault.example:8200 --username ada', 'rekey login --vault-addr https://vault.example:8200 --oidc', 'rekey login --zone production']
  })
    .option('--zone <zone>', 'whose login of a local stack is meant')
    .option('--oidc', 'by a browser, at the OpenID provider that Vault trusts')
    .option('--oidc-role <role>', 'which role of it; by default the one that Vault has as its default')
    .option('--oidc-mount <path>', 'where Vault has it', 'oidc')
    .option('--oidc-port <port>', 'of this machine, where the browser comes back to', wholeNumber(1, 65535), 8250))
  act(login, async ({ zone, ...flags }: VaultFlags & LoginFlags & { readonly zone?: string }) => await logIn(loginOptions(flags), zone, flags, session))

  act(withJson(command(program, 'logout', {
    summary: 'revoke what rekey login has opened',
    examples: ['rekey logout']
  })), async ({ json }: { readonly json?: boolean }) => await logOut(session, json))

  const revealing = withVault(command(program, 'reveal <credential>', {
    summary: 'print the key or the password that opens an account now',
    description: 'Straight from Vault, with your own login. A CREDENTIAL is named zone/host/account/name, such as production/web-1/deploy/ssh-key.',
    examples: ['rekey reveal production/web-1/deploy/ssh-key --out key && ssh -i key deploy@10.20.0.7', 'rekey reveal production/web-1/deploy/ssh-key --public']
  })
    .option('--public', 'the public key instead')
    .option('--candidate', 'the successor that is being put in place, when there is one')
    .option('--out <file>', 'writes it to a new file that only you can read (mode 0600)'))
  act(revealing, async (text: string, flags: VaultFlags & RevealFlags) => {
    const name = parseName(text)
    return await withOperator(loginOptions(flags), name.zone, session, async operator => await reveal(flags, await findCredential(operator, name), session.folder))
  })

  const hold = command(program, 'hold', { summary: 'why a credential is stopped, and letting it go on', examples: ['rekey hold show backup/store-1/root/ssh-key'] })
  act(withVault(command(hold, 'show <credential>', {
    summary: 'say why a credential is stopped',
    examples: ['rekey hold show backup/store-1/root/ssh-key']
  })), async (text: string, flags: VaultFlags) => {
    const name = parseName(text)
    return await withOperator(loginOptions(flags), name.zone, session, async operator => showHold(await findCredential(operator, name), flags.json))
  })
  const reasoned = (parent: Command, verb: string, says: Parameters<Registry['command']>[2]) =>
    withVault(command(parent, `${verb} <credential>`, says).option('--reason <text>', 'why; it is kept with it, and your name'))
  act(reasoned(hold, 'clear', {
    summary: 'let its rotation go on',
    description: 'The worker sees that within a minute. Your name and the reason are kept with it.',
    examples: ['rekey hold clear backup/store-1/root/ssh-key --reason "the account\'s key is back in place"']
  }), async (text: string, flags: Reasoned) => {
    const [name, reason] = [parseName(text), reasonFrom(flags.reason)]
    return await withOperator(loginOptions(flags), name.zone, session, async operator => reportCleared(formatName(name), await operator.clearHold(name, reason), flags.json))
  })

  act(reasoned(program, 'observe', {
    summary: 'let nothing of a credential be changed any more',
    description: 'Whatever is ordered, after the step that is under way. Lists tell it within a minute.',
    examples: ['rekey observe production/web-1/deploy/ssh-key --reason "frozen until the audit is over"']
  }), async (text: string, flags: Reasoned) => {
    const [name, reason] = [parseName(text), reasonFrom(flags.reason)]
    return await withOperator(loginOptions(flags), name.zone, session, async operator => reportObserved(formatName(name), await operator.observe(name, reason), flags.json))
  })
  act(reasoned(program, 'manage', {
    summary: 'let a credential be rotated again',
    description: 'Whoever had it observed: you, whoever handed it over, or its host\'s record. The worker sees that within a minute. The policy of its zone stays as it is.',
    examples: ['rekey manage production/web-1/deploy/ssh-key --reason "the audit is over"']
  }), async (text: string, flags: Reasoned) => {
    const [name, reason] = [parseName(text), reasonFrom(flags.reason)]
    return await withOperator(loginOptions(flags), name.zone, session, async operator => reportManaged(formatName(name), await operator.manage(name, reason), flags.json))
  })

  act(withVault(command(program, 'approve <proposal>', {
    summary: 'approve what was proposed over the API, a policy that weakens, or a lease that somebody waits for',
    description: 'Shows it as it stands in Vault, named zone/number: another place or other host keys for a host, that something leaves, that a hold is cleared, or a campaign; or the lease that waits for a person, by zone and id; or, as zone/policy, what of the zone\'s policy waits because it would weaken what is in force. Once you have typed what it asks for, your word on it is kept in Vault; the worker counts persons, and believes nothing else.',
    examples: ['rekey approve production/7', 'rekey approve production/policy', 'rekey approve production/0mmq1k2ac-8c4e1d7b2a9f4c6e8b1d3f5a']
  })
    .option('--yes', 'you have looked already: it is shown, and not asked')
    .option('--break-glass <reason>', 'of a campaign: starts it with your word alone, and loudly')),
  async (text: string, flags: VaultFlags & { readonly yes?: boolean, readonly breakGlass?: string }) => {
    const lease = leaseFrom(text)
    if (lease !== undefined) {
      if (flags.breakGlass !== undefined) throw new UsageError('--break-glass is for campaigns only: a lease needs no more than one person')
      return await withOperator(loginOptions(flags), lease.zone, session, async operator => await approveLease({ ...lease, isSure: flags.yes === true, json: flags.json }, operator, session))
    }
    const zoneOfPolicy = policyFrom(text)
    if (zoneOfPolicy !== undefined) {
      if (flags.breakGlass !== undefined) throw new UsageError('--break-glass is for campaigns only: a policy can wait for the others')
      return await withOperator(loginOptions(flags), zoneOfPolicy, session, async operator => await approvePolicy({ zone: zoneOfPolicy, isSure: flags.yes === true, json: flags.json }, operator, session))
    }
    const { zone, number } = numberedFrom(text, 'proposal', 'rekey approve production/7')
    return await withOperator(loginOptions(flags), zone, session, async operator => await approve({ zone, number, isSure: flags.yes === true, breakGlass: flags.breakGlass, json: flags.json }, operator, session))
  })

  act(withVault(command(program, 'deny <lease>', {
    summary: 'deny a lease that somebody waits for',
    description: 'For good, whoever approves of it. It is named by zone and id, as whoever asks was told it, and GET /v1/lease-requests lists them.',
    examples: ['rekey deny production/0mmq1k2ac-8c4e1d7b2a9f4c6e8b1d3f5a --reason "there is no release today"']
  }).option('--reason <text>', 'why; whoever asks is told it')), async (text: string, flags: Reasoned) => {
    const [lease, reason] = [leaseFrom(text), reasonFrom(flags.reason)]
    if (lease === undefined) throw new UsageError('name one lease by its zone and id: rekey deny production/0mmq1k2ac-8c4e1d7b2a9f4c6e8b1d3f5a')
    return await withOperator(loginOptions(flags), lease.zone, session, async operator => await denyLease({ ...lease, reason, json: flags.json }, operator, session))
  })
}

const leaseId = new RegExp(leaseIdPattern)

/** `production/0mmq1k2ac-…`; undefined for another form @throws RekeyError `name/invalid` */
function leaseFrom (text: string): { zone: string, id: string } | undefined {
  const [zone = '', id = '', ...more] = text.split('/')
  return leaseId.test(id) && more.length === 0 ? { zone: checkName('zone', zone), id } : undefined
}

/** The zone of `production/policy`; undefined for another form @throws RekeyError `name/invalid` */
function policyFrom (text: string): string | undefined {
  const [zone = '', word, ...more] = text.split('/')
  return word === 'policy' && more.length === 0 ? checkName('zone', zone) : undefined
}

/** `production/7` @throws UsageError, RekeyError `name/invalid` */
export function numberedFrom (text: string, what: string, example: string): { zone: string, number: number } {
  const [, zone, number] = /^([^/]+)\/([1-9]\d{0,14})$/.exec(text) ?? []
  if (zone === undefined || number === undefined) throw new UsageError(`name one ${what} by its zone and number: ${example}`)
  return { zone: checkName('zone', zone), number: Number(number) }
}
