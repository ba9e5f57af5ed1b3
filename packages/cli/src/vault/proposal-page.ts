/** What a person is shown of a proposal before he decides. */
export interface ProposalPage {
  /** `Redirect 7 of production/web-1` */
  readonly title: string
  readonly lines: readonly string[]
  readonly warning: string
  /** What he types, so that he has read at least that. */
  readonly confirmation: { readonly what: string, readonly text: string }
  /** Why it can't be approved any more, if so. */
  readonly whyNot: string | undefined
}
