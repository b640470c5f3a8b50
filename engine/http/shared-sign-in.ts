/** A secret that outlives the process. */
export interface SavedSecret {
  get(): string | undefined
  set(secret: string): void
}

/** What processes that sign in to one connection have in common. */
export interface SharedSignIn {
  /** The newest of a rotating grant, as `saveRefreshToken` writes it. */
  readonly refreshToken: SavedSecret
  readonly accessToken: SavedSecret
  /**
   * Takes the turn to ask for a token. Undefined while another process has it; of one that died it is taken over. What
   * is given ends the turn.
   */
  takeTurn(): (() => void) | undefined
}
