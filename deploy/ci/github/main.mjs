// Takes the lease, and tells the steps that follow how to use it.
import { readdirSync, readFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { fail, input, mask, rekey, tell } from './runner.mjs'

const credentials = input('credentials')?.split(/\s+/) ?? fail('say in `credentials` which are wanted')
const broker = input('broker') ?? fail('say in `broker` where the zone\'s broker is')
const program = input('rekey') ?? 'rekey'
const inFiles = input('files') === 'true'
const [caFile, ttl] = [input('ca-file'), input('ttl')]
// Short, as an agent's socket has no room for more than a hundred characters.
const folder = join(process.env.RUNNER_TEMP ?? fail('RUNNER_TEMP is not set: this is for runners of GitHub Actions'), `rekey-${randomBytes(4).toString('hex')}`)

// Before there is anything to be given back.
tell('STATE', `folder=${folder}`, `program=${program}`)
const status = rekey(program, [
  'fetch', '--format', 'files', '--out', folder,
  ...inFiles ? [] : ['--agent'],
  ...ttl === undefined ? [] : ['--ttl', ttl],
  ...credentials.flatMap(one => ['--credential', one])
], { REKEY_BROKER_ADDR: broker, ...caFile === undefined ? {} : { REKEY_BROKER_CA_FILE: caFile } })
if (status !== 0) fail('there is no lease: rekey has said why')

mask(JSON.parse(readFileSync(join(folder, 'lease.json'), 'utf8')).secret)
if (inFiles) {
  const open = /^(?:lease\.json|ssh_config|known_hosts|inventory\.json|.*\.pub)$/
  for (const file of readdirSync(folder, { withFileTypes: true })) {
    if (file.isFile() && !open.test(file.name)) mask(readFileSync(join(folder, file.name), 'utf8'))
  }
} else tell('ENV', `SSH_AUTH_SOCK=${join(folder, 'agent')}`)
tell('ENV', `REKEY_SSH_CONFIG=${join(folder, 'ssh_config')}`, `REKEY_KNOWN_HOSTS=${join(folder, 'known_hosts')}`, `REKEY_INVENTORY=${join(folder, 'inventory.json')}`, 'ANSIBLE_HOST_KEY_CHECKING=True')
tell('PATH', join(folder, 'bin'))
tell('OUTPUT', `folder=${folder}`)
