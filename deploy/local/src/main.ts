import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { checkName, isRekeyError, RekeyError } from '@rekey/domain'
import { stateRoot } from './layout.ts'
import type { PortChoice } from './ports.ts'
import { readRecord } from './record.ts'
import type { ZoneOptions } from './record.ts'
import { startStack, stopStack } from './start.ts'
import { stackStatus } from './status.ts'

const usage = `npm run up      start OpenBao, Redis, the API, a worker and a broker for each zone, and leave them running
npm run down    stop them; what they keep stays in the folder
npm run status  how each of them is; exit code 0 only when all is well

  --dir DIR            the state folder (.rekey/local)
  --zone NAME=NETWORK  a zone and the networks that its worker may dial, such as
                       --zone production=10.20.0.0/16,10.21.0.0/16; once for each zone.
                       Without it: production and backup, which may dial 127.1.0.0/16,
                       where the hosts of \`npm run lab\` are
  --port-vault N  --port-redis N  --port-api N
                       ports on 127.0.0.1; free ones are chosen and kept unless said
  --uid-base N         the first of the processes' user ids (61000)

Options go behind --, as in: npm run up -- --dir /srv/rekey`

function say (line: string): void {
  process.stdout.write(`${line}\n`)
}

interface Choice {
  readonly command: string
  readonly dir: string
  readonly zones: readonly ZoneOptions[] | undefined
  readonly ports: PortChoice
  readonly uidBase: number | undefined
}

async function up ({ dir, zones, ports, uidBase }: Choice): Promise<number> {
  const known = await readRecord(dir)
  const wanted = zones ?? known?.zones.map(({ name, allowedNetworks }) => ({ name, allowedNetworks })) ??
    ['production', 'backup'].map((name) => ({ name, allowedNetworks: ['127.1.0.0/16'] }))
  say(`Starting the local stack in ${dir}`)
  const stack = await startStack({ dir, zones: wanted, ports, ...(uidBase === undefined ? {} : { uidBase }), brokers: true, detached: true, say: (line) => say(`  ${line}`) })
  say(`
Running. It goes on until \`npm run down\`; after a reboot, \`npm run up\` unseals Vault and goes on.

  API          ${stack.api.url} (its document: ${stack.api.url}/openapi.json)
  admin token  ${stack.api.tokenFile}
  CA           ${stack.caFile}
  Vault        ${stack.vault.address}
${stack.zones.map(({ name, operator, broker }) => `  zone ${name}: broker ${broker.url}, Vault login ${operator.username}, its password in ${operator.passwordFile}`).join('\n')}`)
  return 0
}

async function down ({ dir }: Choice): Promise<number> {
  const was = await stopStack(dir)
  say(was ? `Stopped. What it keeps stays in ${dir}.` : `There is no stack in ${dir}.`)
  return 0
}

async function status ({ dir }: Choice): Promise<number> {
  const found = await stackStatus(dir)
  if (found === undefined) {
    say(`There is no stack in ${dir}: \`npm run up\` makes one.`)
    return 1
  }
  for (const { part, isWell, says } of found.parts) say(`  ${isWell ? '✓' : '✗'} ${part.padEnd(20)} ${says}`)
  return found.parts.every(({ isWell }) => isWell) ? 0 : 1
}

const commands: Record<string, (choice: Choice) => Promise<number>> = { up, down, status }

/** @throws RekeyError `input/invalid` or `name/invalid` */
function readChoice (args: string[]): Choice | 'help' {
  const text = { type: 'string' } as const
  const { values, positionals } = parsed(() => parseArgs({
    args,
    allowPositionals: true,
    options: { dir: text, zone: { ...text, multiple: true }, 'port-vault': text, 'port-redis': text, 'port-api': text, 'uid-base': text, help: { type: 'boolean', short: 'h' } }
  }))
  if (values.help === true) return 'help'
  const ports = (['vault', 'redis', 'api'] as const).flatMap((name) => {
    const said = values[`port-${name}`]
    return said === undefined ? [] : [[name, numberOf(said, `--port-${name}`, 1, 65_535)] as const]
  })
  return {
    command: positionals[0] ?? '',
    // npm changes to the repository; the folder is meant from where the caller stands.
    dir: resolve(process.env['INIT_CWD'] ?? '.', values.dir ?? join(stateRoot, 'local')),
    zones: values.zone?.map(zoneOf),
    ports: Object.fromEntries(ports),
    uidBase: values['uid-base'] === undefined ? undefined : numberOf(values['uid-base'], '--uid-base', 1, 2 ** 31)
  }
}

function parsed<T> (parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    // Node's text goes on with advice about how to write it as a positional, which no command here takes.
    throw new RekeyError('input/invalid', `${error instanceof Error ? error.message.split('. ')[0] : 'unusable options'}; --help lists them`)
  }
}

function numberOf (said: string, option: string, least: number, most: number): number {
  const number = Number(said)
  if (!Number.isInteger(number) || number < least || number > most) throw new RekeyError('input/invalid', `${option} takes a number from ${least} to ${most}`)
  return number
}

function zoneOf (said: string): ZoneOptions {
  const [name = '', networks = ''] = said.split('=')
  if (name === '' || networks === '') throw new RekeyError('input/invalid', `--zone takes NAME=NETWORK, such as production=10.20.0.0/16, and not ${JSON.stringify(said)}`)
  return { name: checkName('zone', name, `--zone ${name}`), allowedNetworks: networks.split(',') }
}

try {
  const choice = readChoice(process.argv.slice(2))
  const command = choice === 'help' ? undefined : commands[choice.command]
  if (choice === 'help' || command === undefined) say(usage)
  else process.exitCode = await command(choice)
} catch (error) {
  process.stderr.write(`rekey: ${error instanceof Error ? error.message : 'failed'}\n`)
  if (!isRekeyError(error) && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
  process.exitCode = isRekeyError(error, 'input/invalid', 'name/invalid') ? 2 : 1
}
