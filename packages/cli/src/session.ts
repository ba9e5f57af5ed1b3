import type { ApiAccess, ApiConnection } from '@rekey/client'
import type { Secret } from '@rekey/domain'
import type { OidcLogin, OidcLoginOptions, Operator } from '@rekey/vault'
import type { LeasedRun } from './lease/run-leased.ts'
import type { SshPlan } from './ssh/plan.ts'
import type { OperatorLogin, PasswordLogin, TokenLogin } from './vault/operator-login.ts'

/** What a command has of the outside. */
export interface Session {
  /** Where relative paths start and local stacks are looked for. */
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether a person sees what goes to `err` on a terminal, where a line can be written over. */
  readonly isTerminal: boolean
  /** A line that the person types. Undefined when nobody is there to answer. */
  readonly ask: ((prompt: string) => Promise<string>) | undefined
  /** The same without echo. */
  readonly askPassword: ((prompt: string) => Promise<string>) | undefined
  readonly openApi: (access: ApiAccess) => ApiConnection
  /** Has Vault vouch for whoever is logged in. @param role by which it does; left out: to the API */
  readonly identityToken: (login: TokenLogin, role?: string) => Promise<{ readonly token: Secret, readonly ttlSeconds: number }>
  readonly openOperator: (login: OperatorLogin) => Operator
  /** Logs in at Vault, for a token that outlives this process. */
  readonly logIn: (login: PasswordLogin) => Promise<{ readonly token: Secret, readonly ttlSeconds: number }>
  /** The same at the OpenID provider that Vault trusts. */
  readonly beginOidc: (options: OidcLoginOptions) => Promise<OidcLogin>
  readonly logOut: (login: TokenLogin) => Promise<void>
  /** @returns the exit code of ssh */
  readonly ssh: (plan: SshPlan) => Promise<number>
  /** @returns the exit code of the command */
  readonly runLeased: (run: LeasedRun) => Promise<number>
  /** All that comes on standard input. */
  readonly input: () => Promise<string>
  readonly wait: (milliseconds: number) => Promise<void>
}
