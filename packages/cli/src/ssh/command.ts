import { parseName } from '@rekey/domain'
import type { Command } from 'commander'
import { loginOptions, withLogin, type Registry, type VaultFlags } from '../command.ts'
import { findCredential, withOperator } from '../vault/with-operator.ts'
import { chainOf, planLogin } from './plan.ts'

export function sshCommand (program: Command, { session, command, act }: Registry): void {
  act(withLogin(command(program, 'ssh <credential> [command...]', {
    summary: 'log in on a host with the key that opens the account now',
    description: 'Takes the key out of Vault with your own login, and hands it to OpenSSH\'s client by an agent that only this session has: it is in no file, argument or variable. The host has to show a key that is pinned, and jump hosts are passed as the worker passes them. Your own ssh configuration is not read. For a password, use rekey reveal and let ssh ask you. The exit code is that of ssh: that of the command, or 255.',
    examples: ['rekey ssh production/web-1/deploy/ssh-key', 'rekey ssh production/web-1/deploy/ssh-key -- systemctl status nginx']
  })), async (text: string, words: string[], flags: VaultFlags) => {
    const name = parseName(text)
    const chain = await withOperator(loginOptions(flags), name.zone, session, async operator => await chainOf(name, async one => await findCredential(operator, one)))
    return { out: '', notes: [], code: await session.ssh(planLogin(chain, words)) }
  })
}
