import type { RekeyClient } from '@rekey/client'
import { campaignActions, credentialKinds, type CampaignAction } from '@rekey/domain'
import type { Command } from 'commander'
import { withClient } from '../api/with-api.ts'
import { apiOptions, loginOptions, several, wholeNumber, withApi, withJson, withVault, type ApiFlags, type Registry, type VaultFlags } from '../command.ts'
import { reasonFrom } from '../reason.ts'
import type { Said } from '../said.ts'
import { approve } from '../vault/approve.ts'
import { numberedFrom } from '../vault/commands.ts'
import { withOperator } from '../vault/with-operator.ts'
import { campaignId } from './campaign-id.ts'
import { downloadReport, verifyReport, type VerifyReportFlags } from './report.ts'
import { listCampaigns, showCampaign, type ShowFlags } from './show.ts'
import { startCampaign, type StartFlags } from './start.ts'
import { steer } from './steer.ts'
import { watchCampaign, type WatchFlags } from './watch.ts'

const id = '0f0c2d8e-6d0b-4d6f-8f6a-4b7a8a1f6f0b'

/** Revoke-all: every secret of a scope at once. */
export function campaignCommands (program: Command, { session, command, act }: Registry): void {
  const asking = async (flags: ApiFlags, task: (api: RekeyClient) => Promise<Said>) => await withClient(apiOptions(flags), session, task)
  const campaign = command(program, 'campaign', {
    summary: 'revoke every secret of a scope at once, and see it done',
    description: 'docs/runbook-emergency.md goes through an emergency with these commands.',
    examples: ['rekey campaign start --all --reason "a laptop with all keys was stolen"', `rekey campaign watch ${id}`]
  })
  const following = (one: Command) => one.option('--timeout <seconds>', 'gives up looking after so long, with exit code 1; the campaign goes on', wholeNumber(1, 86_400))

  act(withApi(following(command(campaign, 'start [scope...]', {
    summary: 'propose that every secret of a scope is replaced, and the old ones proven dead',
    description: 'A SCOPE is zone, zone/host, zone/host/account or zone/host/account/name. It shows what is covered and what is at stake, asks, and says what people have to approve: nothing happens before they do. The same idempotency key again proposes nothing new.',
    examples: ['rekey campaign start --all --reason "a laptop with all keys was stolen" --dry-run', 'rekey campaign start production --kind ssh-key --reason "a key server was broken into" --wait', 'rekey campaign start --burned SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM --reason "found in a public repository" --yes --json', 'rekey campaign start production --lockdown --reason "somebody is in there" --dry-run']
  })
    .option('--reason <text>', 'why; people see it when they approve, and it goes into the audit trail')
    .addOption(several('--label <key=value>', 'only hosts with that label; once for each'))
    .addOption(several('--kind <kind>', `only credentials of that kind, ${credentialKinds.join(' or ')}; once for each`, credentialKinds))
    .addOption(several('--burned <secret>', 'a fingerprint or a public key that somebody else has: wherever it opens, besides the scope, or alone; once for each'))
    .option('--all', 'everything in the zones that you may act on')
    .option('--dry-run', 'only shows each target in its order, what is at stake there, and how long it may take')
    .option('--yes', 'does not ask, nor wait to show what is at stake')
    .option('--wait', 'follows it until it is done')
    .option('--deadline <time>', 'by when all should be proven, as 2026-03-01T12:00:00Z: later it is an alarm')
    .option('--breaker-percent <number>', 'no further wave begins when more of the hosts that were tried have failed; 30 unless said', wholeNumber(1, 100))
    .option('--wait-seconds <number>', 'how long a zone waits for those of a lower rank; 300 unless said', wholeNumber(0, 86_400))
    .option('--end-sessions', 'live logins of the accounts end once their new secrets are in place; else they are counted only')
    .option('--lockdown', 'strips access without a replacement and ends live logins, where a host\'s recovery credential leads back; everything else is replaced. It takes two people, always')
    .option('--keep-tokens', 'the API\'s tokens do not end, also when all of a zone is revoked')
    .option('--idempotency-key <text>', 'a new one is made unless said'))),
  async (scopes: string[], flags: StartFlags & ApiFlags) => await asking(flags, async api => await startCampaign(api, scopes, flags, session)))

  act(withApi(command(campaign, 'list', { summary: 'list the campaigns, the newest first', examples: ['rekey campaign list --zone production'] }, { isDefault: true })
    .option('--zone <zone>', 'of that zone only')),
  async (flags: ApiFlags & { readonly zone?: string }) => await asking(flags, async api => await listCampaigns(api, flags)))

  act(withApi(command(campaign, 'show <campaign>', {
    summary: 'show how far a campaign is, and each target that is not proven',
    examples: [`rekey campaign show ${id}`, `rekey campaign show ${id} --targets --json`]
  }).option('--targets', 'shows all targets, also those that are proven')),
  async (text: string, flags: ShowFlags & ApiFlags) => {
    const path = campaignId(text)
    return await asking(flags, async api => await showCampaign(api, path, flags))
  })

  act(withApi(following(command(campaign, 'watch <campaign>', {
    summary: 'follow a campaign until it is done',
    description: 'Shows how many targets an attacker may still open, and each zone. Exit code 1 when only people can let it go on, or when it has ended and something is not proven.',
    examples: [`rekey campaign watch ${id}`, `rekey campaign watch ${id} --timeout 600 --json`]
  }))), async (text: string, flags: WatchFlags & ApiFlags) => {
    const path = campaignId(text)
    return await asking(flags, async api => await watchCampaign(api, path, flags, session))
  })

  act(withApi(command(campaign, 'report <campaign>', {
    summary: 'take away what became of a campaign, signed',
    description: 'Also while it runs: what was approved by whom, and each target with its proofs, or with what is owed there. No secret is in it.',
    examples: [`rekey campaign report ${id} --out report.json`]
  }).option('--out <file>', 'writes it to a new file')),
  async (text: string, flags: ApiFlags & { readonly out?: string }) => {
    const path = campaignId(text)
    return await asking(flags, async api => await downloadReport(api, path, flags, session.folder))
  })
  act(withJson(command(campaign, 'verify <report>', {
    summary: 'find out whether the report of a campaign was changed',
    description: 'It needs no network. Exit codes: 0 Rekey has signed just that; 1 it has not, or a file can\'t be read; 2 the command line is wrong.',
    examples: ['rekey campaign verify report.json --keys heads.json']
  }).option('--keys <file>', 'what rekey audit heads has exported: whose signature is believed')),
  async (file: string, flags: VerifyReportFlags) => await verifyReport(file, flags, session.folder))

  const approving = (name: string, says: Parameters<Registry['command']>[2]) => command(campaign, `${name} <proposal>`, says).option('--yes', 'you have looked already: it is shown, and not asked')
  type Approving = VaultFlags & { readonly yes?: boolean }
  const approveIt = async (text: string, verb: string, { yes = false, json, ...flags }: Approving, breakGlass?: string) => {
    const { zone, number } = numberedFrom(text, 'proposal', `rekey campaign ${verb} production/7`)
    return await withOperator(loginOptions(flags), zone, session, async operator => await approve({ zone, number, isSure: yes, breakGlass, json }, operator, session))
  }
  act(withVault(approving('approve', {
    summary: 'approve of a campaign, or of its steering, in one zone',
    description: 'With your own Vault login, as rekey approve does: shows the proposal as it stands in Vault, and keeps your word on just that.',
    examples: ['rekey campaign approve production/7']
  })), async (text: string, flags: Approving) => await approveIt(text, 'approve', flags))
  act(withVault(approving('break-glass', {
    summary: 'start or steer a campaign in one zone with your word alone, loudly',
    description: 'For when nobody else answers. It is in the audit trail and goes to its sinks, and it is an alarm and a metric.',
    examples: ['rekey campaign break-glass production/7 --reason "nobody answers, and the theft goes on"']
  }).option('--reason <text>', 'why nobody else could be asked')),
  async (text: string, flags: Approving & { readonly reason?: string }) => await approveIt(text, 'break-glass', flags, reasonFrom(flags.reason)))

  const summaries: Record<CampaignAction, string> = {
    pause: 'propose that no further host is touched until people say so',
    resume: 'propose that a campaign goes on, also where the breaker has stopped its waves',
    stop: 'propose that a campaign ends for good'
  }
  for (const action of campaignActions) {
    act(withApi(command(campaign, `${action} <campaign>`, {
      summary: summaries[action],
      description: 'In each of your zones that it has. People approve it as they did the start; what is half done on a host is carried to its end.',
      examples: [`rekey campaign ${action} ${id} --reason "the canary looks odd"`]
    }).option('--reason <text>', 'why; people see it when they approve')),
    async (text: string, flags: ApiFlags & { readonly reason?: string }) => {
      const [path, reason] = [campaignId(text), reasonFrom(flags.reason)]
      return await asking(flags, async api => await steer(api, path, { action, reason }, flags.json))
    })
  }
}
