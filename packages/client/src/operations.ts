import type { paths } from './openapi.ts'
import type { Method } from './connection.ts'

/** The paths that a method is for, as the OpenAPI document writes them. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Readonly<Record<Lowercase<M>, { readonly responses: object }>> ? P : never
}[keyof paths]

type Operation<M extends Method, P extends keyof paths> = paths[P][Lowercase<M>]

/** `parameters.path` and the like; never where there are none. */
type Parameters<O, Part extends string> = O extends { readonly parameters: { readonly [K in Part]?: infer Values } } ? NonNullable<Values> : never

type IfAny<Values, Then> = [Values] extends [never] ? unknown : Then

/** What a request of an operation carries. */
export type RequestOf<M extends Method, P extends keyof paths> =
  & IfAny<Parameters<Operation<M, P>, 'path'>, { readonly path: { readonly [K in keyof Parameters<Operation<M, P>, 'path'>]: string | number } }>
  & IfAny<Parameters<Operation<M, P>, 'query'>, { readonly query?: { readonly [K in keyof Parameters<Operation<M, P>, 'query'>]: Parameters<Operation<M, P>, 'query'>[K] | undefined } }>
  & IfAny<Parameters<Operation<M, P>, 'header'>, { readonly headers?: Parameters<Operation<M, P>, 'header'> }>
  & (Operation<M, P> extends { readonly requestBody: { readonly content: { readonly 'application/json': infer Body } } } ? { readonly body: Body } : unknown)

/** The body of a good answer; where there are several kinds, any of them. */
export type AnswerOf<M extends Method, P extends keyof paths> = Operation<M, P> extends { readonly responses: infer Responses }
  ? { [S in keyof Responses]: Responses[S] extends { content: { readonly 'application/json': infer Body } } ? Body : undefined }[keyof Responses]
  : never

/** The lists, and what they are of. */
export type ItemOf<P extends keyof paths> = AnswerOf<'GET', P> extends { readonly items: ReadonlyArray<infer Item> } ? Item : never
export type ListPath = { [P in PathOf<'GET'>]: AnswerOf<'GET', P> extends { readonly items: readonly unknown[] } ? P : never }[PathOf<'GET'>]

export type HostView = ItemOf<'/v1/hosts'>
export type CredentialSummary = ItemOf<'/v1/credentials'>
export type CredentialView = AnswerOf<'GET', '/v1/credentials/{zone}/{host}/{account}/{name}'>
export type DueView = ItemOf<'/v1/schedule'>
export type OrderSummary = ItemOf<'/v1/orders'>
export type OrderView = AnswerOf<'GET', '/v1/orders/{zone}/{number}'>
export type TokenView = ItemOf<'/v1/tokens'>
export type IssuedToken = AnswerOf<'POST', '/v1/tokens'>
export type FindingView = ItemOf<'/v1/findings'>
export type SurveyView = AnswerOf<'GET', '/v1/hosts/{zone}/{id}/survey'>
export type FallenView = AnswerOf<'POST', '/v1/blast-radius'>['fallen'][number]
export type NewOrder = RequestOf<'POST', '/v1/orders'>['body']
export type PlacedOrders = Extract<AnswerOf<'POST', '/v1/orders'>, { readonly campaign: string }>
export type DryRun = Exclude<AnswerOf<'POST', '/v1/orders'>, PlacedOrders>
export type CampaignView = AnswerOf<'GET', '/v1/campaigns/{id}'>
export type CampaignSummary = ItemOf<'/v1/campaigns'>
export type CampaignDryRun = Extract<AnswerOf<'POST', '/v1/campaigns'>, { readonly dryRun: true }>
export type SignedCampaignReport = AnswerOf<'GET', '/v1/campaigns/{id}/report'>
