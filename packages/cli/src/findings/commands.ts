import type { RekeyClient } from '@rekey/client'
import type { Command } from 'commander'
import { withClient } from '../api/with-api.ts'
import { apiOptions, several, wholeNumber, withApi, type ApiFlags, type Registry } from '../command.ts'
import { hostFrom } from '../host-from.ts'
import { reasonFrom } from '../reason.ts'
import type { Said } from '../said.ts'
import { blastRadius, type StolenFlags } from './blast-radius.ts'
import { acceptFinding, listFindings, removeKey, type FindingFilter } from './findings.ts'
import { surveyHost } from './survey.ts'

/** What is wrong, what is not managed, and what it would cost. */
export function findingCommands (program: Command, { session, command, act }: Registry): void {
  const asking = async (flags: ApiFlags, task: (api: RekeyClient) => Promise<Said>) => await withClient(apiOptions(flags), session, task)

  const findings = command(program, 'findings', { summary: 'what is wrong for longer than a moment', examples: ['rekey findings', 'rekey findings accept production/4f6b9c1d2e3a5b70 --reason "our backup server"'] })
  act(withApi(command(findings, 'list', {
    summary: 'list the findings, and count the accounts that nobody manages',
    description: 'Those that were accepted are marked. Kinds are explained in docs/findings.md.',
    examples: ['rekey findings list --zone production', 'rekey findings list --kind unknown-key --json']
  }, { isDefault: true })
    .option('--zone <zone>', 'of that zone only')
    .option('--host <host>', 'of that host only')
    .option('--kind <kind>', 'of that kind only')),
  async ({ json, ...flags }: FindingFilter & ApiFlags) => await asking(flags, async api => await listFindings(api, flags, json)))
  act(withApi(command(findings, 'accept <finding>', {
    summary: 'accept a finding of a zone as it is now',
    description: 'It stays on the list, marked, until it changes. Nothing of it is changed.',
    examples: ['rekey findings accept production/4f6b9c1d2e3a5b70 --reason "our backup server"']
  }).option('--reason <text>', 'why; it is shown with the finding')),
  async (text: string, { reason, ...flags }: ApiFlags & { readonly reason?: string }) => {
    const why = reasonFrom(reason)
    return await asking(flags, async api => await acceptFinding(api, text, why, flags.json))
  })
  act(withApi(command(findings, 'remove <finding>', {
    summary: 'propose that an unknown key is taken off the hosts of a zone',
    description: 'Nothing changes until people approve it, with rekey approve, for each account that the key opens. Then the zone\'s worker takes that key out, and looks again whether it is gone.',
    examples: ['rekey findings remove production/4f6b9c1d2e3a5b70 --reason "nobody knows whose it is"', 'rekey findings remove production/4f6b9c1d2e3a5b70 --host web-1 --reason "left the team"']
  })
    .option('--host <host>', 'from that host only')
    .option('--reason <text>', 'why; it is shown to those who approve')),
  async (text: string, { reason, host, ...flags }: ApiFlags & { readonly reason?: string, readonly host?: string }) => {
    const why = reasonFrom(reason)
    return await asking(flags, async api => await removeKey(api, text, why, { host, json: flags.json }))
  })

  act(withApi(command(program, 'survey <host>', {
    summary: 'look who can log in on a host, and how',
    description: 'The zone\'s worker looks, with a credential of the host that is managed. Nothing is changed there, and no secret leaves it.',
    examples: ['rekey survey production/web-1', 'rekey survey production/web-1 --last --json']
  })
    .option('--last', 'shows the last survey, and asks for none')
    .option('--timeout <seconds>', 'gives up waiting after so long, with exit code 1', wholeNumber(1, 3600))),
  async (text: string, flags: ApiFlags & { readonly last?: boolean, readonly timeout?: number }) => {
    const host = hostFrom(text, 'rekey survey production/web-1')
    return await asking(flags, async api => await surveyHost(api, host, flags, session))
  })

  act(withApi(command(program, 'blast-radius [fingerprints...]', {
    summary: 'what falls with what is stolen',
    description: 'Accounts that stolen secrets open, hosts of which these become root, private keys that lie there, and so on, as far as hosts were surveyed.',
    examples: ['rekey blast-radius SHA256:uNiVztksCsDhcc0u9e8BrrG0aZtQ0vCzFs0Z1uOaKQM', 'rekey blast-radius --host production/web-1', 'rekey blast-radius --zone backup --json']
  })
    .addOption(several('--host <host>', 'a host, as zone/host, on which somebody is root; once for each'))
    .addOption(several('--zone <zone>', 'a zone of which that is true of every host; once for each'))),
  async (fingerprints: string[], flags: StolenFlags & ApiFlags) => await asking(flags, async api => await blastRadius(api, fingerprints, flags)))
}
