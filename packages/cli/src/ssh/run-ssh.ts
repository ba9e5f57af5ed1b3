import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ended, startAgent } from './agent.ts'
import type { SshPlan } from './plan.ts'

/** The agent forgets a key after so long, whatever happens to us: it is needed for the login only. */
const keySeconds = 120

/**
 * Runs OpenSSH's client as the plan says, with the keys in an agent of its own, which ends with the session.
 * @returns the exit code of ssh @throws RekeyError `config/invalid` when OpenSSH's programs are missing
 */
export async function runSsh (plan: SshPlan, env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const folder = await mkdtemp(join(env['XDG_RUNTIME_DIR'] ?? tmpdir(), 'rekey-ssh-'))
  // Ctrl-C is for ssh, or for what runs on the host.
  const stay = () => {}
  process.on('SIGINT', stay)
  try {
    const agent = await startAgent(join(folder, 'agent'))
    try {
      for (const key of plan.privateKeys) await agent.add(key, keySeconds)
      await Promise.all([
        writeFile(join(folder, 'config'), plan.config.replaceAll('{folder}', folder), { mode: 0o600 }),
        writeFile(join(folder, 'known_hosts'), plan.knownHosts, { mode: 0o600 }),
        ...[...plan.publicKeys].map(async ([name, text]) => await writeFile(join(folder, name), text, { mode: 0o600 }))
      ])
      return await ended(spawn('ssh', ['-F', join(folder, 'config'), ...plan.args], { stdio: 'inherit' }), 'ssh')
    } finally {
      await agent.end()
    }
  } finally {
    process.off('SIGINT', stay)
    await rm(folder, { recursive: true, force: true })
  }
}
