import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { withJson, type Registry } from '../command.ts'
import { asJson } from '../said.ts'
import { fetchLease, formats, type FetchFlags } from './fetch.ts'
import { giveBackKept } from './kept-lease.ts'
import { leasing, withLease, type LeaseFlags } from './options.ts'

/** How long a lease lasts that is renewed while its command runs: so long does a key live at most after a job that was killed. */
const ttlSeconds = 300

/** Secrets for the jobs of a CI, from the zone's broker. */
export function leaseCommands (program: Command, { session, command, act }: Registry): void {
  act(withLease(command(program, 'lease <command...>', {
    summary: 'run a command with keys that a job of a CI may use meanwhile',
    description: 'Takes a lease from the zone\'s broker by the job\'s own token, and runs the command with an agent that only it has: the keys are in no file, argument or variable, and ssh, scp, sftp and what runs them, such as git, rsync and Ansible, check the hosts\' pinned keys. The lease is renewed while the command runs, if the grant lets it, and given back when it ends, or is ended by a signal. The exit code is that of the command. For passwords, take rekey fetch. What there is for programs, by variable: REKEY_SSH_CONFIG, REKEY_KNOWN_HOSTS, REKEY_INVENTORY (for ansible -i).',
    examples: ['rekey lease --credential production/web-1/deploy/ssh-key -- ssh web-1 sudo systemctl restart shop', 'rekey lease --account deploy --label role=shop --audience rekey-production -- sh -c \'ansible-playbook -i "$REKEY_INVENTORY" site.yml\'']
  })), async (words: string[], flags: LeaseFlags) => {
    const seconds = flags.ttl ?? ttlSeconds
    const { broker, take } = await leasing(flags, seconds, session)
    return { out: '', notes: [], code: await session.runLeased({ broker, take, ttlSeconds: seconds, command: words, say: note => { session.err(`rekey: ${note}\n`) } }) }
  })

  act(withLease(command(program, 'fetch', {
    summary: 'take a lease for programs that want the secrets themselves',
    description: 'It is not renewed, and lasts as long as the grant allows unless --ttl says less. json: what the broker answers. env: lines for eval in a shell, for one credential; what they hold is in the environment of all that the shell starts. files: a new folder with a file for each secret, ssh_config, known_hosts, an inventory for Ansible, and programs in bin that use them (mode 0700, its files 0600).',
    examples: ['rekey fetch --credential production/web-1/deploy/ssh-key --format files --out lease', 'rekey fetch --credential production/web-1/app/password --format json', 'eval "$(rekey fetch --credential production/web-1/app/password --format env)"']
  })
    .addOption(new Option('--format <format>', 'how the secrets are written').choices(formats).makeOptionMandatory())
    .option('--out <folder>', 'the folder for --format files, which must not be there')
    .option('--agent', 'keys in no file, but in an agent in that folder, which stays until the lease is given back')
    .addOption(new Option('--json', 'the same as --format json; with --format files, what is in the folder, without the secrets').implies({ format: 'json' }))), async (flags: LeaseFlags & FetchFlags) =>
    await fetchLease(flags, await leasing(flags, flags.ttl, session), session))

  act(withJson(command(program, 'give-back <folder>', {
    summary: 'give back the lease that rekey fetch has put into a folder, and remove that',
    description: 'The secret is rotated then, if the grant says so. An agent of the folder ends.',
    examples: ['rekey give-back lease']
  })), async (folder: string, { json }: { readonly json?: boolean }) => {
    const { id } = await giveBackKept(resolve(session.folder, folder), session.openApi)
    return { out: json === true ? asJson({ lease: id }) : `The lease ${id} is given back.\n`, notes: [] }
  })
}
