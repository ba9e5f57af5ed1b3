import { roles } from '@rekey/domain'
import type { Command } from 'commander'
import { apiOptions, several, wholeNumber, withApi, type ApiFlags, type Registry } from '../command.ts'
import { withClient } from '../api/with-api.ts'
import { createToken, listTokens, revokeToken, rotateToken, type NewTokenFlags, type RotationFlags } from './token.ts'

export function tokenCommands (program: Command, { session, command, act }: Registry): void {
  const token = command(program, 'token', { summary: 'tokens for who calls the API', examples: ['rekey token list'] })
  const issuing = (issued: Command) => withApi(issued
    .option('--days <n>', 'how long it lives, 1 to 365', wholeNumber(1, 365))
    .option('--out <file>', 'writes it to a new file that only you can read (mode 0600)'))

  act(issuing(command(token, 'create <name>', {
    summary: 'make a token for a caller of the API, and print it this once',
    description: 'It lives 90 days unless said.',
    examples: ['rekey token create ci-deploy --role operator --zone production --out ci-token']
  })
    .option('--role <role>', roles.join(', '))
    .addOption(several('--zone <zone>', 'a zone that it is for, once for each'))
    .option('--all-zones', 'for all of them, those to come included')),
  async (name: string, flags: NewTokenFlags & ApiFlags) => await createToken(name, flags, apiOptions(flags), session))

  act(withApi(command(token, 'list', { summary: 'list the tokens, without their secrets', examples: ['rekey token list --json'] })),
    async (flags: ApiFlags) => await withClient(apiOptions(flags), session, async api => await listTokens(api, flags)))

  act(withApi(command(token, 'revoke <id>', { summary: 'end a token for good', examples: ['rekey token revoke 3f9c0a52d1e84b77'] })),
    async (id: string, flags: ApiFlags) => await revokeToken(id, flags, apiOptions(flags), session))

  act(issuing(command(token, 'rotate <id>', {
    summary: 'give a token another secret, and print that this once',
    examples: ['rekey token rotate 3f9c0a52d1e84b77 --overlap 3600 --out ci-token']
  }).option('--overlap <seconds>', 'the old one is taken for so long, a day at most; it ends at once unless said', wholeNumber(0, 86_400))),
  async (id: string, flags: RotationFlags & ApiFlags) => await rotateToken(id, flags, apiOptions(flags), session))
}
