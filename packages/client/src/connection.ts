export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

export interface ApiAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Undefined where it is no JSON. */
  readonly body: unknown
}

/** Sends single requests to the API. */
export interface ApiConnection {
  /** The answer, whatever its status. @throws RekeyError `api/unavailable` */
  send (method: Method, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>
  close (): void
}
