import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CredentialState } from '@rekey/domain'
import { freeSubnet, makeKey, startIssuer, startLab } from '@rekey/lab'
import type { FleetHost, Issuer, KeyPair, Lab } from '@rekey/lab'
import { ApiClient, ensureCertificates, layout, startStack } from '@rekey/local'
import type { Stack } from '@rekey/local'
import { Progress } from './progress.ts'
import { until } from './until.ts'

/*
 * Types the walk of docs/tour.md in a real shell, against a whole Rekey with three real hosts, and writes down what it answers.
 * Nothing of it is edited: times, fingerprints and tokens are those of that run, and of hosts that are gone.
 */

const page = fileURLToPath(new URL('../../../docs/tour.md', import.meta.url))
const cli = fileURLToPath(import.meta.resolve('@rekey/cli'))
const port = 22022
const progress = new Progress()

const head = `# A tour

Every command line of Rekey, once, against a real OpenBao, Redis, API, workers and three real hosts. Made by \`npm run tour\`, which types all of it and
keeps each answer as it was. [cli.md](cli.md) is the reference; here \`rekey\` is installed, and finds the local stack in \`.rekey/local\`.
`

/** The page, as it is written down. */
class Walk {
  text = head
  readonly #folder: string
  readonly #env: NodeJS.ProcessEnv

  constructor (folder: string, bin: string) {
    this.#folder = folder
    this.#env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: folder, XDG_RUNTIME_DIR: folder, LANG: 'C.UTF-8' }
  }

  say (markdown: string): void {
    this.text += `\n${markdown}\n`
  }

  /** Types a line and keeps what it prints. @param env on top of a person's @throws Error when it does not end as expected */
  async type (line: string, code = 0, env: Readonly<Record<string, string>> = {}): Promise<string> {
    progress.say(`$ ${line}`)
    const { out, ended } = await this.beside(line, env)
    if (ended !== code) throw new Error(`${line}\nended with ${ended} instead of ${code}:\n${out}`)
    this.text += `\n\`\`\`console\n$ ${line}\n${out.replaceAll(this.#folder, '~').trimEnd()}\n\`\`\`\n`
    return out
  }

  /** Runs a line that somebody else has typed, and keeps nothing of it. */
  async beside (line: string, env: Readonly<Record<string, string>>): Promise<{ readonly out: string, readonly ended: number | null }> {
    return await new Promise(resolve => {
      const child = execFile('bash', ['-c', `exec 2>&1; ${line}`], { cwd: this.#folder, env: { ...this.#env, ...env } }, (_error, out) => { resolve({ out, ended: child.exitCode }) })
    })
  }
}

interface Account {
  readonly zone: string
  readonly host: string
  readonly key: KeyPair
}

const accounts: readonly Account[] = [['production', 'web-1'], ['production', 'web-2'], ['backup', 'store-1']].map(([zone = '', host = '']) => ({ zone, host, key: makeKey() }))

const everyHost = accounts.map(({ host }) => host)

/** What an operator has before Rekey: an ssh configuration, keys, and host keys that he has checked. */
async function writeSsh (folder: string, lab: Lab): Promise<void> {
  await mkdir(join(folder, '.ssh'), { mode: 0o700 })
  for (const { zone, host, key } of accounts) {
    const { address, hostKeys } = lab.host(host)
    await writeFile(join(folder, '.ssh', host), key.privateKey, { mode: 0o600 })
    await writeFile(join(folder, '.ssh', zone), `Host ${host}\n  HostName ${address}\n  Port ${port}\n  User deploy\n  IdentityFile ${join(folder, '.ssh', host)}\n\n`, { flag: 'a' })
    await writeFile(join(folder, '.ssh', 'known_hosts'), hostKeys.map(line => `[${address}]:${port} ${line}\n`).join(''), { flag: 'a' })
  }
}

async function tour (walk: Walk, lab: Lab, api: ApiClient, ci: Ci): Promise<void> {
  walk.say('## What there is\n\nAn ssh configuration for each zone, the keys that it names, and host keys that somebody has checked.')
  await walk.type('rekey --version')
  await walk.type('cat .ssh/production')
  await walk.type('rekey status')

  walk.say('## Import\n\nFirst a look, then the same with `--apply`. A worker logs in with each key and keeps it; nothing on a host changes.')
  await walk.type('rekey import .ssh/production --format openssh --zone production --known-hosts .ssh/known_hosts')
  await walk.type('rekey import .ssh/production --format openssh --zone production --known-hosts .ssh/known_hosts --apply')
  await walk.type('rekey import .ssh/backup --format openssh --zone backup --known-hosts .ssh/known_hosts --apply --manage')
  await allOf(api, everyHost, 'the adoption', ({ status }) => status === 'settled')
  await walk.type('rekey hosts')
  await walk.type('rekey hosts show production/web-1')

  walk.say('What was imported is observed unless `--manage` says otherwise: looked after, and changed by no order. A person ends that with a Vault login of his own, which `rekey login` opens once.')
  await walk.type('rekey login --zone production')
  await walk.type('rekey manage production/web-1/deploy/ssh-key --reason "its first week showed no surprise"')
  await walk.type('rekey manage production/web-2/deploy/ssh-key --reason "its first week showed no surprise"')
  await allOf(api, everyHost, 'the release', ({ observed }) => !observed)
  await walk.type('rekey credentials')

  walk.say('## Rotate\n\nOne request, an order in each zone. On a terminal a bar shows how far it is.')
  await walk.type('rekey rotate production backup --reason "a laptop was stolen" --yes --wait')
  await walk.type('rekey orders')
  await walk.type('rekey orders show production/1')
  await walk.type('rekey orders watch backup/1')
  await walk.type('rekey credentials show production/web-1/deploy/ssh-key')

  walk.say('## By themselves\n\nA policy, made over the API, has keys replaced each month, at night. What is ordered does not wait for that.')
  await api.must('PUT', '/v1/policies/production/monthly', { priority: 10, selector: { kinds: ['ssh-key'] }, schedule: { cron: '0 0 1 * *', timeZone: 'Europe/Berlin', window: { from: '22:00', to: '05:00' } } })
  await walk.type('rekey schedule')

  walk.say('## What nobody manages\n\nA worker looks who else can log in on a host, over the login that it has; what it finds is a finding until somebody ends or accepts it.')
  await walk.type('rekey survey production/web-1')
  await walk.type('rekey findings')
  await walk.type('rekey blast-radius --host production/web-1')

  walk.say('## Log in\n\n`rekey ssh` takes the present key out of Vault into the memory of an agent; the old one opens nothing any more.')
  await walk.type('rekey ssh production/web-1/deploy/ssh-key -- id -un')
  await walk.type('ssh -F .ssh/production -o BatchMode=yes -o UserKnownHostsFile=.ssh/known_hosts web-1 id -un', 255)
  await walk.type('rekey reveal production/web-1/deploy/ssh-key --public')

  walk.say('## A job of a CI\n\nWho may have what is proposed over the API and approved by people. The job then shows the token that its CI signs for it; its environment says where the broker is. The key is replaced when the lease has ended.')
  await grant({ walk, api, ci }, 'shop', { selector: { hosts: ['web-1'] }, reason: 'the shop deploys by itself' })
  await walk.type('rekey lease --credential production/web-1/deploy/ssh-key -- ssh web-1 id -un', 0, ci.job())
  await walk.type('rekey fetch --credential production/web-1/deploy/ssh-key --format files --agent --out lease', 0, ci.job())
  await walk.type('lease/bin/ssh web-1 id -un')
  await walk.type('rekey give-back lease')

  walk.say('A grant can leave each lease to a person. The job waits meanwhile; here it is told no.')
  await grant({ walk, api, ci }, 'release', { selector: { hosts: ['web-2'] }, approval: true, reason: 'a release is decided by people' })
  const job = walk.beside('rekey fetch --credential production/web-2/deploy/ssh-key --format json', ci.job())
  const waiting = await until('the job that waits', async () => (await api.must<{ items: ReadonlyArray<{ id: string }> }>('GET', '/v1/lease-requests?zone=production')).items[0])
  await walk.type(`rekey deny production/${waiting.id} --reason "there is no release today"`)
  const told = await job
  if (told.ended === 0 || !told.out.includes('there is no release today')) throw new Error(`the job was not told no:\n${told.out}`)

  walk.say('## A host that was set up anew\n\nIt shows another host key. Nothing is sent to it until a person approves the key that he has read at the machine.')
  const fresh = makeKey()
  await lab.host('web-2').write('/etc/ssh/ssh_host_ed25519_key', fresh.privateKey)
  await lab.host('web-2').run('kill -HUP 1 && sleep 0.3')
  await walk.type('rekey rotate production/web-2 --reason "drill" --yes')
  await allOf(api, ['web-2'], 'a hold', ({ hold }) => hold !== null)
  await walk.type('rekey debts')
  await walk.type('rekey hold show production/web-2/deploy/ssh-key')
  const { number } = await api.must<{ number: number }>('POST', '/v1/hosts/production/web-2/redirects', { hostKeys: [fresh.publicKey], reason: 'set up anew, key read at the console' })
  await walk.type(`rekey approve production/${number} --yes`)
  await allOf(api, ['web-2'], 'the rotation', ({ status, order }) => status === 'settled' && order >= 2)
  await walk.type('rekey orders watch production/2')
  await walk.type('rekey observe production/web-2/deploy/ssh-key --reason "frozen until the audit is over"')

  walk.say('## An emergency\n\nSomebody may hold what opens the zone. One person proposes, two approve, each with a Vault login of his own, and the zone\'s worker does it. The [runbook](runbook-emergency.md) has the rest.')
  await walk.type('rekey campaign start production --reason "a laptop with all keys was stolen" --dry-run')
  const proposed = await walk.type('rekey campaign start production --reason "a laptop with all keys was stolen" --yes')
  const campaign = /campaign ([0-9a-f-]{36})/.exec(proposed)?.[1] ?? ''
  const approval = /rekey approve (production\/\d+)/.exec(proposed)?.[1] ?? ''
  await walk.type(`rekey campaign approve ${approval} --yes`)
  await walk.type(`rekey approve ${approval} --yes --username responder-production --password-file .rekey/local/secrets/responder-production-password`)
  await walk.type(`rekey campaign watch ${campaign}`)
  await walk.type(`rekey campaign show ${campaign} --targets`)

  await walk.type(`rekey campaign report ${campaign} --out report.json`)
  await walk.type('rekey audit heads production --out keys.json')
  await walk.type('rekey campaign verify report.json --keys keys.json')

  walk.say('Where nobody else answers one person is enough, and everybody is told. What is under way can be held, and let go on, by as many people as have started it.')
  const second = await walk.type('rekey campaign start production/web-1 --reason "nobody else answers" --yes')
  const alone = /campaign ([0-9a-f-]{36})/.exec(second)?.[1] ?? ''
  await walk.type(`rekey campaign break-glass ${/rekey approve (production\/\d+)/.exec(second)?.[1] ?? ''} --reason "the other one is on a plane" --yes`)
  await walk.type(`rekey campaign watch ${alone}`)
  await walk.type(`rekey campaign pause ${alone} --reason "the canary looks odd"`)
  await walk.type(`rekey campaign resume ${alone} --reason "it was the monitoring"`)
  await walk.type(`rekey campaign stop ${alone} --reason "it was a false alarm"`)
  await walk.type('rekey campaign list')

  walk.say('## Tokens for others\n\nEach caller of the API has a token of its own, with a role, zones and an end.')
  await walk.type('rekey token create ci-deploy --role operator --zone production --days 30 --out ci-token')
  const list = await walk.type('rekey token list')
  const id = /^([0-9a-f]{16}) +ci-deploy/m.exec(list)?.[1] ?? ''
  await walk.type(`rekey token rotate ${id} --out ci-token-2`)
  await walk.type(`rekey token revoke ${id}`)

  walk.say('## The audit\n\nWhat every process has recorded, before it did it, and whether anybody has changed it since: Vault has signed where the journals end.')
  await walk.type('rekey audit heads production --out heads.json')
  await walk.type('rekey audit verify --heads heads.json')

  walk.say('## The rest\n\nWhat programs read, what completes commands in a shell, and the end of the login.')
  await walk.type('rekey credentials --json | head -n 12')
  await walk.type('rekey completion bash | head -n 3')
  await walk.type('rekey status')
  await walk.type('rekey logout')
}

/** Lets jobs of one repository lease, once a person has approved that. */
async function grant ({ walk, api, ci }: { readonly walk: Walk, readonly api: ApiClient, readonly ci: Ci }, name: string, terms: object): Promise<void> {
  const { number } = await api.must<{ number: number }>('PUT', `/v1/grants/production/${name}`, { issuer: ci.issuer.url, audience: 'rekey-production', claims: { repository_id: '4711' }, maxTtlSeconds: 600, rotateAfter: 'lease', ...terms })
  await walk.type(`rekey approve production/${number} --yes`)
  await until(`the grant ${name}`, async () => (await api.must<{ items: ReadonlyArray<{ name: string }> }>('GET', '/v1/grants?zone=production')).items.some((one) => one.name === name) || undefined)
}

/** An issuer that plays GitHub, and the environment of its jobs. */
interface Ci {
  readonly issuer: Issuer
  readonly job: () => Record<string, string>
}

async function startCi (stack: Stack): Promise<Ci> {
  const paths = layout(stack.dir)
  await ensureCertificates(paths, [{ name: 'issuer', uid: 0 }])
  const issuer = await startIssuer({ cert: await readFile(paths.certificate('issuer'), 'utf8'), key: await readFile(paths.certificateKey('issuer'), 'utf8') })
  const broker = stack.zones.find(({ name }) => name === 'production')?.broker.url ?? ''
  return {
    issuer,
    job: () => ({
      ...issuer.job({ sub: 'repo:acme/shop:ref:refs/heads/main', repository_id: '4711', event_name: 'push' }),
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_RUN_ID: '77',
      REKEY_BROKER_ADDR: broker,
      REKEY_BROKER_CA_FILE: stack.caFile,
      NODE_EXTRA_CA_CERTS: stack.caFile
    })
  }
}

/** Waits until that is true of the credential of each of these hosts. */
async function allOf (api: ApiClient, hosts: readonly string[], what: string, holds: (seen: CredentialState) => boolean): Promise<void> {
  await Promise.all(accounts.filter(({ host }) => hosts.includes(host)).map(async ({ zone, host }) => await until(`${what} of ${host}`, async () =>
    holds(await api.must<CredentialState>('GET', `/v1/credentials/${zone}/${host}/deploy/ssh-key`)) || undefined)))
}

async function main (): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rekey-tour-'))
  const subnet = await freeSubnet(160, 170)
  const hosts = accounts.map(({ zone, host, key }, index): FleetHost => ({
    name: host, zone, trait: '', address: `127.1.${subnet}.${index + 1}`, port, accounts: [{ name: 'deploy', authorizedKeys: `${key.publicKey} deploy@${host}\n` }]
  }))
  progress.say('Starting three hosts and a whole Rekey …')
  const lab = await startLab({ dir: join(folder, 'lab'), hosts })
  try {
    const zones = ['production', 'backup'].map(name => ({ name, allowedNetworks: [`127.1.${subnet}.0/24`] }))
    const stack = await startStack({ dir: join(folder, '.rekey', 'local'), zones, brokers: true })
    const api = await ApiClient.of(stack)
    const ci = await startCi(stack)
    try {
      const bin = join(folder, 'bin')
      await mkdir(bin)
      await writeFile(join(bin, 'rekey'), `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`, { mode: 0o755 })
      await writeSsh(folder, lab)
      const walk = new Walk(folder, `${bin}:${dirname(process.execPath)}`)
      await tour(walk, lab, api, ci)
      await writeFile(page, walk.text)
      progress.say('docs/tour.md is written.')
    } finally {
      api.close()
      await ci.issuer.close()
      await stack.stop()
    }
  } finally {
    await lab.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

await main()
