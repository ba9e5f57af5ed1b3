import type { RekeyClient, SurveyView } from '@rekey/client'
import { inColumns, inLines } from '../columns.ts'
import { asJson, type Said } from '../said.ts'
import type { Session } from '../session.ts'

interface SurveyFlags {
  readonly last?: boolean
  readonly timeout?: number
  readonly json?: boolean
}

const lookMs = 500

/** Asks for a survey of a host, and waits for it. Exit code 1 when it found nothing, or did not come in time. */
export async function surveyHost (api: RekeyClient, { zone, id }: { readonly zone: string, readonly id: string }, { last = false, timeout = 90, json = false }: SurveyFlags, session: Session): Promise<Said> {
  const look = async (): Promise<SurveyView> => await api.get('/v1/hosts/{zone}/{id}/survey', { path: { zone, id } })
  const before = await look()
  if (last) return shown(before, json)
  await api.post('/v1/hosts/{zone}/{id}/survey', { path: { zone, id } })
  const end = performance.now() + timeout * 1000
  for (let survey = before; performance.now() < end; survey = await look()) {
    if (survey.triedAt !== before.triedAt) return shown(survey, json)
    await session.wait(lookMs)
  }
  return { out: '', notes: [`no survey of ${zone}/${id} came in ${timeout} s: a host is looked at once a minute at most, and not while nothing of it is managed; --last shows what there is`], code: 1 }
}

function shown (survey: SurveyView, json: boolean): Said {
  const code = survey.failure === null && survey.at !== null ? 0 : 1
  if (json) return { out: asJson(survey), notes: [], code }
  const { zone, host, at, by, asRoot, complete, failure, sshd, accounts } = survey
  const looked = at === null ? 'never' : `${at}, by ${by ?? ''}${asRoot ? ' as root' : ', who sees only itself'}${complete ? '' : '; not everything was told'}`
  const unmanaged = accounts.filter(({ managed }) => !managed).length
  const rows = accounts.map(({ account, managed, password, root, keys, privateKeys }) => [account, managed ? 'yes' : 'no', password, root, String(keys.length), String(privateKeys.length)])
  return {
    out: inLines([
      ...inColumns([
        ['host', `${zone}/${host}`],
        ['surveyed', looked],
        ...failure === null ? [] : [['failure', failure]],
        ['sshd', sshd.version ?? '-'],
        ['weak', sshd.weak.join(', ') || '-'],
        ['other ways', sshd.otherWays.join(', ') || '-'],
        ['accounts', `${accounts.length - unmanaged} managed, ${unmanaged} not`]
      ]),
      ...rows.length === 0 ? [] : ['', ...inColumns([['ACCOUNT', 'MANAGED', 'PASSWORD', 'ROOT', 'KEYS', 'PRIVATE KEYS'], ...rows])]
    ]),
    notes: [],
    code
  }
}
