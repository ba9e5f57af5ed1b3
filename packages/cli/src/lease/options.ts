import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkName, credentialKinds, formatName, longestLeaseSeconds, parseName, RekeyError, type Secret } from '@rekey/domain'
import { Option, type Command } from 'commander'
import { several, wholeNumber } from '../command.ts'
import { labelFrom } from '../label-from.ts'
import type { Session } from '../session.ts'
import { UsageError } from '../usage-error.ts'
import { approved, patiently } from './asking.ts'
import { Broker, type LeaseRequest, type PendingLease } from './broker.ts'
import { ciToken, type TokenOptions } from './ci-token.ts'
import { withPersonToken } from './person-token.ts'
import type { TakenLease } from './taken-lease.ts'

export interface LeaseFlags {
  readonly credential?: readonly string[]
  readonly host?: readonly string[]
  readonly account?: readonly string[]
  readonly kind?: readonly string[]
  readonly label?: readonly string[]
  readonly ttl?: number
  readonly wait: number
  readonly approvalWait: number
  readonly reason?: string
  readonly broker?: string
  readonly caFile?: string
  readonly tokenFile?: string
  readonly audience?: string
}

/** What a job asks a broker for, and by which token. */
export function withLease (command: Command): Command {
  return command
    .addOption(several('--credential <credential>', 'zone/host/account/name; once for each. Or all that a grant covers, narrowed down by:'))
    .addOption(several('--host <host>', 'those of that host; once for each'))
    .addOption(several('--account <account>', 'those of that account; once for each'))
    .addOption(several('--kind <kind>', `those of that kind, ${credentialKinds.join(' or ')}; once for each`))
    .addOption(several('--label <key=value>', 'those of hosts that were added with that label; once for each'))
    .option('--ttl <seconds>', 'how long the lease lasts, unless it is renewed', wholeNumber(1, longestLeaseSeconds))
    .addOption(new Option('--wait <seconds>', 'how long to ask again for what is being replaced just now').argParser(wholeNumber(0, 3600)).default(60))
    .addOption(new Option('--approval-wait <seconds>', 'how long to wait for a person, where the grant leaves each lease to one').argParser(wholeNumber(0, 86_400)).default(3600))
    .option('--reason <text>', 'why; it goes into the audit trail. In a job of GitHub or GitLab: which run it is')
    .optionsGroup('The broker:')
    .option('--broker <url>', 'its address, https://…; else REKEY_BROKER_ADDR')
    .option('--ca-file <file>', 'the authority that its certificate is checked with; else REKEY_BROKER_CA_FILE')
    .option('--token-file <file>', 'the job\'s token, - for standard input; else REKEY_CI_TOKEN; else a job of GitHub asks for one, and whoever is logged in (rekey login) his Vault')
    .option('--audience <text>', 'for whom GitHub or Vault is to sign it; else REKEY_AUDIENCE; else, by the credentials, rekey-ZONE or, for a person, rekey-lease-ZONE')
}

/** For which it is, the broker, and what takes the lease. */
export interface Leasing {
  readonly broker: Broker
  readonly take: (signal?: AbortSignal) => Promise<TakenLease>
}

/** @param ttlSeconds when nobody says; undefined: as long as the grant allows @throws UsageError, RekeyError `config/invalid`, `name/invalid` */
export async function leasing (flags: LeaseFlags, ttlSeconds: number | undefined, session: Session): Promise<Leasing> {
  const request = { ...wantedFrom(flags), ...ttlSeconds !== undefined && { ttlSeconds }, reason: reasonOf(flags.reason, session.env) }
  const broker = new Broker(await placeFrom(flags, session), session.openApi)
  const job = jobToken({ tokenFile: flags.tokenFile, audience: audienceFrom(flags, request, session) }, session)
  /** As the job, or as whoever is logged in. */
  const ask = async (asked: LeaseRequest, signal: AbortSignal | undefined): Promise<TakenLease | PendingLease> => {
    const send = async (token: Secret): Promise<TakenLease | PendingLease> => await patiently(broker, token, asked, { seconds: flags.wait, signal, session })
    const token = await job()
    return token === undefined ? await withPersonToken(audienceOf(flags, request, 'rekey-lease', session), session, send) : await send(token)
  }
  return {
    broker,
    take: async signal => await approved(request, { seconds: flags.approvalWait, signal, session, ask: async asked => await ask(asked, signal) })
  }
}

/** The job's token for each time that the broker is asked: a fresh one where there is one. */
function jobToken (options: TokenOptions, session: Session): () => Promise<Secret | undefined> {
  let read: Promise<Secret | undefined> | undefined
  return async () => {
    if (options.tokenFile !== '-') return await ciToken(options, session)
    read ??= ciToken(options, session)
    return await read
  }
}

function wantedFrom ({ credential = [], host, account, kind, label }: LeaseFlags): Pick<LeaseRequest, 'credentials' | 'selector'> {
  const isSelector = [host, account, kind, label].some(one => one !== undefined)
  if ((credential.length > 0) === isSelector) throw new UsageError('say what to lease: --credential, once for each; or --host, --account, --kind, --label')
  if (!isSelector) return { credentials: credential.map(text => formatName(parseName(text))) }
  const unknown = kind?.find(one => !(credentialKinds as readonly string[]).includes(one))
  if (unknown !== undefined) throw new UsageError(`--kind is one of ${credentialKinds.join(', ')}`)
  return {
    selector: {
      ...host && { hosts: host.map(one => checkName('host', one, '--host')) },
      ...account && { accounts: account.map(one => checkName('account', one, '--account')) },
      ...kind && { kinds: credentialKinds.filter(one => kind.includes(one)) },
      ...label && { labels: Object.fromEntries(label.map(labelFrom)) }
    }
  }
}

async function placeFrom ({ broker, caFile }: LeaseFlags, { env, folder }: Session): Promise<Broker['place']> {
  const url = broker ?? env['REKEY_BROKER_ADDR'] ?? ''
  if (URL.canParse(url) ? new URL(url).protocol !== 'https:' : true) throw new UsageError('say --broker, the address of the zone\'s broker; it begins with https://')
  const file = caFile ?? env['REKEY_BROKER_CA_FILE']
  if (file === undefined || file === '') return { url, ca: undefined }
  try {
    return { url, ca: await readFile(resolve(folder, file), 'utf8') }
  } catch {
    throw new RekeyError('config/invalid', `the CA file ${file} can't be read`)
  }
}

function audienceFrom (flags: LeaseFlags, request: LeaseRequest, session: Session): string {
  const found = audienceOf(flags, request, 'rekey', session)
  if (found !== undefined) return found
  // Only GitHub is told one.
  if (session.env['ACTIONS_ID_TOKEN_REQUEST_URL'] === undefined) return ''
  throw new UsageError('say --audience, that of the grant: no credential is named that would tell the zone')
}

/** What was said, or what the first credential's zone tells; undefined: neither. */
function audienceOf ({ audience }: LeaseFlags, { credentials: [first] = [] }: LeaseRequest, prefix: string, { env }: Session): string | undefined {
  const said = audience ?? env['REKEY_AUDIENCE']
  if (said !== undefined && said !== '') return said
  return first === undefined ? undefined : `${prefix}-${parseName(first).zone}`
}

/** @throws UsageError where nobody says why */
function reasonOf (text: string | undefined, env: Session['env']): string {
  const { GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run, CI_JOB_URL: job } = env
  const reason = text?.trim() ?? (repository !== undefined ? `GitHub: ${repository} run ${run ?? ''}` : job !== undefined ? `GitLab: ${job}` : '')
  if (!/^[\x20-\x7e]{1,300}$/.test(reason.trim())) throw new UsageError('say why: --reason "…", up to 300 visible ASCII characters')
  return reason.trim()
}
