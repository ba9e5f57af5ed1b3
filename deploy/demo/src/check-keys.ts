import type { FleetHost } from '@rekey/lab'
import type { Check } from './check.ts'
import { check, decide } from './check.ts'
import { hostOf, managed } from './evidence.ts'
import type { Evidence } from './evidence.ts'
import type { Handed } from './fleet.ts'
import { credentialOf, isKey } from './fleet.ts'
import { inLanes } from './lanes.ts'

/** Wrong keys that one connection shows before the right one: sshd ends it at the sixth failure (MaxAuthTries). */
const mostWrong = 5
/** Each login is work for this machine, on both of its ends. */
const atOnce = 4

type KeyCredential = Extract<Handed, { name: 'ssh-key' }>

/** Shows `ssh` the old key and the new keys of all others at every account. */
export async function checkKeys (evidence: Evidence, looked: () => void): Promise<Check[]> {
  const oldRefused = check('ssh', 'old keys refused on their hosts')
  const newOpens = check('ssh', 'new keys log in and run what they may run')
  const noneElsewhere = check('ssh', 'accounts that refuse the new key of every other account')
  const options = check('ssh', 'options of key lines kept, and obeyed')

  const accounts = doors(evidence)
  const keys = managed(evidence).filter(isKey)
  await inLanes(accounts, atOnce, async (account) => {
    const own = keys.find((key) => isAt(key, account))
    const others = keys.filter((key) => key !== own).map((key) => evidence.secrets.keyFile(key, 'new'))
    const old = own === undefined ? [] : [evidence.secrets.keyFile(own, 'old')]
    const right = own === undefined ? [] : [evidence.secrets.keyFile(own, 'new')]
    const { refused, isOpened, output } = await showAll(evidence, account, [...old, ...others], right)
    decide(noneElsewhere, others.every((key) => refused.includes(key)), `${nameOf(account)}: a key of another account was not refused`)
    if (own !== undefined) {
      const mayRun = own.key.options.includes('command=') ? /^\d+$/.test(output) : output.startsWith(`in as ${own.account}`)
      decide(oldRefused, old.every((key) => refused.includes(key)), `${nameOf(account)}: the old key was not refused`)
      decide(newOpens, isOpened && mayRun, `${nameOf(account)}: the new key does not open (${output})`)
      if (own.key.options !== '') decide(options, await keepsOptions(evidence, own) && (!own.key.options.includes('REKEY_DEMO=1') || output.endsWith(' 1')), `${nameOf(account)}: the options are not what they were`)
    }
    looked()
  })
  return [oldRefused, newOpens, noneElsewhere, options, await checkFiles(evidence)]
}

/** Every account that is managed, by whatever opens it. */
export function doors (evidence: Evidence): Handed[] {
  const all = managed(evidence)
  return all.filter((one, index) => all.findIndex((other) => isAt(other, one)) === index)
}

/** A few wrong keys a connection, each time followed by the right one, if there is one. A wrong one that opens is set aside, so that the others are shown. */
async function showAll ({ ssh, lab }: Evidence, { host, account }: Handed, wrong: readonly string[], right: readonly string[]): Promise<{ refused: string[], isOpened: boolean, output: string }> {
  const refused: string[] = []
  let isOpened = right.length > 0
  let output = ''
  for (let left = [...wrong]; left.length > 0;) {
    const login = await ssh.login({ host: lab.host(host), account }, { keys: [...left.slice(0, mostWrong), ...right] }, 'echo "in as $(id -un) $REKEY_DEMO"')
    const opening = login.acceptedKeys.filter((key) => !right.includes(key))
    refused.push(...login.refusedKeys)
    if (opening.length > 0) {
      left = left.filter((key) => !opening.includes(key) && !login.refusedKeys.includes(key))
      continue
    }
    left = left.slice(mostWrong)
    isOpened &&= login.openedBy === 'publickey'
    output = login.openedBy === undefined ? login.end : login.output
  }
  return { refused, isOpened, output }
}

async function keepsOptions (evidence: Evidence, key: KeyCredential): Promise<boolean> {
  const texts = await Promise.all(keyFiles(evidence, hostOf(evidence, key)).filter(({ account }) => account === key.account).map(async ({ path }) => evidence.lab.host(key.host).read(path)))
  const ours = texts.flatMap((text) => text.split('\n')).filter((line) => line.includes(` rekey:${credentialOf(key)}`))
  return ours.length === 1 && ours.every((line) => line.startsWith(`${key.key.options} `))
}

/** All that is no key of ours stands in the files of keys as it stood. */
async function checkFiles (evidence: Evidence): Promise<Check> {
  const foreign = check('files of keys', 'foreign lines intact, byte for byte')
  for (const host of evidence.fleet.hosts) {
    const ours = managed(evidence).filter(isKey).filter((key) => key.host === host.name)
    for (const { path, before } of keyFiles(evidence, host)) {
      const after = await evidence.lab.host(host.name).read(path)
      const kept = before.split('\n').filter((line) => line !== '' && !ours.some(({ key }) => line.includes(key.publicKey)))
      const now = after.split('\n').filter((line) => line !== '' && !line.includes(` rekey:${host.zone}/`))
      decide(foreign, now.join('\n') === kept.join('\n'), `${host.name}: ${path} has lost or gained a foreign line`)
    }
  }
  return foreign
}

/** The files in which sshd looks for keys, as they were before. */
function keyFiles ({ lab }: Evidence, { name, accounts, files = [] }: FleetHost): Array<{ account: string, path: string, before: string }> {
  const inHomes = accounts.flatMap((account) => [['authorized_keys', account.authorizedKeys] as const, ['authorized_keys2', account.authorizedKeys2] as const].flatMap(([file, before]) =>
    before === undefined ? [] : [{ account: account.name, path: `${lab.host(name).home(account.name)}/.ssh/${file}`, before }]))
  const elsewhere = files.filter(({ path }) => path.startsWith('/etc/ssh/keys/')).map(({ path, text }) => ({ account: path.slice('/etc/ssh/keys/'.length), path, before: text }))
  return [...inHomes, ...elsewhere]
}

function isAt (one: Handed, other: Handed): boolean {
  return one.host === other.host && one.account === other.account
}

function nameOf ({ host, account }: Handed): string {
  return `${host}/${account}`
}
