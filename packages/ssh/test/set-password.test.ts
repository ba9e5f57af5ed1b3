import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Secret } from '@rekey/domain'
import { PasswdDialogue } from '../src/passwd-dialogue.ts'
import { marker, renderAskPasswd, renderSetPassword } from '../src/scripts/render.ts'
import { credential, Home, isRoot, nonce, report, shells } from './home.ts'

const from = Secret.of('it\'s the "present" one: \\n $HOME `id` %s')
const to = Secret.of('-n the new \\ one')

let home: Home
afterEach(() => home.remove())

/** A passwd by its ways, and what its account has as its password. */
function passwd (body: string, status = '[ "$1" != -S ] || exit 2'): void {
  home.stub('passwd', `store='${join(home.folder, 'store')}'\nIFS= read -r is <"$store"\n${status}\n${body}`)
}
const reads = 'IFS= read -r old; [ "$old" = "$is" ] || { echo "passwd: Authentication failure"; exit 10; }; IFS= read -r new; IFS= read -r again; [ "$new" = "$again" ] || exit 10'
const stores = 'printf "%s\\n" "$new" >"$store"'
const asks = 'printf "Current password: "; IFS= read -r old; echo; printf "New password: "; IFS= read -r new; echo; printf "Retype new password: "; IFS= read -r again; echo'

const stored = (): string => home.read(join(home.folder, 'store'))
const isAccounts = isRoot ? describe : describe.skip

isAccounts.each(shells)('on $name', (shell) => {
  beforeEach(() => {
    home = new Home(shell)
    writeFileSync(join(home.folder, 'store'), `${from.open()}\n`)
    passwd(`${reads}; ${stores}`)
    home.giveToNobody()
  })
  const set = (epoch = 2): string => home.run(renderSetPassword(nonce, { credential, epoch, from, to }, home.surroundings))
  const fence = (): string => home.read(join(home.ssh, '.rekey', credential.name))

  test('passwd gets its three lines, whatever is in them', () => {
    expect(set()).toBe('applied')
    expect(stored()).toBe(`${to.open()}\n`)
    expect(fence()).toBe('2\n')
    expect(set(1)).toBe('fenced:2')
  })

  const today = Math.floor(Date.now() / 86_400_000)
  const day = (number: number): string => new Date(number * 86_400_000).toISOString().slice(0, 10)
  const asIn = (number: number, locale: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', ...locale }).format(number * 86_400_000)
  const numbers = (number: number): string => asIn(number, { year: 'numeric', month: '2-digit', day: '2-digit' })
  const words = (number: number): string => asIn(number, { year: 'numeric', month: 'short', day: '2-digit' })
  const status = (letter: string, changed: string, least: number | string): string => `[ "$1" != -S ] || { echo '${credential.account} ${letter} ${changed} ${least} 99999 7 -1'; exit 0; }`
  const chage = (changed: string, least: number | string): void => home.stub('chage', `[ "$*" = "-l ${credential.account}" ] || exit 1\nprintf 'Last password change\\t\\t\\t: ${changed}\\nPassword expires\\t: never\\nMinimum number of days between password change\\t\\t: ${least}\\n'`)

  test.each([
    ['as it is written now', () => passwd('exit 10', status('P', day(today - 1), 7)), 6],
    ['as it was written formerly', () => passwd('exit 10', status('P', numbers(today - 1), 7)), 6],
    ['as Red Hat writes it', () => passwd('exit 10', status('PS', day(today), 1)), 1],
    ['by chage, where passwd does not tell', () => chage(words(today - 3), 4), 1],
    ['by chage, as it may write it', () => chage(day(today), 90), 90]
  ])('a password that is too young is found before passwd is asked, %s, with the day on which it may be changed', (_, tell, days) => {
    tell()
    expect(set()).toBe(`refused:too-soon:${today + days}`)
    expect(existsSync(join(home.ssh, '.rekey', credential.name))).toBe(false)
    expect(stored()).toBe(`${from.open()}\n`)
  })

  test('a locked password is found before passwd is asked', () => {
    for (const letter of ['L', 'LK']) {
      passwd('exit 10', status(letter, day(today), 0))
      expect(set()).toBe('refused:locked:')
    }
    expect(existsSync(join(home.ssh, '.rekey', credential.name))).toBe(false)
  })

  test.each([
    ['old enough', () => passwd(`${reads}; ${stores}`, status('P', day(today - 7), 7))],
    ['bound by no age', () => passwd(`${reads}; ${stores}`, status('P', day(today), 0))],
    ['never changed', () => chage('never', 7)],
    ['changed at a time that nobody can read', () => chage('24. Nov. 2026', 7)],
    ['bound by what is no number', () => passwd(`${reads}; ${stores}`, status('P', day(today), '7x'))],
    ['another account\'s, by what passwd says', () => passwd(`${reads}; ${stores}`, `[ "$1" != -S ] || { echo 'other L ${day(today)} 7 99999 7 -1'; exit 0; }`)]
  ])('a password that is %s is changed', (_, tell) => {
    tell()
    expect(set()).toBe('applied')
  })

  test('days of four years are the days that they are', () => {
    const first = Date.UTC(2027, 0, 1) / 86_400_000
    for (const tell of [
      (number: number) => passwd('exit 10', status('P', day(number), 400)),
      (number: number) => passwd('exit 10', status('P', numbers(number), 400)),
      (number: number) => chage(words(number), 400)
    ]) {
      passwd('exit 10')
      for (let number = first; number < first + 1461; number += 97) {
        tell(number)
        expect(set()).toBe(`refused:too-soon:${number + 400}`)
      }
    }
  })

  test.each([
    ['You must wait longer to change your password.', 'too-soon'],
    ['Password has been already used. Choose another.', 'used-before'],
    ['BAD PASSWORD: The password is shorter than 40 characters', 'too-weak'],
    ['passwd: Authentication failure', 'wrong-present'],
    ['passwd: something else', 'not-changed']
  ])('a passwd that has read and says %j has refused', (says, code) => {
    passwd(`${reads}; echo '${says}'; exit 10`)
    expect(set()).toBe(`refused:${code}:`)
  })

  test('a passwd that reads nothing and changes nothing wants a terminal', () => {
    passwd('echo passwd: who knows what; exit 1')
    expect(set()).toBe('refused:needs-terminal:')
    expect(fence()).toBe('2\n')
  })

  test('a passwd that has read a line is not asked again, whatever it says', () => {
    passwd('IFS= read -r old; echo not a terminal; exit 1')
    expect(set()).toBe('refused:not-changed:')
  })

  test('a passwd that reads nothing, but says why it refuses, is not asked again', () => {
    passwd('echo "You must wait longer to change your password."; exit 10')
    expect(set()).toBe('refused:too-soon:')
  })

  test('a passwd that reads nothing and says that it is done is believed: the login will tell', () => {
    passwd('exit 0')
    expect(set()).toBe('applied')
  })

  /** Feeds a terminal the script, then answers what it asks. */
  async function ask ({ epoch = 2, answers = (chunk: string) => dialogue.hear(chunk) }: { epoch?: number, answers?: (chunk: string) => string | undefined } = {}): Promise<string> {
    const terminal = home.openTerminal()
    const ends = once(terminal, 'close')
    let output = ''
    let heard = 0
    const told = (): string | undefined => report(output.replaceAll(`${marker(nonce)}asks`, '').replaceAll('\r', ''))
    terminal.stdout.setEncoding('latin1').on('data', (text: string) => {
      output += text
      const begins = output.indexOf(`\n${marker(nonce)}asks\r\n`)
      if (begins !== -1) {
        heard ||= output.indexOf('\n', begins + 1) + 1
        const answer = answers(output.slice(heard))
        heard = output.length
        if (answer !== undefined) terminal.stdin.write(answer)
      }
      if (told() !== undefined) terminal.stdin.end('exit\n')
    })
    terminal.stdin.on('error', () => {}).write('exec >&8 2>&8\n' + renderAskPasswd(nonce, { credential, epoch }, home.surroundings))
    await ends
    return told() ?? 'no report'
  }
  let dialogue: PasswdDialogue
  beforeEach(() => { dialogue = new PasswdDialogue({ from, to }) })

  test('on a terminal passwd is asked under lock and fence, and its status told', async () => {
    const lock = `{ [ -d "${home.ssh}/.rekey/lock.folder" ] || ! flock -n "${home.ssh}/.rekey/lock.file" true; } && : >"${home.folder}/locked"`
    passwd(`[ -t 0 ] && [ -t 1 ] && [ -t 2 ] || exit 3; ${asks}; ${lock}; [ "$old" = "$is" ] && ${stores}`)
    expect(await ask()).toBe('ended:0')
    expect(dialogue.judge(0)).toEqual({ outcome: 'applied' })
    expect(stored()).toBe(`${to.open()}\n`)
    expect(existsSync(join(home.folder, 'locked'))).toBe(true)
    expect(fence()).toBe('2\n')
    expect(existsSync(join(home.ssh, '.rekey', 'lock.folder'))).toBe(false)
    passwd('exit 9')
    expect(await ask()).toBe('ended:9')
  }, 30_000)

  test('on a terminal the fence stops whoever was overtaken, and passwd is not asked', async () => {
    expect(set(7)).toBe('applied')
    passwd(`: >"${home.folder}/asked"`)
    expect(await ask({ epoch: 6 })).toBe('fenced:7')
    expect(existsSync(join(home.folder, 'asked'))).toBe(false)
  }, 30_000)

  test('a passwd that is left without an answer is gone before its lock can be taken over, and changes nothing later', async () => {
    home.answerSeconds = 1
    passwd(`${asks}; ${stores}`)
    const began = Date.now()
    expect(await ask({ answers: () => undefined })).toBe('no report')
    expect(Date.now() - began).toBeLessThan(10_000)
    expect(stored()).toBe(`${from.open()}\n`)
    // Nobody holds a lock that is a file; one that is a folder is cleared away, or left to be taken over.
    passwd(`${reads}; ${stores}`)
    if (!existsSync(join(home.ssh, '.rekey', 'lock.folder'))) expect(set(3)).toBe('applied')
  }, 30_000)
})
