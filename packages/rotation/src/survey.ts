import type { Credential, HostRecord, Password, Policy, Survey, SurveyResult, Through } from '@rekey/domain'
import { formatName, formatThrough, hasLeft, isPassword, isRekeyError, nextSurvey, RekeyError, surveyDue } from '@rekey/domain'
import type { Line } from './line.ts'
import type { Ports, Session } from './ports.ts'

/*
 * A survey changes nothing on a host and decides nothing: what it tells is for people. It looks over a login that is managed, so it shows
 * no secret that a visit would not show, and no more of them than one at a time.
 */

/** How many credentials of a host are tried to find one that becomes root. */
const mostTries = 3

interface SurveyedHost {
  readonly record: HostRecord
  readonly credentials: readonly Credential[]
  readonly line: Line
  /** Something was changed that the last survey tells otherwise. */
  readonly isOutdated?: boolean
}

/** Surveys a host if that is due. @returns how it was found last */
export async function surveyHost (host: SurveyedHost, policy: Policy, { journal, audit, now, log }: Ports): Promise<Survey | undefined> {
  const { record, credentials } = host
  const [last, asked] = await Promise.all([journal.survey(record.id), journal.surveysAsked()])
  const isAsked = asked.includes(record.id)
  if (record.leftAt !== undefined) return last
  if (host.isOutdated !== true && !surveyDue(last, { everySeconds: policy.surveyEverySeconds, isAsked, now: now() })) return last
  const place = { zone: record.zone, host: record.id }
  const found = await look(host, async (credential) => {
    await audit.record({ act: 'survey', target: formatName(credential.name), epoch: credential.epoch, fingerprint: credential.current.fingerprint, ...isAsked ? { reason: 'somebody asked for it' } : {} })
  }, { credentials, now })
  const survey = nextSurvey(last, place, found, now())
  await journal.reportSurvey(survey)
  if (isAsked) await journal.dropSurveyRequest(record.id)
  log.info({ event: 'surveyed', host: record.id, ...survey.failure === null ? { accounts: survey.result?.accounts.length } : { code: survey.failure } }, 'the host was surveyed')
  return survey
}

/** The credentials that may look, best first: root's, those of the account that it is about, the host's recovery credential, those that others are changed through, the rest. */
export function lookers (credentials: readonly Credential[], recovery: Through | undefined, now: Date, account?: string): Credential[] {
  const helpers = new Set([...recovery === undefined ? [] : [formatThrough(recovery)], ...credentials.flatMap(({ through }) => through === null ? [] : [formatThrough(through)])])
  const rank = (credential: Credential): number => credential.target.account === 'root' ? 0 : credential.target.account === account ? 1 : helpers.has(formatThrough(credential.name)) ? 2 : 3
  return credentials
    .filter((one) => one.hold === null && !hasLeft(one) && one.through === null && Date.parse(one.nextAttemptAt ?? '1970-01-01') <= now.getTime())
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, mostTries)
}

/** As root where one of them becomes root, else as the first that logs in. */
async function look ({ record, line }: SurveyedHost, announce: (by: Credential) => Promise<void>, { credentials, now }: { credentials: readonly Credential[], now: () => Date }): Promise<SurveyResult | RekeyError> {
  let own: SurveyResult | undefined
  let trouble = new RekeyError('credential/unknown', 'no credential of the host may look')
  for (const credential of lookers(credentials, record.recovery, now())) {
    await announce(credential)
    try {
      const session = await sessionOf(credential, line)
      const root = session === undefined ? undefined : await asRoot(session, credential, credentials)
      const result = await (root ?? session)?.survey(now().toISOString())
      if (result?.asRoot === true) return result
      own ??= result
    } catch (error) {
      if (!isRekeyError(error)) throw error
      trouble = error
    }
  }
  return own ?? trouble
}

export async function sessionOf ({ target, current }: Credential, line: Line): Promise<Session | undefined> {
  return line.openedBy(target.account, current.fingerprint) ?? (await line.contact(target, [current])).session
}

/** The same login as root; nothing where the host does not let it. */
export async function asRoot (session: Session, credential: Credential, credentials: readonly Credential[]): Promise<Session | undefined> {
  return credential.target.account === 'root' ? session : await session.become('root', passwordOf(credential, credentials))
}

/** For a sudo that asks: the password of the account that has logged in, if it is managed, too. */
export function passwordOf ({ target: { account } }: Credential, credentials: readonly Credential[]): Password['password'] | undefined {
  return credentials.map(({ target, current }) => target.account === account && isPassword(current) ? current.password : undefined).find((password) => password !== undefined)
}
