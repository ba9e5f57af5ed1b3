import { request, type RequestOptions } from 'node:https'
import { get } from 'node:http'
import type { IncomingMessage } from 'node:http'

/** What a person does in a browser at an OpenID provider: types a name, agrees, and is sent back to where he came from. */
export class Browser {
  readonly #ca: string
  readonly #cookies = new Map<string, string>()

  /** @param ca of the provider's certificate, PEM */
  constructor (ca: string) {
    this.#ca = ca
  }

  /** As a private window. */
  forget (): void {
    this.#cookies.clear()
  }

  /** Follows the login from its page to the end, at a plain port of this machine. */
  async logIn (page: string, person: string): Promise<void> {
    let url = page
    // The page, its form, back, a form once more, back, and home.
    for (let steps = 0; steps < 12; steps += 1) {
      const shown = await this.#open(url)
      if (shown === undefined) return
      if ('location' in shown) {
        url = shown.location
        continue
      }
      const form = new URLSearchParams(shown.page.includes('value="login"') ? { prompt: 'login', login: person, password: 'any' } : { prompt: 'consent' })
      const answer = await this.#open(url, form.toString())
      if (answer === undefined || !('location' in answer)) throw new Error('the form led nowhere')
      url = answer.location
    }
    throw new Error('the login goes in circles')
  }

  async #open (url: string, form?: string): Promise<{ readonly location: string } | { readonly page: string } | undefined> {
    if (url.startsWith('http://')) {
      await new Promise<void>((resolve, reject) => { get(url, (answer) => { answer.resume().on('end', resolve) }).on('error', reject) })
      return undefined
    }
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await this.#send(url, { method: form === undefined ? 'GET' : 'POST', headers: { cookie, ...form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' } } }, form)
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [pair = ''] = line.split(';')
      this.#cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    const { location } = answer.headers
    let page = ''
    for await (const chunk of answer.setEncoding('utf8')) page += String(chunk)
    return location === undefined ? { page } : { location: new URL(location, url).href }
  }

  async #send (url: string, options: RequestOptions, body = ''): Promise<IncomingMessage> {
    return await new Promise((resolve, reject) => { request(url, { ...options, ca: this.#ca }, resolve).on('error', reject).end(body) })
  }
}
