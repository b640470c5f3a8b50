import { styleText } from 'node:util'

/** Whether text for a stream is coloured: on a terminal only, and as NO_COLOR and FORCE_COLOR say. */
export function hasColour(stream: NodeJS.WriteStream): boolean {
  return styleText('bold', 'x', { stream }) !== 'x'
}
