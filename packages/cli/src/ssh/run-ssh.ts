import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RekeyError, type Secret } from '@rekey/domain'
import type { SshPlan } from './plan.ts'

/** The agent forgets a key after so long, whatever happens to us: it is needed for the login only. */
const keySeconds = 120

/**
 * Runs OpenSSH's client as the plan says. The keys go through a pipe into the memory of an agent of its own, which only this
 * user reaches and which ends with the session: they are in no file, argument or variable.
 * @returns the exit code of ssh @throws RekeyError `config/invalid` when OpenSSH's programs are missing
 */
export async function runSsh (plan: SshPlan, env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const folder = await mkdtemp(join(env['XDG_RUNTIME_DIR'] ?? tmpdir(), 'rekey-ssh-'))
  const agent = spawn('ssh-agent', ['-D', '-a', join(folder, 'agent')], { stdio: ['ignore', 'pipe', 'ignore'], env: {} })
  // Ctrl-C is for ssh, or for what runs on the host.
  const stay = () => {}
  process.on('SIGINT', stay)
  try {
    await Promise.race([once(agent.stdout, 'data'), once(agent, 'exit').then(() => { throw missing('ssh-agent') })]).catch(() => { throw missing('ssh-agent') })
    for (const key of plan.privateKeys) await addKey(key, join(folder, 'agent'))
    await Promise.all([
      writeFile(join(folder, 'config'), plan.config.replaceAll('{folder}', folder), { mode: 0o600 }),
      writeFile(join(folder, 'known_hosts'), plan.knownHosts, { mode: 0o600 }),
      ...[...plan.publicKeys].map(async ([name, text]) => await writeFile(join(folder, name), text, { mode: 0o600 }))
    ])
    return await ended(spawn('ssh', ['-F', join(folder, 'config'), ...plan.args], { stdio: 'inherit' }), 'ssh')
  } finally {
    process.off('SIGINT', stay)
    agent.kill()
    await rm(folder, { recursive: true, force: true })
  }
}

async function addKey (key: Secret, socket: string): Promise<void> {
  const adding = spawn('ssh-add', ['-q', '-t', String(keySeconds), '-'], { stdio: ['pipe', 'ignore', 'ignore'], env: { SSH_AUTH_SOCK: socket } })
  adding.stdin.on('error', () => {})
  adding.stdin.end(key.open())
  if (await ended(adding, 'ssh-add') !== 0) throw new RekeyError('config/invalid', 'ssh-add did not take the key')
}

/** @returns its exit code, or 255 when a signal has ended it, as ssh says of itself */
async function ended (child: ReturnType<typeof spawn>, program: string): Promise<number> {
  return await new Promise((resolve, reject) => {
    child.on('error', () => reject(missing(program)))
    child.on('exit', code => resolve(code ?? 255))
  })
}

function missing (program: string): RekeyError {
  return new RekeyError('config/invalid', `${program} can't be run: install OpenSSH's client`)
}
