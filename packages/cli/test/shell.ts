import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ApiAccess } from '@rekey/client'
import { digestOf, formatName, guardedOf, isOfHost, isOwn, policyInForce, requestDigest, RekeyError, Secret, unwrittenPolicy, type Approval, type AuditEvidence, type ClearedHold, type Credential, type CredentialName, type GuardedPolicy, type HostRecord, type LeaseDecision, type LeaseRequest, type PolicyInForce, type Proposal, type WrittenPolicy } from '@rekey/domain'
import type { OidcLogin, OidcLoginOptions, Operator } from '@rekey/vault'
import type { LeasedRun } from '../src/lease/run-leased.ts'
import type { TakenLease } from '../src/lease/taken-lease.ts'
import { run } from '../src/run.ts'
import type { SshPlan } from '../src/ssh/plan.ts'
import type { OperatorLogin, PasswordLogin, TokenLogin } from '../src/vault/operator-login.ts'
import { MemoryApi } from './memory-api.ts'

const folders: string[] = []
afterAll(async () => { for (const folder of folders) await rm(folder, { recursive: true, force: true }) })

/** A person at a terminal, with a Vault and an API in memory. */
export class Shell {
  readonly credentials = new Map<string, Credential>()
  readonly logins: OperatorLogin[] = []
  /** What the person types when asked; undefined: there is no terminal. */
  password: string | undefined = 'typed-password'
  /** What the person types at other questions. */
  typed = ''
  readonly proposals = new Map<number, Proposal>()
  readonly hosts = new Map<string, HostRecord>()
  readonly approvals: Approval[] = []
  /** The zone's, and what was in force before. */
  written: WrittenPolicy = unwrittenPolicy('production')
  noted: GuardedPolicy = guardedOf(this.written.policy)
  readonly requests = new Map<string, LeaseRequest>()
  /** What people have said of requests for leases. */
  readonly words: LeaseDecision[] = []
  /** As whom Vault knows whoever types. */
  entity = 'e-1'
  vault: 'up' | 'sealed' | 'forbidden' = 'up'
  zoneObserves = false
  evidence: AuditEvidence = { exportedAt: '2026-03-01T13:00:00.000Z', keys: {}, heads: [] }
  closed = 0
  readonly plans: SshPlan[] = []
  /** What `rekey lease` was to run, with the lease that it took. */
  readonly leases: Array<{ readonly run: LeasedRun, readonly lease: TakenLease }> = []
  /** With which `rekey login` was tried. */
  readonly passwords: string[] = []
  readonly loggedOut: TokenLogin[] = []
  /** The logins at an OpenID provider that were begun. */
  readonly oidc: OidcLoginOptions[] = []
  readonly oidcLogin: OidcLogin = {
    page: 'https://sso.example/auth?state=st_1',
    state: 'st_1',
    finish: async code => await Promise.resolve({ token: Secret.of(`token-for-${code}`), ttlSeconds: 3600, renewable: true, username: 'oidc-ada' }),
    close: () => {}
  }

  isTerminal = false
  wait = async (): Promise<void> => { await Promise.resolve() }
  readonly api = new MemoryApi()
  readonly apiLogins: ApiAccess[] = []
  /** Whom Vault has vouched for. */
  readonly identitiesFor: TokenLogin[] = []
  /** For which role of Vault each was asked for; undefined: the API's. */
  readonly identityRoles: Array<string | undefined> = []
  identityTtl = 300
  env: Record<string, string> = {}
  readonly folder: string

  private constructor (folder: string) {
    this.folder = folder
  }

  static async start (): Promise<Shell> {
    const shell = new Shell(await mkdtemp(join(tmpdir(), 'rekey-cli-')))
    folders.push(shell.folder)
    shell.env = { XDG_RUNTIME_DIR: join(shell.folder, 'run') }
    return shell
  }

  /** One who has been given an API and a token for it. */
  static async withToken (): Promise<Shell> {
    const shell = await Shell.start()
    await writeFile(join(shell.folder, 'token'), 'the-token\n')
    shell.env = { REKEY_API_ADDR: 'https://api.example:8443', REKEY_API_TOKEN_FILE: 'token' }
    return shell
  }

  /** What the last command that asked the API sends it. */
  async bearer (): Promise<string | undefined> {
    const token = this.apiLogins.at(-1)?.token
    return (typeof token === 'function' ? await token() : token)?.open()
  }

  add (credential: Credential): void {
    this.credentials.set(formatName(credential.name), credential)
  }

  /**
   * Plays a session as a person would see it and returns it with what really came: `$` lines are typed, `!` lines are
   * stderr, `?` is an exit code other than 0, the rest is stdout.
   */
  async play (session: string): Promise<string> {
    const lines: string[] = []
    for (const typed of session.split('\n').filter(line => line.startsWith('$ '))) {
      lines.push(typed, ...await this.#type(typed.slice(2)))
    }
    return lines.join('\n')
  }

  async #type (typed: string): Promise<string[]> {
    const words = [...typed.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '')
    if (words[0] === 'cat') return text(await readFile(join(this.folder, words[1] ?? ''), 'utf8'), '')
    if (words[0] === 'mode') return [((await stat(join(this.folder, words[1] ?? ''))).mode & 0o777).toString(8)]
    const { code, out, err } = await this.rekey(...words.slice(1))
    return [...text(err, '! '), ...text(out, ''), ...code === 0 ? [] : [`? ${code}`]]
  }

  async rekey (...args: string[]): Promise<{ code: number, out: string, err: string }> {
    let [out, err] = ['', '']
    const { password } = this
    const code = await run(args, {
      folder: this.folder,
      env: this.env,
      out: text => { out += text },
      err: text => { err += text },
      ask: password === undefined ? undefined : async prompt => { err += prompt + '\n'; return await Promise.resolve(this.typed) },
      askPassword: password === undefined ? undefined : async prompt => { err += prompt + '\n'; return await Promise.resolve(password) },
      openApi: access => { this.apiLogins.push(access); return this.api },
      identityToken: async (login, role) => { this.identitiesFor.push(login); this.identityRoles.push(role); await this.#reach(); return { token: Secret.of(`identity-${this.identitiesFor.length}`), ttlSeconds: this.identityTtl } },
      openOperator: login => { this.logins.push(login); return this.#operator(login) },
      logIn: async login => await this.#logIn(login),
      beginOidc: async options => { this.oidc.push(options); await this.#reach(); return this.oidcLogin },
      logOut: async login => { this.loggedOut.push(login); await this.#reach() },
      isTerminal: this.isTerminal,
      ssh: async plan => { this.plans.push(plan); return await Promise.resolve(7) },
      runLeased: async run => { this.leases.push({ run, lease: await run.take(new AbortController().signal) }); return 7 },
      input: async () => await Promise.resolve(this.typed),
      wait: this.wait
    })
    return { code, out, err }
  }

  #known (name: CredentialName): Credential {
    const credential = this.credentials.get(formatName(name))
    if (credential === undefined) throw new RekeyError('credential/unknown', `there is no credential ${formatName(name)}`)
    return credential
  }

  async #reach (): Promise<void> {
    if (this.vault === 'sealed') throw new RekeyError('vault/sealed', 'Vault is sealed: unseal it')
    if (this.vault === 'forbidden') throw new RekeyError('vault/forbidden', 'Vault refuses the userpass login')
    await Promise.resolve()
  }

  async #logIn (login: PasswordLogin): Promise<{ token: Secret, ttlSeconds: number }> {
    await this.#reach()
    this.passwords.push(login.password.open())
    return { token: Secret.of('the-vault-token'), ttlSeconds: 3600 }
  }

  #policy (): PolicyInForce {
    return policyInForce(this.written, this.noted, { approvals: this.approvals, isAlone: false })
  }

  #operator (login: OperatorLogin): Operator {
    return {
      credential: async name => { await this.#reach(); return this.credentials.get(formatName(name)) },
      auditEvidence: async () => { await this.#reach(); return this.evidence },
      clearHold: async (name, reason) => {
        await this.#reach()
        const credential = this.#known(name)
        if (credential.hold === null) return undefined
        const cleared: ClearedHold = { ...credential.hold, clearedAt: '2026-03-01T13:00:00.000Z', clearedBy: login.username, reason }
        this.add({ ...credential, hold: null, lastClearedHold: cleared })
        return cleared
      },
      observe: async (name, reason) => {
        await this.#reach()
        const credential = this.#known(name)
        const decision = credential.observedBy ?? { by: login.username, at: '2026-03-01T13:00:00.000Z', reason }
        this.add({ ...credential, observedBy: decision })
        return decision
      },
      manage: async (name) => {
        await this.#reach()
        this.add({ ...this.#known(name), observedBy: null })
        return { zoneObserves: this.zoneObserves }
      },
      proposal: async number => {
        await this.#reach()
        const proposal = this.proposals.get(number)
        if (proposal === undefined) throw new RekeyError('proposal/unknown', `there is no proposal ${number} in the zone ${login.zone}`)
        const host = isOfHost(proposal) ? proposal.host : ''
        return { proposal, record: this.hosts.get(host), credentials: [...this.credentials.values()].filter(({ name }) => name.host === host), approvals: this.approvals }
      },
      approve: async (proposal, breakGlass) => {
        await this.#reach()
        this.approvals.push({ entity: 'e-1', by: login.username, digest: digestOf(proposal), at: proposal.proposedAt, ...breakGlass !== undefined && { breakGlass } })
        return this.approvals
      },
      policy: async () => { await this.#reach(); return this.#policy() },
      approvePolicy: async ({ digest }) => {
        await this.#reach()
        this.approvals.push({ entity: this.entity, by: login.username, digest, at: this.written.writtenAt ?? '' })
        return this.#policy()
      },
      leaseRequest: async id => {
        await this.#reach()
        const request = this.requests.get(id)
        if (request === undefined) throw new RekeyError('lease/request-unknown', `there is no request ${id} for a lease in the zone ${login.zone}`)
        return { request, words: this.words }
      },
      decide: async (request, said) => {
        await this.#reach()
        if (isOwn(request, this)) throw new RekeyError('vault/forbidden', 'nobody decides on a lease that he asks for himself: somebody else has to')
        if (!this.words.some(({ entity }) => entity === this.entity)) this.words.push({ ...said, entity: this.entity, by: login.username, digest: requestDigest(request), at: request.askedAt })
        return this.words
      },
      close: async () => { this.closed += 1; await Promise.resolve() }
    }
  }
}

function text (written: string, mark: string): string[] {
  return written === '' ? [] : written.replace(/\n$/, '').split('\n').map(line => mark + line)
}
