/** The person, or a signal, ended the command while it waited for an answer. What was answered is kept. */
export class Stopped extends Error {
  constructor() {
    super('stopped')
    this.name = 'Stopped'
  }
}
