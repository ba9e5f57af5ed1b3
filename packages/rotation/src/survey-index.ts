import type { AccountCount, ManagedSecret, Survey } from '@rekey/domain'
import { countAccounts, Estate, hasLeft, surveyDue } from '@rekey/domain'
import type { Outline } from './facts.ts'
import type { Journal } from './ports.ts'

/** What of a zone is in reach of an attacker. */
export interface Exposure {
  readonly accounts: AccountCount
  /** The most accounts that fall with a single host. */
  readonly blastRadius: number
}

/** To count what falls with each host takes a while in a large zone, and changes slowly. */
const exposureMs = 60_000

/** What a worker remembers of how the hosts of its zone were found. Read once; what another worker finds, it learns by a visit. */
export class SurveyIndex {
  readonly #surveys = new Map<string, Survey>()
  #isRead = false
  #exposure: { readonly at: number, readonly value: Exposure } | undefined

  /** Reads those that are not known yet. */
  async read (journal: Journal): Promise<void> {
    if (this.#isRead) return
    for (const host of await journal.hostsSurveyed()) this.note(await journal.survey(host))
    this.#isRead = true
  }

  note (survey: Survey | undefined): void {
    if (survey !== undefined) this.#surveys.set(survey.host, survey)
  }

  of (host: string): Survey | undefined {
    return this.#surveys.get(host)
  }

  /** Of these hosts, those that are to be looked at now. */
  due (hosts: Iterable<string>, { asked, everySeconds, now }: { asked: readonly string[], everySeconds: number | null, now: Date }): string[] {
    return [...hosts].filter((host) => surveyDue(this.#surveys.get(host), { everySeconds, isAsked: asked.includes(host), now }))
  }

  exposure (outlines: readonly Outline[], now: Date): Exposure {
    if (this.#exposure === undefined || now.getTime() - this.#exposure.at > exposureMs) {
      const managed = outlines.filter((outline) => !hasLeft(outline)).map(managedOf)
      const surveys = [...this.#surveys.values()]
      this.#exposure = { at: now.getTime(), value: { accounts: countAccounts(managed, surveys), blastRadius: new Estate(managed, surveys).largestBlastRadius() } }
    }
    return this.#exposure.value
  }
}

function managedOf ({ name: { zone, host, account }, current, candidate, retired }: Outline): ManagedSecret {
  const fingerprints = [current, ...candidate === null ? [] : [candidate], ...retired].map(({ fingerprint }) => fingerprint)
  return { place: `${zone}/${host}/${account}`, isPassword: current.fingerprint.startsWith('HMAC-'), fingerprints }
}
